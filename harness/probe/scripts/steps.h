/* SPDX-License-Identifier: MIT
 * The requests of a protocol on top that belong together. */
#ifndef WEIR_PROBE_SCRIPTS_STEPS_H
#define WEIR_PROBE_SCRIPTS_STEPS_H
#include "plan/exchanges.h"
#include "recording/target.h"

/* steps_trim leaves out what the target's protocol has no steps of, and where
 * it has some, what would end their session. */
void steps_trim(const struct target *t, struct exchange_set *set);

#endif
