/* SPDX-License-Identifier: MIT
 * Private to prove*.c: the number and the words that tell of one run what a
 * rule is about, to be put before and behind a fix.  Pure. */
#ifndef WEIR_DOCTOR_PROVE_MEASURE_H
#define WEIR_DOCTOR_PROVE_MEASURE_H
#include "doctor/doctor_live.h"

/* prove_probe: the probe that shows it; for what is about lateness in general
 * the one that was late before (NULL: no run).  DOCTOR_PROBE_COUNT where none
 * does. */
enum doctor_probe prove_probe(const char *rule,
                              const struct doctor_live *before);
/* prove_measure tells of `live`, over the transport that was worst before. */
void prove_measure(enum doctor_probe p, const struct doctor_live *before,
                   const struct doctor_live *live, struct doctor_measure *m);

#endif
