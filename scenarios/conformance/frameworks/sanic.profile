# Sanic 25.12 on its own server, a streaming response
#
# Its server asks for no version before it sends chunks, and sends no Date.
#
# Each by hand, with URL the stream:

# printf 'GET /events HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"
http.framing.no-te-10 WARN sanic/http/http1.py:343 asks for no version
