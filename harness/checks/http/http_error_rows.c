/* SPDX-License-Identifier: MIT
 * The rows of http.error; see http_error.c and http_overload.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

static const struct check rows[] = {
    {.id = "http.error.not-200",
     .title = "Errors before the first event are 4xx or 5xx",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "A",
     .needs = {.exchanges = EX(EX_WRONG_PATH)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model; RFC 9110 section 15",
     .rationale =
         "EventSource takes a 200 stream for success: it shows 'open', then "
         "reconnects after the end, for ever. A page answered with 200 stops "
         "it without a word about the reason. Only an error status reaches "
         "logs, health checks and retry rules.",
     .causes = "Headers sent before parameters are checked; a catch-all that "
               "serves the single-page application's index.html; errors sent "
               "as events.",
     .fix = {{"nginx", "No try_files ... /index.html for the stream's paths."},
             {"Node/Express", "Validate before res.writeHead(200)."},
             {"Python/Starlette", "Raise HTTPException in the endpoint, not "
                                  "in the generator."},
             {"Go", "http.Error(w, ..., 404) before the first Flush."},
             {"Spring", "Throw ResponseStatusException before returning the "
                        "emitter."}},
     .reproduce =
         "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' {url}-wrong",
     .judge = http_judge_error_not_200},
    {.id = "http.error.ct",
     .title = "Error responses are not labelled text/event-stream",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_WRONG_PATH) | EX(EX_FOO)},
     .anchor = RFC_9110 "8.3",
     .reference = "RFC 9110 section 8.3",
     .rationale =
         "fetch-based clients choose their parser by the type: they hand the "
         "error text to the event parser, find no event and report an empty "
         "stream in place of the error.",
     .causes = "The type is set by middleware for the whole route before the "
               "handler decides.",
     .fix = {{"Node/Express", "Set the type where the stream starts, not in "
                              "app.use()."},
             {"Python/Starlette", "Return JSONResponse for errors."},
             {"Spring", "Give the exception handler produces = "
                        "APPLICATION_PROBLEM_JSON_VALUE."},
             {"any", "Send errors as text/plain or problem+json."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null {url}-wrong | grep -i "
                  "content-type",
     .judge = http_judge_error_ct},
    {.id = "http.error.401",
     .title = "A 401 has WWW-Authenticate",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "A",
     .needs = {.exchanges = EX(EX_NO_AUTH)},
     .anchor = RFC_9110 "15.5.2",
     .reference = "RFC 9110 section 15.5.2",
     .rationale =
         "The field tells generic clients and gateways which credentials to "
         "get; without it HTTP libraries with an authenticator fail with a "
         "protocol error in place of asking.",
     .causes = "A status set by hand; APIs that use 401 where 403 is meant.",
     .fix = {{"Node/Express", "res.set('WWW-Authenticate', 'Bearer')."},
             {"Python/Starlette", "HTTPException(401, headers="
                                  "{\"WWW-Authenticate\": \"Bearer\"})."},
             {"Go", "w.Header().Set(\"WWW-Authenticate\", \"Bearer\")."},
             {"Spring", "Use an AuthenticationEntryPoint that sets it."},
             {"any", "Answer 403 where no credentials would help."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null {url}",
     .judge = http_judge_error_401,
     .skip = http_skip_without_credentials},
    {.id = "http.error.no-login-redirect",
     .title = "Missing credentials do not lead to a login page",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_NO_AUTH)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model",
     .rationale =
         "EventSource follows the redirect, gets text/html with 200 and "
         "stops for good when a session runs out. Nobody can see from the "
         "error event that a login was wanted.",
     .causes = "Session middleware made for pages also guards the stream.",
     .fix = {{"nginx", "auth_request with error_page 401 only for pages."},
             {"Node/Express", "Answer 401 where req.accepts() prefers "
                              "text/event-stream."},
             {"Python/Starlette", "requires(..., redirect=None) on the stream "
                                  "route."},
             {"Spring", "HttpStatusEntryPoint(UNAUTHORIZED) for the stream's "
                        "path."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null {url}",
     .judge = http_judge_error_no_login_redirect,
     .skip = http_skip_without_credentials},
    {.id = "http.error.cacheable",
     .title = "Errors that caches may keep are no-store",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_WRONG_PATH)},
     .anchor = RFC_9110 "15.1",
     .reference = "RFC 9110 section 15.1; RFC 9111 section 4.2.2",
     .rationale =
         "404, 405, 410, 414 and 501 may be cached without being told to. A "
         "404 kept during a deploy goes on ending EventSources for good when "
         "the stream is back.",
     .causes = "Long lifetimes set for a whole site; a CDN's default for "
               "errors.",
     .fix = {{"nginx", "add_header Cache-Control no-store always; and no "
                       "proxy_cache_valid any."},
             {"any", "Send Cache-Control: no-store with errors."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null {url}-wrong | grep -i "
                  "cache-control",
     .judge = http_judge_error_cacheable},
    {.id = "http.error.5xx-capacity",
     .title = "Overload is answered with 503 or 429",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_OVERLOAD)}},
     .anchor = RFC_9110 "15.6.4",
     .reference = "RFC 9110 section 15.6.4; HTML: processing model",
     .rationale =
         "A connection that is accepted and dropped makes every client come "
         "back after its short retry time, so the overload feeds itself. A "
         "503 or 429 stops browsers for good and lets libraries wait; tell "
         "users of the first and give the second a Retry-After.",
     .causes = "A limit enforced by closing sockets; running out of file "
               "descriptors or worker processes.",
     .fix = {{"nginx", "limit_conn with limit_conn_status 503."},
             {"Node/Express", "Count streams; res.status(503).end() beyond "
                              "the limit, not server.maxConnections."},
             {"Python/Starlette", "uvicorn --limit-concurrency answers 503."},
             {"Go", "A semaphore in the handler, not netutil.LimitListener."},
             {"Spring", "Raise max-connections above the limit the "
                        "application enforces itself."}},
     .reproduce = "for i in $(seq 200); do curl -sN -m 5 -o /dev/null -w "
                  "'%{http_code}\\n' {url} & done | sort | uniq -c",
     .judge = http_judge_error_5xx_capacity,
     .skip = http_skip_without_cap},
    {.id = "http.error.retry-after",
     .title = "503 and 429 carry Retry-After",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_OVERLOAD)}},
     .anchor = RFC_9110 "10.2.3",
     .reference = "RFC 9110 section 10.2.3",
     .rationale = "Libraries that retry use it; without it they come back "
                  "after their own short time and keep the overload going.",
     .causes = "A bare status from a proxy's limiter.",
     .fix = {{"nginx", "add_header Retry-After 10 always; in an error_page "
                       "503 location."},
             {"Node/Express", "res.set('Retry-After', seconds)."},
             {"any", "Set Retry-After wherever 503 or 429 is sent."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null {url} | grep -i retry-after",
     .judge = http_judge_error_retry_after,
     .skip = http_skip_without_cap},
    {.id = "http.error.no-evict",
     .title = "At the limit new clients are refused, old ones stay",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_OVERLOAD)}},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model (re-establishing)",
     .rationale =
         "A stream that is cut to make room reconnects at once and cuts the "
         "next one: two browser tabs are enough for hundreds of connections "
         "a second.",
     .causes = "A least-recently-used table of sessions; one stream per user "
               "enforced by closing the older one.",
     .fix = {{"any", "Refuse the newcomer with 503 or 429; where only one "
                     "stream per user is wanted, end the older one with 204 "
                     "on its reconnect."}},
     .reproduce = "curl -N {url} & sleep 1; curl -N -m 5 {url}; jobs",
     .judge = http_judge_error_no_evict,
     .skip = http_skip_without_cap},
    {.id = "http.error.retry-after-jitter",
     .title = "Rejected clients are not all told the same instant",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_OVERLOAD)}},
     .anchor = RFC_9110 "10.2.3",
     .reference = "RFC 9110 section 10.2.3",
     .rationale = "Clients that obey one fixed Retry-After come back together "
                  "and meet the same overload again.",
     .causes = "Retry-After is a constant.",
     .fix = {{"any", "Draw it from a range, such as 5 to 30 seconds."}},
     .reproduce =
         "for i in $(seq 20); do curl -s -m 2 -D - -o /dev/null {url} "
         "& done | grep -i retry-after",
     .judge = http_judge_error_retry_after_jitter,
     .skip = http_skip_without_cap},
};

CHECK_GROUP(group_http_error, "http.error", rows);
