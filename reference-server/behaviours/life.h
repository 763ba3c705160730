/* SPDX-License-Identifier: MIT
 * How long a stream lives and what it says between events: its head, its
 * first lines, heartbeats, its end.  Pure; all as the faults stood when it was
 * opened. */
#ifndef WEIR_SERVER_BEHAVIOURS_LIFE_H
#define WEIR_SERVER_BEHAVIOURS_LIFE_H
#include "behaviours/faults.h"

/* life_begins_again: one that is finished is replayed instead of answered with
 * 204. */
bool life_begins_again(const struct fault_set *f);
/* life_says_retry tells whether a wanted retry stands in the first lines. */
bool life_says_retry(const struct fault_set *f);
/* life_says_hello tells whether there are such lines at all. */
bool life_says_hello(const struct fault_set *f);
/* life_holds_head_ns is how long the head waits for the first event; 0 = not.
 */
uint64_t life_holds_head_ns(const struct fault_set *f);
/* life_ends_ns is when one that begins now is ended; UINT64_MAX = never.
 * life_idles_ns is that after an event, when it would be at ends_ns. */
uint64_t life_ends_ns(const struct fault_set *f, uint64_t now_ns);
uint64_t life_idles_ns(const struct fault_set *f, uint64_t now_ns,
                       uint64_t ends_ns);
/* life_is_over tells that so many events were enough. */
bool life_is_over(const struct fault_set *f, uint64_t events);
/* life_pauses_ns is a pause in the middle of this event; 0 = none. */
uint64_t life_pauses_ns(const struct fault_set *f, uint64_t event);
/* life_silence_ns is the silence before a heartbeat where asked was; 0 =
 * never.  life_late_ns is what the first one is late by. */
uint64_t life_silence_ns(const struct fault_set *f, uint64_t asked_ns);
uint64_t life_late_ns(const struct fault_set *f, uint64_t silence_ns);
const char *life_heartbeat(const struct fault_set *f);
/* life_leaks_head: an answer to HEAD uses up a place of the limit. */
bool life_leaks_head(const struct fault_set *f);

#endif
