# Falcon 4.4 on uvicorn 0.54, resp.sse
#
# The framework says nothing of caches: no Cache-Control comes with resp.sse.
#
# Each by hand, with URL the stream:

# curl -sN -D - URL: no Cache-Control
http.cache.no-store WARN falcon/asgi/app.py sets Content-Type alone for resp.sse
# printf 'GET /events HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"; with uvicorn --http h11 neither
http.framing.no-te-10 WARN uvicorn/protocols/http/httptools_impl.py:518 asks for no version
# curl -sN -H 'Last-Event-ID: 5' URL begins with the event that it begins with
# without the header
resume.offered WARN the application numbers its events and never reads Last-Event-ID
