/* SPDX-License-Identifier: MIT
 * The rows of resume.* that rest on single reconnects; see resume_single.c,
 * resume_odd.c, resume_hostile.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/resume/resume_gate.h"
#include "checks/resume/resume_judges.h"

#define HEADER_CLAUSE HTML_SSE "the-last-event-id-header"
#define WITH(value)   "curl -siN -m 3 -H 'Last-Event-ID: " value "' {url}"
#define SINGLE        .needs = {.scripts = {SCRIPT(SCRIPT_RESUME_IDS)}}

static const struct check rows[] = {
    {.id = "resume.header",
     .title = "Last-Event-ID is honoured in any letter case",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     SINGLE,
     .anchor = RFC_9110 "5.1",
     .reference = "RFC 9110 section 5.1",
     .rationale = "HTTP/2 and HTTP/3 write all names in small letters, and "
                  "so do many client libraries: a server that looks for one "
                  "spelling loses events for half of its clients.",
     .causes = "Raw header arrays or environment maps searched with ==.",
     .fix = {{"any", "Use the framework's header lookup, which ignores case."},
             {"Node/Express", "req.headers['last-event-id'] (always small)."}},
     .reproduce = "curl -sN -m 3 -H 'last-event-id: K' {url}",
     .judge = resume_judge_header,
     .skip = resume_skip},
    {.id = "resume.twice",
     .title = "A reconnect without new events keeps the position",
     .severity = SEVERITY_F,
     .side = "S,C",
     .modes = "R",
     SINGLE,
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "On bad networks a client connects, gets nothing, and "
                  "connects again with the same id. A server that counts the "
                  "first attempt as delivered skips events.",
     .causes = "The position is moved when the replay is queued.",
     .fix = {{"any", "Keep no per-client position; compute it from the "
                     "header each time."}},
     .reproduce = WITH("K"),
     .judge = resume_judge_twice,
     .skip = resume_skip},
    {.id = "resume.competing",
     .title = "Two resumes from one id both get everything",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R,N",
     SINGLE,
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "Two tabs, or a client whose old connection still lingers: "
                  "with a consuming queue each gets half of the events.",
     .causes = "One queue per user instead of one per connection; LPOP, or "
               "a consumer group shared by all.",
     .fix = {{"any", "A position per connection in a shared log."},
             {"Python/Starlette",
              "One asyncio.Queue per connection, not per user."}},
     .reproduce = WITH("K") " & " WITH("K") "; wait",
     .judge = resume_judge_competing,
     .skip = resume_skip},
    {.id = "resume.unknown-id",
     .title = "An id that was never given leads to a live stream",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "After a restart or a change of storage clients come with "
                  "ids nobody knows, and cannot be told to forget them: an "
                  "error status ends an EventSource for good, silence "
                  "leaves it hanging.",
     .causes = "An exception on a missing key; waiting for an id that never "
               "comes; a foreign-key lookup.",
     .fix = {{"any", "Treat it as expired: answer 200, signal the gap in "
                     "band, go on live or from the oldest event."}},
     .reproduce = WITH("7f9c24e8-3b12-4fef-91e0-5a4b7f3c2d10"),
     .judge = resume_judge_unknown_id,
     .skip = resume_skip},
    {.id = "resume.expired-id",
     .title = "An id older than the history leads to a stream",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "A laptop that slept for a night comes back with an old "
                  "id. It needs a stream, not an error, and should get what "
                  "is still kept.",
     .causes = "An index outside of the ring buffer; 404 or 410 for an old "
               "id.",
     .fix = {{"any", "Replay from the oldest event that is kept, and signal "
                     "the gap."}},
     .reproduce = WITH("1"),
     .judge = resume_judge_expired_id,
     .skip = resume_skip},
    {.id = "resume.gap-signal",
     .title = "A gap is told to the client",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "A client that knows of the gap can fetch the state anew; "
                  "one that does not shows old data. EventSource hides "
                  "response headers, so an event is the best way.",
     .causes = "The standard is silent about it, so nobody thought of it.",
     .fix = {{"any", "Send an event such as \"event: reset\" before the "
                     "first one that is kept."}},
     .reproduce = WITH("1"),
     .judge = resume_judge_gap_signal,
     .skip = resume_skip},
    {.id = "resume.window",
     .title = "How many events can be replayed",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "A measurement: history divided by the rate of events is "
                  "how long a client may be away.",
     .causes = "",
     .fix = {{"any", "Keep at least some minutes of events."}},
     .reproduce = WITH("1"),
     .judge = resume_judge_window,
     .skip = resume_skip},
    {.id = "resume.future-id",
     .title = "An id from the future does not stall the stream",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "After a restore from backup, clients are ahead of the "
                  "server. One that filters id > last sends them nothing "
                  "until it has caught up, perhaps never.",
     .causes = "A live filter on id > Last-Event-ID.",
     .fix = {{"any", "Treat an id greater than the newest as unknown."}},
     .reproduce = WITH("999999999"),
     .judge = resume_judge_future_id,
     .skip = resume_skip},
    {.id = "resume.empty-header",
     .title = "An empty Last-Event-ID is the same as none",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "R",
     SINGLE,
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model",
     .rationale = "EventSource leaves the header out when it has no id, but "
                  "fetch-based clients and proxies send it empty.",
     .causes = "\"\" compared as an id smaller than all others.",
     .fix = {{"any", "Test for a non-empty value, not for presence."}},
     .reproduce = "curl -sN -m 3 -H 'Last-Event-ID;' {url}",
     .judge = resume_judge_empty_header,
     .skip = resume_skip},
    {.id = "resume.dup-header",
     .title = "Two Last-Event-ID lines have one outcome",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "R",
     SINGLE,
     .anchor = RFC_9110 "5.3",
     .reference = "RFC 9110 section 5.3",
     .rationale = "A library that sets the header and a polyfill that sets "
                  "it too send both. Any fixed rule will do; chance will "
                  "not.",
     .causes = "Different workers or proxies that take the first or the "
               "last line.",
     .fix = {{"any", "Take the last line, or answer 400."}},
     .reproduce = "curl -siN -m 3 -H 'Last-Event-ID: A' -H 'Last-Event-ID: "
                  "B' {url}",
     .judge = resume_judge_dup_header,
     .skip = resume_skip},
    {.id = "resume.query-fallback",
     .title = "The header wins over the lastEventId query parameter",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "EventSource cannot set a header on its first connection, "
                  "so a page passes its state in the URL. On reconnects that "
                  "URL is repeated with its old id: only the header is new.",
     .causes = "query || header in that order.",
     .fix = {{"any", "Use the header when it is there, else the query."}},
     .reproduce = "curl -sN -m 3 -H 'Last-Event-ID: NEW' "
                  "'{url}?lastEventId=OLD'",
     .judge = resume_judge_query_fallback,
     .skip = resume_skip},
    {.id = "resume.ip-independent",
     .title = "Resuming does not hang on address or cookie",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "R",
     SINGLE,
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "Phones change networks; that is why they reconnect. A "
                  "history bound to address or session is lost just then.",
     .causes = "Sticky sessions by address; history in the session.",
     .fix = {{"any", "Keep the history in one place for all nodes."},
             {"nginx", "ip_hash is no replacement for a shared history."}},
     .reproduce = "curl -sN -m 3 --interface OTHER-ADDRESS -H "
                  "'Last-Event-ID: K' {url}",
     .judge = resume_judge_ip_independent,
     .skip = resume_skip},
    {.id = "resume.cost",
     .title = "How long many replays at once take",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "N",
     SINGLE,
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "A measurement: after a network outage everybody replays "
                  "at the same moment.",
     .causes = "A database query per reconnect.",
     .fix = {{"any", "Keep the newest events in memory."}},
     .reproduce = WITH("K"),
     .judge = resume_judge_cost,
     .skip = resume_skip},
    {.id = "resume.malformed-id",
     .title = "No Last-Event-ID value brings the server down",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_HOSTILE_IDS)}},
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "The header comes from the network and may hold anything. "
                  "A 500 ends an EventSource for good; a crash ends "
                  "everybody's.",
     .causes = "int() or parseInt without a check; bytes decoded as strict "
               "UTF-8; the value pasted into a query.",
     .fix = {{"any", "Parse it, and treat what does not parse as unknown."},
             {"Python/Starlette", "Headers are latin-1: .encode('latin-1')"
                                  ".decode('utf-8', 'replace')."},
             {"Go", "strconv.ParseUint and look at the error."}},
     .reproduce = "printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\nLast-Event-ID: "
                  "\\x00\\r\\n\\r\\n' | nc HOST PORT",
     .judge = resume_judge_malformed_id},
    {.id = "resume.auth",
     .title = "A replay shows nobody else's events",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R,K",
     .needs = {.scripts = {SCRIPT(SCRIPT_USERS)}},
     .anchor = HEADER_CLAUSE,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "Live events pass the check of rights when they are sent; "
                  "the replay path often reads the history without it. "
                  "Guessing another user's id then shows their messages.",
     .causes = "A filter on live delivery only; history per topic, not per "
               "user.",
     .fix = {{"any", "Filter the replay with the rights of this request, in "
                     "the function that live events go through."}},
     .reproduce = "curl -sN -m 3 -H 'Authorization: B' -H 'Last-Event-ID: "
                  "ID-OF-A' {url}",
     .judge = resume_judge_auth,
     .skip = input_skip_users},
};

CHECK_GROUP(group_resume_single, "resume (single)", rows);
