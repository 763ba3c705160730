# nginx 1.22 with nchan 1.3.6 (scenarios/nginx/good/nchan.conf)
#
# Resumes without a gap or a repeat, but never answers HEAD or a method it does
# not know, serves nobody who does not name text/event-stream in Accept, and
# lets a bare CR of the publisher through: whoever may publish text can forge
# whole events.
#
# Each by hand, with URL the stream and PUB the publisher location:

# curl -sI -H 'Accept: text/event-stream' -m 6 URL: no byte in 6 s (curl: 28);
# the same without Accept
http.method.head WARN nchan takes HEAD for a subscriber and sends it nothing
# curl -s -i -X FOO -m 6 URL: no byte in 6 s (PUT and DELETE: 403 at once)
http.method.unsupported WARN an unknown method is never answered
# printf 'zz\rdata: forged\r\revent: evil' | curl --data-binary @- PUB, and
# curl -N URL | cat -A shows "data: zz^Mdata: forged^M^Mevent: evil"
sec.inject.data-cr FAIL nchan splits what is published at LF only
# printf 'a\r\nb\rc' the same way: "data: a^M$data: b^Mc"; an EventSource gets
# "a\nb", since "c" is a field that nobody knows
frame.data.raw-crlf FAIL nchan splits what is published at LF only
# curl -sN -D - URL (with Accept: text/event-stream): no Cache-Control, no
# Transfer-Encoding, no Content-Length, and yet "Connection: keep-alive"
http.cache.no-store WARN no Cache-Control; add_header in the location mends it
http.framing.self-delimited WARN the end of the connection ends the body
# curl -H 'If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT': "400 Bad
# Request", "Message ID invalid"; nchan keeps its position in that field
http.cache.no-304 WARN If-Modified-Since is taken for a position: 400
# curl -H 'Accept:' and curl -H 'Accept: */*' (curl's own): 403
http.hdr.accept-tolerant WARN only an Accept that names the type gets a stream
