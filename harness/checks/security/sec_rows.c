/* SPDX-License-Identifier: MIT
 * The rows of sec.*; see sec_inject.c and sec_plain.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/resume/resume_judges.h"

#define INTERPRET HTML_SSE "event-stream-interpretation"
#define INJECTED                                                              \
  .needs = {.scripts = {SCRIPT(SCRIPT_INJECT)}},                              \
  .skip = input_skip_unpublished, .anchor = INTERPRET,                        \
  .reference = "HTML: interpreting an event stream", .side = "S",             \
  .modes = "K"
#define SPLIT_FIX                                                             \
  "Split the payload at CRLF, CR and LF and write \"data: \" before each "    \
  "part, or send JSON, which escapes both."
#define REFUSE_FIX                                                            \
  "Refuse or strip CR, LF and NUL in ids, types and comments; accept digits " \
  "only in retry."

static const struct check rows[] = {
    {.id = "sec.inject.data-lf",
     .title = "A payload with LF cannot forge fields or events",
     .severity = SEVERITY_F,
     INJECTED,
     .rationale = "Whoever may publish a chat message could send any event "
                  "to everybody: a fake \"logout\", another user's name, a "
                  "false price.",
     .causes = "write(\"data: \" + payload + \"\\n\\n\") without splitting.",
     .fix = {{"any", SPLIT_FIX},
             {"Node/Express", "payload.split(/\\r\\n|\\r|\\n/)."},
             {"Go", "strings.NewReplacer(\"\\r\\n\", \"\\n\", \"\\r\", "
                    "\"\\n\"), then prefix each line."}},
     .reproduce = "printf 'x\\n\\nevent: forged\\ndata: y\\n\\n' | curl "
                  "--data-binary @- PUBLISH-URL",
     .judge = sec_judge_data_lf},
    {.id = "sec.inject.data-cr",
     .title = "A payload with a bare CR cannot forge fields or events",
     .severity = SEVERITY_F,
     INJECTED,
     .rationale = "CR alone ends a line of an event stream too. Libraries "
                  "that split at LF only let it through (several advisories "
                  "name just that).",
     .causes = "split(\"\\n\"); a test suite without CR.",
     .fix = {{"any", SPLIT_FIX},
             {"Node/Express", "payload.split(/\\r\\n|\\r|\\n/)."},
             {"Python/Starlette", "re.split(r\"\\r\\n|\\r|\\n\", payload); "
                                  "not splitlines(), which splits at more."}},
     .reproduce = "printf 'x\\rdata: forged\\r\\revent: evil' | curl "
                  "--data-binary @- PUBLISH-URL",
     .judge = sec_judge_data_cr},
    {.id = "sec.inject.id",
     .title = "An id with CR, LF or NUL does not get out",
     .severity = SEVERITY_F,
     INJECTED,
     .rationale = "An id that comes from outside (a message id, a file "
                  "name) can end its line and begin a data line. With NUL "
                  "clients ignore the id and lose their place.",
     .causes = "\"id: \" + id without a check.",
     .fix = {{"any", REFUSE_FIX}},
     .reproduce = "curl -d x 'PUBLISH-URL?id=1%0Adata:%20forged'",
     .judge = sec_judge_id},
    {.id = "sec.inject.event",
     .title = "An event type with CR or LF does not get out",
     .severity = SEVERITY_F,
     INJECTED,
     .rationale = "A type taken from a room name or a key of JSON becomes a "
                  "way to write data lines into everybody's stream.",
     .causes = "\"event: \" + type without a check.",
     .fix = {{"any", REFUSE_FIX}},
     .reproduce = "curl -d x 'PUBLISH-URL?type=a%0Adata:%20forged'",
     .judge = sec_judge_event},
    {.id = "sec.inject.retry",
     .title = "A retry that is no number does not get out",
     .severity = SEVERITY_F,
     INJECTED,
     .rationale = "Besides forging lines, a retry of 0 from outside makes "
                  "every client hammer the server.",
     .causes = "The value is passed through as text.",
     .fix = {{"any", REFUSE_FIX}},
     .reproduce = "curl -d x 'PUBLISH-URL?retry=1%0Adata:%20forged'",
     .judge = sec_judge_retry},
    {.id = "sec.inject.comment",
     .title = "CR and LF in a comment are neutralised",
     .severity = SEVERITY_W,
     INJECTED,
     .rationale = "A comment holds debug text, often with input in it; a "
                  "line end inside turns the rest into fields.",
     .causes = "\": \" + text without splitting.",
     .fix = {{"any", REFUSE_FIX}},
     .reproduce = "curl -d x 'PUBLISH-URL?comment=x%0Adata:%20forged'",
     .judge = sec_judge_comment},
    {.id = "sec.tls",
     .title = "The stream is offered over https",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "4.2.2",
     .reference = "RFC 9110 section 4.2.2",
     .rationale = "A page served over https cannot open a plain http stream "
                  "(mixed content), tokens travel readable, and proxies on "
                  "the way buffer what they can read.",
     .causes = "A certificate that ran out; a port that was meant for the "
               "inside.",
     .fix = {{"nginx", "listen 443 ssl http2; redirect port 80."},
             {"any", "Serve the whole chain, not the leaf alone."}},
     .reproduce = "curl -sN -m 2 -v -o /dev/null {url}",
     .judge = sec_judge_tls},
    {.id = "sec.token-in-url",
     .title = "No credential stands in the URL",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "17.9",
     .reference = "RFC 9110 section 17.9",
     .rationale = "EventSource cannot set Authorization, so tokens move into "
                  "the query, and from there into access logs, histories "
                  "and error reports. Fetch-based clients and cookies need "
                  "no such thing.",
     .causes = "EventSource knows no request headers.",
     .fix = {{"any", "A cookie, a fetch-based client, or a token that works "
                     "once and for seconds."}},
     .reproduce = "grep token /var/log/nginx/access.log",
     .judge = sec_judge_token_in_url},
    {.id = "sec.conn-limit",
     .title = "One client cannot take all connections",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_OVERLOAD)}},
     .anchor = "https://www.rfc-editor.org/rfc/rfc6585#section-4",
     .reference = "RFC 6585 section 4",
     .rationale = "Streams cost a connection each for hours. Without a limit "
                  "for each client one script takes the place of all.",
     .causes = "Limits on requests per second only.",
     .fix = {{"nginx", "limit_conn_zone $binary_remote_addr zone=sse:1m; "
                       "limit_conn sse 20;"},
             {"any", "Count streams per user; answer 429 with "
                     "Retry-After."}},
     .reproduce = "for i in $(seq 100); do curl -sN -m 5 -o /dev/null -w "
                  "'%{http_code}\\n' {url} & done | sort | uniq -c",
     .judge = sec_judge_conn_limit},
    {.id = "sec.topic-limit",
     .title = "Oversized parameters are refused, not fatal",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "A",
     .needs = {.exchanges = EX(EX_MANY_PARAMETERS) | EX(EX_LONG_PARAMETER)},
     .anchor = RFC_9110 "15.5.15",
     .reference = "RFC 9110 section 15.5.15",
     .rationale = "Hubs let clients name topics in the query. Hundreds of "
                  "them, or a very long one, cost memory per stream; a 500 "
                  "shows that nobody thought of it.",
     .causes = "A regular expression or a query per topic; a fixed buffer.",
     .fix = {{"any", "Limit number and length; answer 400, 414 or 431."},
             {"nginx", "large_client_header_buffers."}},
     .reproduce = "curl -s -o /dev/null -w '%{http_code}\\n' "
                  "'{url}?topic=...x200'",
     .judge = sec_judge_topic_limit},
};

CHECK_GROUP(group_sec, "sec", rows);
