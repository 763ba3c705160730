/* SPDX-License-Identifier: MIT
 * The rows of frame.event and frame.finite; see frame_event.c and
 * frame_flow.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_judges.h"

#define INTERPRETATION HTML_SSE "event-stream-interpretation"
#define AUTHORING      HTML_SSE "authoring-notes"

static const struct check event_rows[] = {
    {.id = "frame.event.dispatched",
     .title = "What the server sends becomes events at the client",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An event fires with the blank line behind it, and only when a data "
         "line stands before. Without that no client ever sees one: the "
         "connection is open, bytes flow, nothing is logged, and onmessage "
         "is never called. It is the commonest mistake of a first stream.",
     .causes = "One line end behind the data in place of two; a payload "
               "written without \"data: \"; \"\\n\" written as two "
               "characters; a byte order mark or a comment without a line "
               "end in front of the field; an error object in place of the "
               "stream.",
     .fix = {{"any", "End each event with two line ends: "
                     "\"data: ...\\n\\n\"."},
             {"Node/Express", "res.write(`data: ${JSON.stringify(x)}"
                              "\\n\\n`)."},
             {"Python/Starlette", "yield f\"data: {json.dumps(x)}"
                                  "\\n\\n\", or yield ServerSentEvent "
                                  "objects."},
             {"Go", "fmt.Fprintf(w, \"data: %s\\n\\n\", b), then Flush; "
                    "not Fprintln, not a raw `...` string."},
             {"Spring", "Return SseEmitter or Flux<ServerSentEvent>; do not "
                        "write lines to the response."}},
     .reproduce = "curl -sN -m 5 {url} | sed -n l",
     .judge = frame_judge_event_dispatched},
    {.id = "frame.event.terminated",
     .title = "The stream does not end inside a block",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .optional = EX(EX_IDLE) | EX(EX_TO_END),
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "What stands behind the last blank line is discarded at the end of "
         "the stream: the last event, often the result or the \"done\", "
         "never fires in a browser. Lenient libraries deliver it, so it is "
         "missed only in production.",
     .causes = "The last write ends with one line end in place of two; a "
               "process that exits before its buffer is flushed; text that "
               "is trimmed before it is sent.",
     .fix = {{"Node/Express", "res.end('data: ...\\n\\n'), with both line "
                              "ends."},
             {"Python/Starlette", "Yield ServerSentEvent objects; do not "
                                  "strip() what is yielded."},
             {"Go", "Write and Flush the last event before the handler "
                    "returns."},
             {"Spring", "emitter.send before emitter.complete, in this order "
                        "and on one thread."}},
     .reproduce = "curl -sN {url} | tail -c 64 | xxd",
     .judge = frame_judge_event_terminated},
    {.id = "frame.event.no-data",
     .title = "A block that names an event type has a data line",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Without data nothing is dispatched: a browser never fires the "
         "event, a GraphQL \"complete\" never completes. The openai and "
         "anthropic kits deliver it with empty data instead, and the "
         "application's JSON.parse(\"\") throws.",
     .causes = "An event that is only a signal; a library that leaves the "
               "data line out when the payload is empty or null.",
     .fix = {{"any", "Write \"data: \" or \"data: {}\" with each event."},
             {"Node/Express", "res.write('event: done\\ndata: \\n\\n')."},
             {"Python/Starlette", "ServerSentEvent(event=\"done\", data=\"\"),"
                                  " not data=None."},
             {"Go", "fmt.Fprint(w, \"event: done\\ndata:\\n\\n\")."},
             {"Spring", "SseEmitter.event().name(\"done\").data(\"\")."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= '/(^|\\n)event:/ && "
                  "!/(^|\\n)data/'",
     .judge = frame_judge_event_no_data},
    {.id = "frame.event.bare-control",
     .title = "No block holds only id or retry",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Legal, and browsers take the values without an event. The Python "
         "kits of openai and anthropic and fetch-event-source 2.0.1 deliver "
         "an event with empty data for each such block; code that parses "
         "JSON without a guard throws.",
     .causes = "retry sent in a block of its own as a greeting; an id sent to "
               "mark a position; a priming event.",
     .fix = {{"any", "Send retry or id in the block of the first event where "
                     "your clients are not browsers."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= '!/(^|\\n)(data|event)/'",
     .judge = frame_judge_event_bare_control},
    {.id = "frame.event.reserved-name",
     .title = "No event is named open or error",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "handler-eventsource-onerror",
     .reference = "HTML: the EventSource interface",
     .rationale =
         "EventSource fires its own open and error. A server's event of that "
         "name runs the same handlers, which then take an application error "
         "for a lost connection, or close a healthy stream.",
     .causes = "\"error\" chosen for failures inside the stream, as many LLM "
               "servers do.",
     .fix = {{"any", "Use another name, such as \"failure\" or \"app-error\"."
                     " Where a protocol demands \"error\" (Anthropic's does), "
                     "list it as a known exception."}},
     .reproduce = "curl -sN -m 5 {url} | grep -nE '^event: ?(open|error)$'",
     .judge = frame_judge_event_reserved_name},
    {.id = "frame.event.name-chars",
     .title = "Event types have no controls and no outer spaces",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Types are compared byte by byte: addEventListener('x') does not "
         "hear \"x \". Libraries that trim do, so that the same stream works "
         "in one client and is silent in the other.",
     .causes = "Two spaces behind the colon; a name padded to a fixed width; "
               "names taken from user input.",
     .fix = {{"any", "Trim names, and take them from a fixed list."}},
     .reproduce = "curl -sN -m 5 {url} | grep -nP "
                  "'^event: ?( |.* $|.*[\\x00-\\x09\\x0b\\x0c\\x0e-\\x1f])'",
     .judge = frame_judge_event_name_chars},
    {.id = "frame.event.dup-fields",
     .title = "event, id and retry come at most once per block",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "The last one wins in browsers; other clients keep the first, or "
         "join them. Mostly it is a sign that two events ran together, of "
         "which one was lost, or that a payload could write fields.",
     .causes = "A blank line missing between events; two writers without a "
               "lock; line breaks in an id or type that come from a user.",
     .fix = {{"any", "Build each event as one string and write it with one "
                     "call, under one lock."},
             {"Go", "Guard the ResponseWriter with a mutex, or write from "
                    "one goroutine."},
             {"Spring", "Do not share an SseEmitter between threads without "
                        "a queue."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= "
                  "'/(^|\\n)(id|event|retry)(:|\\n).*\\n(id|event|retry)/'",
     .judge = frame_judge_event_dup_fields},
    {.id = "frame.event.atomic",
     .title = "A block arrives in one piece",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "An event fires with its blank line. When that line waits for a "
         "buffer, a timer or the next event, every client sees every event "
         "late, some by one whole event, and a cut in between loses what was "
         "already sent.",
     .causes = "Lines written one by one with a flush or Nagle's algorithm "
               "between; the blank line written before the next event "
               "rather than behind this one; a proxy that fills its buffer.",
     .fix = {{"nginx", "proxy_buffering off; gzip off for the location."},
             {"Node/Express", "One res.write per event; setNoDelay(true)."},
             {"Python/Starlette", "Yield a whole event at a time."},
             {"Go", "Write into a bytes.Buffer, one Write, then Flush."},
             {"Spring", "One emitter.send per event."}},
     .reproduce = "curl -sN -m 5 {url} | while IFS= read -r l; do "
                  "printf '%s %s\\n' \"$(date +%T.%N)\" \"$l\"; done",
     .judge = frame_judge_event_atomic},
    {.id = "frame.event.size",
     .title = "Events stay below 1 MiB",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "An event is held in memory whole by each client, and by the server "
         "for each slow one. Clients and gateways with a limit drop the "
         "connection, get the same event again when they resume, and never "
         "pass it.",
     .causes = "Whole state sent with every change; files inside events.",
     .fix = {{"any", "Send differences or a link; split what must be large."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= '{ if(length > m) m = "
                  "length } END { print m }'",
     .judge = frame_judge_event_size},
    {.id = "frame.event.rate",
     .title = "Events and bytes per second on one connection",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "A measurement: times the number of subscribers it is what the "
         "server has to write. A screen shows at most its refresh rate; what "
         "comes faster is work for nothing in a page.",
     .causes = "One event per change rather than per screen refresh.",
     .fix = {{"any", "Batch changes for 50 to 250 ms."}},
     .reproduce = "timeout 5 curl -sN {url} | grep -c '^data'",
     .judge = frame_judge_event_rate},
};

CHECK_GROUP(group_frame_event, "frame.event", event_rows);

static const struct check finite_rows[] = {
    {.id = "frame.finite",
     .title = "The stream is open-ended",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "W",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_SECOND) | EX(EX_TO_END),
               .scripts = {SCRIPT(SCRIPT_FINISHED)}},
     .anchor = "https://html.spec.whatwg.org/multipage/"
               "iana.html#text/event-stream",
     .reference = "HTML: IANA considerations, text/event-stream",
     .rationale =
         "An orderly end makes EventSource reconnect after some seconds, for "
         "ever: a stream that ends by design is asked again and again, and "
         "each request runs the work anew. Only a 204, or close() in the "
         "page, stops it.",
     .causes = "Request and response dressed as a stream (LLM answers, "
               "progress bars); a handler that returns when its queue is "
               "empty.",
     .fix = {{"any", "Keep the stream open while there is nothing to say; or "
                     "answer the reconnect with 204; or declare the stream "
                     "finite where its clients are not EventSource."},
             {"Node/Express", "Do not call res.end() after a batch."},
             {"Python/Starlette", "Await the queue in the generator rather "
                                  "than return on empty."},
             {"Go", "Loop over select with r.Context().Done()."},
             {"Spring", "new SseEmitter(0L), without a timeout."}},
     .reproduce = "time curl -sN -o /dev/null {url}",
     .judge = frame_judge_finite,
     .skip = frame_skip_finite},
};

CHECK_GROUP(group_frame_finite, "frame.finite", finite_rows);
