# MCP's TypeScript SDK 1.32 on Express 5.3, the stream of a session
#
# An idle stream: what stands in it is not judged.
#
# Each by hand, with URL the stream:

# curl -i -H 'Accept: */*' URL (with the session): 406
http.hdr.accept-tolerant WARN .../server/webStandardStreamableHttp.js:227, as the protocol wants it
