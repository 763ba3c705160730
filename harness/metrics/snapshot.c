/* SPDX-License-Identifier: MIT
 * Filling and merging snapshots; see snapshot.h.  The timeline is in series.c,
 * the JSON form in snapshot_json.c and snapshot_read.c. */
#include "metrics/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "metrics/count.h"
#include "metrics/series.h"

enum merge { SUM, MAX };

static const struct {
  const char *key;
  const char *definition;
  enum merge merge;
} counters[] = {
#define X(name, key, merge, definition) {key, definition, merge},
    COUNTER_LIST(X)
#undef X
};

static const struct {
  const char *key;
  const char *definition;
} histograms[] = {
#define X(name, key, definition) {key, definition},
    HIST_LIST(X)
#undef X
};

static const char *const slice_counters[] = {
#define X(name, key) key,
    SLICE_COUNTER_LIST(X)
#undef X
};

const char *counter_key(enum counter c)
{
  return counters[c].key;
}

const char *counter_definition(enum counter c)
{
  return counters[c].definition;
}

const char *histogram_key(enum histogram h)
{
  return histograms[h].key;
}

const char *histogram_definition(enum histogram h)
{
  return histograms[h].definition;
}

const char *slice_counter_key(enum slice_counter c)
{
  return slice_counters[c];
}

struct snapshot *snapshot_new(uint64_t slice_width_ns)
{
  struct snapshot *s = calloc(1, sizeof(*s));
  size_t i;
  if(!s)
    return NULL;
  for(i = 0; i < HIST_COUNT; i++)
    hist_init_zeroed(&s->hist[i]);
  s->missing = ledger_tally_new();
  if(!s->missing || series_init(&s->series, slice_width_ns)) {
    snapshot_free(s);
    return NULL;
  }
  return s;
}

void snapshot_free(struct snapshot *s)
{
  if(!s)
    return;
  series_fini(&s->series);
  ledger_tally_free(s->missing);
  free(s);
}

struct timeslice *snapshot_slice(struct snapshot *s, uint64_t t_ns)
{
  struct timeslice *slice = series_at(&s->series, t_ns);
  slice->filled = true;
  return slice;
}

struct hist *snapshot_slice_latency(struct timeslice *slice)
{
  return series_latency(slice);
}

/* Copies text so that it is terminated and valid UTF-8: what is cut off in the
 * middle of a character goes whole. */
static void put_text(char *dst, size_t size, const char *text)
{
  size_t n = strnlen(text, size);
  bool cut = n == size;
  size_t bad;
  n -= cut;
  memcpy(dst, text, n);
  dst[n] = '\0';
  for(;;) {
    bad = utf8_check((struct slice){dst, n});
    if(bad == n)
      return;
    if(cut && n - bad < 4)
      break;
    dst[bad] = '?';
  }
  dst[bad] = '\0';
}

static bool find_cause(const struct snapshot *s, const char *name,
                       uint32_t *at)
{
  uint32_t i;
  for(i = 0; i < s->cause_count; i++) {
    int order = strcmp(s->cause[i].name, name);
    if(order >= 0) {
      *at = i;
      return order == 0;
    }
  }
  *at = s->cause_count;
  return false;
}

/* The entry for name, made when there is room, else that of "other". */
static struct cause *cause_for(struct snapshot *s, const char *text)
{
  struct cause *c;
  char name[sizeof(c->name)];
  uint32_t at;
  put_text(name, sizeof(name), text);
  if(find_cause(s, name, &at))
    return &s->cause[at];
  if(s->cause_count >= CAUSE_MAX - 1 && strcmp(name, "other") != 0) {
    put_text(name, sizeof(name), "other");
    if(find_cause(s, name, &at))
      return &s->cause[at];
  }
  c = &s->cause[at];
  memmove(c + 1, c, (s->cause_count - at) * sizeof(*c));
  s->cause_count++;
  *c = (struct cause){0};
  memcpy(c->name, name, sizeof(name));
  return c;
}

void snapshot_cause(struct snapshot *s, const char *name, const char *example)
{
  struct cause *c = cause_for(s, name);
  c->count++;
  if(example && !c->example[0])
    put_text(c->example, sizeof(c->example), example);
}

void snapshot_cause_add(struct snapshot *s, const struct cause *add)
{
  struct cause *c = cause_for(s, add->name);
  count_add(&c->count, add->count);
  if(add->example[0] &&
     (!c->example[0] || strcmp(add->example, c->example) < 0))
    put_text(c->example, sizeof(c->example), add->example);
}

static int order_texts(int first, const char *a, const char *b)
{
  return first ? first : strcmp(a, b);
}

static int order_numbers(int first, uint64_t a, uint64_t b)
{
  return first ? first : (a > b) - (a < b);
}

/* By time; the rest makes the order total, so that merging is commutative. */
static int order(const struct offender *a, const struct offender *b)
{
  int by = (a->t_s > b->t_s) - (a->t_s < b->t_s);
  by = order_numbers(by, a->stream, b->stream);
  by = order_numbers(by, a->number, b->number);
  by = order_numbers(by, a->count, b->count);
  by = order_texts(by, a->kind, b->kind);
  return order_texts(by, a->detail, b->detail);
}

void snapshot_offender(struct snapshot *s, const struct offender *o)
{
  struct offender kept = *o;
  uint32_t i = s->offender_count;
  kept.t_s = isfinite(o->t_s) ? round(o->t_s * 1e6) / 1e6 : 0.0;
  if(i == OFFENDER_MAX && kept.t_s > s->offender[i - 1].t_s)
    return;
  put_text(kept.kind, sizeof(kept.kind), o->kind);
  put_text(kept.detail, sizeof(kept.detail), o->detail);
  if(i == OFFENDER_MAX && order(&kept, &s->offender[--i]) >= 0)
    return;
  for(; i && order(&kept, &s->offender[i - 1]) < 0; i--)
    s->offender[i] = s->offender[i - 1];
  s->offender[i] = kept;
  if(s->offender_count < OFFENDER_MAX)
    s->offender_count++;
}

/* How many were open at once in both: between the larger peak and the sum, as
 * far as the timelines tell. */
static uint64_t merged_peak(uint64_t a, uint64_t b, bool told, int64_t peak)
{
  uint64_t sum = a;
  uint64_t least = a > b ? a : b;
  count_add(&sum, b);
  if(!told || !a || !b)
    return sum;
  if(peak > 0 && (uint64_t)peak > least)
    least = (uint64_t)peak;
  return least < sum ? least : sum;
}

static void merge_counters(struct snapshot *dst, const struct snapshot *src)
{
  size_t i;
  for(i = 0; i < COUNTER_COUNT; i++) {
    if(counters[i].merge == SUM)
      count_add(&dst->counter[i], src->counter[i]);
    else if(src->counter[i] > dst->counter[i])
      dst->counter[i] = src->counter[i];
  }
}

int snapshot_merge(struct snapshot *dst, const struct snapshot *src)
{
  uint64_t peak = dst->counter[C_PEAK];
  bool told = series_peak(&dst->series) >= 0 && series_peak(&src->series) >= 0;
  uint32_t i;
  int rc = series_merge(&dst->series, &src->series);
  if(rc)
    return rc;
  merge_counters(dst, src);
  dst->counter[C_PEAK] =
      merged_peak(peak, src->counter[C_PEAK], told, series_peak(&dst->series));
  for(i = 0; i < HIST_COUNT; i++)
    hist_merge(&dst->hist[i], &src->hist[i]);
  for(i = 0; i < src->cause_count; i++)
    snapshot_cause_add(dst, &src->cause[i]);
  for(i = 0; i < src->offender_count; i++)
    snapshot_offender(dst, &src->offender[i]);
  ledger_tally_merge(dst->missing, src->missing);
  dst->ledger_overflowed = dst->ledger_overflowed || src->ledger_overflowed;
  return 0;
}
