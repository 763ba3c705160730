# Hono 4.13 on @hono/node-server 2.1, streamSSE()
#
# streamSSE() sets Transfer-Encoding itself, for any version and runtime.
#
# Each by hand, with URL the stream:

# printf 'GET /events HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"
http.framing.no-te-10 WARN hono/dist/helper/streaming/sse.js:49
# curl -sN -H 'Last-Event-ID: 5' URL begins with the event that it begins with
# without the header
resume.offered WARN the application numbers its events and never reads Last-Event-ID
