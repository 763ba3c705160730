# better-sse 0.16.1 on Node, a channel with a history (harness/e2e/apps/better_sse_app.mjs)
#
# The best headers of all, and data that nothing breaks out of. But its
# sanitizer makes LF of CR in ids and event names and leaves the LF: an id or a
# name from outside writes lines of its own.
#
# Each by hand, with URL the stream and PUB what broadcasts:

# curl -d zz 'PUB?type=a%0Adata:%20forged', and curl -N URL | cat -A shows
# "event:a$data: forged$id:...$data:"zz"$"
sec.inject.event FAIL the library writes LF in event names
# curl -d zz 'PUB?id=a%0Adata:%20forged': "id:a$data: forged$data:"zz"$"
sec.inject.id FAIL the library writes LF and NUL in ids
# curl -sI -m 3 URL: no byte in 3 s (curl: 28)
http.method.head WARN Node drops the body of HEAD and so never sends the head
# curl -i -X PUT URL: 200 and the stream; DELETE too
http.method.unsupported WARN createSession() does not look at the method
