/* SPDX-License-Identifier: MIT
 * weir check --via-origin: weir-server as the origin behind the user's own
 * running proxy, for as long as a run takes. */
#ifndef WEIR_CLI_CHECK_VIA_H
#define WEIR_CLI_CHECK_VIA_H
#include "cli/check_run.h"

/* check_via_selects: whether a check with these modes belongs to the run. */
bool check_via_selects(const struct check_args *a, const char *modes);
/* check_via_start starts the origin, if the run has one; 0 or E_* with a
 * sentence.  check_via_stop ends it. */
int check_via_start(struct check_run *r, struct err *e);
void check_via_stop(struct check_run *r);
/* check_via_verify sets stopped where nothing of what was sent through the
 * proxy reached the origin: judging would only guess. */
void check_via_verify(struct check_run *r);

#endif
