# MCP's Python SDK 2.3 on uvicorn 0.54, the stream of a session
#
# Without an event store every Last-Event-ID is answered 500: the SDK's
# function returns without a response. A client that keeps the id of another
# stream never gets in again.
#
# Each by hand, with URL the stream:

# curl -i -H 'Last-Event-ID: a' URL (with the session): 500; the log says
# "ASGI callable returned without starting response"
resume.malformed-id FAIL mcp/server/streamable_http.py:936 "if not event_store: return"
# printf 'GET /mcp HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"; with uvicorn --http h11 neither
http.framing.no-te-10 WARN uvicorn/protocols/http/httptools_impl.py:518 asks for no version
# curl -i -H 'Accept:' URL (with the session): 406
http.hdr.accept-tolerant WARN mcp/server/streamable_http.py:745, as the protocol wants it
