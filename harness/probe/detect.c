/* SPDX-License-Identifier: MIT
 * What a target is like, as far as one or two looks can tell.  Assumptions
 * only, printed as such: what the user declared stays. */
#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "probe/probe.h"

/* Gaps between comment lines that are this even are a heartbeat. */
#define EVEN_PERCENT 25

static bool is_number(struct slice id)
{
  size_t i;
  for(i = 0; i < id.n; i++) {
    if(id.p[i] < '0' || id.p[i] > '9')
      return false;
  }
  return id.n > 0 && id.n <= 19;
}

static void detect_ids(struct target *t, const struct recording *r,
                       struct buf *out)
{
  size_t i, with = 0, numeric = 0;
  for(i = 0; i < r->events; i++) {
    with += r->event[i].id_in_block;
    numeric += r->event[i].id_in_block && is_number(r->event[i].id);
  }
  if(!with || t->ids)
    return;
  t->ids = true;
  t->numeric_ids = numeric == with;
  buf_addf(out, "events carry ids%s (%zu of %zu seen)\n",
           t->numeric_ids ? ", which are numbers" : "", with, r->events);
}

static int detect_stream(struct target *t, const struct recording *r,
                         struct buf *out)
{
  char age[UNITS_MAX];
  if(t->stream_known != KNOWN_NOT || r->head.status != 200)
    return 0;
  if(r->end == REC_END_OURS) {
    t->stream = STREAM_ENDLESS;
    t->stream_known = KNOWN_ASSUMED;
    return buf_addf(out, "the stream is endless (no end within %s)\n",
                    units_fmt_duration(t->window_ns, age));
  }
  if(r->end != REC_END_CLEAN && r->end != REC_END_CLOSE)
    return 0;
  t->stream = STREAM_FINITE;
  t->stream_known = KNOWN_ASSUMED;
  return buf_addf(out, "the stream is finite (it ended after %s)\n",
                  units_fmt_duration((uint64_t)r->end_ns, age));
}

static void detect_heartbeat(struct target *t, const struct recording *r,
                             struct buf *out)
{
  int64_t last = -1, least = INT64_MAX, most = 0;
  size_t i, gaps = 0;
  char text[UNITS_MAX];
  if(t->heartbeat_known != KNOWN_NOT)
    return;
  for(i = 0; i < r->lines; i++) {
    int64_t gap = r->line[i].t_ns - last;
    if(r->line[i].kind != LINE_COMMENT)
      continue;
    if(last >= 0 && gap > (int64_t)(50 * NS_PER_MS)) {
      least = gap < least ? gap : least;
      most = gap > most ? gap : most;
      gaps++;
    }
    last = r->line[i].t_ns;
  }
  if(!gaps || (most - least) * 100 > most * EVEN_PERCENT)
    return;
  t->heartbeat_ns = (uint64_t)most;
  t->heartbeat_known = KNOWN_ASSUMED;
  buf_addf(out, "a comment comes about every %s as heartbeat\n",
           units_fmt_duration(t->heartbeat_ns, text));
}

static bool has_event(const struct recording *r,
                      const struct recorded_event *e)
{
  size_t i;
  for(i = 0; i < r->events; i++) {
    if(slice_eq(r->event[i].data, e->data) &&
       slice_eq(r->event[i].type, e->type) && slice_eq(r->event[i].id, e->id))
      return true;
  }
  return false;
}

/* The same events, and different ones among them: a stream that repeats one
 * text would look broadcast to anybody. */
static int detect_broadcast(struct target *t, const struct recording *a,
                            const struct recording *b, struct buf *out)
{
  size_t i, same = 0, fewer;
  bool varied = false;
  if(!b || t->broadcast || a->events > 4096 || b->events > 4096)
    return 0;
  for(i = 0; i < b->events; i++) {
    same += has_event(a, &b->event[i]);
    varied = varied || !slice_eq(b->event[i].data, b->event[0].data);
  }
  fewer = a->events < b->events ? a->events : b->events;
  if(!varied || same < 2 || same * 2 < fewer)
    return 0;
  t->broadcast = true;
  return buf_addf(out,
                  "all readers get the same events (%zu of %zu in common)\n",
                  same, fewer);
}

int probe_detect(struct target *t, const struct recording *plain,
                 const struct recording *second, struct buf *sentences)
{
  detect_ids(t, plain, sentences);
  detect_stream(t, plain, sentences);
  detect_heartbeat(t, plain, sentences);
  return detect_broadcast(t, plain, second, sentences);
}
