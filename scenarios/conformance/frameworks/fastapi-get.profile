# FastAPI 0.165 on uvicorn 0.54, a stream of three events
#
# A stream that ends is for fetch(): an EventSource asks for it again and
# again, and is given all of it each time. Answer 204 to who has the last id,
# or tell by an event that it is to be closed.
#
# Each by hand, with URL the stream:

# printf 'GET /items HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"; with uvicorn --http h11 neither
http.framing.no-te-10 WARN uvicorn/protocols/http/httptools_impl.py:518 asks for no version
# curl -sN URL ends within a second, three times out of three
reconnect.finite-loop FAIL the handler returns after three events, and EventSource comes back
frame.finite WARN the same end, seen on the connection that is watched
# curl -i -H 'Last-Event-ID: 3' URL: 200, "id: 1" again
http.status.204-stop FAIL who has seen all is not answered 204
