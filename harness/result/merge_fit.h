/* SPDX-License-Identifier: MIT
 * Whether result documents belong together; for result/merge and compare. */
#ifndef WEIR_RESULT_MERGE_FIT_H
#define WEIR_RESULT_MERGE_FIT_H
#include "result/merge.h"

/* merge_fit compares b with a (the first of all).  Returns 0 or E_MISMATCH
 * with a sentence that names both and what differs. */
int merge_fit(const struct merge_input *a, const struct merge_input *b,
              struct err *e);
/* merge_fit_scenarios compares the scenarios alone: E_MISMATCH with the key
 * that differs.  Keys that belong to the machine may; with other_place the
 * URLs may too. */
int merge_fit_scenarios(const struct merge_input *a,
                        const struct merge_input *b, bool other_place,
                        struct err *e);
/* merge_origins lists what each result was, so that nothing of its origin is
 * lost; a merged one brings the list it has.  New reference, NULL without
 * memory. */
json_t *merge_origins(const struct merge_input *in, size_t count);
/* merge_origins_check: E_MISMATCH when one run is in the list twice. */
int merge_origins_check(json_t *origins, struct err *e);

#endif
