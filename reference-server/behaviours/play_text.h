/* SPDX-License-Identifier: MIT
 * A play: what an origin does with one request, step by step, written so that
 * no proxy has a reason to touch it in a query: letters, digits, "." and "_".
 * Pure.
 *
 *   s503        status; others than 200 get a short text and no steps
 *   t1          Content-Type text/event-stream (0 none, 2 with charset=utf-8)
 *   a0, a1      X-Accel-Buffering: no, yes
 *   o0, o1      no Cache-Control, or no-store (no-cache when not said)
 *   k           no chunks: the connection's end is the body's
 *   b           hop-by-hop fields in the response
 *   h           the head now; otherwise it goes with the first bytes
 *   d250        waits 250 ms
 *   e60.30.50   30 events of 60 bytes, each in one write, 50 ms apart
 *   c1.1.50     comments in the same way
 *   v.5         the parser vectors, one write each, 5 ms apart
 *   i.20        those about borders, cut where they say, 20 ms apart
 *   z20         an event of 20 bytes and the end in one write
 *   f, r, l     ends: FIN without the last chunk; RST; RST with no response
 *   x           the proper end, also when there are no more steps
 *
 * Steps are joined by "_": h_e20_d1000_x. */
#ifndef WEIR_SERVER_BEHAVIOURS_PLAY_TEXT_H
#define WEIR_SERVER_BEHAVIOURS_PLAY_TEXT_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

#define PLAY_MAX_STEPS   32u
#define PLAY_MAX_EVENT   (8u << 20)
#define PLAY_MAX_REPEATS 100000u
#define PLAY_MAX_MS      600000u

struct play_step {
  char kind; /* the letter */
  uint32_t n, count, ms;
};

struct play_text {
  int status;
  uint8_t type;  /* 0 none, 1, 2 */
  char accel;    /* 0 not sent, 'n', 'y' */
  uint8_t cache; /* 0 none, 1 no-store, 2 no-cache */
  bool close_delimited, hop;
  struct play_step step[PLAY_MAX_STEPS];
  uint32_t steps;
};

/* play_text_read: 0, or E_SYNTAX when it is no play. */
int play_text_read(struct play_text *t, struct slice text);

#endif
