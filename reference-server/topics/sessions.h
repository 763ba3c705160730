/* SPDX-License-Identifier: MIT
 * What all workers know of sessions (MCP) and of seats (answers that may go on
 * at a time): a part of the hub's shared memory.  Zeroed = none. */
#ifndef WEIR_SERVER_TOPICS_SESSIONS_H
#define WEIR_SERVER_TOPICS_SESSIONS_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

#define SESSIONS_MAX     256 /* a newer one takes the oldest one's place */
#define SESSION_ID_MAX   64
#define SESSION_SAID_MAX 255
#define SEATS_POOLS      64

struct session {
  _Atomic uint64_t serial; /* 0 = none */
  _Atomic bool open;
  _Atomic uint32_t readers;             /* streams that listen to it */
  _Atomic uint64_t taken_ns;            /* until then no reader is let in */
  _Atomic uint64_t said;                /* how often said was written */
  char said_text[SESSION_SAID_MAX + 1]; /* under the hub's lock */
};

/* Seats of one pool. */
struct seats {
  _Atomic uint32_t taken;
  _Atomic uint32_t kept;    /* more are taken by nobody, */
  _Atomic uint64_t kept_ns; /* until then */
};

struct sessions {
  _Atomic uint64_t last; /* serial */
  struct session row[SESSIONS_MAX];
  struct seats pool[SEATS_POOLS];
};

/* sessions_open begins one; its serial. */
uint64_t sessions_open(struct sessions *s);
/* sessions_find: NULL where it is none, or over. */
struct session *sessions_find(struct sessions *s, uint64_t serial);
/* sessions_name writes the id of a session, which cannot be guessed without
 * the seed. */
void sessions_name(uint64_t serial, uint64_t seed,
                   char out[SESSION_ID_MAX + 1]);
/* sessions_serial is that of a name, 0 where it is none. */
uint64_t sessions_serial(struct slice name, uint64_t seed);

struct seats *sessions_pool(struct sessions *s, const char *name);
/* seats_take: false where that many are taken. */
bool seats_take(struct seats *p, uint32_t limit, uint64_t now_ns);
void seats_leave(struct seats *p);
/* seats_keep has one more taken by nobody, and all of those until then. */
void seats_keep(struct seats *p, uint64_t until_ns);

#endif
