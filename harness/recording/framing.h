/* SPDX-License-Identifier: MIT
 * How the end of a response body is known (RFC 9112 section 6.3).  Private to
 * recording/. */
#ifndef WEIR_RECORDING_FRAMING_H
#define WEIR_RECORDING_FRAMING_H
#include "recording/recording.h"

/* framing_of looks at method and final head; *length is set for
 * FRAMING_LENGTH. */
enum body_framing framing_of(const struct recording *r, uint64_t *length);

#endif
