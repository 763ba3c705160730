# sse-starlette 3.7 on uvicorn 0.54, EventSourceResponse
#
# Headers as they should be, a ping every 15 s, and HEAD gives its connection
# back. Ids do nothing by themselves: the application must read Last-Event-ID.
#
# Each by hand, with URL the stream:

# printf 'GET /events HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"; with uvicorn --http h11 neither
http.framing.no-te-10 WARN uvicorn/protocols/http/httptools_impl.py:518 asks for no version
# curl -sN -H 'Last-Event-ID: 5' URL begins with the event that it begins with
# without the header
resume.offered WARN the application numbers its events and never reads Last-Event-ID
