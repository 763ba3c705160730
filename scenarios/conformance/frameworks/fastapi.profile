# FastAPI 0.165 on uvicorn 0.54, its own EventSourceResponse
#
# The framework sends Cache-Control, X-Accel-Buffering and a comment every 15
# s by itself. uvicorn's parser in C answers HTTP/1.0 in chunks, which nginx
# and curl undo; its other one, --http h11, does not.
#
# Each by hand, with URL the stream:

# printf 'GET /events HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"; with uvicorn --http h11 neither
http.framing.no-te-10 WARN uvicorn/protocols/http/httptools_impl.py:518 asks for no version
