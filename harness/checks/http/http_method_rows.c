/* SPDX-License-Identifier: MIT
 * The rows of http.method; see http_method.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

static const struct check rows[] = {
    {.id = "http.method.get",
     .title = "GET opens the stream",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "dom-eventsource",
     .reference = "HTML: the EventSource constructor",
     .rationale = "EventSource sends GET and nothing else. A stream that "
                  "wants POST can be read with fetch() only.",
     .causes = "The route was registered for POST; a firewall.",
     .fix = {{"Node/Express", "app.get(path, ...)."},
             {"Python/Starlette", "Route(path, endpoint, "
                                  "methods=[\"GET\"])."},
             {"Go", "\"GET /path\" in the mux's pattern."},
             {"Spring", "@GetMapping."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' {url}",
     .judge = http_judge_method_get,
     .skip = http_skip_other_method},
    {.id = "http.method.head",
     .title = "HEAD is answered as GET would be, at once and without a body",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_HEAD) | EX(EX_ACCEPT_ANY),
               .scripts = {SCRIPT(SCRIPT_HEAD_THEN_GET)}},
     .anchor = RFC_9110 "9.3.2",
     .reference = "RFC 9110 section 9.3.2",
     .rationale =
         "Link checkers, uptime monitors and proxies ask with HEAD. Where "
         "the stream's handler runs for it, the answer never ends, or its "
         "bytes are taken for the next answer on the connection.",
     .causes = "A router that maps HEAD to GET and lets the endless handler "
               "run.",
     .fix = {{"Node/Express", "app.head(path, (q, s) => s.type("
                              "'text/event-stream').end()) before app.get."},
             {"Python/Starlette", "A route of its own with methods="
                                  "[\"HEAD\"] that returns headers only."},
             {"Go", "if r.Method == http.MethodHead { return } behind the "
                    "headers."},
             {"Spring", "@RequestMapping(method = HEAD) beside the "
                        "@GetMapping."}},
     .reproduce = "curl -sI -m 2 {url}",
     .judge = http_judge_method_head,
     .skip = http_skip_other_method},
    {.id = "http.method.head-leak",
     .title = "HEAD requests do not use up stream slots",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "A,N",
     .needs = {.exchanges = EX(EX_PLAIN),
               .scripts = {SCRIPT(SCRIPT_HEAD_LEAK)}},
     .anchor = RFC_9110 "9.3.2",
     .reference = "RFC 9110 section 9.3.2",
     .rationale =
         "A subscriber is registered for each HEAD and never removed, since "
         "no write to it fails: after enough health checks the server is "
         "full, or out of memory, without a client.",
     .causes = "Subscription before the method is looked at.",
     .fix = {{"any", "Answer HEAD before subscribing; unsubscribe when the "
                     "response is finished, not only when a write fails."}},
     .reproduce = "for i in $(seq 50); do curl -sI -m 1 -o /dev/null {url}; "
                  "done; curl -sN -m 3 {url}",
     .judge = http_judge_method_head_leak,
     .skip = http_skip_other_method},
    {.id = "http.method.options",
     .title = "OPTIONS is answered and tells the methods",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_OPTIONS)},
     .anchor = RFC_9110 "9.3.7",
     .reference = "RFC 9110 section 9.3.7",
     .rationale = "Where fetch-based clients live on another origin, their "
                  "preflight is an OPTIONS: one that hangs blocks them.",
     .causes = "No route for OPTIONS; the stream's handler answers it.",
     .fix = {{"nginx", "if ($request_method = OPTIONS) { return 204; } with "
                       "add_header Allow."},
             {"any", "Answer 204 with Allow: GET, HEAD, OPTIONS."}},
     .reproduce = "curl -s -m 2 -i -X OPTIONS {url}",
     .judge = http_judge_method_options},
    {.id = "http.method.unsupported",
     .title = "Other methods are refused, and at once",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_FOO) | EX(EX_ACCEPT_ANY)},
     .optional = EX(EX_SEARCH) | EX(EX_PUT) | EX(EX_DELETE),
     .anchor = RFC_9110 "15.5.6",
     .reference = "RFC 9110 sections 9.1, 15.5.6",
     .rationale =
         "A PUT that gets the stream, or no answer, holds a connection that "
         "its client takes for a failed upload and repeats. 405 must say "
         "in Allow what would work.",
     .causes = "A handler registered for all methods.",
     .fix = {{"nginx", "limit_except GET { deny all; }"},
             {"Node/Express", "app.get(), and app.all(path, (q, s) => "
                              "s.set('Allow', 'GET, HEAD').sendStatus(405))."},
             {"Python/Starlette", "methods=[\"GET\"] on the route."},
             {"Go", "\"GET /path\" in the mux's pattern (405 and Allow come "
                    "by themselves)."},
             {"Spring", "@GetMapping in place of @RequestMapping."}},
     .reproduce = "curl -s -m 2 -i -X SEARCH {url}",
     .judge = http_judge_method_unsupported},
};

CHECK_GROUP(group_http_method, "http.method", rows);
