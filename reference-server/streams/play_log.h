/* SPDX-License-Identifier: MIT
 * What was played, byte by byte and when: the request as it arrived, the head
 * and every write as they left, and how the peer went.  Bounded: beyond the
 * limits less is kept, and said so.
 *
 * Times are CLOCK_MONOTONIC in ns, 0 = did not happen. */
#ifndef WEIR_SERVER_STREAMS_PLAY_LOG_H
#define WEIR_SERVER_STREAMS_PLAY_LOG_H
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define PLAY_LOG_ENTRIES 8192u
#define PLAY_LOG_WRITES  16384u             /* of one entry */
#define PLAY_LOG_BYTES   ((size_t)1 << 20)  /* of one entry's writes */
#define PLAY_LOG_TOTAL   ((size_t)96 << 20) /* of all */
#define PLAY_RUN_MIN     16u                /* bytes that name a run */
#define PLAY_RUN_MAX     120u

struct play_write {
  uint64_t t_ns; /* the instant before send() */
  uint32_t n;
};

struct play_entry {
  char run[PLAY_RUN_MAX + 1];
  uint64_t serial;                /* of the request, from 1; also sent */
  struct buf request, head, wire; /* owned */
  uint64_t accepted_ns, began_ns; /* connection, first byte of request */
  uint64_t asked_ns;              /* the request was complete */
  uint64_t head_ns, ended_ns, gone_ns;
  struct play_write *write; /* owned */
  uint32_t writes, cap;
  uint64_t bytes; /* written, kept or not */
  bool first;     /* of its connection */
  bool cut_short;
  const char *ended; /* what we did: "clean", "fin", "rst", "slam" */
  int gone;          /* libuv's code of how the peer went */
};

/* Zeroed is empty. */
struct play_log {
  struct play_entry *entry[PLAY_LOG_ENTRIES]; /* owned */
  uint32_t n;
  size_t bytes;
  uint64_t serial;
};

void play_log_fini(struct play_log *log);
/* play_log_add: NULL when the log is full; the serial is used up anyway. */
struct play_entry *play_log_add(struct play_log *log);
/* play_log_write notes bytes sent at now_ns; e may be NULL. */
void play_log_write(struct play_log *log, struct play_entry *e,
                    uint64_t now_ns, struct slice bytes);
/* These note how an answer ended and how its peer went, a libuv code, the
 * first time; e may be NULL. */
void play_entry_end(struct play_entry *e, const char *how);
void play_entry_gone(struct play_entry *e, int code);
/* play_log_json is {"schema": "weir.origin/1", "requests": [...]} of the runs
 * that begin with prefix; bytes are Base64. */
json_t *play_log_json(const struct play_log *log, struct slice prefix);

#endif
