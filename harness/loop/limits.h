/* SPDX-License-Identifier: MIT
 * What this machine allows, looked at before a run starts, so that a shortage
 * is a sentence with the command that mends it and not a heap of failures. */
#ifndef WEIR_LOOP_LIMITS_H
#define WEIR_LOOP_LIMITS_H
#include <stdint.h>

#include "base/err.h"

struct limits {
  uint64_t fds_soft, fds_hard; /* RLIMIT_NOFILE of one process */
  uint64_t ports;              /* ephemeral ports per source address */
  uint64_t memory_available;   /* bytes, MemAvailable; 0 = unknown */
  uint32_t cpus;               /* usable by this process */
};

/* limits_read looks; limits_raise_fds lifts the soft fd limit to the hard one
 * (workers inherit it). */
void limits_read(struct limits *l);
void limits_raise_fds(struct limits *l);

struct demand {
  uint64_t streams; /* over all workers */
  uint32_t workers;
  uint64_t fds_per_stream_x100; /* 100 = one each; HTTP/2 shares */
  uint32_t source_addresses;    /* how many the streams spread over */
  uint64_t bytes_per_stream;    /* user-space estimate */
  int loopback;                 /* target is on 127.0.0.0/8 */
};

#define LIMITS_FDS_RESERVED 64 /* per worker, for everything but streams */

/* limits_workers says how many workers a run of so many streams wants: one
 * per CPU for large runs, up to 17,600 streams each, more where the fd limit
 * is low. */
uint32_t limits_workers(const struct limits *l, uint64_t streams);
/* limits_check returns 0, or E_LIMIT with the shortage and its cure. */
int limits_check(const struct limits *l, const struct demand *d,
                 struct err *e);

#endif
