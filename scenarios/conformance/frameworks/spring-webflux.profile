# Spring WebFlux 6.2 on Netty (Boot 3.5.7), a Flux of ServerSentEvent
#
# Flux.interval() without a strategy cuts off a reader that is slow for an
# instant (OverflowException): .onBackpressureDrop() behind it. The
# application numbers the events of each connection alike.
#
# Each by hand, with URL the stream:

# curl -sN -D - URL: no Cache-Control
http.cache.no-store WARN ServerSentEventHttpMessageWriter sets Content-Type alone
# printf 'GET /events HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"
http.framing.no-te-10 WARN reactor-netty asks for no version
# curl -sN -H 'Last-Event-ID: 5' URL begins with the event that it begins with
# without the header
resume.offered WARN the application numbers its events and never reads Last-Event-ID
