/* SPDX-License-Identifier: MIT
 * The corrected texts that findings ask for. */
#ifndef WEIR_DOCTOR_FIX_H
#define WEIR_DOCTOR_FIX_H
#include "confedit/patch.h"
#include "rules/finding.h"

/* doctor_fix makes the edits of all findings that have some, as patch_apply
 * does: of two that overlap the first in the list wins.  Its errors; call
 * patched_free after any outcome. */
int doctor_fix(const struct conf *c, const struct doctor_findings *f,
               struct patched *out, struct err *e);

#endif
