/* SPDX-License-Identifier: MIT
 * Whether the target was lost in the run: an ordinary request was refused,
 * or not answered, where one like it was taken before, and stayed so for
 * seconds.  Pure. */
#ifndef WEIR_CHECKS_CORE_LOST_H
#define WEIR_CHECKS_CORE_LOST_H
#include "checks/core/check.h"

#define LOST_TEXT_MAX 200

/* That request; NULL where the target was still there. */
const struct recording *input_lost(const struct check_input *in);
/* lost_say writes since when, and what it does instead: "since the script
 * \"aborts\" the target answers 503 to ordinary requests". */
void lost_say(const struct recording *r, char out[LOST_TEXT_MAX]);
/* lost_excuse makes UNTESTABLE what f blames on its own exchanges while the
 * target was lost to all of them. */
void lost_excuse(const struct check *c, const struct check_input *in,
                 struct finding *f);

#endif
