/* SPDX-License-Identifier: MIT
 * The rows of http.framing; see http_framing.c and http_framing_ends.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

#define SHOW_HEAD "curl -sN -m 2 -D - -o /dev/null {url}"
#define SHOW_WIRE "curl -sN -m 3 --raw {url} | xxd | head"
#define NODE_RAW                                                              \
  {                                                                           \
    "Node/Express", "Leave framing to http.ServerResponse; do not write to "  \
                    "req.socket."                                             \
  }
#define ASGI_RAW                                                              \
  {                                                                           \
    "Python/Starlette", "Let uvicorn or hypercorn frame the body; no "        \
                        "Content-Length or Transfer-Encoding of your own."    \
  }
#define GO_RAW                                                                \
  {                                                                           \
    "Go", "Leave framing to net/http; no Hijack for streams."                 \
  }
#define SPRING_RAW                                                            \
  {                                                                           \
    "Spring", "Leave framing to Tomcat or Netty; set neither header."         \
  }

static const struct check rows[] = {
    {.id = "http.framing.no-cl",
     .title = "An endless stream has no Content-Length",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "6.3",
     .reference = "RFC 9112 section 6.3",
     .rationale =
         "Every client stops reading at the length and takes that for the "
         "end: it reconnects, or reports the stream as complete.",
     .causes = "Middleware that measures bodies; a length copied from an "
               "upstream answer.",
     .fix = {NODE_RAW, ASGI_RAW, GO_RAW, SPRING_RAW},
     .reproduce = SHOW_HEAD " | grep -i content-length",
     .judge = http_judge_framing_no_cl,
     .skip = http_skip_finite},
    {.id = "http.framing.te-cl",
     .title = "Transfer-Encoding and Content-Length are never together",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "6.2",
     .reference = "RFC 9112 sections 6.1, 6.2",
     .rationale =
         "Two readers on the way may take two different ends, the way "
         "request smuggling works. Node's parser and several proxies refuse "
         "such an answer outright.",
     .causes = "A header set by hand beside the framework's own.",
     .fix = {{"nginx", "Repair the upstream; nginx itself answers 502."},
             NODE_RAW,
             ASGI_RAW,
             GO_RAW,
             SPRING_RAW},
     .reproduce = SHOW_HEAD " | grep -iE 'transfer-encoding|content-length'",
     .judge = http_judge_framing_te_cl},
    {.id = "http.framing.self-delimited",
     .title = "The end of the stream can be told from a broken connection",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "6.3",
     .reference = "RFC 9112 section 6.3",
     .rationale =
         "Where only the connection's end ends the body, a crash, a proxy "
         "time-out and a finished answer look alike. Clients that are not "
         "browsers then treat half an answer as a whole one.",
     .causes = "Connection: close with a raw socket; WSGI servers such as "
               "wsgiref; a proxy that talks HTTP/1.0 upstream.",
     .fix = {{"nginx", "proxy_http_version 1.1; proxy_set_header Connection "
                       "\"\";"},
             {"Node/Express", "Do not set useChunkedEncodingByDefault to "
                              "false; no raw socket."},
             {"Python/Starlette", "Serve with uvicorn, hypercorn or gunicorn "
                                  "(not wsgiref or http.server)."},
             GO_RAW,
             SPRING_RAW},
     .reproduce = SHOW_HEAD " | grep -iE 'transfer-encoding|content-length'",
     .judge = http_judge_framing_self_delimited},
    {.id = "http.framing.te-value",
     .title = "Transfer-Encoding is exactly chunked",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "7",
     .reference = "RFC 9112 sections 6.1, 7",
     .rationale =
         "No browser decodes \"gzip, chunked\" as a transfer coding, and "
         "\"chunked, chunked\" or \"identity\" is refused or read wrongly: "
         "the client sees garbage or an error.",
     .causes = "A proxy adds chunked where the upstream had it already; "
               "compression as a transfer coding.",
     .fix = {{"nginx", "Do not add the header with add_header."},
             NODE_RAW,
             ASGI_RAW,
             GO_RAW,
             SPRING_RAW},
     .reproduce = SHOW_HEAD " | grep -i transfer-encoding",
     .judge = http_judge_framing_te_value},
    {.id = "http.framing.no-te-10",
     .title = "An HTTP/1.0 request gets no Transfer-Encoding",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_HTTP10)},
     .anchor = RFC_9112 "6.1",
     .reference = "RFC 9112 section 6.1",
     .rationale =
         "nginx asks upstreams with HTTP/1.0 unless told otherwise. A client "
         "of 1.0 takes chunk sizes for data: events get stray lines of hex "
         "digits between them.",
     .causes = "Chunks written by hand, whatever the request's version.",
     .fix = {{"nginx", "proxy_http_version 1.1; hides it for this proxy."},
             NODE_RAW,
             ASGI_RAW,
             GO_RAW,
             SPRING_RAW},
     .reproduce = "curl -sN -0 -m 2 -D - -o /dev/null {url}",
     .judge = http_judge_framing_no_te_10},
    {.id = "http.framing.chunk-syntax",
     .title = "Chunks are well-formed",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "7.1",
     .reference = "RFC 9112 section 7.1",
     .rationale =
         "A wrong size or a missing CRLF ends the stream with a protocol "
         "error in every client, at an event that depends on the data.",
     .causes = "Sizes counted in characters where bytes are meant; two "
               "threads that write to one connection; LF for CRLF.",
     .fix = {NODE_RAW,
             ASGI_RAW,
             GO_RAW,
             SPRING_RAW,
             {"any", "One writer per connection; count bytes, not "
                     "characters."}},
     .reproduce = SHOW_WIRE,
     .judge = http_judge_framing_chunk_syntax},
    {.id = "http.framing.chunk-ext",
     .title = "Chunks have no extensions",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "7.1.1",
     .reference = "RFC 9112 section 7.1.1",
     .rationale = "Nobody reads them, proxies drop them, and small clients "
                  "with a parser of their own stumble.",
     .causes = "A server library's signature or debugging feature.",
     .fix = {{"any", "Switch the extension off; put data into events."}},
     .reproduce = SHOW_WIRE,
     .judge = http_judge_framing_chunk_ext},
    {.id = "http.framing.terminator",
     .title = "A stream that ends says so with the zero chunk",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .optional = EX(EX_IDLE) | EX(EX_TO_END),
     .anchor = RFC_9112 "8",
     .reference = "RFC 9112 sections 7.1, 8",
     .rationale =
         "A close without the zero chunk is an incomplete message: libraries "
         "raise errors such as 'premature close' or 'incomplete chunked "
         "read' and monitors count a failure for every normal end.",
     .causes = "The process or worker is killed at its time limit; a proxy's "
               "read time-out; the socket is destroyed in place of ended.",
     .fix = {{"nginx", "proxy_read_timeout above the heartbeat; "
                       "worker_shutdown_timeout for reloads."},
             {"Node/Express", "res.end(), not res.destroy() or "
                              "socket.destroy()."},
             {"Python/Starlette",
              "Return from the generator; raise gunicorn's "
              "--timeout or use async workers."},
             {"Go", "Return from the handler; WriteTimeout 0 for streams."},
             {"Spring", "emitter.complete(); set the async time-out to -1."}},
     .reproduce = "curl -sN --raw {url} | tail -c 16 | xxd",
     .judge = http_judge_framing_terminator},
    {.id = "http.framing.trailers",
     .title = "The stream has no trailer fields",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "7.1.2",
     .reference = "RFC 9110 section 6.5; RFC 9112 section 7.1.2",
     .rationale =
         "No EventSource and hardly any library hands trailers to the "
         "application, and proxies drop them: whatever they say is lost.",
     .causes = "gRPC-web or Server-Timing middleware; a status sent at the "
               "end.",
     .fix = {{"any", "Send the last word as an event of its own type."}},
     .reproduce = "curl -sN -m 5 --raw {url} | tail -c 200 | xxd",
     .judge = http_judge_framing_trailers},
    {.id = "http.framing.header-syntax",
     .title = "The head is well-formed",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9112 "5",
     .reference = "RFC 9112 sections 2.2, 5",
     .rationale =
         "Folded lines, spaces before a colon and bare CRs are read "
         "differently by every parser, which is how responses are split and "
         "smuggled. Node, Go and Envoy refuse the whole answer.",
     .causes = "Heads written by hand; a value with a newline in it that "
               "came from a user; CGI scripts.",
     .fix = {NODE_RAW,
             ASGI_RAW,
             GO_RAW,
             SPRING_RAW,
             {"any", "Refuse CR and LF in header values."}},
     .reproduce = "curl -sN -m 2 --raw -i {url} | head -c 600 | xxd",
     .judge = http_judge_framing_header_syntax},
    {.id = "http.framing.header-size",
     .title = "The head is not larger than 8 KiB",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "5.4",
     .reference = "RFC 9110 section 5.4",
     .rationale =
         "nginx reads an upstream's head into one buffer of 4 or 8 KiB and "
         "answers 502 when it does not fit; Node stops at 16 KiB. A 502 ends "
         "browsers' EventSources for good.",
     .causes = "A Content-Security-Policy or many cookies on the stream.",
     .fix = {{"nginx", "proxy_buffer_size 16k; if the head cannot shrink."},
             {"any", "Leave page headers (CSP, Link, cookies) off streams."}},
     .reproduce = SHOW_HEAD " | wc -c",
     .judge = http_judge_framing_header_size},
    {.id = "http.framing.version",
     .title = "An HTTP/1.1 request is answered in HTTP/1.1",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "6.2",
     .reference = "RFC 9110 section 6.2",
     .rationale =
         "HTTP/1.0 has no chunks: the stream's end cannot be told from a "
         "broken connection, no connection is reused, and some proxies "
         "collect a 1.0 body before they pass it on.",
     .causes = "Python's http.server and wsgiref; an old proxy.",
     .fix = {{"nginx", "nginx always answers 1.1; look behind it."},
             {"Python/Starlette", "Serve with uvicorn or gunicorn; in "
                                  "http.server set protocol_version = "
                                  "\"HTTP/1.1\"."},
             {"any", "Use a server that speaks HTTP/1.1."}},
     .reproduce = SHOW_HEAD " | head -1",
     .judge = http_judge_framing_version},
    {.id = "http.framing.chunk-aligned",
     .title = "Each chunk holds whole events",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale =
         "Legal, but home-made clients that parse what one read() gave them "
         "lose events at the borders, and an event in parts arrives when "
         "its last part does.",
     .causes = "One write per line; buffers of a fixed size on the way.",
     .fix = {{"Node/Express", "One res.write() per event."},
             {"Python/Starlette", "Yield whole events."},
             {"Go", "Fprintf the whole event, then Flush."},
             {"any", "Build the event, then write it in one call."}},
     .reproduce = SHOW_WIRE,
     .judge = http_judge_framing_chunk_aligned},
    {.id = "http.framing.tls-close",
     .title = "TLS ends with close_notify",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "W",
     .needs = {.exchanges = EX(EX_TO_END)},
     .anchor = RFC_9112 "9.8",
     .reference = "RFC 9112 section 9.8",
     .rationale =
         "Without it an attacker, or a crash, that cuts a close-delimited "
         "stream cannot be told from its end; OpenSSL 3 reports an error.",
     .causes = "The socket is closed below the TLS layer; a killed process.",
     .fix = {{"Node/Express", "socket.end(), not destroy()."},
             {"any", "Shut TLS down before the socket; use chunked."}},
     .reproduce = "openssl s_client -quiet -connect HOST:443",
     .judge = http_judge_framing_tls_close,
     .skip = http_skip_without_tls},
};

CHECK_GROUP(group_http_framing, "http.framing", rows);
