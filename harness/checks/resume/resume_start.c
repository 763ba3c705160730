/* SPDX-License-Identifier: MIT
 * Where single resumes began; see resume_start.h. */
#include "checks/resume/resume_start.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "checks/core/roles.h"
#include "checks/resume/resume_gate.h"

/* Times of two sockets are compared. */
#define OLDER_NS ((int64_t)20 * (int64_t)NS_PER_MS)
/* So long an event is on its way to one reader before another has it. */
#define ON_WAY_NS ((int64_t)5 * (int64_t)NS_PER_MS)
#define NEAR      3 /* places: such a resume is broken, not ignored */

long start_place(const struct starts *s, struct slice id)
{
  for(size_t i = 0; i < s->control->events; i++) {
    if(s->control->event[i].id_in_block &&
       slice_eq(s->control->event[i].id, id))
      return (long)i;
  }
  return -1;
}

static int64_t real_of(const struct recording *r, int64_t t_ns)
{
  return (int64_t)r->started_real_ns + t_ns;
}

static int64_t asked_at(const struct recording *r)
{
  return real_of(r, r->request_ns > 0 ? r->request_ns : 0);
}

static int64_t control_time(const struct starts *s, long place)
{
  return real_of(s->control, s->control->event[place].t_ns);
}

/* When the target had decided where r begins, at the latest. */
static int64_t answered_at(const struct start *x)
{
  return real_of(x->r, x->first ? x->first->t_ns : x->r->head.complete_ns);
}

static int64_t least(int64_t a, int64_t b)
{
  return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
  return a > b ? a : b;
}

/* How many events the control got from the first of two requests on until
 * both were answered. */
static long published_between(const struct starts *s, const struct start *a,
                              const struct start *b)
{
  int64_t from = least(asked_at(a->r), asked_at(b->r)) - ON_WAY_NS;
  int64_t to = most(answered_at(a), answered_at(b)) + ON_WAY_NS;
  long n = 0;
  for(size_t i = 0; i < s->control->events; i++) {
    int64_t t = control_time(s, (long)i);
    n += t > from && t < to;
  }
  return n;
}

struct start start_of(const struct starts *s, const struct recording *r)
{
  struct start x = {.r = r, .place = -1};
  if(!r || !input_is_stream(r))
    return x;
  for(size_t i = 0; i < r->events && !x.first; i++) {
    if(r->event[i].id_in_block && r->event[i].id.n)
      x.first = &r->event[i];
  }
  if(!x.first)
    return x;
  x.place = start_place(s, x.first->id);
  x.live = x.place < 0 || control_time(s, x.place) >= asked_at(r);
  x.replayed =
      x.place >= 0 && control_time(s, x.place) < asked_at(r) - OLDER_NS;
  return x;
}

bool start_is_canonical(const struct starts *s, const struct start *x)
{
  return x->first && s->canonical.first &&
         slice_eq(x->first->id, s->canonical.first->id);
}

bool start_is_like(const struct starts *s, const struct start *x,
                   const struct start *y)
{
  long apart = x->place > y->place ? x->place - y->place : y->place - x->place;
  if(!x->first || !y->first)
    return false;
  if(slice_eq(x->first->id, y->first->id) || (x->live && y->live))
    return true;
  if(x->place < 0 || y->place < 0)
    return false;
  /* The newest event of all may be live to one and old to the other. */
  return apart <= (x->live || y->live ? 1 : published_between(s, x, y));
}

/* Histories only move on, so whoever was served between two newcomers would
 * have begun between their beginnings. */
static bool is_between_newcomers(const struct starts *s, const struct start *x)
{
  return x->place >= s->before.place && x->place <= s->after.place;
}

static bool is_bracketed(const struct starts *s)
{
  return s->before.place >= 0 && s->after.place >= 0;
}

bool start_is_newcomers(const struct starts *s, const struct start *x)
{
  return (is_bracketed(s) && is_between_newcomers(s, x)) ||
         start_is_like(s, x, &s->plain) || start_is_like(s, x, &s->after);
}

bool start_may_be_too_late(const struct starts *s, const struct start *x)
{
  const struct start *p = &s->plain, *c = &s->canonical;
  return x->first && c->first && p->replayed && x->replayed &&
         p->place <= c->place && x->place > c->place &&
         p->place + published_between(s, p, x) > c->place;
}

bool start_is_turned_away(const struct check_input *in,
                          const struct recording *r)
{
  int status = r->head.status;
  size_t n = role_count(in, SCRIPT_RESUME_IDS, ROLE_REPLAY);
  if(status != 429 && status != 503)
    return false;
  for(size_t i = 0; i < n; i++) {
    if(role_find(in, SCRIPT_RESUME_IDS, ROLE_REPLAY, i)->head.status == status)
      return true;
  }
  return false;
}

void start_show(const struct starts *s, const struct start *x,
                struct finding *f)
{
  struct slice sent =
      x->r ? sent_header(x->r, "Last-Event-ID") : (struct slice){NULL, 0};
  char place[64] = "not seen on the control connection";
  char told[RECORDING_TOLD_MAX];
  if(!x->r)
    return;
  if(x->place >= 0 && s->k1_place >= 0)
    (void)snprintf(place, sizeof(place), "%+ld places from k1",
                   x->place - s->k1_place);
  finding_show_bytes(f, "Last-Event-ID sent", sent);
  if(x->first) {
    finding_show_bytes(f, "  first id received", x->first->id);
    finding_note(f, "  on %s (%s), %s", x->r->name, recording_told(x->r, told),
                 place);
  } else
    finding_note(f, "  on %s (%s): status %d, no event with an id", x->r->name,
                 recording_told(x->r, told), x->r->head.status);
}

size_t start_control_events(const struct starts *s, const struct recording *r)
{
  size_t n = 0;
  for(size_t i = 0; i < s->control->events; i++) {
    int64_t t = real_of(s->control, s->control->event[i].t_ns);
    n += t > real_of(r, r->head.complete_ns) && t < real_of(r, r->end_ns);
  }
  return n;
}

bool starts_read(const struct check_input *in, struct starts *s,
                 struct finding *f)
{
  bool ids = false;
  memset(s, 0, sizeof(*s));
  s->control = role_stream(in, SCRIPT_RESUME_IDS, ROLE_CONTROL, f);
  if(!s->control)
    return false;
  for(size_t i = 0; i < s->control->events; i++)
    ids =
        ids || (s->control->event[i].id_in_block && s->control->event[i].id.n);
  if(!ids) {
    resume_no_ids(in, f);
    return false;
  }
  s->canonical.r = role_find(in, SCRIPT_RESUME_IDS, ROLE_CANONICAL, 0);
  if(s->canonical.r) {
    s->k1 = sent_header(s->canonical.r, "Last-Event-ID");
    s->k1_place = start_place(s, s->k1);
    s->canonical = start_of(s, s->canonical.r);
  }
  s->k2_place = -1;
  s->plain = start_of(s, role_find(in, SCRIPT_RESUME_IDS, ROLE_PLAIN, 0));
  s->before = start_of(s, role_find(in, SCRIPT_RESUME_IDS, ROLE_FRESH, 0));
  s->after = start_of(s, role_find(in, SCRIPT_RESUME_IDS, ROLE_FRESH, 1));
  return true;
}

/* The canonical resume begins with k1's successor. */
static bool is_successor(const struct starts *s)
{
  long at = s->k1_place + 1;
  while(at < s->canonical.place && !s->control->event[at].id_in_block)
    at++;
  return s->canonical.place == at;
}

/* The canonical resume goes on about behind k1, with what was published
 * before it asked. */
static bool goes_on_behind(const struct starts *s)
{
  const struct start *c = &s->canonical;
  long away = c->place - s->k1_place;
  if(!c->first || s->k1_place < 0 || c->place < 0)
    return false;
  return c->replayed ? away >= -NEAR && away <= 1 + NEAR
                     : is_successor(s) && !c->live;
}

/* The canonical resume was answered between two newcomers; where one is
 * missing, the others must do. */
static bool is_newcomers(const struct starts *s)
{
  if(is_bracketed(s))
    return is_between_newcomers(s, &s->canonical);
  return start_is_newcomers(s, &s->canonical) ||
         start_is_like(s, &s->canonical, &s->before);
}

static void not_offered(const struct check_input *in, const struct starts *s,
                        struct finding *f)
{
  if(goes_on_behind(s) && is_successor(s))
    finding_set(f, VERDICT_UNTESTABLE,
                "who asks without an id is given the same history, from the "
                "same event on: whether Last-Event-ID was heeded cannot be "
                "seen");
  else if(start_is_turned_away(in, s->canonical.r))
    finding_set(f, VERDICT_UNTESTABLE, START_TOO_MANY);
  else if(resume_is_declared(in))
    finding_set(f, VERDICT_UNTESTABLE,
                "the ordinary resume does not work, so the special ones say "
                "nothing (see resume.no-loss)");
  else if(!s->canonical.first)
    finding_set(f, VERDICT_UNTESTABLE,
                "an ordinary resume brought no event in time");
  else
    finding_set(f, VERDICT_SKIP,
                "resuming is not offered: an ordinary resume does not go on "
                "behind the given id (see resume.offered)");
  start_show(s, &s->before, f);
  start_show(s, &s->canonical, f);
  start_show(s, s->after.r ? &s->after : &s->plain, f);
}

bool starts_open(const struct check_input *in, struct starts *s,
                 struct finding *f)
{
  if(!starts_read(in, s, f))
    return false;
  if(!s->canonical.r) {
    finding_set(f, VERDICT_UNTESTABLE,
                "too few events came to resume from an earlier one");
    return false;
  }
  f->recording = s->canonical.r;
  if(goes_on_behind(s) && !is_newcomers(s))
    return true;
  not_offered(in, s, f);
  return false;
}
