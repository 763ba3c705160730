/* SPDX-License-Identifier: MIT
 * Where single resumes began; see resume_start.h. */
#include "checks/resume_start.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "checks/resume_gate.h"
#include "checks/roles.h"

/* Times of two sockets are compared. */
#define OLDER_NS ((int64_t)20 * (int64_t)NS_PER_MS)
#define NEAR     3 /* places: such a resume is broken, not ignored */

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
  x.replayed =
      x.place >= 0 &&
      real_of(s->control, s->control->event[x.place].t_ns) <
          real_of(r, r->request_ns > 0 ? r->request_ns : 0) - OLDER_NS;
  return x;
}

bool start_is_canonical(const struct starts *s, const struct start *x)
{
  return x->first && s->canonical.first &&
         slice_eq(x->first->id, s->canonical.first->id);
}

void start_show(const struct starts *s, const struct start *x,
                struct finding *f)
{
  struct slice sent =
      x->r ? sent_header(x->r, "Last-Event-ID") : (struct slice){NULL, 0};
  char place[64] = "not seen on the control connection";
  if(!x->r)
    return;
  if(x->place >= 0 && s->k1_place >= 0)
    (void)snprintf(place, sizeof(place), "%+ld places from k1",
                   x->place - s->k1_place);
  finding_show_bytes(f, "Last-Event-ID sent", sent);
  if(x->first) {
    finding_show_bytes(f, "  first id received", x->first->id);
    finding_note(f, "  on %s (%s), %s", x->r->name, x->r->detail, place);
  } else
    finding_note(f, "  on %s (%s): status %d, no event with an id", x->r->name,
                 x->r->detail, x->r->head.status);
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
  s->control = role_stream(in, SCRIPT_RESUME_IDS, "control", f);
  if(!s->control)
    return false;
  for(size_t i = 0; i < s->control->events; i++)
    ids =
        ids || (s->control->event[i].id_in_block && s->control->event[i].id.n);
  if(!ids) {
    resume_no_ids(in, f);
    return false;
  }
  s->canonical.r = role_find(in, SCRIPT_RESUME_IDS, "canonical", 0);
  if(s->canonical.r) {
    s->k1 = sent_header(s->canonical.r, "Last-Event-ID");
    s->k1_place = start_place(s, s->k1);
    s->canonical = start_of(s, s->canonical.r);
  }
  s->k2_place = -1;
  return true;
}

/* See walk_begins_anew: without an id, too, it begins there. */
static bool begins_anew(const struct check_input *in, const struct starts *s)
{
  struct start plain =
      start_of(s, role_find(in, SCRIPT_RESUME_IDS, "plain", 0));
  return s->canonical.place <= s->k1_place && start_is_canonical(s, &plain);
}

static bool is_offered(const struct check_input *in, const struct starts *s,
                       struct finding *f)
{
  long away = s->canonical.place - s->k1_place;
  bool declared = resume_is_declared(in);
  f->recording = s->canonical.r;
  if(s->canonical.first && s->k1_place >= 0 && s->canonical.place >= 0 &&
     s->canonical.replayed && away >= -NEAR && away <= 1 + NEAR &&
     (declared || !begins_anew(in, s)))
    return true;
  if(declared)
    finding_set(f, VERDICT_UNTESTABLE,
                "the ordinary resume does not work, so the special ones say "
                "nothing (see resume.no-loss)");
  else if(!s->canonical.first)
    finding_set(f, VERDICT_UNTESTABLE,
                "an ordinary resume brought no event in time");
  else
    finding_set(f, VERDICT_SKIP,
                "resuming is not offered: an ordinary resume does not go on "
                "behind the given id (see resume.detect)");
  start_show(s, &s->canonical, f);
  return false;
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
  return is_offered(in, s, f);
}
