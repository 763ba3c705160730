/* SPDX-License-Identifier: MIT
 * What the origin remembers of its requests.  Bounded: beyond the limits
 * requests are answered all the same, and counted as left out. */
#ifndef WEIR_SERVER_ORIGIN_LOG_H
#define WEIR_SERVER_ORIGIN_LOG_H
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

#define ORIGIN_ENTRIES_MAX 4096u
#define ORIGIN_TIMES_MAX   512u /* per request; later ones are only counted */

/* Times in ns on CLOCK_MONOTONIC; 0 = did not happen. */
struct origin_entry {
  json_t *request; /* owned: run, target, version, headers, peer port */
  uint64_t asked_ns, head_ns, first_ns, last_ns, ended_ns, gone_ns;
  uint64_t events, comments, bytes; /* that were written */
  uint64_t *times;                  /* owned: when each event was written */
  uint32_t times_n;
  const char *end; /* what we did: "clean", "fin", "rst"; NULL not ended */
  int gone;        /* libuv's code of how the peer went */
};

/* Zeroed is empty. */
struct origin_log {
  struct origin_entry *entry[ORIGIN_ENTRIES_MAX]; /* owned */
  uint32_t n;
  uint64_t left_out;
};

void origin_log_fini(struct origin_log *log);
/* origin_log_add: NULL when the log is full. */
struct origin_entry *origin_log_add(struct origin_log *log);
/* origin_entry_event notes an event written at now_ns. */
void origin_entry_event(struct origin_entry *e, uint64_t now_ns);
/* These note how an answer ended and how its peer went, a libuv code, the
 * first time; e may be NULL. */
void origin_entry_end(struct origin_entry *e, const char *end);
void origin_entry_gone(struct origin_entry *e, int code);
/* A new reference, or NULL. */
json_t *origin_log_json(const struct origin_log *log);

#endif
