/* SPDX-License-Identifier: MIT
 * The arithmetic of open-loop schedules: what is due when, computed from the
 * clock and never counted up, so that a late tick catches up.  Pure. */
#ifndef WEIR_LOAD_SCHEDULE_H
#define WEIR_LOAD_SCHEDULE_H
#include "scenario/scenario.h"

/* How many streams a scenario wants open, at t_ns since the start (connections
 * and stages), or how many shall have arrived by then (arrival). */
uint64_t schedule_streams(const struct scenario *s, uint64_t t_ns);
/* When stream number n is due to be opened, since the start.  Stages may want
 * it several times: then the last time up to t_ns. */
uint64_t schedule_stream_due_ns(const struct scenario *s, uint64_t n,
                                uint64_t t_ns);

/* Reading slowly: whole bytes in span_ns, and how long so many take. */
uint64_t schedule_bytes(uint64_t bytes_per_second, uint64_t span_ns);
uint64_t schedule_bytes_ns(uint64_t bytes_per_second, uint64_t bytes);

/* Publishing: number i (from 0) is due at i / rate. */
uint64_t schedule_publish_ns(double rate, uint64_t i);
/* The first number due at or after t_ns. */
uint64_t schedule_publish_from(double rate, uint64_t t_ns);

/* With U users, publish i goes to user i % U, as that user's number i / U + 1.
 * U = 0 counts as one user: everybody. */
uint64_t schedule_user_seq(uint64_t i, uint64_t users);
/* The publish number of a user's own number seq (from 1). */
uint64_t schedule_user_publish(uint64_t seq, uint64_t user, uint64_t users);
/* The first of a user's numbers that is publish i or later. */
uint64_t schedule_user_first(uint64_t i, uint64_t user, uint64_t users);
/* The last of a user's numbers among the first `count` publishes; 0: none. */
uint64_t schedule_user_last(uint64_t count, uint64_t user, uint64_t users);

#endif
