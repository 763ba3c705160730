# MCP's TypeScript SDK 1.32 on Express 5.3, the answer to a tool call
#
# Without an event store no stream can be taken up again, and none begins with
# the empty event that would say where.
#
# Each by hand, with URL the stream:

# curl -sN of a tools/call of 2025-11-25: the first event is a progress
# notification, not an id with empty data
app.mcp.prime WARN @modelcontextprotocol/sdk/dist/esm/server/webStandardStreamableHttp.js:201: no event store
# curl -i -H 'Origin: https://weir.invalid' with a ping in the session: 200
app.mcp.origin FAIL @modelcontextprotocol/sdk/dist/esm/server/express.js: compares Host with the names of this machine, Origin with nothing
