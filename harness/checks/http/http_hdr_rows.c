/* SPDX-License-Identifier: MIT
 * The rows of http.hdr; see http_hdr.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

#define SHOW_HEAD "curl -sN -m 2 -D - -o /dev/null {url}"

static const struct check rows[] = {
    {.id = "http.hdr.prompt",
     .title = "The head comes at once, although no event is due",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model (announce the connection)",
     .rationale =
         "EventSource fires 'open' when the head is there. Where it waits "
         "for the first event, a quiet stream never opens, pages show "
         "'connecting', and proxies answer 504 while they read the head.",
     .causes = "The head is flushed with the first write only; a proxy that "
               "buffers; start-up work before the answer.",
     .fix = {{"nginx", "proxy_buffering off; or X-Accel-Buffering: no."},
             {"Node/Express", "res.flushHeaders() after res.writeHead()."},
             {"Python/Starlette", "Yield \": ok\\n\\n\" first (Starlette "
                                  "itself sends the head at once)."},
             {"Go", "w.WriteHeader(200), then Flush before the first "
                    "event."},
             {"Spring", "emitter.send(SseEmitter.event().comment(\"ok\"))."}},
     .reproduce = "curl -sN -m 5 -o /dev/null -w '%{time_starttransfer}\\n' "
                  "{url}",
     .judge = http_judge_hdr_prompt},
    {.id = "http.hdr.prelude",
     .title = "Some body byte comes at once",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale =
         "A comment as the first thing makes stacks that hold an empty "
         "response back send the head, and shows proxies and clients that "
         "the stream lives.",
     .causes = "Nothing is written until there is an event.",
     .fix = {{"any", "Write \":\\n\\n\" or a retry line first and flush it."}},
     .reproduce = "curl -sN -m 2 {url} | head -c 16 | xxd",
     .judge = http_judge_hdr_prelude},
    {.id = "http.hdr.x-accel",
     .title = "X-Accel-Buffering: no is sent",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = "https://nginx.org/en/docs/http/"
               "ngx_http_proxy_module.html#proxy_buffering",
     .reference = "nginx: proxy_buffering",
     .rationale =
         "nginx buffers answers unless its configuration, or this field, "
         "says otherwise. With it the stream works behind an nginx that its "
         "owner cannot configure, such as a hosting provider's.",
     .causes = "Developed without a proxy in front.",
     .fix = {{"nginx", "Or proxy_buffering off; in the location."},
             {"Node/Express", "res.set('X-Accel-Buffering', 'no')."},
             {"Python/Starlette", "headers={\"X-Accel-Buffering\": \"no\"}."},
             {"Go", "w.Header().Set(\"X-Accel-Buffering\", \"no\")."},
             {"Spring", "response.setHeader(\"X-Accel-Buffering\", "
                        "\"no\")."}},
     .reproduce = SHOW_HEAD " | grep -i x-accel",
     .judge = http_judge_hdr_x_accel},
    {.id = "http.hdr.connection",
     .title = "No needless Connection: keep-alive",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "7.6.1",
     .reference = "RFC 9110 section 7.6.1; RFC 9113 section 8.2.2",
     .rationale =
         "HTTP/1.1 connections are kept anyway. Passed on in HTTP/2 or 3 the "
         "field makes the response malformed, and the stream is refused.",
     .causes = "Copied from examples; Node adds it by itself.",
     .fix = {{"Node/Express", "Leave 'Connection' out of writeHead()."},
             {"any", "Do not set Connection; the server does."}},
     .reproduce = SHOW_HEAD " | grep -i '^connection'",
     .judge = http_judge_hdr_connection},
    {.id = "http.hdr.date",
     .title = "Date is sent and right",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "6.6.1",
     .reference = "RFC 9110 section 6.6.1",
     .rationale =
         "Caches and clients compute age and freshness from it; without it "
         "or with a wrong clock, Expires means something else to each.",
     .causes = "Heads written by hand; Node's sendDate = false; a container "
               "without time.",
     .fix = {{"Node/Express", "Leave res.sendDate true."},
             {"Python/Starlette", "Run uvicorn without --no-date-header."},
             {"any", "Let the server library add it; run NTP."}},
     .reproduce = SHOW_HEAD " | grep -i '^date'",
     .judge = http_judge_hdr_date},
    {.id = "http.hdr.accept-tolerant",
     .title = "The stream comes with any Accept that allows it",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_ACCEPT_NONE) |
                            EX(EX_ACCEPT_ANY) | EX(EX_ACCEPT_LIST)},
     .anchor = RFC_9110 "12.5.1",
     .reference = "RFC 9110 section 12.5.1",
     .rationale =
         "Browsers send text/event-stream, curl */*, many HTTP libraries "
         "nothing or a list with weights. A server that compares the whole "
         "value turns those away with 406 or sends them JSON.",
     .causes = "A string comparison with the Accept field.",
     .fix = {{"Node/Express", "req.accepts('text/event-stream')."},
             {"Python/Starlette", "\"text/event-stream\" in accept or "
                                  "\"*/*\" in accept, and no Accept at all."},
             {"Spring", "produces handles lists; do not compare by hand."},
             {"any", "Parse the list; take */* and absence for yes."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' -H "
                  "'Accept: */*' {url}",
     .judge = http_judge_hdr_accept_tolerant},
    {.id = "http.hdr.accept-mismatch",
     .title = "An Accept that excludes streams gets something else",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "A",
     .needs = {.exchanges = EX(EX_ACCEPT_JSON)},
     .anchor = RFC_9110 "15.5.7",
     .reference = "RFC 9110 sections 12.5.1, 15.5.7",
     .rationale =
         "A JSON client that gets an endless stream waits for its end for "
         "ever; a 406, or JSON, tells it what is wrong. Sending the stream "
         "all the same is allowed.",
     .causes = "The handler does not look at Accept.",
     .fix = {{"any", "Answer 406, or the current state as JSON."}},
     .reproduce = "curl -sN -m 2 -D - -H 'Accept: application/json' {url}",
     .judge = http_judge_hdr_accept_mismatch},
    {.id = "http.hdr.req-cache-control",
     .title = "A browser's request headers do not change the answer",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_BROWSER)},
     .anchor = HTML_SSE "server-sent-events-intro",
     .reference = "HTML: the EventSource interface (cache mode no-store)",
     .rationale =
         "Browsers always send Cache-Control: no-cache and Pragma: no-cache "
         "with an EventSource. Firewalls and routers that act on these "
         "break the page and not the test with curl.",
     .causes = "A firewall rule, a bot filter or a CDN rule on these "
               "fields.",
     .fix = {{"any", "Take the path out of the rule."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' -H "
                  "'Cache-Control: no-cache' -H 'Pragma: no-cache' {url}",
     .judge = http_judge_hdr_req_cache_control},
    {.id = "http.hdr.cookie-churn",
     .title = "Not every connection makes a new session",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "R",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_SECOND)},
     .anchor = "https://www.rfc-editor.org/rfc/rfc6265#section-4.1",
     .reference = "RFC 6265 section 4.1",
     .rationale =
         "Streams reconnect often, and clients outside browsers keep no "
         "cookies: a session per connection fills the session store.",
     .causes = "Session middleware on the stream's route.",
     .fix = {{"Node/Express", "saveUninitialized: false, or mount the stream "
                              "before the session."},
             {"Spring", "SessionCreationPolicy.NEVER for the path."},
             {"any", "Do not start sessions on the stream's route."}},
     .reproduce = SHOW_HEAD " | grep -i set-cookie",
     .judge = http_judge_hdr_cookie_churn},
};

CHECK_GROUP(group_http_hdr, "http.hdr", rows);
