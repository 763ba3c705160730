/* SPDX-License-Identifier: MIT
 * The payloads that the script "publish" sends through the target's publish
 * hook, and that the frame.data.* checks look for on the stream.
 *
 * Contract between the script and the checks:
 * - "publish.0" is an ordinary subscriber of the stream, open before the first
 *   POST and until the last mark arrived (or the observation window passed).
 * - "publish.N", N = 1 .. publish_sample_count(), is the exchange that posted
 *   row N - 1: the payload alone is its body, byte for byte, Content-Type
 *   "text/plain; charset=utf-8".  One after the other, each after the answer
 *   to the one before, whatever that answer was.
 * - Every sample stands between two marks, so that one which arrives as
 *   nothing, or as several events, is told apart from one that is late. */
#ifndef WEIR_PLAN_PUBLISH_SAMPLES_H
#define WEIR_PLAN_PUBLISH_SAMPLES_H
#include <stddef.h>

#include "base/slice.h"

struct publish_sample {
  const char *name;     /* unique */
  struct slice payload; /* may be empty, may hold NUL */
};

size_t publish_sample_count(void);
/* i < publish_sample_count(); odd rows are samples, even ones marks. */
const struct publish_sample *publish_sample_at(size_t i);
/* The row of that name, or publish_sample_count(). */
size_t publish_sample_find(const char *name);

#endif
