# BlackSheep 2.6 on uvicorn 0.54, a handler that yields ServerSentEvent
#
# Nothing wrong in the framework. Its HEAD is a 404, which harms nobody.
#
# Each by hand, with URL the stream:

# printf 'GET /events HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"; with uvicorn --http h11 neither
http.framing.no-te-10 WARN uvicorn/protocols/http/httptools_impl.py:518 asks for no version
