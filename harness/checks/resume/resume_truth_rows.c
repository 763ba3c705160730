/* SPDX-License-Identifier: MIT
 * The rows of resume.* that rest on the control connection; see
 * resume_truth.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/resume/resume_gate.h"
#include "checks/resume/resume_judges.h"

#define HEADER_CLAUSE HTML_SSE "the-last-event-id-header"
#define REPRODUCE                                                             \
  "curl -sN -m 3 {url} | grep '^id' | tail -1; "                              \
  "curl -sN -m 3 -H 'Last-Event-ID: THAT-ID' {url}"
#define LOG_FIRST                                                             \
  "Keep events in one log with increasing ids; a stream is a position in "    \
  "that log, read from it for old and new events alike."

static const struct check rows[] = {
    {.id = "resume.detect",
     .title = "A reconnect goes on behind the given id",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "Every EventSource sends the last id it saw. A server that gives "
         "ids and ignores that header promises something it does not keep: "
         "what is published during each reconnect is lost in silence.",
     .causes = "Ids added for their looks; a handler that never reads the "
               "header; a proxy that drops it.",
     .fix = {{"any", "Read Last-Event-ID and replay from there, or send no "
                     "ids at all. " LOG_FIRST},
             {"Node/Express", "req.get('Last-Event-ID')."},
             {"Python/Starlette", "request.headers.get(\"last-event-id\")."},
             {"Go", "r.Header.Get(\"Last-Event-ID\")."},
             {"Spring", "@RequestHeader(name = \"Last-Event-ID\", required = "
                        "false)."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_detect,
     .skip = resume_skip},
    {.id = "resume.exclusive",
     .title = "A replay begins behind the given id, not with it",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "The client has that event: it says so by sending its id. "
                  "Getting it again after every reconnect makes counters "
                  "wrong and messages appear twice.",
     .causes = "id >= last instead of id > last; a list index used as an id.",
     .fix = {{"any", "Select events with an id greater than the given one."},
             {"Node/Express", "With Redis streams: XREAD takes an exclusive "
                              "id, XRANGE an inclusive one; write (ID."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_exclusive,
     .skip = resume_skip},
    {.id = "resume.no-loss",
     .title = "Nothing is lost over a reconnect",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "Mobile clients reconnect all day. A client that resumes with its "
         "last id believes that it saw everything; what is missing shows "
         "nowhere, as a stale screen or a chat with a hole.",
     .causes = "Subscribing to live events after the replay was read; a "
               "replay that begins one too late; a history that is too "
               "short; events published to those who are connected only.",
     .fix = {{"any", LOG_FIRST},
             {"Node/Express", "Subscribe first, queue what comes, send the "
                              "replay, then the queue without repeats."},
             {"Go", "Take the position and the subscription under one lock."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_no_loss,
     .skip = resume_skip},
    {.id = "resume.no-dup",
     .title = "Nothing comes twice over a reconnect",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "EventSource has no memory of what it dispatched: each "
                  "repeat runs the page's handler again. Declare resume: "
                  "at-least-once where consumers remove repeats themselves.",
     .causes = "A replay that overlaps the live queue; id >= last; a fixed "
               "number of events replayed whatever the id says.",
     .fix = {{"any", LOG_FIRST},
             {"Node/Express", "Drop live events with an id not greater than "
                              "the last one replayed."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_no_dup,
     .skip = resume_skip},
    {.id = "resume.order",
     .title = "A resumed stream keeps the order",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "The client remembers the id that came last. When an older "
                  "event comes after a newer one, the next reconnect asks "
                  "for the wrong place, and updates are applied backwards.",
     .causes = "Live events sent before the replay is finished; ids sorted "
               "as text (10 before 9); a query without ORDER BY.",
     .fix = {{"any", "Finish the replay before the first live event. "
                     "Compare ids as numbers."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_order,
     .skip = resume_skip},
    {.id = "resume.same-bytes",
     .title = "A replayed event is the event that was sent live",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "Two clients that saw the same ids must know the same "
                  "things. Members of JSON data that differ on every "
                  "connection even live, times near now and checksums beside "
                  "them are left aside: a server may stamp what it sends.",
     .causes = "The replay comes from a database in another shape; the type "
               "is not stored; data is encoded twice.",
     .fix = {{"any", "Store the encoded event, or encode stored and live "
                     "events in one function."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_same_bytes,
     .skip = resume_skip},
    {.id = "resume.ids-stable",
     .title = "An event has the same id on every connection",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "An id is a position in the server's history. A counter "
                  "that starts anew with each connection, or a random id, "
                  "means something else on the next one: clients resume at "
                  "the wrong place.",
     .causes = "A counter inside the handler; uuid() per delivery; each "
               "worker process counting for itself.",
     .fix = {{"any", "Give the id when the event is published, once, and "
                     "store it with the event."},
             {"Node/Express", "Move let id = 0 out of the route handler; with "
                              "cluster, let Redis or the database count."},
             {"Python/Starlette",
              "With several uvicorn workers, count outside of the process."}},
     .reproduce = "curl -sN -m 2 {url} & curl -sN -m 2 {url}; wait",
     .judge = resume_judge_ids_stable,
     .skip = resume_skip},
    {.id = "resume.seam",
     .title = "Replay and live stream meet without gap or overlap",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_SEAM), SCRIPT(SCRIPT_RESUME)}},
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "Most hand-written servers read the history and then subscribe, or "
         "the other way round. What is published in between is lost or comes "
         "twice; it happens once in hundreds of reconnects and is never "
         "found by hand.",
     .causes = "No lock or sequence over \"read history\" and \"subscribe\".",
     .fix = {{"any", LOG_FIRST},
             {"Node/Express", "await between reading the history and "
                              "subscribing is the gap: subscribe first."},
             {"Go", "Snapshot and channel registration in one critical "
                    "section."}},
     .reproduce = "while :; do timeout 0.1 curl -sN -H 'Last-Event-ID: "
                  "LAST' {url}; done",
     .judge = resume_judge_seam,
     .skip = resume_skip},
    {.id = "resume.first-has-id",
     .title = "The first event after a resume carries an id",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "By the letter of the standard a new stream starts with an "
                  "empty id buffer: an event without id resets the client's "
                  "position. Clients that follow the letter then resume "
                  "from nowhere.",
     .causes = "A greeting event (\"connected\") in front of the replay; ids "
               "only on some types.",
     .fix = {{"any", "Send the greeting as a comment, or with the id that "
                     "the client came with."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_first_has_id,
     .skip = resume_skip},
    {.id = "resume.after-rst",
     .title = "An event that was cut in the middle comes again",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "A client drops half an event and resumes from the one "
                  "before. A server that keeps its own idea of what was "
                  "delivered (bytes handed to the kernel) skips it.",
     .causes = "Positions kept on the server per session and moved on "
               "write().",
     .fix = {{"any", "Believe the client's Last-Event-ID, not what was "
                     "written."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_after_rst,
     .skip = resume_skip},
    {.id = "resume.id-only",
     .title = "A block with an id and no data moves the resume point",
     .severity = SEVERITY_I,
     .side = "S,C",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "Such a block is how a server tells filtered clients that "
                  "the world moved on; resuming from it must not repeat what "
                  "came before.",
     .causes = "Ids of checkpoints that the replay code does not know.",
     .fix = {{"any", "Give checkpoints ids from the same sequence."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_id_only,
     .skip = resume_skip},
};

CHECK_GROUP(group_resume, "resume", rows);
