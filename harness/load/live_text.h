/* SPDX-License-Identifier: MIT
 * Private to load/: the live figures as text.  Pure: no loop, no clock.
 *
 * All counts are since the start of the run, warm-up included, as far as the
 * workers' slices of the timeline have come in. */
#ifndef WEIR_LOAD_LIVE_TEXT_H
#define WEIR_LOAD_LIVE_TEXT_H
#include "load/outcome.h"

struct live_figures {
  struct load_progress now; /* phase: a string that lasts */
  uint64_t opened, events, bytes, published, duplicated;
  uint32_t workers; /* alive */
};

/* live_metrics appends all metrics, in OpenMetrics 1.0 or in the older text
 * format of Prometheus (0.0.4), where a counter's family is called _total,
 * too.  latency may be NULL; run is the run's id.  0, E_NOMEM, E_TOO_LONG. */
int live_metrics(const struct live_figures *f, const struct hist *latency,
                 const char *run, bool openmetrics, struct buf *out);
/* live_event appends one event with the figures as JSON and the id RUN-n;
 * retry_ms 0 leaves retry out, type NULL is a plain message. */
int live_event(const struct live_figures *f, const char *run, uint64_t n,
               const char *type, uint32_t retry_ms, struct buf *out);
/* live_event_after is the number that a Last-Event-ID asks to go on behind:
 * 0 when it is empty, foreign, or of another run. */
uint64_t live_event_after(struct slice last_event_id, const char *run);

#endif
