/* SPDX-License-Identifier: MIT
 * The weir.compare/1 document of load results; see compare.h. */
#include "result/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "document/doc.h"
#include "result/compare_metric.h"
#include "result/merge_fit.h"

#define QUIETER 20.0 /* points of a percentage: beyond what runs differ by */

static bool is_valid(json_t *run)
{
  const char *verdict = doc_text(run, "verdict");
  return strcmp(verdict, "pass") == 0 || strcmp(verdict, "fail") == 0;
}

/* A side without the runs that measured weir rather than the server. */
static int keep_valid(const struct compare_side *in, struct compare_side *out,
                      struct err *e)
{
  size_t i;
  memset(out, 0, sizeof(*out));
  out->name = in->name;
  for(i = 0; i < in->runs; i++) {
    if(is_valid(in->run[i]))
      out->run[out->runs++] = in->run[i];
  }
  if(out->runs == 0)
    return err_set(
        e, E_LIMIT, "%s: %s, so there is nothing to compare with: %.200s",
        in->name,
        in->runs == 1 ? "the run is not valid" : "none of the runs is valid",
        in->runs ? doc_text(in->run[0], "sentence") : "no run");
  return 0;
}

static int same_text(const struct merge_input *a, const struct merge_input *b,
                     const char *path, const char *what, struct err *e)
{
  const char *ta = doc_text(a->doc, path), *tb = doc_text(b->doc, path);
  if(strcmp(ta, tb) == 0)
    return 0;
  return err_set(e, E_MISMATCH,
                 "%s and %s cannot be compared: %s is \"%.40s\" in one and "
                 "\"%.40s\" in the other",
                 a->name, b->name, what, ta, tb);
}

static int fit(const struct merge_input *a, const struct merge_input *b,
               struct err *e)
{
  int rc = merge_fit_scenarios(a, b, true, e);
  if(!rc)
    rc = same_text(a, b, "summary.events.ledger", "the ledger", e);
  if(!rc)
    rc = same_text(a, b, "summary.latency_ms.source", "the latency source", e);
  if(!rc)
    rc = same_text(a, b, "summary.latency_ms.clock", "the latency clock", e);
  return rc;
}

static int fit_all(const struct compare_side *base,
                   const struct compare_side *now, struct err *e)
{
  struct merge_input first = {base->name, base->run[0]};
  size_t i;
  int rc = 0;
  for(i = 1; i < base->runs && !rc; i++)
    rc = fit(&first, &(struct merge_input){base->name, base->run[i]}, e);
  for(i = 0; i < now->runs && !rc; i++)
    rc = fit(&first, &(struct merge_input){now->name, now->run[i]}, e);
  return rc;
}

static json_t *values(const double *v, size_t n, double sum, bool count)
{
  double copy[RANK_MAX];
  double low = INFINITY, high = -INFINITY;
  size_t i;
  for(i = 0; i < n; i++) {
    low = fmin(low, v[i]);
    high = fmax(high, v[i]);
    copy[i] = v[i];
  }
  if(n == 0)
    return json_null();
  if(count)
    return json_pack("{s:I, s:o}", "n", (json_int_t)n, "sum", doc_real(sum));
  return json_pack("{s:I, s:o, s:o, s:o}", "n", (json_int_t)n, "median",
                   doc_real(rank_median(copy, n)), "min", doc_real(low), "max",
                   doc_real(high));
}

static json_t *six_digits(double v)
{
  return isfinite(v) ? json_real(round(v * 1e6) / 1e6) : json_null();
}

static json_t *metric_json(const struct comparison *c)
{
  bool ranked = !c->metric->count && c->n && c->m;
  bool ratio = ranked && c->rank.has_ratio;
  json_t *j =
      json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}", "metric", c->metric->field,
                "unit", fields_unit(c->field), "better",
                c->metric->higher_is_better ? "higher" : "lower", "judged",
                c->judged, "over", c->slices ? "slices" : "runs", "verdict",
                compare_verdict_text(c->verdict));
  int failed = json_object_set_new(
      j, "base", values(c->base, c->n, c->base_sum, c->metric->count));
  failed |= json_object_set_new(
      j, "now", values(c->now, c->m, c->now_sum, c->metric->count));
  failed |=
      json_object_set_new(j, "difference",
                          ranked         ? doc_real(c->rank.shift)
                          : c->n && c->m ? doc_real(c->now_sum - c->base_sum)
                                         : json_null());
  failed |= json_object_set_new(
      j, "ratio", ratio ? six_digits(c->rank.ratio) : json_null());
  failed |= json_object_set_new(
      j, "ratio_low", ratio ? six_digits(c->rank.ratio_low) : json_null());
  failed |= json_object_set_new(
      j, "ratio_high", ratio ? six_digits(c->rank.ratio_high) : json_null());
  failed |= json_object_set_new(j, "p_worse", six_digits(c->p_worse));
  failed |= json_object_set_new(j, "p_improved", six_digits(c->p_better));
  failed |= json_object_set_new(j, "why",
                                c->why[0] ? json_string(c->why) : json_null());
  if(failed) {
    json_decref(j);
    return NULL;
  }
  return j;
}

static json_t *side_json(const struct compare_side *s, size_t all)
{
  json_t *first = s->run[0];
  return json_pack(
      "{s:s, s:I, s:I, s:s, s:s, s:s, s:s}", "name", s->name, "runs",
      (json_int_t)s->runs, "left_out", (json_int_t)(all - s->runs), "started",
      doc_text(first, "started"), "target", doc_text(first, "target.url"),
      "host", doc_text(first, "environment.host"), "weir",
      doc_text(first, "weir"));
}

/* How much of the time something stood ready without a CPU, or another machine
 * had it: in the middle of the runs; NAN where no run says. */
static double pressed(const struct compare_side *s)
{
  double v[RANK_MAX], waited;
  size_t i, n = 0;
  for(i = 0; i < s->runs; i++) {
    if(!doc_find(s->run[i], "machine.waited_percent", &waited))
      continue;
    v[n++] = waited + doc_number(s->run[i], "machine.stolen_percent", 0);
  }
  return n ? rank_median(v, n) : NAN;
}

static int note_machine(json_t *notes, const struct compare_side *base,
                        const struct compare_side *now)
{
  double a = pressed(base), b = pressed(now);
  if(!(fabs(a - b) >= QUIETER))
    return 0;
  return json_array_append_new(
      notes, json_sprintf("%s ran on a quieter machine, which may be all the "
                          "difference: something waited for a CPU %.0f%% and "
                          "%.0f%% of the time",
                          a < b ? "base" : "now", a, b));
}

static int add_notes(json_t *notes, const struct compare_side *base,
                     const struct compare_side *now)
{
  static const char *const rows[][2] = {
      {"environment.host", "made on different machines, which may be all the "
                           "difference"},
      {"environment.kernel", "made under different kernels"},
      {"weir", "made with different versions of weir"},
  };
  size_t i;
  int rc = 0;
  for(i = 0; i < sizeof(rows) / sizeof(rows[0]) && !rc; i++) {
    const char *a = doc_text(base->run[0], rows[i][0]);
    const char *b = doc_text(now->run[0], rows[i][0]);
    if(strcmp(a, b) != 0)
      rc = json_array_append_new(
          notes, json_sprintf("%s: %s and %s", rows[i][1], a, b));
  }
  return rc ? rc : note_machine(notes, base, now);
}

static struct comparison *find(struct comparison *c, size_t n,
                               const char *field)
{
  size_t i;
  for(i = 0; i < n; i++) {
    if(strcmp(c[i].metric->field, field) == 0)
      return &c[i];
  }
  return NULL;
}

static json_t *gate_json(const struct compare_gate *g,
                         const struct comparison *c)
{
  double change = compare_change(c);
  bool beyond = change >= g->least;
  bool pass = !(c->verdict == COMPARE_WORSE && beyond);
  const char *state = !pass                          ? "worse"
                      : c->verdict == COMPARE_ABSENT ? "not measured"
                      : c->verdict == COMPARE_NOISY && beyond
                          ? "too noisy to say"
                          : "held";
  return json_pack("{s:s, s:s, s:o, s:b, s:s}", "expression", g->text,
                   "metric", g->field, "change", six_digits(change), "pass",
                   pass, "state", state);
}

/* Without gates any judged metric that became worse is a regression. */
static bool regressed(const struct comparison *c, size_t n, json_t *gates)
{
  json_t *g;
  size_t i;
  json_array_foreach(gates, i, g)
  {
    if(!doc_bool(g, "pass"))
      return true;
  }
  for(i = 0; i < n && json_array_size(gates) == 0; i++) {
    if(c[i].judged && c[i].verdict == COMPARE_WORSE)
      return true;
  }
  return false;
}

static json_t *compared(const struct compare_side *base,
                        const struct compare_side *now, size_t all,
                        const struct compare_gate *gate, size_t gates)
{
  size_t n = compare_metrics_count(), i;
  struct comparison *c = calloc(n, sizeof(*c));
  json_t *metrics = json_array(), *g = json_array(), *notes = json_array();
  json_t *j = NULL;
  int rc = c ? add_notes(notes, base, now) : E_NOMEM;
  for(i = 0; i < n && !rc; i++)
    rc = compare_measure(compare_metrics_at(i), base, now, &c[i]);
  for(i = 0; i < gates && !rc; i++)
    find(c, n, gate[i].field)->judged = true;
  if(!rc)
    compare_decide(c, n);
  for(i = 0; i < n && !rc; i++)
    rc = json_array_append_new(metrics, metric_json(&c[i]));
  for(i = 0; i < gates && !rc; i++)
    rc = json_array_append_new(g,
                               gate_json(&gate[i], find(c, n, gate[i].field)));
  if(!rc)
    j = json_pack("{s:o, s:b, s:O, s:O, s:O}", "now", side_json(now, all),
                  "regressed", regressed(c, n, g), "metrics", metrics, "gates",
                  g, "notes", notes);
  json_decref(metrics);
  json_decref(g);
  json_decref(notes);
  free(c);
  return j;
}

static json_t *document(const struct compare_side *base, size_t all)
{
  char made[40];
  clock_iso8601(clock_real_ns(), made, sizeof(made));
  return json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:[]}", "schema",
      COMPARE_SCHEMA, "weir", WEIR_VERSION, "kind", "load", "verdict", "pass",
      "sentence", "", "made", made, "method",
      "medians of pairwise ratios with 95 % intervals (Hodges-Lehmann); "
      "Mann-Whitney exact test over runs, binomial test of counts; the chance "
      "of one false \"worse\" among all judged metrics is held to 1 % (Holm); "
      "changes below 5 % count as the same",
      "base", side_json(base, all), "comparisons");
}

/* Valid runs of one side against those of the other. */
static int add_comparison(json_t *doc, const struct compare_side *base,
                          const struct compare_side *now,
                          const struct compare_gate *gate, size_t gates,
                          struct err *e)
{
  struct compare_side valid;
  json_t *one;
  int rc = keep_valid(now, &valid, e);
  if(!rc)
    rc = fit_all(base, &valid, e);
  if(rc)
    return rc;
  one = compared(base, &valid, now->runs, gate, gates);
  if(json_array_append_new(json_object_get(doc, "comparisons"), one))
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  return 0;
}

json_t *compare_loads(const struct compare_side *base,
                      const struct compare_side *now, size_t count,
                      const struct compare_gate *gate, size_t gates,
                      struct err *e)
{
  struct compare_side valid;
  json_t *doc;
  size_t i;
  int rc = keep_valid(base, &valid, e);
  if(rc)
    return NULL;
  doc = document(&valid, base->runs);
  for(i = 0; i < count && !rc; i++)
    rc = add_comparison(doc, &valid, &now[i], gate, gates, e);
  if(!rc)
    rc = compare_conclude(doc);
  if(rc && !e->code)
    err_set(e, rc, "%s", err_name(rc));
  if(rc) {
    json_decref(doc);
    return NULL;
  }
  return doc;
}
