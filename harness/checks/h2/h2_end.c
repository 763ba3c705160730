/* SPDX-License-Identifier: MIT
 * h2.*: how streams end, and what keeps them alive. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/h2/h2_common.h"
#include "checks/heartbeat/heartbeat.h"

/* Streams that the server reset behind their head, over all scripts: one that
 * is refused did not end. */
static size_t show_resets(const struct check_input *in, struct finding *f)
{
  size_t i, n = 0;
  for(i = 0; i < in->recordings; i++) {
    const struct recording *r = in->recording[i];
    enum h2_code code = r->label.rst;
    if(strncmp(r->name, "h2", 2) != 0 || !code || !r->head.status ||
       code == H2_CODE_NONE)
      continue;
    if(n++ < 5)
      finding_note(f, "%s: RST_STREAM %s", r->name,
                   label_word_name(ATTRIBUTE_RST, (int)code));
  }
  return n;
}

static void h2_judge_end(const struct check_input *in, struct finding *f)
{
  const struct recording *r = h2_stream(in, SCRIPT_H2_END, ROLE_FIRST, f);
  size_t resets;
  if(!r)
    return;
  resets = show_resets(in, f);
  if(r->end == REC_END_OURS && !resets)
    finding_set(f, VERDICT_SKIP,
                "the server did not end the stream while it was watched");
  else if(r->end == REC_END_CLEAN && !resets)
    finding_set(f, VERDICT_PASS, "ended with END_STREAM after %.1f s",
                (double)r->end_ns / 1e9);
  else if(resets)
    finding_broken(f, "%zu stream(s) were reset by the server", resets);
  else if(r->end == REC_END_LIMIT || r->end == REC_END_ERROR)
    finding_set(f, VERDICT_UNTESTABLE, "the recording ended before: %s",
                r->detail);
  else
    finding_broken(f, "the stream did not end by END_STREAM but: %s, %s",
                   recording_end_name(r->end), r->detail);
}

static bool says_204(const struct recording *r)
{
  return r && r->head.status == 204;
}

static void h2_judge_204(const struct check_input *in, struct finding *f)
{
  const struct recording *first = h2_stream(in, SCRIPT_H2_END, ROLE_FIRST, f);
  const struct recording *r = role_find(in, SCRIPT_H2_END, ROLE_RECONNECT, 0);
  if(!first)
    return;
  if(!r) {
    finding_set(f, VERDICT_UNTESTABLE,
                "the stream did not end while it was watched: %s",
                first->detail);
    return;
  }
  f->recording = r;
  finding_show_head(f, r);
  if(says_204(r) && r->end == REC_END_CLEAN && !r->wire.n)
    finding_set(f, VERDICT_PASS, "204 and END_STREAM, nothing else");
  else if(says_204(r) && r->wire.n)
    finding_broken(f,
                   "%zu byte(s) follow the 204: HTTP/2 clients end it "
                   "with PROTOCOL_ERROR and reconnect",
                   r->wire.n);
  else if(says_204(r))
    finding_broken(f, "the 204 does not end with END_STREAM: %s", r->detail);
  else if(!r->head.status &&
          says_204(role_find(in, SCRIPT_FINISHED, ROLE_RECONNECT, 0)))
    finding_broken(f, "204 over HTTP/1.1, and no answer over HTTP/2: %s",
                   r->detail);
  else
    finding_set(f, VERDICT_SKIP, "no 204 was sent, but %d", r->head.status);
}

static void h2_judge_heartbeat_is_data(const struct check_input *in,
                                       struct finding *f)
{
  const struct recording *r = h2_stream(in, SCRIPT_H2_END, ROLE_FIRST, f);
  const struct recording *c =
      r ? h2_connection(in, SCRIPT_H2_END, H2_PART_END, f) : NULL;
  unsigned long long pings;
  struct beats b;
  if(!c)
    return;
  f->recording = r;
  if(beats_find(r, &b)) {
    finding_set(f, VERDICT_ERROR, "out of memory");
    return;
  }
  pings = (unsigned long long)c->label.pings;
  if(b.count)
    finding_set(f, VERDICT_PASS, "%zu heartbeats in DATA, %llu PING frames",
                b.count, pings);
  else if(pings)
    finding_broken(f,
                   "%llu PING frames and no heartbeat in DATA: no proxy "
                   "passes a PING on, and no script sees one",
                   pings);
  else
    heartbeat_none(in, f, &b);
  beats_free(&b);
}

#define END SCRIPT(SCRIPT_H2_END)

static const struct check rows[] = {
    {.id = "h2.end",
     .title = "Streams end with END_STREAM",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "W",
     .needs = {.scripts = {END}},
     .anchor = RFC_9113 "8.1",
     .reference = "RFC 9113 sections 8.1 and 5.4.2",
     .rationale = "A reset says that something failed: what had not been read "
                  "yet may be dropped, proxies log errors, and a client "
                  "cannot tell an end from a crash.",
     .causes = "A handler that is aborted instead of returning; a time limit "
               "of a proxy; an upstream connection that closed without the "
               "end of its body.",
     .fix = {{"any", "Return from the handler; end the body."},
             {"nginx", "proxy_http_version 1.1 and a proxy_read_timeout above "
                       "the heartbeat's interval: an upstream that breaks off "
                       "becomes RST_STREAM."},
             {"Go", "Do not panic(http.ErrAbortHandler) to end a stream."},
             {"Node/Express", "stream.end(), not stream.close() or "
                              "destroy()."}},
     .reproduce = "curl -sSN --http2 -o /dev/null {url}; echo $?",
     .judge = h2_judge_end,
     .skip = h2_skip_plain},
};

CHECK_GROUP(group_h2_end, "h2", rows);

static const struct check h2_end_more_rows[] = {
    {.id = "h2.204",
     .title = "The 204 that stops clients works over HTTP/2",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     .needs = {.scripts = {END, SCRIPT(SCRIPT_FINISHED)}},
     .anchor = RFC_9113 "8.1",
     .reference = "RFC 9113 section 8.1; RFC 9110 section 15.3.5",
     .rationale = "An EventSource stops for good on 204. A 204 with a body, "
                  "or without END_STREAM, is an error to an HTTP/2 client, "
                  "which then comes back every three seconds.",
     .causes = "A module that sends a body's end that HTTP/2 does not know; "
               "an empty DATA frame that never comes.",
     .fix = {{"any", "Send the 204 as HEADERS with END_STREAM and nothing "
                     "behind it."},
             {"nginx", "return 204; works; update modules that answer "
                       "themselves, nchan among them."}},
     .reproduce = "curl -siSN -m 2 --http2 -H 'Last-Event-ID: LAST' {url}",
     .judge = h2_judge_204,
     .skip = h2_skip_not_finite},
    {.id = "h2.heartbeat-is-data",
     .title = "Heartbeats are comments in DATA, not PING frames",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "W",
     .needs = {.scripts = {END}},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale = "A PING keeps one hop alive: the next proxy answers it "
                  "itself and then closes its idle side, and no script in a "
                  "page ever sees one.",
     .causes = "Keep-alive of the HTTP/2 library taken for a heartbeat.",
     .fix = {{"any",
              "Send a comment every 15 s, whatever the library pings."}},
     .reproduce = "curl -sN -m 60 --http2 {url}",
     .judge = h2_judge_heartbeat_is_data,
     .skip = h2_skip_plain},
};

CHECK_GROUP(group_h2_end_more, "h2", h2_end_more_rows);
