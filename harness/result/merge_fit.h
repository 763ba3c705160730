/* SPDX-License-Identifier: MIT
 * Whether result documents may be merged; private to result/merge. */
#ifndef WEIR_RESULT_MERGE_FIT_H
#define WEIR_RESULT_MERGE_FIT_H
#include "result/merge.h"

/* merge_fit compares b with a (the first of all).  Returns 0 or E_MISMATCH
 * with a sentence that names both and what differs. */
int merge_fit(const struct merge_input *a, const struct merge_input *b,
              struct err *e);
/* merge_fit_twice: the same run, given two times. */
int merge_fit_twice(const struct merge_input *a, const struct merge_input *b,
                    struct err *e);

#endif
