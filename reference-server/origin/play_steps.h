/* SPDX-License-Identifier: MIT
 * Private to plays: the steps of one, one after the other. */
#ifndef WEIR_SERVER_ORIGIN_PLAY_STEPS_H
#define WEIR_SERVER_ORIGIN_PLAY_STEPS_H
#include "origin/guest.h"

/* play_send sends wire bytes, behind the head where that is still to go.  0,
 * E_LIMIT where the queue is full (unless always), else the peer is gone. */
int play_send(struct conn *c, struct slice wire, bool always);
/* play_step goes on with the steps until one has to wait; a timer's. */
void play_step(struct timer *t, uint64_t now_ns);

#endif
