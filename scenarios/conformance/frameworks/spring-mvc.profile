# Spring MVC 6.2 on Tomcat 10.1 (Boot 3.5.7), SseEmitter
#
# Spring says nothing of caches, and answers HEAD on a GET mapping with the
# emitter behind it.
#
# Each by hand, with URL the stream:

# curl -sN -D - URL: no Cache-Control
http.cache.no-store WARN SseEmitter sets Content-Type alone
# HEAD, and 1.2 s later GET, on one raw socket: the HEAD is answered at once,
# the GET gets no byte in 1.2 s: the emitter still runs for the HEAD
http.method.head WARN @GetMapping takes HEAD, and the emitter is never completed
