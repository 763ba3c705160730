# FastAPI 0.165 on uvicorn 0.54, a stream that answers a POST
#
# A POST is read with fetch(), which takes its end for an end: nothing of what
# an EventSource asks for is asked here.
#
# Each by hand, with URL the stream:

# printf 'GET /chat (a POST) HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"; with uvicorn --http h11 neither
http.framing.no-te-10 WARN uvicorn/protocols/http/httptools_impl.py:518 asks for no version
