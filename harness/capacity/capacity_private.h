/* SPDX-License-Identifier: MIT
 * Private to the capacity search (capacity*.c). */
#ifndef WEIR_CAPACITY_CAPACITY_PRIVATE_H
#define WEIR_CAPACITY_CAPACITY_PRIVATE_H
#include "base/buf.h"
#include "capacity/capacity.h"
#include "loop/process.h"

/* The reference server's process. */
struct reference {
  struct process server;
  uint16_t port;
};

/* reference_start runs program on a free port of 127.0.0.1 and waits until it
 * accepts.  It ends with this process. */
int reference_start(struct reference *r, const char *program, struct err *e);
void reference_stop(struct reference *r);

/* What one step's scenario is made of. */
struct step_plan {
  const struct capacity_options *options;
  const char *yaml;         /* the scenario searched with, printed */
  const struct scenario *s; /* the same */
  struct search_probe probe;
  const struct reference *reference; /* NULL: against the target */
  double rate, size;                 /* of the target's events, for it */
};

/* step_scenario makes the scenario of a step; the caller frees it.  NULL with
 * a sentence. */
struct scenario *step_scenario(const struct step_plan *p, struct err *e);
/* step_ns is about how long that step takes. */
uint64_t step_ns(const struct step_plan *p);
/* step_reference_url is what the reference server is asked for. */
void step_reference_url(const struct step_plan *p, char *out, size_t size);

#endif
