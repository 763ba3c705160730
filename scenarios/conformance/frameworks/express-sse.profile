# express-sse 1.0 on Express 5.3
#
# Ids that count for each connection are worse than none: a client that comes
# back names an event that the server knows by another. And names and ids are
# written as they are.
#
# Each by hand, with URL the stream and PUB what publishes:

# curl -d zz 'PUB?type=a%0Adata:%20forged', and curl -N URL | cat -A shows
# "event: a$data: forged$data: "zz"$"
sec.inject.event FAIL express-sse/index.js:67 writes the name as it is
# curl -d zz 'PUB?id=a%0Adata:%20forged': "id: a$data: forged$data: "zz"$"
sec.inject.id FAIL express-sse/index.js:61 writes the id as it is
# curl -N URL twice, a second apart: the same event has two ids
resume.ids-stable FAIL express-sse/index.js:63 counts for each connection
# HEAD, and 1.2 s later GET, on one raw socket: the HEAD is answered at once,
# the GET gets no byte in 1.2 s: the response to HEAD never ends
http.method.head WARN Express gives HEAD to the route for GET, and init() never ends it
