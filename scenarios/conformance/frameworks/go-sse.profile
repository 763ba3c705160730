# tmaxmax/go-sse 0.12 on Go's net/http, Server with Joe
#
# The library says nothing of caches, and nothing of methods.
#
# Each by hand, with URL the stream:

# curl -sN -D - URL: no Cache-Control
http.cache.no-store WARN session.go:60 sets Content-Type alone
# HEAD, and 1.2 s later GET, on one raw socket: the HEAD is answered at once,
# the GET gets no byte in 1.2 s: the handler still runs for the HEAD
http.method.head WARN ServeHTTP does not look at the method
# curl -iN -X PUT URL: 200 and the stream; SEARCH too
http.method.unsupported WARN ServeHTTP does not look at the method
