/* SPDX-License-Identifier: MIT
 * A value that nginx refuses, and the one that is likely meant.
 *
 * Private to refusal*.c. */
#ifndef WEIR_DOCTOR_REFUSAL_VALUE_H
#define WEIR_DOCTOR_REFUSAL_VALUE_H
#include "doctor/refusal.h"

/* refusal_value sets out->fix, and the number and new text of the argument to
 * replace ("" where only words help).  false where nothing can be said. */
bool refusal_value(const struct conf_refusal *r, size_t *which, char *word,
                   size_t size, struct doctor_finding *out);
/* A time as nginx writes it, in ms; false where it is none. */
bool refusal_time_ms(const char *text, uint64_t *ms);

#endif
