/* SPDX-License-Identifier: MIT
 * Objectives of requests; see slo.h. */
#include "requests/slo.h"

#include <string.h>

#include "scenario/threshold.h"

static const char *const names[] = {
    [SLO_TTFT] = "ttft",       [SLO_TTFT_SENT] = "ttft.sent",
    [SLO_TTO] = "tto",         [SLO_ITL] = "itl",
    [SLO_GAP_P99] = "gap.p99", [SLO_GAP_MAX] = "gap.max",
    [SLO_LATENCY] = "latency", [SLO_LATENCY_TOKEN] = "latency.token"};

#define NAMES ((int)(sizeof(names) / sizeof(names[0])))

static int name_of(const char *field)
{
  int i;
  for(i = 0; i < NAMES; i++) {
    if(strcmp(names[i], field) == 0)
      return i;
  }
  return -1;
}

static int take(struct slo *out, const struct threshold *t, const char *where,
                struct err *e)
{
  int of = name_of(t->field);
  if(of < 0)
    return err_set(e, E_SYNTAX,
                   "%s: \"%s\" is nothing that each request has: ttft, "
                   "ttft.sent, tto, itl, gap.p99, gap.max, latency or "
                   "latency.token",
                   where, t->field);
  if(t->op[0] != '<' || t->unit != 'd')
    return err_set(e, E_SYNTAX, "%s: \"%s\" is not such as ttft<300ms", where,
                   t->expression);
  if(out->rows == SLO_MAX)
    return err_set(e, E_LIMIT, "%s: more than %d objectives", where, SLO_MAX);
  out->row[out->rows].of = (enum slo_of)of;
  out->row[out->rows].below_ns = (uint64_t)(t->value * 1e6);
  out->row[out->rows].equal = t->op[1] == '=';
  out->rows++;
  return 0;
}

int slo_parse(struct slo *out, struct slice text, const char *where,
              struct err *e)
{
  int rc = 0;
  memset(out, 0, sizeof(*out));
  while(text.n && !rc) {
    struct threshold t;
    rc = threshold_parse(slice_trim(slice_cut(&text, ',')), where, &t, e);
    if(rc)
      return rc;
    rc = take(out, &t, where, e);
    threshold_fini(&t);
  }
  return rc;
}

void slo_gap(struct slo_gaps *g, uint64_t gap_ns)
{
  uint8_t i = g->kept;
  g->gaps++;
  if(g->kept == SLO_GAPS && gap_ns <= g->largest_ns[SLO_GAPS - 1])
    return;
  if(g->kept < SLO_GAPS)
    g->kept++;
  else
    i--;
  for(; i > 0 && g->largest_ns[i - 1] < gap_ns; i--)
    g->largest_ns[i] = g->largest_ns[i - 1];
  g->largest_ns[i] = gap_ns;
}

/* Nearest rank: so many gaps may be above it. */
static uint64_t gap_p99(const struct slo_gaps *g)
{
  uint64_t above = g->gaps / 100;
  if(!g->kept)
    return 0;
  return g->largest_ns[above < g->kept ? above : g->kept - 1u];
}

/* What a request has of it; UINT64_MAX where that is missing. */
static uint64_t value_of(enum slo_of of, const struct request_times *t,
                         const struct slo_gaps *g, uint64_t eof_ns)
{
  switch(of) {
  case SLO_TTFT:
    return t->events ? t->first_ns - t->intended_ns : UINT64_MAX;
  case SLO_TTFT_SENT:
    return t->events ? t->first_ns - t->sent_ns : UINT64_MAX;
  case SLO_TTO:
    return t->out_ns ? t->out_ns - t->intended_ns : UINT64_MAX;
  case SLO_ITL:
    return measure_itl_ns(t);
  case SLO_GAP_P99:
    return gap_p99(g);
  case SLO_GAP_MAX:
    return g->kept ? g->largest_ns[0] : 0;
  case SLO_LATENCY_TOKEN:
    return t->events ? t->last_ns - t->sent_ns : UINT64_MAX;
  case SLO_LATENCY:
    break;
  }
  return measure_latency_ns(t, eof_ns);
}

bool slo_met(const struct slo *s, const struct request_times *t,
             const struct slo_gaps *g, uint64_t eof_ns)
{
  uint8_t i;
  for(i = 0; i < s->rows; i++) {
    uint64_t v = value_of(s->row[i].of, t, g, eof_ns);
    if(v > s->row[i].below_ns || (v == s->row[i].below_ns && !s->row[i].equal))
      return false;
  }
  return true;
}
