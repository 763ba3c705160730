# GraphQL Yoga 5.24 on Node, a subscription by GET
#
# "Content-Encoding: none" is no coding that anybody registered; it is to keep
# proxies from compressing.
#
# Each by hand, with URL the stream:

# curl -sN -D - -H 'Accept: text/event-stream' URL: "Content-Encoding: none"
http.coding.known WARN graphql-yoga/cjs/plugins/result-processor/sse.js:20
