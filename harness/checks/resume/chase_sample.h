/* SPDX-License-Identifier: MIT
 * Hand-made recordings of the reconnecting scripts, written in a line each.
 * Only test programs link it.
 *
 *   chase_control(&s, "resume.0", 20);       ids 1 .. 20, one every 50 ms
 *   chase_victims(&s, "resume", "1 2 3|3>4 5 6|6>7 8");
 *
 * A piece is "LAST>EVENTS": the Last-Event-ID it sent, and what came.  Events:
 * "5" = id 5 as on the control, "5!" with other data, "5=7" the control's
 * event 7 under the id 5, "-" without id. */
#ifndef WEIR_CHECKS_RESUME_CHASE_SAMPLE_H
#define WEIR_CHECKS_RESUME_CHASE_SAMPLE_H
#include "checks/core/sample.h"

#define CHASE_T0_MS 100
#define CHASE_GAP   50

/* A control with the ids 1 .. n; "role=control". */
struct recording *chase_control(struct sample *s, const char *name,
                                unsigned n);
/* NAME.1, NAME.2, ... from pieces separated by '|', all cut by RST. */
void chase_victims(struct sample *s, const char *script, const char *pieces);
/* One stream that began at start_ms with that id ("" = none) and events. */
struct recording *chase_stream(struct sample *s, const char *name,
                               int64_t start_ms, const char *piece);
/* Single resumes beside a control; "resume-ids.0" and those behind it. */
struct chase_single {
  struct sample s;
  unsigned n;
};

/* A control of so many events. */
void chase_single_begin(struct chase_single *x, unsigned events);
/* One more, that began at start_ms; "role=ROLE". */
struct recording *chase_single_add(struct chase_single *x, int64_t start_ms,
                                   const char *role, const char *piece);
void chase_label(struct recording *r, const char *detail);
void chase_sent(struct recording *r, const char *last_id);
/* When the control gets an event, and when a piece behind it begins. */
int64_t chase_time_ms(unsigned id);

#endif
