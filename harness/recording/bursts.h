/* SPDX-License-Identifier: MIT
 * The runs in which a stream's bytes came, with silence between them: what a
 * buffer on the way makes of a steady stream.  Pure. */
#ifndef WEIR_RECORDING_BURSTS_H
#define WEIR_RECORDING_BURSTS_H
#include "recording/recording.h"

/* Reads that are nearer belong to one run. */
#define BURSTS_SILENCE_NS (INT64_C(300) * 1000000)
#define BURSTS_MAX        64u

struct burst {
  int64_t t_ns; /* when it began */
  size_t bytes; /* of the body */
  size_t wire;  /* as sent, framing included; 0 where that is not known */
  size_t events;
};

/* The first BURSTS_MAX of them. */
struct bursts {
  struct burst at[BURSTS_MAX];
  size_t n;
};

void bursts_read(const struct recording *r, struct bursts *b);
/* bursts_held: as if bytes were held back: all of them, the first included,
 * came behind silence and brought events by the handful.  *gap_ns is the
 * longest silence. */
bool bursts_held(const struct recording *r, const struct bursts *b,
                 int64_t *gap_ns);

#endif
