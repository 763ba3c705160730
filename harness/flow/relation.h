/* SPDX-License-Identifier: MIT
 * Private to flow/: what must hold between the events that met an
 * expectation: rising, constant, distinct, gap, replayed, duplicates. */
#ifndef WEIR_FLOW_RELATION_H
#define WEIR_FLOW_RELATION_H
#include "flow/round.h"

/* relation_judge judges an expectation that was met so far: ROUND_MET, or
 * ROUND_MISSED with the item and the relation that failed. */
struct round_said relation_judge(const struct round *r,
                                 const struct record *record, uint32_t i);
/* relation_joined replaces out by what the pieces say together. */
void relation_joined(const struct expect *x, const struct record *record,
                     struct buf *out);

#endif
