# NestJS 12.5 on Express, @Sse() with an Observable
#
# Headers as they should be, no-transform among them, and HEAD gives its
# connection back. It numbers the events of each connection from 1, whatever
# Last-Event-ID says.
#
# Each by hand, with URL the stream:

# curl -sN -H 'Last-Event-ID: 5' URL begins with "id: 1"
resume.offered WARN @nestjs/core/router/sse-stream.js gives each connection ids of its own
