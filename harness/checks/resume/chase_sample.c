/* SPDX-License-Identifier: MIT
 * Hand-made recordings of the reconnecting scripts; see chase_sample.h. */
#include "checks/resume/chase_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REAL0_NS UINT64_C(1700000000000000000)
#define MS       1000000

int64_t chase_time_ms(unsigned id)
{
  return CHASE_T0_MS + CHASE_GAP * (int64_t)id;
}

void chase_label(struct recording *r, const char *detail)
{
  recording_tell(r, detail);
}

void chase_sent(struct recording *r, const char *last_id)
{
  buf_clear(&r->request);
  assert_int_equal(buf_addf(&r->request,
                            "GET /stream HTTP/1.1\r\nHost: x\r\n"
                            "Last-Event-ID: %s\r\n\r\n",
                            last_id),
                   0);
}

struct recording *chase_control(struct sample *s, const char *name, unsigned n)
{
  struct recording *r = sample_stream(s, name);
  char text[64];
  r->started_real_ns = REAL0_NS;
  chase_label(r, "role=control; FIN");
  for(unsigned i = 1; i <= n; i++) {
    (void)snprintf(text, sizeof(text), "id: %u\ndata: d%u\n\n", i, i);
    sample_chunk(r, chase_time_ms(i), text);
  }
  return r;
}

static void add_event(struct recording *r, int64_t t_ms, struct slice token)
{
  char text[96];
  struct slice id = slice_cut(&token, '='), data = token.n ? token : id;
  if(slice_eq_cstr(id, "-"))
    (void)snprintf(text, sizeof(text), "event: hello\ndata: hello\n\n");
  else if(id.p[id.n - 1] == '!')
    (void)snprintf(text, sizeof(text), "id: %.*s\ndata: other\n\n",
                   (int)id.n - 1, id.p);
  else
    (void)snprintf(text, sizeof(text), "id: %.*s\ndata: d%.*s\n\n", (int)id.n,
                   id.p, (int)data.n, data.p);
  sample_chunk(r, t_ms, text);
}

struct recording *chase_stream(struct sample *s, const char *name,
                               int64_t start_ms, const char *piece)
{
  struct recording *r = sample_stream(s, name);
  struct slice rest = slice_of(piece), last = {NULL, 0};
  const char *mark = strchr(piece, '>');
  char id[64] = "";
  int64_t t = 10;
  if(mark) {
    last = slice_cut(&rest, '>');
    (void)snprintf(id, sizeof(id), "%.*s", (int)last.n, last.p);
    chase_sent(r, id);
  }
  r->started_real_ns = REAL0_NS + (uint64_t)(start_ms * MS);
  while(rest.n) {
    struct slice token = slice_cut(&rest, ' ');
    if(token.n)
      add_event(r, t++, token);
  }
  sample_ends(r, REC_END_OURS, t + 1);
  return r;
}

void chase_victims(struct sample *s, const char *script, const char *pieces)
{
  struct slice rest = slice_of(pieces);
  char name[64], piece[256];
  unsigned k = 1;
  int64_t start = 0;
  while(rest.n) {
    struct slice one = slice_cut(&rest, '|');
    (void)snprintf(piece, sizeof(piece), "%.*s", (int)one.n, one.p);
    (void)snprintf(name, sizeof(name), "%s.%u", script, k++);
    /* Two events are missed behind the id it comes with. */
    if(strchr(piece, '>'))
      start = chase_time_ms((unsigned)strtoul(piece, NULL, 10) + 2) + 10;
    chase_label(chase_stream(s, name, start, piece),
                "role=victim cut=rst phase=in-data; RST");
  }
}

void chase_single_begin(struct chase_single *x, unsigned events)
{
  sample_begin(&x->s);
  x->n = 0;
  chase_control(&x->s, "resume-ids.0", events);
}

struct recording *chase_single_add(struct chase_single *x, int64_t start_ms,
                                   const char *role, const char *piece)
{
  char name[32], detail[64];
  struct recording *r;
  (void)snprintf(name, sizeof(name), "resume-ids.%u", ++x->n);
  (void)snprintf(detail, sizeof(detail), "role=%s; FIN", role);
  r = chase_stream(&x->s, name, start_ms, piece);
  chase_label(r, detail);
  return r;
}
