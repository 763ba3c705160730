/* SPDX-License-Identifier: MIT
 * The table of faults the server can be told to commit, and sets of them.
 *
 * One row adds a fault: its name on the command line, in /control/fault and in
 * ?fault= follows, and --list-faults prints it.  The family's file in this
 * folder decides what it does.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_FAULTS_H
#define WEIR_SERVER_BEHAVIOURS_FAULTS_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "behaviours/fault_rows.h"

/* X(constant, "name", argument, least value, what it does); Y without the two
 * for those that are on or off. */
#define FAULT_LIST(X, Y)                                                      \
  X(DROP_EVERY, "drop-every", FAULT_ARG_COUNT, 2,                             \
    "leave out every Nth event of a stream (ids divisible by N), never the "  \
    "first one of a connection")                                              \
  X(DUP_EVERY, "dup-every", FAULT_ARG_COUNT, 1, "send every Nth event twice") \
  X(SWAP_EVERY, "swap-every", FAULT_ARG_COUNT, 3,                             \
    "exchange every Nth event with the one behind it")                        \
  X(CORRUPT_EVERY, "corrupt-every", FAULT_ARG_COUNT, 1,                       \
    "change one byte of the data of every Nth event, keep its seq and crc")   \
  X(LEAK_USER, "leak-user", FAULT_ARG_NONE, 0,                                \
    "deliver one user's published events to other users of the topic too")    \
  X(IGNORE_LAST_ID, "ignore-last-id", FAULT_ARG_NONE, 0,                      \
    "treat every request as if it had no Last-Event-ID")                      \
  X(STALL, "stall", FAULT_ARG_MS, 1,                                          \
    "hold all events for the first N ms of every second, then catch up; "     \
    "posted to /control/fault: once, now")                                    \
  X(NO_HEARTBEAT, "no-heartbeat", FAULT_ARG_NONE, 0,                          \
    "send no heartbeat comments")                                             \
  X(BURST, "burst", FAULT_ARG_MS, 1,                                          \
    "hold events and send them in one burst every N ms, stamps unchanged")    \
  FAULT_HEAD_LIST(Y)                                                          \
  FAULT_ERROR_LIST(Y)                                                         \
  FAULT_FRAMING_LIST(Y)                                                       \
  FAULT_BODY_LIST(Y)                                                          \
  FAULT_PUBLISH_LIST(Y)                                                       \
  FAULT_RESUME_LIST(Y)                                                        \
  FAULT_LIFE_LIST(Y)

enum fault_arg { FAULT_ARG_NONE, FAULT_ARG_COUNT, FAULT_ARG_MS };

enum fault {
#define X(constant, name, arg, least, doc) FAULT_##constant,
#define Y(constant, name, doc)             FAULT_##constant,
  FAULT_LIST(X, Y)
#undef X
#undef Y
      FAULT_COUNT
};

struct fault_info {
  const char *name;
  enum fault_arg arg;
  uint64_t least;
  const char *doc;
};

#define FAULT_MAX_MS 600000u
#define FAULT_STALL_MAX                                                       \
  999u /* a periodic stall must end within its second                         \
        */

/* Which faults are on: 0 = off, else the argument (1 for those without). */
struct fault_set {
  uint64_t v[FAULT_COUNT];
};

const struct fault_info *fault_info(enum fault f);
/* fault_parse reads "NAME" or "NAME=VALUE".  Returns 0, or E_NOT_FOUND,
 * E_SYNTAX or E_RANGE with a sentence. */
int fault_parse(struct slice text, enum fault *f, uint64_t *value,
                struct err *e);
/* fault_is_hold: of every second, or posted to /control/fault, once. */
bool fault_is_hold(enum fault f);
bool fault_set_any(const struct fault_set *s);
/* fault_set_spoils tells whether one of fault_rows.h is among them. */
bool fault_set_spoils(const struct fault_set *s);
/* fault_effective is the value of f where own (may be NULL) goes before
 * common. */
uint64_t fault_effective(const struct fault_set *common,
                         const struct fault_set *own, enum fault f);

#endif
