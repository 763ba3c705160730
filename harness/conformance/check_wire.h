/* SPDX-License-Identifier: MIT
 * What went over the wire in one exchange, as lines that people read. */
#ifndef WEIR_CONFORMANCE_CHECK_WIRE_H
#define WEIR_CONFORMANCE_CHECK_WIRE_H
#include <stdbool.h>

#include "base/json.h"
#include "recording/recording.h"

#define WIRE_MAX_LINES 120
#define WIRE_MAX_BYTES 240 /* of one line */

/* check_wire_build gives {name, url, local, peer, end, detail, log[{t_ms,
 * from, text}]}: from is "client", "server" or "weir".  Bounded.  New
 * reference, NULL without memory. */
json_t *check_wire_build(const struct recording *r, bool keep_secrets);

#endif
