/* SPDX-License-Identifier: MIT
 * The bounded history of one topic, in memory that several processes share.
 *
 * A run of generated events is one segment however long it is, because the
 * generator can say each again from its number; a published event is a segment
 * with its bytes in a byte ring.  So a worker that lags behind a generator can
 * never be overrun.  Not locked: the caller holds the topic's lock, and every
 * slice returned points into the log and dies with that lock. */
#ifndef WEIR_SERVER_TOPICS_REPLAY_LOG_H
#define WEIR_SERVER_TOPICS_REPLAY_LOG_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "topics/generator.h"

/* One entry of the segment ring; private to replay_log.c. */
struct replay_segment {
  uint64_t first_id;
  uint64_t first_seq;   /* of a generated run */
  struct generator gen; /* of a generated run */
  uint64_t t_ns;        /* published: when, monotonic */
  uint64_t byte_pos;    /* published: place in the byte stream */
  uint32_t size;        /* generated: data bytes wanted */
  uint32_t id_n, user_n, body_n;
  bool generated;
};

struct replay_log {
  uint64_t head_id;      /* id of the next event; the first is 1 */
  uint64_t history;      /* events kept, at most */
  uint64_t segment_head; /* segments ever added */
  uint64_t segment_tail; /* oldest still whole */
  uint64_t byte_head;    /* bytes ever added */
  uint64_t named;        /* events ever published under their own id */
  uint32_t segment_cap;
  uint64_t byte_cap;
  struct replay_segment *segments; /* in the shared memory */
  char *bytes;                     /* in the shared memory */
};

/* One event as it was logged. */
struct replay_entry {
  bool generated;
  uint64_t id;
  uint64_t seq;      /* generated */
  uint64_t t_ns;     /* due or published, monotonic */
  uint32_t size;     /* generated: data bytes wanted */
  struct slice name; /* published: its own id; empty = the number */
  struct slice user; /* published: only for this user; empty = for all */
  struct slice body; /* published: the event's lines without the id line */
};

struct replay_publish {
  uint64_t t_ns;
  struct slice name, user, body;
};

/* replay_log_bytes is the shared memory one log needs. */
uint64_t replay_log_bytes(uint64_t history, uint64_t byte_cap);
void replay_log_init(struct replay_log *log, void *memory, uint64_t history,
                     uint64_t byte_cap);
/* replay_log_generate adds n events of gen, the first numbered seq. */
void replay_log_generate(struct replay_log *log, const struct generator *gen,
                         uint32_t size, uint64_t seq, uint64_t n);
/* replay_log_publish adds one event.  E_TOO_LONG when it cannot fit at all. */
int replay_log_publish(struct replay_log *log, const struct replay_publish *p);
/* replay_log_oldest is the oldest id still kept; head_id when none is. */
uint64_t replay_log_oldest(const struct replay_log *log);
/* replay_log_get: E_NOT_FOUND when id is older than the history, E_RANGE when
 * it does not exist yet. */
int replay_log_get(const struct replay_log *log, uint64_t id,
                   struct replay_entry *out);
/* replay_log_find returns the id of the newest kept event published under
 * this name, or 0. */
uint64_t replay_log_find(const struct replay_log *log, struct slice name);

#endif
