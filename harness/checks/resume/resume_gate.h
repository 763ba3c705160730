/* SPDX-License-Identifier: MIT
 * Whether resuming is offered or declared: what every check of resume.* asks
 * first.  Pure. */
#ifndef WEIR_CHECKS_RESUME_RESUME_GATE_H
#define WEIR_CHECKS_RESUME_RESUME_GATE_H
#include "checks/resume/resume_walk.h"

/* The user said that the target resumes. */
bool resume_is_declared(const struct check_input *in);
/* For struct check's skip: declared as not offered, or "plain" showed events
 * and none with an id. */
const char *resume_skip(const struct check_input *in);
/* Sets UNTESTABLE where resuming is declared, else SKIP. */
void resume_no_ids(const struct check_input *in, struct finding *f);

#endif
