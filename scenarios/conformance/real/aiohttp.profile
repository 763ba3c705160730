# aiohttp 3.8, StreamResponse and a queue per reader (harness/e2e/apps/aiohttp_app.py)
#
# add_get() answers HEAD too, and StreamResponse writes the body of it: the
# bytes stand where a client expects the next answer. JSON in data lines keeps
# whatever is published in its place.
#
# Each by hand, with URL the stream:

# HEAD on a raw socket: "200 OK", "Transfer-Encoding: chunked", and then
# "15", "data: {"text": "2"}", ... without end
http.method.head FAIL chunks of the stream follow the answer to HEAD
