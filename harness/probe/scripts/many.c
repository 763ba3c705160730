/* SPDX-License-Identifier: MIT
 * What the scripts of many connections share; see many.h. */
#include "probe/scripts/many.h"

#include <stdlib.h>

struct many *many_of(const struct crowd *c)
{
  return script_state(c->script);
}

struct many *many_begin(struct script *s, size_t more)
{
  struct many *m = calloc(1, sizeof(*m) + more);
  script_set_state(s, m);
  if(!m) {
    script_done(s);
    return NULL;
  }
  m->s = s;
  m->last_id = (char(*)[MANY_ID_MAX])(m + 1);
  return m;
}

void many_over(struct crowd *c)
{
  script_done(c->script);
}

void many_after(struct crowd *c, unsigned i, struct recording *r)
{
  (void)i;
  r->label.role = ROLE_AFTER;
  script_keep_next(c->script, r);
}

void many_before(struct crowd *c, unsigned i, struct recording *r)
{
  (void)i;
  r->label.role = ROLE_BEFORE;
  script_keep_next(c->script, r);
}

void many_look(struct crowd *c, unsigned i, struct probe_request *q)
{
  (void)i;
  (void)c;
  q->stop = (struct stop_rule){
      .when = STOP_AFTER_EVENTS, .n = 1, .limit_ns = MS(MANY_AFTER_MS)};
}

/* The streams that must work are open at the same time: none is cut before
 * the last one has its head. */
void many_hold(struct crowd *c, unsigned i, struct probe_request *q)
{
  (void)i;
  (void)c;
  q->stop.limit_ns = MANY_LONG_NS;
}

static void cut_all(struct script *s)
{
  struct many *m = script_state(s);
  crowd_cut(&m->crowd, CUT_FIN, CUT_FIN);
}

void many_opened(struct crowd *c)
{
  if(c->open)
    script_after(c->script, MS(MANY_HOLD_MS), cut_all);
}
