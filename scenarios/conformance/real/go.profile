# Go's net/http, a broker of channels (harness/e2e/apps/go_app.go)
#
# fmt.Fprintf(w, "data: %s\n\n", text) is in most tutorials, and lets everybody
# who may publish text forge events. Without a flush before the first event the
# head waits for it, and a handler that never returns keeps HEAD's connection.
#
# Each by hand, with URL the stream and PUB what publishes:

# printf 'zz\n\nevent: forged\ndata: y\n\n' | curl --data-binary @- PUB, and
# curl -N URL | cat -A shows "data: zz$$event: forged$data: y$$"
sec.inject.data-lf FAIL the text goes out as it came
# printf 'zz\rdata: forged\r\revent: evil': "data: zz^Mdata: forged^M^Mevent:..."
sec.inject.data-cr FAIL the text goes out as it came
# printf 'a\nb': "data: a$b$$"; an EventSource gets "a"
frame.data.join FAIL only the first line has a data: in front
frame.data.raw-crlf FAIL only the first line has a data: in front
# printf 'a\n': "data: a$$"; an EventSource gets "a"
frame.data.trailing-newline WARN the line end at the end is lost
# curl -N -H 'Last-Event-ID: 1' URL while the newest is 9: begins with 10, as
# without the header
resume.offered WARN ids are written, and Last-Event-ID is never read
# HEAD, and 1.2 s later GET, on one raw socket: the HEAD is answered at once,
# the GET gets no byte in 1.2 s: the handler still runs for the HEAD
http.method.head WARN the handler runs on for a HEAD
# curl -i -X PUT URL: 200 and the stream; DELETE too
http.method.unsupported WARN Handle("/events") takes all methods
