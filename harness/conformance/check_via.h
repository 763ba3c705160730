/* SPDX-License-Identifier: MIT
 * weir check --via-origin: weir-server as the origin behind the user's own
 * running proxy, for as long as a run takes. */
#ifndef WEIR_CONFORMANCE_CHECK_VIA_H
#define WEIR_CONFORMANCE_CHECK_VIA_H
#include "conformance/check_run.h"

/* check_via_selects: whether a check with these modes belongs to the run. */
bool check_via_selects(const struct check_job *job, const char *modes);
/* check_via_start starts the origin, if the run has one; 0 or E_* with a
 * sentence.  check_via_stop ends it. */
int check_via_start(struct check_run *r, struct err *e);
void check_via_stop(struct check_run *r);
/* check_via_name_run gives what is recorded next a name of its own, so that
 * no cache knows its URLs.  0 or E_NOMEM. */
int check_via_name_run(struct check_run *r, struct err *e);
/* check_via_meet sends one request through the proxy and sets stopped where it
 * does not reach the origin: nothing odd is sent to a host that is not ours.
 * 0 or E_* with a sentence. */
int check_via_meet(struct check_run *r, struct err *e);
/* check_via_stack is whose fixes are told, NULL for everybody's. */
const char *check_via_stack(const struct check_run *r);
/* check_via_seen is whose fixes are told first: the stack that the target
 * shows itself to be; NULL where it does not. */
const char *check_via_seen(const struct check_run *r);
/* check_via_assume adds the sentences that say so.  0 or E_NOMEM. */
int check_via_assume(struct check_run *r, struct err *e);

#endif
