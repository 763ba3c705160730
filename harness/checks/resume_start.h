/* SPDX-License-Identifier: MIT
 * Single resumes of the script "resume-ids": where each connection began,
 * measured on the control connection's list.  Pure; points into recordings. */
#ifndef WEIR_CHECKS_RESUME_START_H
#define WEIR_CHECKS_RESUME_START_H
#include "checks/check.h"

struct start {
  const struct recording *r;
  const struct recorded_event *first; /* with an id; NULL */
  long place;                         /* of it on the control; -1 */
  bool replayed; /* it was published before the request was sent */
};

struct starts {
  const struct recording *control;
  struct slice k1, k2;
  long k1_place, k2_place;
  struct start canonical;
};

/* The place of an id among the control's events, or -1. */
long start_place(const struct starts *s, struct slice id);
/* Where a connection began; all empty when r is NULL or no stream. */
struct start start_of(const struct starts *s, const struct recording *r);
/* starts_open prepares and sees whether the canonical resume works; otherwise
 * sets SKIP or UNTESTABLE and returns false. */
bool starts_open(const struct check_input *in, struct starts *s,
                 struct finding *f);
/* The same without asking whether resuming works: ids are enough. */
bool starts_read(const struct check_input *in, struct starts *s,
                 struct finding *f);
/* The stream of that role begins as the canonical one does. */
bool start_is_canonical(const struct starts *s, const struct start *x);
/* One line of evidence. */
void start_show(const struct starts *s, const struct start *x,
                struct finding *f);
/* How many events the control got while r was open. */
size_t start_control_events(const struct starts *s, const struct recording *r);

#endif
