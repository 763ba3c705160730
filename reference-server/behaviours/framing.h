/* SPDX-License-Identifier: MIT
 * The chunks of a stream's body and the faults in them.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_FRAMING_H
#define WEIR_SERVER_BEHAVIOURS_FRAMING_H
#include "base/buf.h"
#include "base/slice.h"
#include "behaviours/faults.h"

/* framing_is_chunked tells how the body goes out. */
bool framing_is_chunked(const struct fault_set *f, bool http11);
/* framing_holds tells whether n bytes of the body are too few to be written.
 */
bool framing_holds(const struct fault_set *f, size_t n);
/* framing_wrap appends body as chunks (or as it is); number counts the runs
 * of a stream from 0.  An empty body appends nothing. */
int framing_wrap(struct buf *out, const struct fault_set *f, bool chunked,
                 struct slice body, uint64_t number);
/* framing_end appends what ends the body. */
int framing_end(struct buf *out, const struct fault_set *f, bool chunked);

#endif
