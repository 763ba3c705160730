/* SPDX-License-Identifier: MIT
 * h2.*: how streams end, and what keeps them alive. */
#include <string.h>

#include "checks/h2/h2_judges.h"
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

void h2_judge_end(const struct check_input *in, struct finding *f)
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

void h2_judge_204(const struct check_input *in, struct finding *f)
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

void h2_judge_heartbeat_is_data(const struct check_input *in,
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
