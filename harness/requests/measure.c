/* SPDX-License-Identifier: MIT
 * Times of requests; see measure.h. */
#include "requests/measure.h"

#include <string.h>

static uint64_t since(uint64_t from_ns, uint64_t to_ns)
{
  return to_ns > from_ns ? to_ns - from_ns : 0;
}

void measure_gaps_init(struct buf *gaps)
{
  buf_init(gaps, MEASURE_GAPS_MAX * sizeof(uint64_t));
}

static void record_gap(struct snapshot *s, uint64_t ns)
{
  hist_record(&s->hist[H_GAP], ns);
  s->counter[C_GAP_ZERO] += !ns;
}

static void take_gap(struct snapshot *s, struct buf *gaps, uint64_t ns)
{
  s->counter[C_BATCHED] += !ns;
  if(buf_add(gaps, &ns, sizeof(ns)))
    record_gap(s, ns);
}

void measure_token(struct request_times *t, uint64_t at_ns, bool out,
                   struct buf *gaps, struct snapshot *s)
{
  if(!t->events)
    t->first_ns = at_ns;
  else if(s)
    take_gap(s, gaps, since(t->last_ns, at_ns));
  if(out && !t->out_ns)
    t->out_ns = at_ns;
  t->last_ns = at_ns;
  t->events++;
}

void measure_usage(struct request_times *t, uint64_t tokens, bool token)
{
  if(token && t->events == 1)
    t->told_first = tokens;
  t->told = tokens;
  t->usage = true;
}

uint64_t measure_tokens(const struct request_times *t)
{
  return t->usage ? t->told : t->events;
}

static void record_first(const struct request_times *t, struct snapshot *s)
{
  hist_record(&s->hist[H_TTFT], since(t->intended_ns, t->first_ns));
  hist_record(&s->hist[H_TTFT_SENT], since(t->sent_ns, t->first_ns));
  if(t->out_ns)
    hist_record(&s->hist[H_TTO], since(t->intended_ns, t->out_ns));
}

void measure_gaps(struct buf *gaps, struct snapshot *s)
{
  size_t at;
  for(at = 0; at + sizeof(uint64_t) <= gaps->n; at += sizeof(uint64_t)) {
    uint64_t ns;
    memcpy(&ns, buf_text(gaps) + at, sizeof(ns));
    record_gap(s, ns);
  }
  buf_clear(gaps);
}

void measure_cancelled(const struct request_times *t, struct snapshot *s)
{
  if(t->events)
    record_first(t, s);
}

/* Of the tokens, those behind the first event's. */
static uint64_t tokens_behind(const struct request_times *t)
{
  uint64_t tokens = measure_tokens(t);
  uint64_t first = t->told_first ? t->told_first : 1;
  return tokens > first ? tokens - first : 0;
}

uint64_t measure_itl_ns(const struct request_times *t)
{
  uint64_t behind = tokens_behind(t);
  return behind ? since(t->first_ns, t->last_ns) / behind : 0;
}

static void record_rate(const struct request_times *t, struct snapshot *s)
{
  uint64_t tokens = measure_tokens(t);
  if(tokens_behind(t))
    hist_record(&s->hist[H_ITL], measure_itl_ns(t));
  if(tokens)
    hist_record(&s->hist[H_TPOT], since(t->sent_ns, t->last_ns) / tokens);
}

uint64_t measure_latency_ns(const struct request_times *t, uint64_t eof_ns)
{
  return since(t->intended_ns, t->marker_ns ? t->marker_ns : eof_ns);
}

void measure_completed(const struct request_times *t, uint64_t eof_ns,
                       struct snapshot *s)
{
  hist_record(&s->hist[H_LATENCY], measure_latency_ns(t, eof_ns));
  if(!t->events)
    return;
  record_first(t, s);
  record_rate(t, s);
  hist_record(&s->hist[H_TOKEN_LATENCY], since(t->sent_ns, t->last_ns));
  hist_record(&s->hist[H_TAIL], since(t->last_ns, eof_ns));
}
