/* SPDX-License-Identifier: MIT
 * The rows of frame.retry; see frame_retry.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_judges.h"

#define INTERPRETATION HTML_SSE "event-stream-interpretation"
#define PROCESSING     HTML_SSE "sse-processing-model"
#define IANA                                                                  \
  "https://html.spec.whatwg.org/multipage/iana.html#text/event-stream"
#define SHOW_RETRY "curl -sN -m 5 {url} | grep -n '^retry' | cat -A"

static const struct check rows[] = {
    {.id = "frame.retry.digits",
     .title = "retry holds digits only",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Anything but ASCII digits makes clients ignore the line: \"3s\", "
         "\"3000.0\", \"-1\" or \"3 000\" all leave them with their own "
         "default, and the server's plan for reconnects does not happen.",
     .causes = "A unit; a floating-point number printed as one; a duration "
               "object's default text.",
     .fix = {{"any", "Print whole milliseconds."},
             {"Node/Express", "Math.round(ms)."},
             {"Python/Starlette", "retry=int(ms); 3000.0 is ignored."},
             {"Go", "strconv.FormatInt(d.Milliseconds(), 10), not "
                    "d.String()."},
             {"Spring", "reconnectTime takes milliseconds; in WebFlux "
                        "retry(Duration)."}},
     .reproduce = SHOW_RETRY,
     .judge = frame_judge_retry_digits},
    {.id = "frame.retry.range",
     .title = "retry is between 100 ms and an hour",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = IANA,
     .reference = "HTML: IANA considerations, text/event-stream",
     .rationale =
         "With retry 0 every client is back within the same instant after a "
         "restart, and again after each refusal: the storm keeps the server "
         "down. With more than an hour a lost connection looks like a dead "
         "page.",
     .causes = "Seconds where milliseconds are meant (\"retry: 3\"), or the "
               "other way round; 0 meant as \"off\".",
     .fix = {{"any", "1000 to 15000, with some random part per client."}},
     .reproduce = SHOW_RETRY,
     .judge = frame_judge_retry_range},
    {.id = "frame.retry.present",
     .title = "The server states a retry",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PROCESSING,
     .reference = "HTML: processing model",
     .rationale =
         "Without it each client uses its own wait: 3 s in Chromium and "
         "Safari, 5 s in Firefox, 1 s or none in libraries. The server has no "
         "say in how hard a restart hits it.",
     .causes = "Nobody thought of it; most frameworks have no default.",
     .fix = {{"any", "Begin the stream with \"retry: 3000\" and a blank "
                     "line."},
             {"Python/Starlette", "ServerSentEvent(retry=3000, ...)."},
             {"Spring", "SseEmitter.event().reconnectTime(3000)."}},
     .reproduce = SHOW_RETRY,
     .judge = frame_judge_retry_present},
    {.id = "frame.retry.early",
     .title = "retry stands in the first block",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "retry acts as soon as its line is read (in undici with its block's "
         "blank line). A stream that breaks before it came leaves the client "
         "with its default, just when the server is in trouble.",
     .causes = "retry attached to some event type rather than to the start.",
     .fix = {{"any", "Write it first, in the same write as the response "
                     "head."}},
     .reproduce = SHOW_RETRY,
     .judge = frame_judge_retry_early},
    {.id = "frame.retry.spread",
     .title = "retry differs from client to client",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "N",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN), .scripts = {SCRIPT(SCRIPT_STORM)}},
     .anchor = PROCESSING,
     .reference = "HTML: processing model",
     .rationale =
         "EventSource adds no randomness of its own. After a restart all "
         "clients that were told the same number come back in the same "
         "instant, and after a refusal again in step: tens of thousands in "
         "lock-step have been seen.",
     .causes = "A constant.",
     .fix = {{"any", "retry = base + random(0, base), drawn per "
                     "connection."}},
     .reproduce = "for i in 1 2 3 4 5; do curl -sN -m 1 {url} | grep -m 1 "
                  "'^retry'; done",
     .judge = frame_judge_retry_spread},
};

CHECK_GROUP(group_frame_retry, "frame.retry", rows);
