/* SPDX-License-Identifier: MIT
 * The weir.capacity/1 document: every step of a capacity search as a load
 * summary, the knee, what ran out, the same for the reference server, and
 * what a stream costs.  Everything printed or plotted is read from it. */
#ifndef WEIR_CAPACITY_CAPACITY_DOC_H
#define WEIR_CAPACITY_CAPACITY_DOC_H
#include "base/json.h"
#include "capacity/capacity.h"
#include "document/exit_code.h"
#include "load/load_doc.h"

#define CAPACITY_SCHEMA "weir.capacity/1"

/* What must hold where nobody said anything else. */
#define CAPACITY_SLO                                                          \
  "latency.p99 < 250ms; events.lost == 0; connections.failed < 0.1%"
/* ... where streams answer requests. */
#define CAPACITY_SLO_APP                                                      \
  "ttft.p99 < 1s; requests.failed < 1%; requests.rate_limited < 1%"

struct capacity_facts {
  const struct scenario *scenario;        /* its thresholds are the SLO */
  const struct capacity_options *options; /* as they are run */
  const struct load_doc_context *context;
  bool slo_is_default; /* parts that cannot be measured are left out */
  uint64_t required;   /* must hold for the verdict to be "pass"; 0 = any */
};

/* capacity_doc_new starts a document without steps; NULL without memory. */
json_t *capacity_doc_new(const struct capacity_facts *f);
/* capacity_doc_step adds a step and says how it went.  0 or E_NOMEM. */
int capacity_doc_step(json_t *doc, const struct capacity_step *step,
                      struct capacity_judgement *out);
/* capacity_doc_finish adds knee, limit, reference, slopes and verdict; o may
 * be of a search that was cut short.  0 or E_NOMEM. */
int capacity_doc_finish(json_t *doc, const struct capacity_outcome *o);

bool capacity_doc_is(json_t *doc);
/* capacity_doc_exit_code: 0 pass, 1 nothing held or less than required, 4 the
 * generator was the limit, 130 interrupted. */
int capacity_doc_exit_code(json_t *doc);

#endif
