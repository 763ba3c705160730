/* SPDX-License-Identifier: MIT
 * Checks of a protocol on top of event streams: a row for each rule of a
 * profile, app.NAME.*, judged like all others.  They look at the ordinary
 * exchange, which asked what the profile asks. */
#ifndef WEIR_CHECKS_APP_APP_H
#define WEIR_CHECKS_APP_APP_H
#include "checks/core/check.h"
#include "profile/profile.h"

struct app_check {
  struct check check; /* first: a finding's check leads here */
  const struct profile *profile;
  uint8_t rule;
  char reproduce[160];
};

/* Large: on the heap. */
struct app_checks {
  struct app_check row[GRAMMAR_RULES_MAX];
  const struct check *check[GRAMMAR_RULES_MAX]; /* into row */
  size_t count;
};

/* app_checks_fill makes the rows of a profile, which is borrowed, in the order
 * of its rules. */
void app_checks_fill(struct app_checks *a, const struct profile *p);
/* An answer that is one JSON document. */
bool app_is_json(const struct recording *r);
/* app_change makes of a general check's finding what the profile wants of it.
 */
void app_change(const struct profile *p, struct finding *f);

#endif
