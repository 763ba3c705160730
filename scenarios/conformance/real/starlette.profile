# Starlette 0.26 on uvicorn 0.17, a generator (harness/e2e/apps/starlette_app.py)
#
# int(request.headers["last-event-id"]) answers 500 to any id that is not its
# own, and an EventSource never comes back from a 500. And a GET route answers
# HEAD as well, with the endless generator behind it.
#
# Each by hand, with URL the stream:

# curl -i -H 'Last-Event-ID: abc' URL: 500 Internal Server Error
resume.malformed-id FAIL int() of the header, unguarded: 500
resume.unknown-id WARN the same 500 for an id that was never given
# curl -i -H 'Last-Event-ID;' URL (an empty one): 500
resume.empty-header WARN the same 500 for an empty header
# HEAD, and 1.2 s later GET, on one raw socket: the HEAD is answered at once,
# the GET gets no byte in 1.2 s: the generator still runs for the HEAD
http.method.head WARN the connection is lost to the HEAD's generator
