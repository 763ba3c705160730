# fastify-sse-v2 4.2 on Fastify 5.12, reply.sse() of a generator
#
# Fastify answers HEAD with the route for GET, and the plugin writes a body
# that Node drops: the head waits for it.
#
# Each by hand, with URL the stream:

# curl -sI -m 3 URL: no byte in 3 s (curl: 28)
http.method.head WARN exposeHeadRoutes is on, and the plugin writes a body for HEAD, too
# curl -sN -H 'Last-Event-ID: 5' URL begins with the event that it begins with
# without the header
resume.offered WARN the application numbers its events and never reads Last-Event-ID
