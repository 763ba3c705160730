/* SPDX-License-Identifier: MIT
 * The rows of h2.*; see h2.c, h2_end.c, h2_many.c and h2_same.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/h2/h2_judges.h"

#define LOOK SCRIPT(SCRIPT_H2)
#define END  SCRIPT(SCRIPT_H2_END)
#define MANY SCRIPT(SCRIPT_H2_MANY)

static const struct check rows[] = {
    {.id = "h2.available",
     .title = "HTTP/2 is offered",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "A",
     .needs = {.scripts = {LOOK}},
     .anchor = RFC_9113 "3.2",
     .reference = "RFC 9113 section 3.2",
     .rationale = "Over HTTP/1.1 a browser keeps six connections to a host, "
                  "for all tabs together: the seventh stream, and every page "
                  "and image behind it, waits for ever. Over HTTP/2 about a "
                  "hundred streams share one connection.",
     .causes = "HTTP/2 is not switched on, or the TLS library is too old for "
               "ALPN.",
     .fix = {{"nginx", "listen 443 ssl http2; from 1.25.1 on: http2 on;"},
             {"Caddy", "On by default; see that the site's protocols say h2."},
             {"Node/Express", "http2.createSecureServer({allowHTTP1: true}), "
                              "or a proxy in front."},
             {"Go", "net/http does it by itself with TLS, unless "
                    "TLSNextProto is set to an empty map."},
             {"any", "Let a proxy that speaks HTTP/2 end TLS."}},
     .reproduce = "curl -sN -m 2 --http2 -o /dev/null -w '%{http_version}\\n' "
                  "{url}",
     .judge = h2_judge_available,
     .skip = h2_skip_plain},
    {.id = "h2.no-connection-headers",
     .title = "No fields of HTTP/1.1 connections",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.scripts = {LOOK}},
     .anchor = RFC_9113 "8.2.2",
     .reference = "RFC 9113 section 8.2.2",
     .rationale = "Connection, Keep-Alive, Proxy-Connection, "
                  "Transfer-Encoding and Upgrade make an HTTP/2 message "
                  "malformed: Chromium says ERR_HTTP2_PROTOCOL_ERROR, curl "
                  "error 92, and the stream works in nobody's browser while "
                  "it works in development.",
     .causes = "Connection: keep-alive set by hand, as half of the tutorials "
               "do; a framework that writes Transfer-Encoding itself; a proxy "
               "that passes both on.",
     .fix = {{"any", "Do not set Connection, Keep-Alive or Transfer-Encoding "
                     "in the application: the server does."},
             {"Node/Express", "Leave 'Connection' out of res.writeHead()."},
             {"Go", "Leave w.Header().Set(\"Connection\", ...) out."},
             {"Python/Starlette", "Leave Connection out of the response's "
                                  "headers."},
             {"nginx", "proxy_hide_header for what the application sends; "
                       "nginx takes Connection out itself."}},
     .reproduce = "curl -sSN -m 2 --http2 -D - -o /dev/null {url}",
     .judge = h2_judge_no_connection_headers,
     .skip = h2_skip_plain},
    {.id = "h2.lowercase",
     .title = "Field names are in small letters, :status comes first",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.scripts = {LOOK}},
     .anchor = RFC_9113 "8.2.1",
     .reference = "RFC 9113 sections 8.2.1 and 8.3",
     .rationale = "A capital letter in a name, a field before :status, or a "
                  "line end inside a value makes the message malformed: the "
                  "client ends the stream with PROTOCOL_ERROR.",
     .causes = "HTTP/1.1 names copied into HTTP/2 frames by hand; a value "
               "that somebody else could write a line end into.",
     .fix = {{"any", "Leave the frames to the server's library, and update "
                     "it; write names in small letters where it does not."},
             {"Node/Express", "http2 lowers names itself; with "
                              "stream.respond() begin with ':status'."}},
     .reproduce = "curl -sSN -m 2 --http2 -D - -o /dev/null {url}",
     .judge = h2_judge_lowercase,
     .skip = h2_skip_plain},
    {.id = "h2.content-length",
     .title = "No Content-Length, or the right one",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.scripts = {LOOK}},
     .anchor = RFC_9113 "8.1.1",
     .reference = "RFC 9113 section 8.1.1",
     .rationale = "A Content-Length that differs from the DATA that came "
                  "makes the message malformed. Clients end the stream with "
                  "PROTOCOL_ERROR once more has come than was announced.",
     .causes = "A length set for the first event; a middleware that counts a "
               "body before it is complete; a proxy that passes the length "
               "on of a body that it changes.",
     .fix = {{"any", "Send no Content-Length with a stream."},
             {"Node/Express", "res.removeHeader('Content-Length')."},
             {"Go", "Delete w.Header()[\"Content-Length\"] before the first "
                    "write."}},
     .reproduce = "curl -sSN -m 2 --http2 -D - {url}",
     .judge = h2_judge_content_length,
     .skip = h2_skip_plain},
    {.id = "h2.end",
     .title = "Streams end with END_STREAM",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "W",
     .needs = {.scripts = {END}},
     .anchor = RFC_9113 "8.1",
     .reference = "RFC 9113 sections 8.1 and 5.4.2",
     .rationale = "A reset says that something failed: what had not been read "
                  "yet may be dropped, proxies log errors, and a client "
                  "cannot tell an end from a crash.",
     .causes = "A handler that is aborted instead of returning; a time limit "
               "of a proxy; an upstream connection that closed without the "
               "end of its body.",
     .fix = {{"any", "Return from the handler; end the body."},
             {"nginx", "proxy_http_version 1.1 and a proxy_read_timeout above "
                       "the heartbeat's interval: an upstream that breaks off "
                       "becomes RST_STREAM."},
             {"Go", "Do not panic(http.ErrAbortHandler) to end a stream."},
             {"Node/Express", "stream.end(), not stream.close() or "
                              "destroy()."}},
     .reproduce = "curl -sSN --http2 -o /dev/null {url}; echo $?",
     .judge = h2_judge_end,
     .skip = h2_skip_plain},
    {.id = "h2.max-streams",
     .title = "A connection carries 100 streams or more",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.scripts = {LOOK}},
     .anchor = RFC_9113 "6.5.2",
     .reference = "RFC 9113 section 6.5.2",
     .rationale = "A browser opens no second connection to the same host: "
                  "beyond the limit its requests wait for a stream to end, "
                  "and event streams do not end.",
     .causes = "A limit lowered against floods of resets; a default of an "
               "embedded server.",
     .fix = {{"nginx", "http2_max_concurrent_streams 128; (the default)."},
             {"HAProxy", "tune.h2.max-concurrent-streams 100"},
             {"Apache", "H2MaxSessionStreams 100"},
             {"Node/Express", "http2.createSecureServer({settings: "
                              "{maxConcurrentStreams: 100}})"},
             {"Go", "http2.Server{MaxConcurrentStreams: 250}, the default."}},
     .reproduce = "nghttp -nv {url} | grep MAX_CONCURRENT_STREAMS",
     .judge = h2_judge_max_streams,
     .skip = h2_skip_plain},
    {.id = "h2.multiplex",
     .title = "Streams of one connection progress like separate ones",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {MANY}},
     .anchor = RFC_9113 "5",
     .reference = "RFC 9113 section 5",
     .rationale = "All tabs of a browser share one connection. Where it "
                  "serves one stream after the other, all but the first stand "
                  "still, and only with a second tab does anybody notice.",
     .causes = "A thread or a lock per connection that a stream holds while "
               "it waits for events; a scheduler that starves streams; one "
               "upstream connection for all.",
     .fix = {{"any", "Serve each stream in a task of its own, and hold no "
                     "lock of the connection while waiting."},
             {"Apache", "H2MaxWorkers above the number of open streams: each "
                        "holds a worker."},
             {"nginx", "No upstream limit below the streams: see max_conns "
                       "of the upstream's servers."}},
     .reproduce =
         "curl -sN -m 3 --http2 --parallel --parallel-immediate {url} "
         "{url} {url}",
     .judge = h2_judge_multiplex,
     .skip = h2_skip_plain},
    {.id = "h2.hol-stall",
     .title = "A stream that is not read holds no other one up",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {MANY}},
     .anchor = RFC_9113 "5.2.1",
     .reference = "RFC 9113 sections 5.2 and 6.9",
     .rationale = "A tab in the background may leave its stream unread. Flow "
                  "control is per stream so that the others go on; a server "
                  "that waits for one window lets the whole browser wait, and "
                  "one that ignores windows has its stream killed.",
     .causes = "A write that blocks the connection's only writer; one queue "
               "for all streams; a broadcast that awaits each client in "
               "turn.",
     .fix = {{"any", "Give each stream a bounded queue of its own, and drop "
                     "or end the stream whose queue is full; never await one "
                     "client's write in a loop over all."},
             {"Node/Express", "Look at what stream.write() returns, and wait "
                              "for 'drain' of that stream only."},
             {"Go", "A channel per client with select and default."}},
     .reproduce = "weir check {url} --mode full --only h2.hol-stall",
     .judge = h2_judge_hol_stall,
     .skip = h2_skip_plain},
    {.id = "h2.cancel",
     .title = "Cancelled streams leave the connection usable",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {MANY}},
     .anchor = RFC_9113 "5.1.2",
     .reference = "RFC 9113 sections 5.1.2 and 5.4.2",
     .rationale = "A browser resets a stream on each navigation and keeps the "
                  "connection. A stream that stays counted after its reset "
                  "uses the limit up: after a hundred page views that "
                  "browser gets nothing any more.",
     .causes = "A handler that waits for its next event and does not see the "
               "reset; a counter that a raised exception skips; a defence "
               "against floods of resets that a person's clicks trip.",
     .fix = {{"any", "End the handler when its stream is reset, as on a "
                     "closed connection."},
             {"Go", "Return on r.Context().Done()."},
             {"Node/Express", "stream.on('close', cleanup), also when "
                              "stream.aborted."},
             {"Python/Starlette", "await request.is_disconnected(), or let "
                                  "the generator be cancelled."},
             {"nginx", "keepalive_requests of 1000 or more; the connection "
                       "ends after so many streams."}},
     .reproduce = "weir check {url} --mode full --only h2.cancel",
     .judge = h2_judge_cancel,
     .skip = h2_skip_plain},
    {.id = "h2.204",
     .title = "The 204 that stops clients works over HTTP/2",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     .needs = {.scripts = {END, SCRIPT(SCRIPT_FINISHED)}},
     .anchor = RFC_9113 "8.1",
     .reference = "RFC 9113 section 8.1; RFC 9110 section 15.3.5",
     .rationale = "An EventSource stops for good on 204. A 204 with a body, "
                  "or without END_STREAM, is an error to an HTTP/2 client, "
                  "which then comes back every three seconds.",
     .causes = "A module that sends a body's end that HTTP/2 does not know; "
               "an empty DATA frame that never comes.",
     .fix = {{"any", "Send the 204 as HEADERS with END_STREAM and nothing "
                     "behind it."},
             {"nginx", "return 204; works; update modules that answer "
                       "themselves, nchan among them."}},
     .reproduce = "curl -siSN -m 2 --http2 -H 'Last-Event-ID: LAST' {url}",
     .judge = h2_judge_204,
     .skip = h2_skip_not_finite},
    {.id = "h2.heartbeat-is-data",
     .title = "Heartbeats are comments in DATA, not PING frames",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "W",
     .needs = {.scripts = {END}},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale = "A PING keeps one hop alive: the next proxy answers it "
                  "itself and then closes its idle side, and no script in a "
                  "page ever sees one.",
     .causes = "Keep-alive of the HTTP/2 library taken for a heartbeat.",
     .fix = {{"any",
              "Send a comment every 15 s, whatever the library pings."}},
     .reproduce = "curl -sN -m 60 --http2 {url}",
     .judge = h2_judge_heartbeat_is_data,
     .skip = h2_skip_plain},
    {.id = "h2.same-events",
     .title = "HTTP/2 and HTTP/1.1 deliver the same events",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_SECOND), .scripts = {LOOK}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "Developers look with curl over HTTP/1.1, users with "
                  "browsers over HTTP/2. What is lost, doubled or changed on "
                  "one of the ways only is looked for in the wrong place, and "
                  "a stream that exists over HTTP/1.1 only is there for "
                  "nobody.",
     .causes = "A handler that works with HTTP/1.1 connections only "
               "(hijacking, Upgrade); another code path, buffer or "
               "compression for HTTP/2; a proxy "
               "that ends TLS for one of them only.",
     .fix = {{"any", "Serve both from the same code, and compare them behind "
                     "the same proxy."},
             {"nginx", "The same location serves both; look for a second "
                       "server block, and for gzip."}},
     .reproduce = "curl -sN -m 3 --http1.1 {url} > 1 & curl -sN -m 3 --http2 "
                  "{url} > 2; wait; diff 1 2",
     .judge = h2_judge_same_events,
     .skip = h2_skip_plain},
};

CHECK_GROUP(group_h2, "h2", rows);
