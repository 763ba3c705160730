/* SPDX-License-Identifier: MIT
 * Whom a fix may touch: the stream alone.  Pure. */
#ifndef WEIR_RULES_OWN_H
#define WEIR_RULES_OWN_H
#include "confedit/carve.h"
#include "rules/facts.h"

/* own_place has the edits of a finding in the block that answers made in the
 * stream's own copy of it where it serves more (f->carve), and drops those
 * that would change what others get: in a file that several places include, or
 * of a setting around the block that the block could have for itself.  Says so
 * in the fix. */
void own_place(const struct doctor_facts *f, struct doctor_finding *out);

#endif
