/* SPDX-License-Identifier: MIT
 * Private to plays (play.c, play_steps.c). */
#ifndef WEIR_SERVER_ORIGIN_PLAY_PRIVATE_H
#define WEIR_SERVER_ORIGIN_PLAY_PRIVATE_H
#include "base/buf.h"
#include "origin/play_log.h"
#include "origin/play_text.h"
#include "server.h"

struct play {
  struct buf raw; /* of the request at hand, as it came */
  uint64_t accepted_ns, began_ns;
  uint64_t requests;
  struct play_text text;
  struct play_entry *entry; /* borrowed; NULL where the log is full */
  struct buf head;          /* owned; until it is sent */
  uint32_t at, done;        /* step, and what of it was done */
  size_t vector, cut;       /* place in the vectors */
  uint64_t seq;             /* of the last event */
};

/* play_send sends wire bytes, behind the head where that is still to go.  0,
 * E_LIMIT where the queue is full (unless always), else the peer is gone. */
int play_send(struct conn *c, struct slice wire, bool always);
/* play_note_end logs how the answer ended, the first time. */
void play_note_end(struct conn *c, const char *how);
/* play_step goes on with the steps until one has to wait; a timer's. */
void play_step(struct timer *t, uint64_t now_ns);

#endif
