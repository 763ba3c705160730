/* SPDX-License-Identifier: MIT
 * The rows of heartbeat; see heartbeat_judges.c and heartbeat_form.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_judges.h"
#include "checks/heartbeat/heartbeat.h"

#define AUTHORING      HTML_SSE "authoring-notes"
#define PARSING        HTML_SSE "parsing-an-event-stream"
#define INTERPRETATION HTML_SSE "event-stream-interpretation"
#define STAMPED                                                               \
  "curl -sN -m 65 {url} | while IFS= read -r l; do printf '%s %s\\n' "        \
  "\"$(date +%T.%N)\" \"$l\"; done"

static const struct check rows[] = {
    {.id = "heartbeat.present",
     .title = "In a silence something is sent about every 15 s",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "Proxies and load balancers cut connections that are silent: nginx "
         "after 60 s by default, others after 30 s to some minutes. Clients "
         "with a read timeout give up as well. And without bytes neither side "
         "notices that the other is gone: a page sits on a dead connection, "
         "the server keeps a dead subscriber.",
     .causes = "No heartbeat at all, or one that is longer than the shortest "
               "timeout on the way.",
     .fix = {{"nginx", "proxy_read_timeout above the heartbeat; it does not "
                       "replace one."},
             {"Node/Express", "setInterval(() => res.write(':\\n'), 15000), "
                              "cleared on 'close'."},
             {"Python/Starlette", "sse-starlette pings every 15 s unless "
                                  "ping= says otherwise."},
             {"Go", "A time.Ticker in the select: fmt.Fprint(w, \":\\n\") and "
                    "Flush."},
             {"Spring", "A scheduled emitter.send(SseEmitter.event()"
                        ".comment(\"\"))."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_present},
    {.id = "heartbeat.comment",
     .title = "A heartbeat is a comment, not an event",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An empty \"data:\" is an event: onmessage runs with an empty string "
         "and JSON.parse throws, each period anew. A named ping is silent in "
         "EventSource, but strict typed clients reject a type they do not "
         "know. (Protocols such as Anthropic's demand it.) Comments reach no "
         "handler.",
     .causes = "The library offers events only; empty data taken for "
               "\"ignored\".",
     .fix = {{"any", "Write a line that begins with a colon."},
             {"Node/Express", "res.write(':\\n')."},
             {"Python/Starlette", "ServerSentEvent(comment=\"\")."},
             {"Go", "fmt.Fprint(w, \":\\n\")."},
             {"Spring", "SseEmitter.event().comment(\"\"), or "
                        "ServerSentEvent.builder().comment(\"\")."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_comment},
    {.id = "heartbeat.well-formed",
     .title = "A comment has its line end and stands between blocks",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "A colon without its line end makes a comment of the next \"data:\" "
         "line: an event is lost for every client. A comment between two "
         "fields is legal, but shows that two writers share the connection "
         "without a lock; the next one may land inside a line.",
     .causes = "write(\":\") as a heartbeat; a timer that writes while an "
               "event is being written.",
     .fix = {{"any", "Write \":\\n\" in one call, through the same queue or "
                     "lock as the events."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_well_formed},
    {.id = "heartbeat.form",
     .title = "A heartbeat is one line, without a blank line of its own",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "Both forms are legal. With a blank line, fetch-event-source 2.0.1 "
         "delivers an empty message for each heartbeat, and decoders that "
         "keep an id (openai and anthropic for Python) an empty event. "
         "Without one, clients that split at blank lines see the comment in "
         "front of the next event, which does no harm.",
     .causes = "A library that ends everything with a blank line.",
     .fix = {{"any", "Write \":\\n\" rather than \":\\n\\n\", or let the "
                     "client ignore empty data."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_form},
    {.id = "heartbeat.starts",
     .title = "The first heartbeat comes within one period",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "The time from the response head to the first byte counts against "
         "the same timeouts. A first heartbeat that waits for a shared "
         "timer, or for the first event, lets new connections be cut before "
         "they saw one.",
     .causes = "The timer starts with the first event, or is one for all "
               "connections at long steps.",
     .fix = {{"any", "Send a comment at once, and start the timer when the "
                     "connection opens."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_starts},
    {.id = "heartbeat.jitter",
     .title = "Heartbeats are regular",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "A client that takes two missing heartbeats for a dead connection "
         "needs them in time. Intervals that vary by more than a fifth point "
         "at a busy event loop or at a buffer on the way.",
     .causes = "Blocking work on the event loop; a proxy that collects small "
               "writes.",
     .fix = {{"nginx", "proxy_buffering off; gzip off."},
             {"any", "Move blocking work off the loop that writes."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_jitter},
    {.id = "heartbeat.cost",
     .title = "Bytes per second of an idle connection",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "A measurement, chunk framing included, TCP and TLS headers not: "
         "with many idle subscribers the packets, each with its wake-up, are "
         "what heartbeats cost.",
     .causes = "A period much shorter than any timeout; long texts in "
               "comments.",
     .fix = {{"any", "\":\\n\" every 15 to 25 s."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_cost},
    {.id = "heartbeat.keeps-alive",
     .title = "An idle stream with heartbeats stays for five minutes",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "Heartbeats are sent so that the connection lives. If it is cut "
         "nevertheless, each client reconnects in that rhythm for ever, and "
         "a server that does not replay loses events in every gap.",
     .causes = "A timeout that counts from the start of the request "
               "(gunicorn's worker timeout, a gateway's request limit); one "
               "that counts only what the client sends; heartbeats held back "
               "by a buffer.",
     .fix = {{"nginx",
              "proxy_read_timeout above the heartbeat; proxy_buffering"
              " off, so that heartbeats pass."},
             {"Node/Express", "server.requestTimeout and server.timeout = 0 "
                              "for streams."},
             {"Python/Starlette", "gunicorn --timeout does not suit streams "
                                  "in sync workers; use async ones."},
             {"Go", "http.Server.WriteTimeout = 0, or "
                    "ResponseController.SetWriteDeadline per write."},
             {"Spring", "new SseEmitter(0L); "
                        "spring.mvc.async.request-timeout=-1."}},
     .reproduce = "time curl -sN -o /dev/null {url}",
     .judge = heartbeat_judge_keeps_alive,
     .skip = frame_skip_finite},
};

CHECK_GROUP(group_heartbeat, "heartbeat", rows);
