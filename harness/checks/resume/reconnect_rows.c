/* SPDX-License-Identifier: MIT
 * The rows of reconnect.*; see reconnect.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/resume/resume_judges.h"

#define MODEL HTML_SSE "sse-processing-model"
#define NOTES HTML_SSE "authoring-notes"

static const struct check rows[] = {
    {.id = "reconnect.finite-loop",
     .title = "The server does not force a tight reconnect loop",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "W",
     .eventsource = true,
     .needs = {.scripts = {SCRIPT(SCRIPT_LOOP)}},
     .anchor = MODEL,
     .reference = "HTML: processing model",
     .rationale = "An EventSource reconnects after every end, for ever. A "
                  "server that answers with a short body and closes is "
                  "polled by every open tab every three seconds.",
     .causes = "A handler that returns after the first event; a finite "
               "answer that never turns into 204; a platform's time limit "
               "of a few seconds.",
     .fix = {{"any", "Keep the stream open, or answer the reconnect of a "
                     "finished stream with 204."},
             {"Node/Express", "Do not call res.end() after the first write."},
             {"Python/Starlette",
              "The generator must not return; loop on a queue."},
             {"Go", "Block on r.Context().Done() instead of returning."}},
     .reproduce = "for i in 1 2 3; do time curl -sN -m 5 {url}; done",
     .judge = reconnect_judge_finite_loop},
    {.id = "reconnect.max-lifetime",
     .title = "How long a stream lives",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "W",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_TO_END)},
     .anchor = NOTES,
     .reference = "HTML: authoring notes",
     .rationale = "A measurement. Streams that are ended more than once a "
                  "minute cost a TLS handshake, a login and a replay each "
                  "time, and every end is a chance to lose events.",
     .causes = "Time limits of serverless functions, gateways and workers.",
     .fix = {{"nginx", "proxy_read_timeout and send_timeout above the "
                       "heartbeat's interval."},
             {"Python/Starlette", "gunicorn: an async worker, --timeout does "
                                  "not hit those."},
             {"Go", "http.Server.WriteTimeout = 0 for streams, or "
                    "http.ResponseController.SetWriteDeadline."}},
     .reproduce = "time curl -sN -o /dev/null {url}",
     .judge = reconnect_judge_max_lifetime},
    {.id = "reconnect.lifetime-jitter",
     .title = "Planned ends of streams are spread",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "N",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_TO_END), .scripts = {SCRIPT(SCRIPT_STORM)}},
     .anchor = NOTES,
     .reference = "HTML: authoring notes",
     .rationale = "When all streams end in the same second, all clients come "
                  "back in the same second, and keep that rhythm.",
     .causes = "A fixed maximum age after a restart; a timer for all.",
     .fix = {{"any", "Give each stream a maximum age of T plus or minus a "
                     "random fifth."}},
     .reproduce = "for i in $(seq 20); do curl -sN -o /dev/null -w "
                  "'%{time_total}\\n' {url} & done; wait",
     .judge = reconnect_judge_lifetime_jitter},
    {.id = "reconnect.retry-before-close",
     .title = "A planned end is announced by retry:",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "K,W",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_TO_END)},
     .anchor = NOTES,
     .reference = "HTML: authoring notes",
     .rationale = "Without retry: each client comes back after its own "
                  "default: browsers after three seconds, some libraries at "
                  "once. MCP asks servers for it.",
     .causes = "retry: is not sent at all.",
     .fix = {{"any", "Send retry: with the first block of each stream, "
                     "different for each client."}},
     .reproduce = "curl -sN {url} | grep '^retry'",
     .judge = reconnect_judge_retry_before_close},
    {.id = "reconnect.storm",
     .title = "Clients that are dropped at once all come back",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_STORM)}},
     .anchor = MODEL,
     .reference = "HTML: processing model",
     .rationale = "After a network outage everybody reconnects within "
                  "seconds. A refused or failed answer other than a broken "
                  "connection ends an EventSource for good.",
     .causes = "A listen backlog that is too short; slots of the dead "
               "connections still taken; rate limits per address; a login "
               "service that is asked for each stream.",
     .fix = {{"any", "Free slots when the connection breaks; raise the "
                     "backlog (somaxconn); send a retry: with jitter."},
             {"nginx", "limit_req and limit_conn need a burst for streams."}},
     .reproduce = "for i in $(seq 50); do timeout 1 curl -sN {url} & done; "
                  "wait; curl -siN -m 2 {url}",
     .judge = reconnect_judge_storm},
    {.id = "reconnect.no-slot-leak",
     .title = "Aborted connections free their slots",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_ABORTS)}},
     .anchor = RFC_9112 "9.5",
     .reference = "RFC 9112 section 9.5",
     .rationale = "Browsers abort streams on each navigation. A slot that is "
                  "freed only by the next write, or never, fills the server "
                  "in a day of ordinary use.",
     .causes = "No handler for the close; a thread that waits on a queue and "
               "never looks at the socket; a counter that a raised exception "
               "skips.",
     .fix = {{"any", "Write a heartbeat every 15 s: it finds dead peers."},
             {"Node/Express", "req.on('close', cleanup), not 'end'."},
             {"Python/Starlette", "await request.is_disconnected(), or clean "
                                  "up in finally."},
             {"Go", "select on r.Context().Done()."},
             {"Spring", "SseEmitter.onCompletion, onTimeout and onError."}},
     .reproduce = "for i in $(seq 100); do timeout 0.05 curl -sN {url}; done; "
                  "curl -siN -m 2 {url}",
     .judge = reconnect_judge_no_slot_leak},
    {.id = "reconnect.fast-abort",
     .title = "Connections reset before the head do no harm",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_FAST_ABORTS)}},
     .anchor = RFC_9112 "9.5",
     .reference = "RFC 9112 section 9.5",
     .rationale = "A page that is reloaded quickly, or a proxy with a short "
                  "connect limit, resets connections while the server still "
                  "prepares the answer. Errors on that path crash or leak.",
     .causes = "EPIPE or ECONNRESET without a handler; subscriptions made "
               "after the peer is gone.",
     .fix = {{"Node/Express", "Handle 'error' on res; check res.destroyed "
                              "before subscribing."},
             {"any", "Ignore SIGPIPE; look at the connection again after "
                     "each wait."}},
     .reproduce = "for i in $(seq 300); do curl -sN -m 0.001 {url}; done; "
                  "curl -siN -m 2 {url}",
     .judge = reconnect_judge_fast_abort},
};

CHECK_GROUP(group_reconnect, "reconnect", rows);
