/* SPDX-License-Identifier: MIT
 * The rows of frame.id; see frame_id.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_judges.h"

#define INTERPRETATION HTML_SSE "event-stream-interpretation"
#define LAST_EVENT_ID  HTML_SSE "the-last-event-id-header"
#define SHOW_IDS       "curl -sN -m 5 {url} | grep -a '^id' | cat -A | head"

static const struct check rows[] = {
    {.id = "frame.id.nul",
     .title = "No id holds a NUL",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Clients ignore an id field with a NUL and keep the id before it. "
         "After a reconnect they ask from too early a position and get "
         "events twice.",
     .causes = "Ids taken from fixed-size buffers or binary keys.",
     .fix = {{"any", "Encode binary keys, as hex or base64url."}},
     .reproduce = SHOW_IDS,
     .judge = frame_judge_id_nul},
    {.id = "frame.id.header-safe",
     .title = "Each id survives as an HTTP header value",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = LAST_EVENT_ID,
     .reference = "RFC 9110 section 5.5",
     .rationale =
         "The id comes back in Last-Event-ID. Spaces at its ends are cut off "
         "on the way, and a control character makes the client library "
         "throw or the server answer 400: the stream does not come back, "
         "with every retry anew.",
     .causes = "Two spaces behind \"id:\"; padded database keys; a timestamp "
               "or user text with tabs or escapes.",
     .fix = {{"any", "Use letters, digits, '-', '_', '.' and ':' only; trim "
                     "what comes from elsewhere."}},
     .reproduce = SHOW_IDS,
     .judge = frame_judge_id_header_safe},
    {.id = "frame.id.ascii",
     .title = "Ids are plain ASCII",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header; RFC 9110 section 5.5",
     .rationale =
         "Browsers send the id's UTF-8 bytes, servers and proxies often read "
         "header bytes as Latin-1, and client libraries (undici, Deno) have "
         "thrown on them. The position then is unknown to the server, or the "
         "reconnect never leaves the client.",
     .causes = "Names or titles used as ids.",
     .fix = {{"any", "Percent-encode such ids, or use numbers."},
             {"Node/Express", "encodeURIComponent(id), and decode "
                              "req.headers['last-event-id']."},
             {"Python/Starlette", "urllib.parse.quote(id); Starlette decodes "
                                  "headers as Latin-1."},
             {"Go", "url.PathEscape(id)."}},
     .reproduce = SHOW_IDS,
     .judge = frame_judge_id_ascii},
    {.id = "frame.id.length",
     .title = "Ids are short: 128 bytes, in no case over 8 KiB",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = FETCH "cors-safelisted-request-header",
     .reference = "Fetch: CORS-safelisted request-header",
     .rationale =
         "Each reconnect carries the id as a header. Over 8 KiB most servers "
         "and proxies answer 431 or 400, which ends an EventSource for good; "
         "and 128 bytes is where Fetch stops treating a header value as "
         "harmless.",
     .causes = "State packed into the id: cursors of many topics, JSON, "
               "tokens.",
     .fix = {{"nginx", "large_client_header_buffers bounds the whole header "
                       "line; shorten the id rather than raise it."},
             {"any", "Keep the state on the server and send its key."}},
     .reproduce = "curl -sN -m 5 {url} | awk '/^id/ { if(length > m) m = "
                  "length } END { print m }'",
     .judge = frame_judge_id_length},
    {.id = "frame.id.unique",
     .title = "No two events of a connection share an id",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "A client that resumes says one id. If several events bear it, the "
         "server cannot know which was the last one seen: some are lost or "
         "come again.",
     .causes = "A counter that is never advanced (\"0\" always); one id for "
               "all events of a batch; a clock of coarse steps as the id.",
     .fix = {{"any", "Count up for each event, per stream or topic; give a "
                     "batch's id to its last event only."}},
     .reproduce = "curl -sN -m 5 {url} | grep '^id' | sort | uniq -d",
     .judge = frame_judge_id_unique},
    {.id = "frame.id.monotonic",
     .title = "Numeric ids rise by one",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "Not demanded by anything. With numbers without gaps a client, and "
         "weir, can prove that nothing was lost; a gap is loss unless the "
         "stream is a selection of a larger one.",
     .causes = "One counter for several topics of which this stream shows "
               "one; events dropped for a slow reader.",
     .fix = {{"any", "Count per topic, or put a second, dense number into the "
                     "data."}},
     .reproduce = "curl -sN -m 5 {url} | sed -n 's/^id: *//p' | awk 'NR > 1 "
                  "&& $1 != p + 1 { print p, $1 } { p = $1 }'",
     .judge = frame_judge_id_monotonic},
    {.id = "frame.id.always",
     .title = "Once there are ids, every event has one",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An event without an id leaves the client at the id before. When "
         "the connection breaks there, the server replays from that id: the "
         "bare event comes again or, not being kept, never.",
     .causes = "Two producers, one of which numbers; state or ping events "
               "deliberately without a number.",
     .fix = {{"any", "Number all events that matter. State that is sent "
                     "afresh on each connect may go without; list it as a "
                     "known exception."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= '/(^|\\n)data/ && "
                  "!/(^|\\n)id/'",
     .judge = frame_judge_id_always},
    {.id = "frame.id.reset",
     .title = "No empty id",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An empty id is the standard's way to make clients forget their "
         "position: they reconnect without Last-Event-ID. Meant, it is "
         "useful; by accident it undoes resuming.",
     .causes = "A null or missing id written as \"id: \".",
     .fix = {{"any", "Leave the line out when there is no id."}},
     .reproduce = "curl -sN -m 5 {url} | grep -nE '^id:? *$'",
     .judge = frame_judge_id_reset},
};

CHECK_GROUP(group_frame_id, "frame.id", rows);
