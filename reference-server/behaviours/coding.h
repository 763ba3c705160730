/* SPDX-License-Identifier: MIT
 * A stream's body compressed, flushed as it should be or not.  No I/O. */
#ifndef WEIR_SERVER_BEHAVIOURS_CODING_H
#define WEIR_SERVER_BEHAVIOURS_CODING_H
#include "base/buf.h"
#include "base/slice.h"
#include "behaviours/faults.h"

struct coding;

/* coding_wanted tells whether the body is to be compressed; offered = the
 * client takes gzip, asked = the request wants a server that does it. */
bool coding_wanted(const struct fault_set *f, bool offered, bool asked);
/* coding_new is NULL without memory; own it. */
struct coding *coding_new(void);
void coding_free(struct coding *c);
/* coding_write appends what a compressor that f spoils gives out for body. */
int coding_write(struct coding *c, const struct fault_set *f,
                 struct slice body, struct buf *out);
/* coding_end appends all that is left and the end of the coding. */
int coding_end(struct coding *c, struct buf *out);

#endif
