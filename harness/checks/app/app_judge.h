/* SPDX-License-Identifier: MIT
 * Private to checks/app/. */
#ifndef WEIR_CHECKS_APP_APP_JUDGE_H
#define WEIR_CHECKS_APP_APP_JUDGE_H
#include "checks/app/app.h"

/* app_judge judges the rule of f->check, which is a struct app_check. */
void app_judge(const struct check_input *in, struct finding *f);

/* What a rule looks at. */
struct exchange_set app_needs(const struct profile *p, uint8_t rule);
/* app_find is the answer that a rule is about; NULL with SKIP or UNTESTABLE
 * set where there is none. */
const struct recording *app_find(const struct app_check *a,
                                 const struct check_input *in,
                                 struct finding *f);
/* app_step is the recording of a step; NULL where it was not made. */
const struct recording *app_step(const struct check_input *in,
                                 const struct profile *p, uint8_t at);
/* app_answer judges rules that are not about events one by one; false where
 * a's is none of those. */
bool app_answer(const struct app_check *a, const struct check_input *in,
                const struct recording *r, struct finding *f);

/* What walking a recording found about one rule. */
struct app_walk {
  const struct recording *r;
  const struct profile *p;
  uint8_t rule;
  struct grammar_run run;
  struct look look;
  size_t events;            /* or the one that a JSON document is */
  size_t at;                /* the first event that broke it */
  bool hit;                 /* there is one */
  struct grammar_told told; /* of that event */
  char why[200];            /* of that event: what stood there */
  size_t concerned;         /* events that it is about */
  int64_t last_in_ns;       /* when the last of these came, or -1 */
  bool open;                /* the server did not end it */
  enum outcome end;
  bool broken_at_end;
};

/* app_is_asked: the request asked for what the rule is about. */
bool app_is_asked(const struct recording *r, const struct profile_rule *told);
/* app_walk goes through the events; 0 or E_NOMEM.  before: what r goes on
 * with; NULL.  app_walk_fini after it. */
int app_walk(struct app_walk *w, const struct recording *r,
             const struct recording *before, const struct app_check *a);
void app_walk_fini(struct app_walk *w);
/* app_tell says in the finding what the walk found broken. */
void app_tell(const struct app_walk *w, struct finding *f);

#endif
