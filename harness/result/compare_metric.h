/* SPDX-License-Identifier: MIT
 * One metric of two sides: its values, what they say, the verdict; private to
 * result/compare. */
#ifndef WEIR_RESULT_COMPARE_METRIC_H
#define WEIR_RESULT_COMPARE_METRIC_H
#include "load/fields.h"
#include "result/compare.h"

#define COMPARE_MAX_METRICS 32

enum compare_verdict {
  COMPARE_ABSENT, /* one side does not have it */
  COMPARE_SAME,
  COMPARE_IMPROVED,
  COMPARE_WORSE,
  COMPARE_NOISY
};

struct compare_metric {
  const char *field; /* as users name it (fields.h) */
  bool higher_is_better;
  bool judged;  /* by default; a gate on it has it judged too */
  bool count;   /* of what must not happen: binomial, not ranks */
  double floor; /* differences below it matter to nobody; the field's unit */
  const char *slice; /* of a timeline row, where it stands in for runs */
};

struct comparison {
  const struct compare_metric *metric;
  const struct field *field;
  bool judged, slices;
  double base[RANK_MAX], now[RANK_MAX];
  size_t n, m;
  double base_sum, now_sum;     /* counts */
  double base_whole, now_whole; /* what they are counts of */
  struct rank_result rank;
  double p_worse, p_better;
  enum compare_verdict verdict;
  char why[160]; /* of "too noisy" and "absent", else "" */
};

size_t compare_metrics_count(void);
const struct compare_metric *compare_metrics_at(size_t i);
/* compare_measure fills all but the verdict.  0, E_NOMEM. */
int compare_measure(const struct compare_metric *m,
                    const struct compare_side *base,
                    const struct compare_side *now, struct comparison *out);
/* compare_decide gives the verdicts, all together since the chance of a false
 * one is shared.  count <= COMPARE_MAX_METRICS. */
void compare_decide(struct comparison *c, size_t count);
/* The change towards worse as a share: 0.2 is 20 % worse, -0.1 is 10 %
 * better; of differences where there is no ratio, INFINITY. */
double compare_change(const struct comparison *c);
/* compare_conclude sets the document's verdict and sentence from its
 * comparisons.  0, E_NOMEM. */
int compare_conclude(json_t *doc);
const char *compare_verdict_text(enum compare_verdict v);

#endif
