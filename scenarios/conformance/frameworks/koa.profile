# Koa 3.3 on Node, a PassThrough as its body
#
# A handler that looks at the path alone streams to any method.
#
# Each by hand, with URL the stream:

# curl -iN -X PUT URL: 200 and the stream; SEARCH too
http.method.unsupported WARN the application does not look at ctx.method
