/* SPDX-License-Identifier: MIT
 * The first things that the ledger objected to, for the document. */
#ifndef WEIR_LOAD_OFFENDERS_H
#define WEIR_LOAD_OFFENDERS_H
#include "base/json.h"
#include "metrics/snapshot.h"

/* offenders_build lists them as objects; new reference, NULL without
 * memory. */
json_t *offenders_build(const struct snapshot *s);
/* offenders_sentence appends one of those objects as a person reads it:
 * "lost: stream 17, numbers 1203-1205, at 4.2 s". */
int offenders_sentence(json_t *offender, struct buf *out);

#endif
