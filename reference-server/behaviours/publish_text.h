/* SPDX-License-Identifier: MIT
 * What becomes of a published text, with its faults.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_PUBLISH_TEXT_H
#define WEIR_SERVER_BEHAVIOURS_PUBLISH_TEXT_H
#include "base/buf.h"
#include "base/slice.h"
#include "behaviours/faults.h"

/* publish_fields appends an event without its id line, as encode_fields does
 * when no fault is on. */
int publish_fields(struct buf *out, const struct fault_set *f,
                   struct slice type, struct slice data);

#endif
