/* SPDX-License-Identifier: MIT
 * The other side of a proxy: from the log of weir's own origin to recordings.
 *
 * A recording of that side is named SCRIPT-origin.N, N counting from 0 in the
 * order in which requests came; its times count from the request's first byte;
 * its label has no role, but run (the client's recording that asked), serial,
 * ended and gone with their times in milliseconds, and bytes (written behind
 * the head, kept or not).  Pure. */
#ifndef WEIR_RECORDING_ORIGIN_SIDE_H
#define WEIR_RECORDING_ORIGIN_SIDE_H
#include "recording/recording.h"

#define ORIGIN_SIDE_SCHEMA "weir.origin/1"

/* origin_side_count: the requests of a log, 0 when it is none. */
size_t origin_side_count(json_t *log);
/* origin_side_read makes a recording of the i-th request; prefix is what all
 * runs begin with ("KEY.") and is left out.  NULL with a sentence. */
struct recording *origin_side_read(json_t *log, size_t i, const char *prefix,
                                   const char *name, struct err *e);

#endif
