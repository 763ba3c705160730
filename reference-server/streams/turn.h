/* SPDX-License-Identifier: MIT
 * One turn of feeding one stream: what its own generator (own.c) and a topic
 * (feed.c) have in common. */
#ifndef WEIR_SERVER_STREAMS_TURN_H
#define WEIR_SERVER_STREAMS_TURN_H
#include "streams/stream.h"

#define FEED_BATCH_BYTES 32768u  /* one write of events that are all due */
#define FEED_TURN_BYTES  131072u /* then other streams get a turn */

struct feed {
  struct stream *s;
  struct conn *c;
  struct streams *sv;
  uint64_t now_ns;
  uint64_t limit_ns; /* events due up to this may go */
  uint64_t wake_ns;  /* when to come again */
  struct hold hold;
  struct delivery delivery;
  size_t sent; /* bytes in this turn */
};

/* STEP_REST: enough for now, the timer goes on.  STEP_GONE: the stream was
 * closed, or waits for its queue: touch nothing. */
enum step { STEP_ON, STEP_REST, STEP_GONE };

/* feed_own sends what its own generator has due (own.c). */
enum step feed_own(struct feed *f);

/* feed_keeps tells whether a fault leaves the event out; then the stream is
 * already behind it. */
bool feed_keeps(struct feed *f, const struct fate *fate);
/* feed_account: the event goes out; adds what that means to t and moves the
 * stream on. */
void feed_account(struct feed *f, uint64_t event, struct tally *t);
uint64_t feed_next_event(const struct feed *f);
/* feed_goes_on tells whether another event may be looked for in this turn. */
bool feed_goes_on(const struct feed *f);

/* stream_refused handles a failed conn_send: full or broken. */
void stream_refused(struct stream *s, int rc, uint64_t now_ns);

#endif
