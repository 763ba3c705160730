/* SPDX-License-Identifier: MIT
 * What becomes of a published text, with its faults.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_PUBLISH_TEXT_H
#define WEIR_SERVER_BEHAVIOURS_PUBLISH_TEXT_H
#include "base/buf.h"
#include "base/slice.h"
#include "behaviours/faults.h"

/* What a publisher says about an event beside its data. */
enum publish_field {
  PUBLISH_ID,
  PUBLISH_EVENT,
  PUBLISH_RETRY,
  PUBLISH_COMMENT
};

/* publish_is_raw: the field is taken as it comes, line ends and all. */
bool publish_is_raw(const struct fault_set *f, enum publish_field field);
/* publish_is_lost: an event with so much data is not kept. */
bool publish_is_lost(const struct fault_set *f, size_t data_n);
/* publish_fields appends an event without its id line, as encode_fields does
 * when no fault is on. */
int publish_fields(struct buf *out, const struct fault_set *f,
                   struct slice type, struct slice data);

#endif
