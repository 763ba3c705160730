/* SPDX-License-Identifier: MIT
 * The "summary" and "timeline" of a weir.load/1 document, computed from a
 * snapshot alone, so that a run, merged machines and merged repeats are
 * summed up by the same code. */
#ifndef WEIR_LOAD_SUMMARY_H
#define WEIR_LOAD_SUMMARY_H
#include "base/json.h"
#include "load/outcome.h"
#include "metrics/snapshot.h"

/* What the summary needs besides the counts. */
struct summary_facts {
  const struct snapshot *total; /* borrowed */
  uint64_t measured_ns;         /* span that rates refer to */
  enum ledger_mode ledger;
  enum latency_source latency;
  double busiest_worker_percent;    /* of one core; < 0 = unknown */
  json_t *reasons;                  /* borrowed array: why it is invalid */
  const struct server_cost *server; /* borrowed */
};

/* Both return a new reference, NULL without memory. */
json_t *summary_build(const struct summary_facts *f);
json_t *timeline_build(const struct snapshot *total);

/* The names that documents use. */
const char *ledger_mode_name(enum ledger_mode m);
const char *latency_source_name(enum latency_source s);
/* The reverse; -1 for an unknown name. */
int ledger_mode_parse(const char *name);
int latency_source_parse(const char *name);

#endif
