# datastar-py 1.0 on Starlette 1.10 and uvicorn 0.54, patches without end
#
# Headers as they should be. Starlette answers HEAD on a GET route with the
# endless generator behind it.
#
# Each by hand, with URL the stream:

# printf 'GET /events HTTP/1.0\r\n\r\n' on a raw socket: "HTTP/1.1 200 OK",
# "transfer-encoding: chunked"; with uvicorn --http h11 neither
http.framing.no-te-10 WARN uvicorn/protocols/http/httptools_impl.py:518 asks for no version
# HEAD, and 1.2 s later GET, on one raw socket: the HEAD is answered at once,
# the GET gets no byte in 1.2 s: the generator still runs for the HEAD
http.method.head WARN starlette/routing.py adds HEAD to GET, and the generator runs on
