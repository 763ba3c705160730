/* SPDX-License-Identifier: MIT
 * Laying the victim's connections beside the control; see resume_walk.h. */
#include "checks/resume/resume_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "checks/core/roles.h"

#define NUMBERS_MAX 100000u
/* An event this much older than the request was published before it. */
#define OLDER_NS ((int64_t)5 * (int64_t)NS_PER_MS)
/* So far from the place that the id names, a first event still shows that the
 * server knows the id: one that repeats or skips a few is broken, not
 * ignorant. */
#define NEAR_PLACES 3

struct progress {
  long expect, top;
  bool *had;          /* by place */
  size_t *noticed_in; /* piece that went past a place */
};

static void add_flaw(struct resume_walk *w, enum walk_kind kind, size_t piece,
                     const struct walk_event *v, long place)
{
  if(w->count[kind] < WALK_SHOWN)
    w->flaw[kind][w->count[kind]] =
        (struct walk_flaw){.piece = piece, .place = place, .v = v};
  w->count[kind]++;
  if(kind == WALK_LOST || kind == WALK_TWICE)
    w->piece[piece].flawed = true;
}

static long place_of(const struct resume_walk *w, struct slice id)
{
  uint64_t number;
  if(w->by_number) {
    if(!walk_number(id, &number) || number < w->base ||
       number - w->base >= w->control.n)
      return -1;
    return (long)(number - w->base);
  }
  for(size_t i = 0; i < w->control.n; i++) {
    if(slice_eq(walk_id(&w->control.at[i]), id))
      return (long)i;
  }
  return -1;
}

static void match_ids(struct resume_walk *w)
{
  w->matched = w->unmatched = 0;
  for(size_t i = 0; i < w->victim.n; i++) {
    struct walk_event *v = &w->victim.at[i];
    v->place = place_of(w, walk_id(v));
    if(v->place >= 0)
      w->matched++;
    else
      w->unmatched++;
  }
}

/* The only control event with that content; -1 for none or several. */
static long only_hash(const struct resume_walk *w, uint64_t hash)
{
  long at = -1;
  for(size_t i = 0; i < w->control.n; i++) {
    if(w->control.at[i].hash != hash)
      continue;
    if(at >= 0)
      return -1;
    at = (long)i;
  }
  return at;
}

static void find_other_ids(struct resume_walk *w)
{
  for(size_t i = 0; w->comparable && i < w->victim.n; i++) {
    struct walk_event *v = &w->victim.at[i];
    long same;
    if(v->place >= 0 && w->control.at[v->place].hash == v->hash)
      continue;
    same = only_hash(w, v->hash);
    if(same >= 0) {
      add_flaw(w, WALK_OTHER_ID, v->piece, v, same);
      v->place = -1;
    }
  }
}

static bool counts_up(const struct walk_list *l)
{
  uint64_t before, now;
  for(size_t i = 0; i < l->n; i++) {
    if(!walk_number(walk_id(&l->at[i]), &now) || (i && now != before + 1))
      return false;
    before = now;
  }
  return l->n > 1;
}

/* Each connection has events of its own, numbered without gaps: the numbers
 * are the truth.  The control's list becomes the numbers from the victim's
 * least to its greatest. */
static void use_numbers(struct resume_walk *w)
{
  uint64_t least = UINT64_MAX, most = 0, v;
  struct walk_event *at;
  if(!counts_up(&w->control) || !w->victim.n)
    return;
  for(size_t i = 0; i < w->victim.n; i++) {
    if(!walk_number(walk_id(&w->victim.at[i]), &v))
      return;
    least = v < least ? v : least;
    most = v > most ? v : most;
  }
  at = most - least < NUMBERS_MAX ? calloc(most - least + 1, sizeof(*at))
                                  : NULL;
  if(!at)
    return;
  for(size_t i = 0; i < w->control.n; i++)
    json_decref(w->control.at[i].json);
  free(w->control.at);
  w->control = (struct walk_list){.at = at, .n = most - least + 1};
  w->base = least;
  w->by_number = true;
  w->comparable = false;
  match_ids(w);
}

static void take_place(struct resume_walk *w, struct progress *p,
                       struct walk_event *v)
{
  long at = v->place;
  if(p->expect >= 0 && at < p->expect)
    add_flaw(w, p->had[at] ? WALK_TWICE : WALK_PERMUTED, v->piece, v, at);
  for(long i = p->expect; p->expect >= 0 && i < at; i++)
    p->noticed_in[i] = v->piece;
  if(w->comparable && w->control.at[at].hash != v->hash)
    add_flaw(w, WALK_OTHER_BYTES, v->piece, v, at);
  p->had[at] = true;
  if(at >= p->expect)
    p->expect = at + 1;
}

static int compare(struct resume_walk *w)
{
  size_t n = w->control.n + 1;
  struct progress p = {.expect = -1};
  int rc = E_NOMEM;
  p.had = calloc(n, sizeof(*p.had));
  p.noticed_in = calloc(n, sizeof(*p.noticed_in));
  if(!p.had || !p.noticed_in)
    goto out;
  for(size_t i = 0; i < w->victim.n; i++) {
    struct walk_event *v = &w->victim.at[i];
    if(v->committed && v->place >= 0)
      take_place(w, &p, v);
  }
  for(size_t i = 0; i < w->control.n; i++) {
    if(p.noticed_in[i] && !p.had[i])
      add_flaw(w, WALK_LOST, p.noticed_in[i], NULL, (long)i);
  }
  rc = 0;
out:
  free(p.had);
  free(p.noticed_in);
  return rc;
}

/* Was something published while the victim was away? */
static bool missed_some(const struct resume_walk *w,
                        const struct walk_piece *p)
{
  size_t next = (size_t)p->last_place + 1;
  if(w->by_number)
    return true;
  return next < w->control.n && w->control.at[next].real_ns <
                                    (int64_t)p->r->started_real_ns - OLDER_NS;
}

static bool went_on(const struct resume_walk *w, const struct walk_piece *p)
{
  long away = p->first_place - p->last_place;
  if(p->first_place < 0 || away < -NEAR_PLACES)
    return false;
  if(away <= 1)
    return true;
  return away <= 1 + NEAR_PLACES &&
         (w->by_number || w->control.at[p->first_place].real_ns <
                              (int64_t)p->r->started_real_ns - OLDER_NS);
}

static void look_at_pieces(struct resume_walk *w)
{
  for(size_t i = w->victim.n; i > 0; i--) {
    struct walk_event *v = &w->victim.at[i - 1];
    w->piece[v->piece].first_place = v->place;
  }
  for(size_t k = 1; k <= w->pieces; k++) {
    struct walk_piece *p = &w->piece[k];
    if(!p->last_id.p)
      continue;
    w->resumed++;
    p->last_place = place_of(w, p->last_id);
    if(p->last_place < 0 || !p->events || !missed_some(w, p))
      continue;
    p->can_tell = true;
    p->went_on = went_on(w, p);
    w->can_tell++;
    w->went_on += p->went_on;
  }
}

/* The control must have stood to the end: otherwise nothing is known. */
static bool control_stood(const struct check_input *in, enum script_id id,
                          const struct recording *c, struct finding *f)
{
  size_t n = input_script_count(in, id);
  const struct recording *last = n ? input_script(in, id, n - 1) : c;
  int64_t end = (int64_t)c->started_real_ns + c->end_ns;
  f->recording = c;
  if(!input_is_stream(c)) {
    finding_set(f, VERDICT_UNTESTABLE,
                "no stream: \"%s\" was answered %d (%s)", c->name,
                c->head.status, recording_end_name(c->end));
    finding_show_head(f, c);
    return false;
  }
  if(c->end == REC_END_OURS ||
     end >= (int64_t)last->started_real_ns + last->end_ns)
    return true;
  finding_set(f, c->end == REC_END_ERROR ? VERDICT_ERROR : VERDICT_UNTESTABLE,
              "the control connection did not stand to the end (%s after %.1f "
              "s), so nothing can be said about the other one",
              recording_end_name(c->end), (double)c->end_ns / 1e9);
  return false;
}

bool walk_build(const struct check_input *in, enum script_id id,
                struct resume_walk *w, struct finding *f)
{
  const struct recording *control = input_script(in, id, 0);
  memset(w, 0, sizeof(*w));
  if(!control_stood(in, id, control, f))
    return false;
  if(walk_read_lists(in, id, w)) {
    finding_set(f, VERDICT_ERROR, "out of memory");
    return false;
  }
  walk_hash_content(w);
  match_ids(w);
  find_other_ids(w);
  if(!w->count[WALK_OTHER_ID] && w->matched * 2 < w->victim.n)
    use_numbers(w);
  look_at_pieces(w);
  if(compare(w)) {
    finding_set(f, VERDICT_ERROR, "out of memory");
    return false;
  }
  return true;
}

void walk_close(struct resume_walk *w)
{
  for(size_t i = 0; i < w->control.n; i++)
    json_decref(w->control.at[i].json);
  for(size_t i = 0; i < w->victim.n; i++)
    json_decref(w->victim.at[i].json);
  free(w->control.at);
  free(w->victim.at);
  free(w->piece);
  memset(w, 0, sizeof(*w));
}
