/* SPDX-License-Identifier: MIT
 * The one logical hub behind all workers: shared memory that the parent maps
 * before it forks.  It holds the topics with their histories, the faults that
 * are on, a ring of commands, and each worker's counters.
 *
 * Locks are process-shared and robust: a worker that dies inside one leaves a
 * state the next can use.  All times are monotonic nanoseconds unless named
 * otherwise. */
#ifndef WEIR_SERVER_TOPICS_HUB_H
#define WEIR_SERVER_TOPICS_HUB_H
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/slice.h"
#include "behaviours/ending.h"
#include "behaviours/faults.h"
#include "behaviours/hold.h"
#include "topics/generator.h"
#include "topics/replay_log.h"
#include "topics/sessions.h"

#define HUB_MAX_WORKERS 256
#define HUB_MAX_TOPICS  1024
#define HUB_NAME_MAX    127
#define HUB_TYPE_MAX    63
#define HUB_COMMANDS    64
#define HUB_DIRTY_WORDS (HUB_MAX_TOPICS / 64)

/* What is counted once the kernel has taken it: X(field, "what it counts"). */
#define HUB_TALLY_LIST(X)                                                     \
  X(events, "events handed whole to the kernel, injected copies included")    \
  X(comments, "heartbeat comments sent")                                      \
  X(gaps, "gap events sent")                                                  \
  X(fault_drop, "events left out")                                            \
  X(fault_dup, "second copies sent")                                          \
  X(fault_swap, "pairs exchanged")                                            \
  X(fault_corrupt, "events sent with a changed byte")                         \
  X(fault_leak, "deliveries to a foreign user")

/* Each worker's counters. */
#define HUB_COUNTER_LIST(X)                                                   \
  X(connections, "TCP connections open now")                                  \
  X(streams, "event streams open now")                                        \
  X(opened, "TCP connections accepted")                                       \
  X(streams_opened, "event streams begun")                                    \
  X(resumed, "streams begun with a Last-Event-ID")                            \
  X(requests, "requests read")                                                \
  X(bytes, "bytes handed to the kernel")                                      \
  X(slow_dropped, "streams dropped because their queue was full")             \
  X(cut, "streams cut by /control/drop")                                      \
  X(overrun, "streams whose worker fell behind the history")                  \
  X(refused, "requests answered 503")                                         \
  X(published, "events published")                                            \
  X(answers, "answers begun: /v1/..., /mcp")                                  \
  X(answers_done, "answers sent to their end")                                \
  X(answers_spoilt, "answers that were spoilt, as asked for")                 \
  X(answers_gone, "answers whose reader left before their end")               \
  X(answers_refused, "answers refused, as asked for")                         \
  X(answer_tokens, "events with tokens, of all answers")                      \
  X(sessions, "MCP sessions begun")                                           \
  X(sessions_ended, "MCP sessions ended by DELETE")                           \
  X(notified, "MCP notifications taken")                                      \
  X(listeners, "MCP streams begun by GET")                                    \
  X(continued, "MCP answers continued behind a Last-Event-ID")                \
  X(fault_ignored_id, "Last-Event-ID headers ignored")                        \
  HUB_TALLY_LIST(X)

struct hub_counters {
#define X(name, doc) _Atomic uint64_t name;
  HUB_COUNTER_LIST(X)
#undef X
};

/* What a run of bytes means once the kernel has taken all of it. */
struct tally {
#define X(name, doc) uint32_t name;
  HUB_TALLY_LIST(X)
#undef X
};

/* One worker's place.  Written by that worker, except where said. */
struct hub_slot {
  _Alignas(128) struct hub_counters count;
  _Atomic int pid;    /* written by the parent; 0 = not alive */
  _Atomic int status; /* wait status, once dead; by the parent */
  _Atomic bool ready; /* accepts connections */
  _Atomic uint64_t dirty[HUB_DIRTY_WORDS]; /* topics with news; by anyone */
  _Atomic uint64_t command_tail;           /* commands done */
  int wake_fd; /* eventfd, the same number in all processes */
};

struct hub_topic {
  pthread_mutex_t lock;
  char name[HUB_NAME_MAX + 1];
  uint64_t hash;
  _Atomic uint32_t subscribers[HUB_MAX_WORKERS];
  /* under the lock */
  bool generating;
  struct generator gen;
  uint32_t size;               /* of generated data */
  uint64_t next_seq;           /* of the generator */
  char type[HUB_TYPE_MAX + 1]; /* of generated events */
  struct replay_log log;
};

/* What a subscriber may ask of a topic's generator. */
struct topic_request {
  double rate; /* per second; 0 = only published events */
  double jitter;
  uint32_t size;
  uint64_t history; /* 0 = the server's */
  struct slice type;
};

enum hub_command_kind { HUB_CUT, HUB_FAULTS };

/* Something every worker does once. */
struct hub_command {
  enum hub_command_kind kind;
  enum ending how;    /* of streams that are cut */
  double share;       /* of the live streams, 0..1 */
  int32_t topic;      /* index, or -1 = all streams */
  uint32_t requester; /* worker to wake when all have done it */
  _Atomic uint32_t remaining;
  _Atomic uint64_t cut; /* streams */
};

struct hub {
  uint32_t workers;
  uint32_t max_topics;
  uint64_t history, history_bytes;
  uint64_t seed;
  uint64_t started_ns;
  pid_t parent;
  int parent_fd;                  /* eventfd that wakes the parent */
  int parent_stat_fd;             /* /proc/PARENT/stat, or -1 */
  _Atomic int64_t real_offset_ns; /* real time minus monotonic */
  _Atomic bool stopping;
  _Atomic uint32_t topic_count;
  _Atomic uint64_t faults[FAULT_COUNT];
  _Atomic uint64_t stall_from_ns, stall_until_ns;
  pthread_mutex_t lock; /* creation of topics, commands */
  _Atomic uint64_t command_head;
  struct hub_command commands[HUB_COMMANDS];
  struct sessions sessions;
  struct hub_slot slots[HUB_MAX_WORKERS];
  size_t mapped; /* bytes of the whole mapping */
  size_t topic_stride;
  char *topics; /* behind the struct */
};

struct hub_limits {
  uint32_t workers;
  uint64_t history, history_bytes;
  uint64_t seed;
};

/* hub_new maps the memory and opens the eventfds.  NULL with a sentence. */
struct hub *hub_new(const struct hub_limits *limits, struct err *e);
void hub_free(struct hub *h);

void hub_lock(pthread_mutex_t *m);
void hub_unlock(pthread_mutex_t *m);
/* hub_wake makes one worker look at its slot.  Never blocks. */
void hub_wake(struct hub *h, uint32_t worker);
void hub_wake_all(struct hub *h);

struct hub_topic *hub_topic_at(struct hub *h, uint32_t index);
/* hub_topic_find returns the index, or -1. */
int32_t hub_topic_find(struct hub *h, struct slice name);
/* hub_topic_open finds or creates it; -1 when there are too many. */
int32_t hub_topic_open(struct hub *h, struct slice name);

/* The following need the topic's lock. */

/* hub_topic_configure starts the generator, when it has none or force is set;
 * rate 0 stops it with force and does nothing without. */
void hub_topic_configure(struct hub *h, struct hub_topic *t,
                         const struct topic_request *r, uint64_t now_ns,
                         bool force);
/* hub_topic_advance logs every generated event that is due. */
void hub_topic_advance(struct hub_topic *t, uint64_t now_ns);
/* hub_topic_due_ns is when the next is due, or UINT64_MAX. */
uint64_t hub_topic_due_ns(const struct hub_topic *t);

/* hub_topic_announce wakes the other workers that have subscribers. */
void hub_topic_announce(struct hub *h, uint32_t index, uint32_t self);

/* hub_command_post queues a command for all workers that live.  Returns its
 * number (from 1), or 0 when too many are waiting. */
uint64_t hub_command_post(struct hub *h, const struct hub_command *c);
struct hub_command *hub_command_at(struct hub *h, uint64_t number);

/* hub_faults_read copies the faults that are on for everybody. */
void hub_faults_read(struct hub *h, struct fault_set *out);
/* hub_real_ns converts a monotonic time into a stamp. */
uint64_t hub_real_ns(const struct hub *h, uint64_t mono_ns);

/* A worker's own counters have one writer: no locked instruction. */
#define HUB_ADD(counter, n)                                                   \
  atomic_store_explicit(                                                      \
      &(counter),                                                             \
      atomic_load_explicit(&(counter), memory_order_relaxed) + (n),           \
      memory_order_relaxed)
#define HUB_GET(counter) atomic_load_explicit(&(counter), memory_order_relaxed)

#endif
