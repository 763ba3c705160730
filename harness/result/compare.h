/* SPDX-License-Identifier: MIT
 * Comparing load results: per metric what changed, how sure that is, and one
 * of improved, same, worse, too noisy to say.
 *
 * Figures are compared by rank over repeated runs (metrics/rank.h); the
 * chance of one false "worse" among all judged metrics together is held to
 * 1 % (Holm 1979).  Where fewer than COMPARE_RUNS runs stand on a side, the
 * slices of the timelines stand in for runs; how runs differ from each other
 * is then unknown, and a change has to pass an allowance for it.  Counts of
 * what must not happen (lost, failed) are compared by the exact binomial
 * test. */
#ifndef WEIR_RESULT_COMPARE_H
#define WEIR_RESULT_COMPARE_H
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "metrics/rank.h"

#define COMPARE_SCHEMA       "weir.compare/1"
#define COMPARE_RUNS         6 /* on each side, for a test over runs */
#define COMPARE_DEFAULT_RUNS 7 /* what --repeat makes where none is said */
/* Chance of a false "worse", all metrics together. */
#define COMPARE_ALPHA       0.01
#define COMPARE_LEAST       0.05 /* smaller changes are called the same */
#define COMPARE_SAME_WITHIN 0.1  /* bound of the interval for "same" */
#define COMPARE_ALLOWANCE   0.25 /* between single runs of one server */

/* One side: the runs of one server, weir.load/1 documents, borrowed. */
struct compare_side {
  const char *name; /* of the file, for messages */
  json_t *run[RANK_MAX];
  size_t runs;
  bool owned; /* by compare_side_free */
};

/* What may not become worse; the default, without gates, is any judged
 * metric. */
struct compare_gate {
  const char *text; /* as written; borrowed */
  char field[96];
  double least; /* share by which it may grow: 0.1 for 10% */
};

/* compare_side_read takes a weir.load/1 or weir.series/1 file.  Returns 0 or
 * what load_read returns; free with compare_side_free. */
int compare_side_read(struct compare_side *s, const char *path, struct err *e);
/* compare_side_take does the same for a document that is read already; it is
 * borrowed, path stands for it. */
int compare_side_take(struct compare_side *s, json_t *doc, const char *path,
                      struct err *e);
void compare_side_free(struct compare_side *s);

/* compare_gate_parse reads "latency.p99 worse than 10%" or "latency.p99
 * worse".  0, or E_SYNTAX with what is wrong and what it should look like. */
int compare_gate_parse(struct compare_gate *g, const char *text,
                       struct err *e);

/* compare_loads returns a new weir.compare/1 document, or NULL: E_MISMATCH
 * where the sides cannot be compared (another scenario, ledger or latency
 * source), E_LIMIT where too few runs of a side are valid, E_NOMEM. */
json_t *compare_loads(const struct compare_side *base,
                      const struct compare_side *now, size_t count,
                      const struct compare_gate *gate, size_t gates,
                      struct err *e);
/* compare_checks does the same for two weir.check/1 documents: newly failing,
 * newly passing, no longer judged.  Newly failing fails. */
json_t *compare_checks(json_t *base, const char *base_name, json_t *now,
                       const char *now_name, struct err *e);
bool compare_doc_is(json_t *doc);
/* 0 pass, 1 a regression; with strict also 1 where a gate was too noisy. */
int compare_exit_code(json_t *doc, bool strict);

/* Series of repeated runs, weir.series/1: {"runs": [weir.load/1, ...]}. */
#define SERIES_SCHEMA "weir.series/1"
bool series_doc_is(json_t *doc);
/* series_new wraps count documents (new references are taken). */
json_t *series_new(json_t *const *run, size_t count);

#endif
