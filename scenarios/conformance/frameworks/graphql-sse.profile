# graphql-sse 2.6 on Node, a subscription by POST
#
# Who compares the whole of Accept turns away lists. And a write to a client
# that is gone ends the process, since nobody takes the promise's error: weir
# sees that nobody listens any more.
#
# Each by hand, with URL the stream:

# curl -sN -D - with a POST of a subscription: "content-encoding: none"
http.coding.known WARN graphql-sse/lib/handler.js:373
# the same with -H 'Accept: text/event-stream, */*': 404
http.hdr.accept-tolerant WARN graphql-sse/lib/handler.js:317 compares the whole field
# a POST that is reset behind the head: the process ends, "triggerUncaught-
# Exception ... Error: write ECONNRESET" or "EPIPE"
reconnect.alive FAIL graphql-sse/lib/use/http.js writes without a handler of errors
