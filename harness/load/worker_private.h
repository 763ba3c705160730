/* SPDX-License-Identifier: MIT
 * Private to load/: worker.c runs the process, worker_obey.c carries out what
 * the coordinator says. */
#ifndef WEIR_LOAD_WORKER_PRIVATE_H
#define WEIR_LOAD_WORKER_PRIVATE_H
#include "load/worker.h"

#define WORKER_TICK_NS (10 * NS_PER_MS) /* at the latest; sooner when due */

/* worker_tick does what is due by now, in a time that does not grow with the
 * streams that are open. */
void worker_tick(struct worker *w, uint64_t now_ns);
/* worker_wake_ns: when the next tick has something to do. */
uint64_t worker_wake_ns(const struct worker *w, uint64_t now_ns);
/* worker_rearm sets the timer to it, when that may have changed. */
void worker_rearm(struct worker *w);

/* worker_begin readies transport, counts and timers, after the setup. */
int worker_begin(struct worker *w, struct err *e);
void worker_subscriber_config(struct worker *w);
/* worker_obey carries out one message; E_* with a sentence when it cannot. */
int worker_obey(struct worker *w, json_t *m, struct err *e);

/* worker_check_span notes CPU and events at both ends of the measured span. */
void worker_check_span(struct worker *w, uint64_t now_ns);

#endif
