# Quart 0.22 on Hypercorn 0.18, the stream of Quart's guide
#
# The guide aborts with 400 where Accept does not name the type, and a client
# that sends no Accept at all is turned away with those.
#
# Each by hand, with URL the stream:

# curl -i -H 'Accept:' URL: 400
http.hdr.accept-tolerant WARN "if ... not in request.accept_mimetypes: abort(400)" of the guide
# HEAD, and 1.2 s later GET, on one raw socket: the HEAD is answered at once,
# the GET gets no byte in 1.2 s: the generator still runs for the HEAD
http.method.head WARN werkzeug/routing/rules.py:493 adds HEAD to GET, and Quart runs the generator for it
# curl -sN -H 'Last-Event-ID: 5' URL begins with the event that it begins with
# without the header
resume.offered WARN the application numbers its events and never reads Last-Event-ID
