/* SPDX-License-Identifier: MIT
 * The rows of http.status; see http_status.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

static const struct check rows[] = {
    {.id = "http.status.200",
     .title = "The stream is answered 200",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model",
     .rationale =
         "Any other final status makes EventSource fail the connection: an "
         "error event, readyState CLOSED, no retry. One passing 502 from a "
         "proxy ends every open browser tab for good, while most libraries "
         "outside browsers go on retrying.",
     .causes = "A path that changed; missing credentials; a proxy whose "
               "upstream was away for a moment.",
     .fix = {{"nginx", "Keep upstreams reachable during deploys "
                       "(proxy_next_upstream, more than one server line)."},
             {"Node/Express", "res.writeHead(200, ...) before the first "
                              "write; errors go through next(err) earlier."},
             {"Python/Starlette", "Raise HTTPException before the streaming "
                                  "response is returned."},
             {"Go", "w.WriteHeader(http.StatusOK) or simply the first "
                    "Write."},
             {"Spring", "Fail before the SseEmitter is returned."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' {url}",
     .judge = http_judge_status_200},
    {.id = "http.status.no-203-206",
     .title = "The stream is not answered 203 or 206",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model; RFC 9110 sections 15.3.4, 15.3.7",
     .rationale =
         "Both look like success and end an EventSource all the same. 203 "
         "comes from a proxy that changes content, 206 from something that "
         "treats the stream as a file.",
     .causes = "A transforming proxy or antivirus gateway; a static file "
               "handler or a range-aware cache in front of the stream.",
     .fix = {{"nginx", "proxy_force_ranges off; no slice module in the "
                       "stream's location."},
             {"any", "Send Cache-Control: no-transform; take the stream out "
                     "of file and range handling."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' {url}",
     .judge = http_judge_status_no_203_206},
    {.id = "http.status.1xx",
     .title = "Interim responses before the 200 do no harm",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "15.2",
     .reference = "RFC 9110 section 15.2",
     .rationale =
         "Clients must cope with any number of 1xx responses, yet some "
         "proxies answer 503 to a 103 from their upstream, and hand-written "
         "clients take the first status line for the final one.",
     .causes = "Early Hints switched on for all routes.",
     .fix = {{"Node/Express", "Do not call res.writeEarlyHints() on stream "
                              "routes."},
             {"any", "Send 103 for pages only."}},
     .reproduce = "curl -sN -m 2 -v -o /dev/null {url} 2>&1 | grep '^< HTTP'",
     .judge = http_judge_status_1xx},
    {.id = "http.status.204-stop",
     .title = "A finished stream answers the reconnect with 204",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R",
     .eventsource = true,
     .needs = {.scripts = {SCRIPT(SCRIPT_FINISHED)}},
     .anchor = HTML_SSE "server-sent-events-intro",
     .reference = "HTML: server-sent events, introduction",
     .rationale =
         "EventSource reconnects after every end of a stream; 204 is the one "
         "way to tell it to stop. Without it a finished job, answer or log "
         "is sent over and over, and expensive work is repeated.",
     .causes = "A handler that ignores Last-Event-ID and starts again; "
               "stream endings designed for fetch() and used with "
               "EventSource.",
     .fix = {{"Node/Express", "if (finished(req.get('last-event-id'))) return "
                              "res.status(204).end();"},
             {"Python/Starlette", "return Response(status_code=204) when the "
                                  "id is the last one."},
             {"Go", "w.WriteHeader(http.StatusNoContent) before any Write."},
             {"Spring", "Return ResponseEntity.noContent() in place of the "
                        "emitter."},
             {"any", "Or send a last event that tells the page to call "
                     "close(), and keep the stream open until it does."}},
     .reproduce = "curl -sN -i -m 5 -H 'Last-Event-ID: LAST' {url}",
     .judge = http_judge_status_204_stop,
     .skip = http_skip_not_finite},
    {.id = "http.status.204-empty",
     .title = "The 204 has no body, Content-Length or Transfer-Encoding",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_FINISHED)}},
     .anchor = RFC_9112 "6.1",
     .reference = "RFC 9110 section 8.6; RFC 9112 section 6.1",
     .rationale =
         "Bytes behind a 204 are read as the start of the next response on "
         "a kept connection: strict clients and proxies then report a broken "
         "answer to some other request.",
     .causes = "A body sent with the status; middleware that adds "
               "Content-Length: 0 or chunked to everything.",
     .fix = {{"Node/Express", "res.status(204).end(), no json() or send()."},
             {"Python/Starlette", "Response(status_code=204) without "
                                  "content."},
             {"Go", "No Write after WriteHeader(204); net/http adds "
                    "nothing."},
             {"any", "Remove middleware that sets Content-Length on 204."}},
     .reproduce = "curl -sN -i -m 5 -H 'Last-Event-ID: LAST' {url} | xxd",
     .judge = http_judge_status_204_empty,
     .skip = http_skip_not_finite},
    {.id = "http.status.204-uncached",
     .title = "The 204 is not to be stored",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_FINISHED)}},
     .anchor = RFC_9110 "15.3.5",
     .reference = "RFC 9110 sections 15.1, 15.3.5",
     .rationale =
         "204 may be cached without being told to. A cached one tells every "
         "later EventSource on that URL to stop for good, also when there is "
         "something to stream again.",
     .causes = "Cache-Control is set on the stream only, not on the answer "
               "that ends it.",
     .fix = {{"nginx", "add_header Cache-Control no-store always;"},
             {"any", "Set Cache-Control: no-store on the 204 too."}},
     .reproduce = "curl -sN -D - -m 5 -H 'Last-Event-ID: LAST' {url} | grep "
                  "-i cache-control",
     .judge = http_judge_status_204_uncached,
     .skip = http_skip_not_finite},
};

CHECK_GROUP(group_http_status, "http.status", rows);
