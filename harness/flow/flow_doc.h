/* SPDX-License-Identifier: MIT
 * The document of a run of flows, weir.test/1. */
#ifndef WEIR_FLOW_FLOW_DOC_H
#define WEIR_FLOW_FLOW_DOC_H
#include "base/json.h"
#include "flow/run.h"

#define FLOW_SCHEMA "weir.test/1"

struct flow_doc_input {
  json_t *runs;        /* of flow_run, borrowed */
  const char *command; /* as it was given */
  uint64_t started_ns; /* CLOCK_REALTIME */
  uint64_t elapsed_ns;
  const struct flow_options *options;
  bool interrupted;
  bool empty_allowed;
  bool repeated; /* each flow ran several times: tell how often it failed */
};

/* flow_doc_build makes the document, with verdict and exit code.  NULL without
 * memory. */
json_t *flow_doc_build(const struct flow_doc_input *in);
/* flow_rates: of each flow among the runs, how many of its runs did not pass,
 * and the share of such ones, from low to high with 95 % confidence.  A new
 * reference. */
json_t *flow_rates(json_t *runs);
bool flow_doc_is(json_t *doc);
int flow_doc_exit_code(json_t *doc);

#endif
