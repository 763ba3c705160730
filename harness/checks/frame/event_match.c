/* SPDX-License-Identifier: MIT
 * Comparing the arrival of events at two readers; see event_match.h. */
#include "checks/frame/event_match.h"

#include <string.h>

static bool same_event(const struct recorded_event *a,
                       const struct recorded_event *b)
{
  if(a->id.n || b->id.n)
    return slice_eq(a->id, b->id);
  return slice_eq(a->type, b->type) && slice_eq(a->data, b->data);
}

/* The reader's clock minus the peer's. */
static int64_t shift_ns(const struct recording *reader,
                        const struct recording *peer)
{
  return (int64_t)(reader->started_real_ns - peer->started_real_ns);
}

/* The first such event of the reader from *next on, which moves behind it;
 * NULL and *next stays where there is none.  Streams keep their order. */
static const struct recorded_event *find(const struct recording *reader,
                                         const struct recorded_event *e,
                                         size_t *next)
{
  size_t i;
  for(i = *next; i < reader->events; i++) {
    if(same_event(&reader->event[i], e)) {
      *next = i + 1;
      return &reader->event[i];
    }
  }
  return NULL;
}

static void count_late(struct event_match *m, const struct recording *peer,
                       size_t k, int64_t arrived_ns, int64_t limit_ns)
{
  int64_t late_ns = arrived_ns - peer->event[k].t_ns;
  if(late_ns > m->max_late_ns) {
    m->max_late_ns = late_ns;
    m->worst = k;
  }
  m->early = m->early || late_ns < -limit_ns;
  if(late_ns <= limit_ns)
    return;
  m->late++;
  if(k + 1 < peer->events) {
    int64_t off_ns = arrived_ns - peer->event[k + 1].t_ns;
    m->one_behind += off_ns < limit_ns && off_ns > -limit_ns;
  }
}

void event_match_read(const struct recording *reader,
                      const struct recording *peer, int64_t limit_ns,
                      struct event_match *out)
{
  int64_t shift = shift_ns(reader, peer);
  int64_t from_ns = reader->head.complete_ns + shift;
  int64_t to_ns = reader->end_ns + shift - limit_ns;
  size_t k, next = 0;
  memset(out, 0, sizeof(*out));
  for(k = 0; k < peer->events && k < EVENT_MATCH_MAX; k++) {
    const struct recorded_event *e = &peer->event[k];
    const struct recorded_event *got;
    if(e->t_ns < from_ns || e->t_ns > to_ns)
      continue;
    out->compared++;
    got = find(reader, e, &next);
    out->found += got != NULL;
    count_late(out, peer, k, got ? got->t_ns + shift : reader->end_ns + shift,
               limit_ns);
  }
}
