/* SPDX-License-Identifier: MIT
 * Making sense of a recording while it grows: heads, framing, codings, lines
 * and events.  The recorder advances it after each read, recording_digest goes
 * through a finished one: the same code, the same outcome. */
#ifndef WEIR_RECORDING_DIGEST_H
#define WEIR_RECORDING_DIGEST_H
#include "recording/recording.h"

/* Of reads, chunks, lines, events each; then cut_short is set. */
#define RECORDING_MAX_ITEMS ((size_t)1 << 18)

struct digest;

/* digest_new: r is borrowed and must outlive it.  Forgets what an earlier
 * digest made of it.  NULL without memory. */
struct digest *digest_new(struct recording *r);
void digest_free(struct digest *d);
/* digest_head: r->head.bytes is complete.  Sets status, lines and framing;
 * r->complete is set where no body may follow. */
int digest_head(struct digest *d);
/* digest_advance takes the reads that were added since.  When the body's end
 * is found, r->complete and r->wire_end are set. */
int digest_advance(struct digest *d);
/* digest_end: no more will come.  Counts the line that stays unfinished. */
int digest_end(struct digest *d);

/* recording_add_read appends bytes to wire as a read of their own; E_TOO_LONG
 * (cut_short is set, what fits is kept) or E_NOMEM. */
int recording_add_read(struct recording *r, int64_t t_ns, struct slice bytes);
/* recording_add_interim moves h to the end of the interim heads. */
int recording_add_interim(struct recording *r, struct message_head *h);

#endif
