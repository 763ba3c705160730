/* SPDX-License-Identifier: MIT
 * The lists of a walk: the control's events with an id, and the victim's, each
 * marked whether the victim had it whole when it was cut; see resume_walk.h.
 */
#include <stdlib.h>
#include <string.h>

#include "checks/core/roles.h"
#include "checks/resume/resume_walk.h"

bool walk_number(struct slice id, uint64_t *out)
{
  uint64_t v = 0;
  if(!id.n || id.n > 18)
    return false;
  for(size_t i = 0; i < id.n; i++) {
    if(id.p[i] < '0' || id.p[i] > '9')
      return false;
    v = v * 10 + (uint64_t)(id.p[i] - '0');
  }
  *out = v;
  return true;
}

struct slice walk_id(const struct walk_event *e)
{
  return e->e ? e->e->id : (struct slice){NULL, 0};
}

static int reserve(struct walk_list *l)
{
  struct walk_event *at;
  size_t cap = l->cap ? l->cap * 2 : 64;
  if(l->n < l->cap)
    return 0;
  at = realloc(l->at, cap * sizeof(*at));
  if(!at)
    return E_NOMEM;
  l->at = at;
  l->cap = cap;
  return 0;
}

static json_t *read_object(struct slice data)
{
  json_t *j;
  if(!data.n || data.p[0] != '{' || data.n > 65536)
    return NULL;
  j = json_loadb(data.p, data.n, JSON_ALLOW_NUL, NULL);
  if(j && !json_is_object(j)) {
    json_decref(j);
    j = NULL;
  }
  return j;
}

int walk_add(struct walk_list *l, const struct recording *r, size_t piece)
{
  for(size_t i = 0; i < r->events; i++) {
    const struct recorded_event *e = &r->event[i];
    if(!e->id_in_block || !e->id.n)
      continue;
    if(reserve(l))
      return E_NOMEM;
    l->at[l->n] =
        (struct walk_event){.r = r,
                            .e = e,
                            .json = read_object(e->data),
                            .real_ns = (int64_t)r->started_real_ns + e->t_ns,
                            .piece = piece,
                            .place = -1};
    l->n++;
  }
  return 0;
}

/* A second event under an id that the control already has is the server's
 * live fault; the first one stands for the id. */
static void drop_repeats(struct walk_list *l)
{
  size_t kept = 0;
  for(size_t i = 0; i < l->n; i++) {
    bool seen = false;
    for(size_t j = kept; j > 0 && kept - j < 16 && !seen; j--)
      seen = slice_eq(walk_id(&l->at[j - 1]), walk_id(&l->at[i]));
    if(seen)
      json_decref(l->at[i].json);
    else
      l->at[kept++] = l->at[i];
  }
  l->n = kept;
}

/* Which events of a connection the victim had taken in is told by the id that
 * it sent on the next one. */
static void mark_committed(struct resume_walk *w, size_t from,
                           struct slice next, bool is_last)
{
  size_t end = w->victim.n, had = w->victim.n;
  bool found = is_last;
  while(!found && had > from) {
    if(slice_eq(walk_id(&w->victim.at[had - 1]), next))
      found = true;
    else
      had--;
  }
  /* The id of a block without data: all events before it are taken in. */
  if(!found && next.p && end > from &&
     !slice_eq(next, w->piece[w->victim.at[from].piece].last_id))
    had = end;
  for(size_t i = from; i < had; i++)
    w->victim.at[i].committed = true;
}

static int add_piece(struct resume_walk *w, size_t k,
                     const struct recording *r, const struct recording *next)
{
  struct walk_piece *p = &w->piece[k];
  size_t from = w->victim.n;
  p->r = r;
  p->last_id = sent_header(p->r, "Last-Event-ID");
  p->last_place = p->first_place = -1;
  if(walk_add(&w->victim, p->r, k))
    return E_NOMEM;
  p->events = w->victim.n - from;
  mark_committed(w, from,
                 next ? sent_header(next, "Last-Event-ID")
                      : (struct slice){NULL, 0},
                 !next);
  return 0;
}

/* The victims in their order; newcomers go to whom they were beside of. */
static size_t sort_out(const struct check_input *in, enum script_id id,
                       struct resume_walk *w, const struct recording **victim)
{
  size_t n = input_script_count(in, id), victims = 0;
  for(size_t i = 1; i < n; i++) {
    const struct recording *r = input_script(in, id, i);
    int64_t of = r->label.of;
    if(r->label.role != ROLE_FRESH)
      victim[victims++] = r;
    else if(of > 0 && (size_t)of <= n)
      w->piece[of].fresh = r;
  }
  return victims;
}

int walk_read_lists(const struct check_input *in, enum script_id id,
                    struct resume_walk *w)
{
  size_t n = input_script_count(in, id), victims, k;
  const struct recording **victim = calloc(n + 1, sizeof(*victim));
  int rc = victim ? 0 : E_NOMEM;
  w->piece = calloc(n + 1, sizeof(*w->piece));
  if(rc || !w->piece || walk_add(&w->control, input_script(in, id, 0), 0)) {
    free(victim);
    return E_NOMEM;
  }
  drop_repeats(&w->control);
  victims = sort_out(in, id, w, victim);
  for(k = 1; k <= victims && !rc; k++) {
    rc = add_piece(w, k, victim[k - 1], k < victims ? victim[k] : NULL);
    w->pieces += !rc;
  }
  free(victim);
  return rc;
}
