/* SPDX-License-Identifier: MIT
 * The grammar of thresholds: "field op value[unit]", several parted by ';'.
 *
 * Which fields exist is the business of the results room; here only the form
 * counts. */
#ifndef WEIR_SCENARIO_THRESHOLD_H
#define WEIR_SCENARIO_THRESHOLD_H
#include "scenario/scenario.h"

/* threshold_parse reads one expression into *out, which then owns its texts.
 * On failure *out is untouched and e says "where: ..." what is wrong. */
int threshold_parse(struct slice text, const char *where,
                    struct threshold *out, struct err *e);
void threshold_fini(struct threshold *t);

#endif
