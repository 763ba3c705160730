/* SPDX-License-Identifier: MIT
 * Base64 (RFC 4648 section 4), for binary inside JSON. */
#ifndef WEIR_BASE_B64_H
#define WEIR_BASE_B64_H
#include "base/buf.h"

int b64_encode(struct buf *out, struct slice bytes);
/* b64_decode appends the bytes; E_SYNTAX when text is not padded Base64. */
int b64_decode(struct buf *out, struct slice text);

#endif
