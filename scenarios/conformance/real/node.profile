# Node's http, a set of responses and a history (harness/e2e/apps/node_app.mjs)
#
# Node holds the head back until the first byte of the body, and drops the body
# of HEAD: a handler that only writes never answers HEAD. res.flushHeaders()
# does. And a handler that does not look at req.method streams to PUT and
# DELETE. The hand-written replay is right.
#
# Each by hand, with URL the stream:

# curl -sI -m 3 URL: no byte in 3 s (curl: 28)
http.method.head WARN writeHead() sends nothing before a body or an end
# curl -i -X PUT URL: 200 and the stream; DELETE too
http.method.unsupported WARN the handler does not look at the method
