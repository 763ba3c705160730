/* SPDX-License-Identifier: MIT
 * Whether a target offers resuming at all, and the evidence of a walk; see
 * resume_walk.h. */
#include <stdio.h>
#include <string.h>

#include "checks/core/roles.h"
#include "checks/resume/resume_gate.h"

bool resume_is_declared(const struct check_input *in)
{
  const struct target *t = in->target;
  return t->resume_known == KNOWN_DECLARED &&
         (t->resume == RESUME_AT_LEAST_ONCE ||
          t->resume == RESUME_EXACTLY_ONCE);
}

const char *resume_skip(const struct check_input *in)
{
  const struct recording *plain = input_exchange(in, EX_PLAIN);
  if(in->target->resume_known == KNOWN_DECLARED &&
     in->target->resume == RESUME_NONE)
    return "resuming is declared as not offered";
  if(resume_is_declared(in) || !plain || !input_is_stream(plain))
    return NULL;
  for(size_t i = 0; i < plain->events; i++) {
    if(plain->event[i].id_in_block)
      return NULL;
  }
  return plain->events ? "no event carries an id, so resuming is not offered"
                       : NULL;
}

void resume_no_ids(const struct check_input *in, struct finding *f)
{
  if(resume_is_declared(in))
    finding_set(f, VERDICT_UNTESTABLE,
                "resuming is declared, but no event with an id came on \"%s\"",
                f->recording ? f->recording->name : "?");
  else
    finding_set(f, VERDICT_SKIP,
                "no event with an id came, so resuming is not offered");
}

bool walk_begins_anew(const struct resume_walk *w)
{
  size_t seen = 0, beyond = 0;
  if(w->pieces < 3 || w->piece[1].first_place != 0)
    return false;
  for(size_t k = 2; k <= w->pieces; k++) {
    const struct walk_piece *p = &w->piece[k];
    if(p->last_place < 0 || p->first_place < 0)
      continue;
    if(p->first_place != 0)
      return false;
    seen++;
    beyond += p->last_place > 0;
  }
  return seen > 1 && beyond > 0;
}

bool walk_same_event(const struct recorded_event *a,
                     const struct recorded_event *b)
{
  if(a->id_in_block && b->id_in_block && a->id.n)
    return slice_eq(a->id, b->id);
  return a->id_in_block == b->id_in_block && slice_eq(a->type, b->type) &&
         slice_eq(a->data, b->data);
}

static bool begin_alike(const struct walk_piece *p)
{
  return p->fresh && p->fresh->events && p->r->events &&
         walk_same_event(&p->fresh->event[0], &p->r->event[0]);
}

bool walk_is_ignored(const struct resume_walk *w)
{
  size_t ignored = 0, compared = 0;
  for(size_t k = 1; k <= w->pieces; k++) {
    const struct walk_piece *p = &w->piece[k];
    if(!p->can_tell || !p->fresh || !p->fresh->events)
      continue;
    compared++;
    ignored += begin_alike(p) && p->first_place != p->last_place + 1;
  }
  return ignored * 2 > compared;
}

const char *walk_refusal(const struct resume_walk *w)
{
  if(walk_begins_anew(w))
    return "every connection begins with the same event, whatever "
           "Last-Event-ID says";
  if(walk_is_ignored(w))
    return "who comes back with an id gets what a newcomer gets";
  return w->went_on * 2 < w->can_tell
             ? "most reconnects did not go on behind the given id"
             : NULL;
}

static bool is_offered(const struct check_input *in,
                       const struct resume_walk *w, struct finding *f)
{
  if(resume_is_declared(in))
    return true;
  if(!w->can_tell && !walk_begins_anew(w)) {
    finding_set(f, VERDICT_UNTESTABLE,
                "no event was published while the victim was away (%zu "
                "reconnects): whether it would have come cannot be seen",
                w->resumed);
    return false;
  }
  if(walk_refusal(w)) {
    finding_set(f, VERDICT_SKIP,
                "resuming is not offered: %s (see resume.offered)",
                walk_refusal(w));
    return false;
  }
  return true;
}

bool walk_open(const struct check_input *in, enum script_id id,
               struct resume_walk *w, struct finding *f)
{
  bool ok = false;
  if(!walk_build(in, id, w, f)) {
    walk_close(w);
    return false;
  }
  if(!w->control.n)
    resume_no_ids(in, f);
  else if(!w->resumed)
    finding_set(f, VERDICT_UNTESTABLE,
                "the victim never had an id to reconnect with (%zu "
                "connections)",
                w->pieces);
  else if(w->count[WALK_OTHER_ID] * 2 > w->victim.n)
    finding_set(f, VERDICT_UNTESTABLE,
                "ids differ from connection to connection (see "
                "resume.ids-stable): events cannot be matched");
  else if(w->matched * 2 < w->victim.n)
    finding_set(f, VERDICT_UNTESTABLE,
                "the victim's ids are not the control's and are no plain "
                "numbers: events cannot be matched");
  else
    ok = is_offered(in, w, f);
  if(!ok)
    walk_close(w);
  return ok;
}

static const char *const kind_text[] = {
#define X(name, text) text,
    WALK_FLAW_LIST(X)
#undef X
};

static void show_flaw(const struct resume_walk *w, enum walk_kind kind,
                      const struct walk_flaw *x, struct finding *f)
{
  const struct recording *r = w->piece[x->piece].r;
  const struct recording *before =
      x->piece > 1 ? w->piece[x->piece - 1].r : NULL;
  struct slice id = x->v ? walk_id(x->v) : walk_id(&w->control.at[x->place]);
  char text[48] = "a number between", told[RECORDING_TOLD_MAX];
  if(w->by_number && !id.p)
    (void)snprintf(text, sizeof(text), "id %llu",
                   (unsigned long long)w->base + (unsigned long long)x->place);
  if(id.p)
    (void)snprintf(text, sizeof(text), "id %.*s", (int)(id.n < 40 ? id.n : 40),
                   id.p);
  finding_note(
      f, "%s: %s, noticed on %s, which sent Last-Event-ID %.*s%s%s",
      kind_text[kind], text, r->name,
      (int)(w->piece[x->piece].last_id.n < 64 ? w->piece[x->piece].last_id.n
                                              : 64),
      w->piece[x->piece].last_id.p ? w->piece[x->piece].last_id.p : "(none)",
      before ? "; before it " : "",
      before ? recording_told(before, told) : "");
  if(kind == WALK_OTHER_BYTES || kind == WALK_OTHER_ID) {
    finding_show_bytes(f, "  control's id", walk_id(&w->control.at[x->place]));
    finding_show_bytes(f, "  control's data", w->control.at[x->place].e->data);
    finding_show_bytes(f, "  victim's data", x->v->e->data);
  }
}

void walk_show(const struct resume_walk *w, enum walk_kind kind,
               struct finding *f)
{
  size_t n = w->count[kind] < WALK_SHOWN ? w->count[kind] : WALK_SHOWN;
  for(size_t i = 0; i < n; i++)
    show_flaw(w, kind, &w->flaw[kind][i], f);
  if(n)
    f->recording = w->piece[w->flaw[kind][0].piece].r;
  if(w->count[kind] > n)
    finding_note(f, "... and %zu more", w->count[kind] - n);
}
