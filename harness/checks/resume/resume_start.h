/* SPDX-License-Identifier: MIT
 * Single resumes of the script "resume-ids": where each connection began,
 * measured on the control connection's list.
 *
 * Many servers give a reader without an id some history first, and that may
 * begin anywhere: at k1, right behind it, or events later, since it moves on
 * with every event that is published.  So a beginning is a resume's only where
 * no newcomer between the one that was answered before it and the one that
 * asked after it can have begun.  Pure; points into recordings.
 */
#ifndef WEIR_CHECKS_RESUME_RESUME_START_H
#define WEIR_CHECKS_RESUME_RESUME_START_H
#include "checks/core/check.h"

struct start {
  const struct recording *r;
  const struct recorded_event *first; /* with an id; NULL */
  long place;                         /* of it on the control; -1 */
  bool replayed; /* it was published before the request was sent, */
  bool live;     /* or the control, too, got it only then; else who knows */
};

struct starts {
  const struct recording *control;
  struct slice k1, k2;
  long k1_place, k2_place;
  struct start canonical;
  /* Newcomers, without an id: answered before the canonical one asked, asked
   * when it had been answered (recordings of old have neither), and beside all
   * others. */
  struct start before, after, plain;
};

/* The place of an id among the control's events, or -1. */
long start_place(const struct starts *s, struct slice id);
/* Where a connection began; all empty when r is NULL or no stream. */
struct start start_of(const struct starts *s, const struct recording *r);
/* Both begin alike: with the same event, both live, or so near to each other
 * that what was published between the two requests explains it. */
bool start_is_like(const struct starts *s, const struct start *x,
                   const struct start *y);
/* x begins where a newcomer may have begun at that moment. */
bool start_is_newcomers(const struct starts *s, const struct start *x);
/* x came so much later than the canonical resume, which it does not equal,
 * that a history as long as a newcomer's no longer held k1's successor. */
bool start_may_be_too_late(const struct starts *s, const struct start *x);
#define START_TOO_MANY "the target refuses so many streams at once"

/* r was refused because there were too many at once, which is our doing: an
 * ordinary request was, too. */
bool start_is_turned_away(const struct check_input *in,
                          const struct recording *r);
/* starts_open prepares and sees whether the canonical resume works; otherwise
 * sets SKIP or UNTESTABLE and returns false. */
bool starts_open(const struct check_input *in, struct starts *s,
                 struct finding *f);
/* The same without asking whether resuming works: ids are enough. */
bool starts_read(const struct check_input *in, struct starts *s,
                 struct finding *f);
/* The stream begins as the canonical one does. */
bool start_is_canonical(const struct starts *s, const struct start *x);
/* One line of evidence. */
void start_show(const struct starts *s, const struct start *x,
                struct finding *f);
/* How many events the control got while r was open. */
size_t start_control_events(const struct starts *s, const struct recording *r);

#endif
