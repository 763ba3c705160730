# MCP's Python SDK 2.3 on uvicorn 0.54, the answer to a tool call
#
# Without an event store no stream can be taken up again, and none begins with
# the empty event that would say where.
#
# Each by hand, with URL the stream:

# printf 'GET /mcp (a POST) HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"; with uvicorn --http h11 neither
http.framing.no-te-10 WARN uvicorn/protocols/http/httptools_impl.py:518 asks for no version
# curl -sN of a tools/call of 2025-11-25: the first event is a progress
# notification, not an id with empty data
app.mcp.prime WARN mcp/server/streamable_http.py: no priming event without an event store
