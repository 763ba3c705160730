/* SPDX-License-Identifier: MIT
 * Secrets in requests, response heads and URLs, replaced by "***" before a
 * recording is written: it will be attached to tickets.  The mask tells no
 * length; schemes, names and cookie attributes stay, since checks read them.
 */
#ifndef WEIR_RECORDING_MASK_H
#define WEIR_RECORDING_MASK_H
#include "base/buf.h"

/* mask_url appends the URL with password and secret query values masked. */
int mask_url(struct buf *out, struct slice url);
/* mask_head appends a request or response head (and what may follow it) with
 * the values of secret fields, and secret query values anywhere, masked. */
int mask_head(struct buf *out, struct slice head);

#endif
