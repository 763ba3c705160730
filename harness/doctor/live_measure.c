/* SPDX-License-Identifier: MIT
 * What the shots that carry a stream tell: lateness, bursts, cuts; see
 * live.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/live.h"

#define EVENTS_MAX  512
#define SAME_NS     1000000 /* reads within this belong to one burst */
#define MS(ns)      ((double)(ns) / 1e6)
#define STREAM_TYPE "text/event-stream"
#define LAZY_MS     320.0

static enum symptom_end end_of(const struct recording *r)
{
  switch(r->end) {
  case REC_END_CLEAN:
  case REC_END_CLOSE:
    return SYMPTOM_CLEAN;
  case REC_END_TRUNCATED:
    return SYMPTOM_TRUNCATED;
  case REC_END_RESET:
    return r->head.status ? SYMPTOM_RESET : SYMPTOM_REFUSED;
  case REC_END_OURS:
  case REC_END_TIMEOUT:
  case REC_END_LIMIT:
    return SYMPTOM_ALIVE;
  default:
    return SYMPTOM_REFUSED;
  }
}

static bool is_stream(const struct recording *r)
{
  struct slice type = recording_field(&r->head, "Content-Type", 0);
  return r->head.status == 200 &&
         recording_count_field(&r->head, "Content-Type") == 1 &&
         slice_ieq_cstr(slice_trim(slice_cut(&type, ';')), STREAM_TYPE);
}

/* The number of an event of the origin, which counts from 1; 0: changed. */
static uint64_t event_number(const struct recorded_event *e)
{
  unsigned long long n = 0;
  char text[64];
  size_t len = e->data.n < sizeof(text) - 1 ? e->data.n : sizeof(text) - 1;
  char *end;
  memcpy(text, e->data.p ? e->data.p : "", len);
  text[len] = '\0';
  if(strncmp(text, "{\"n\":", 5) != 0 || e->data.n < 3 ||
     memcmp(e->data.p + e->data.n - 2, "\"}", 2) != 0)
    return 0;
  n = strtoull(text + 5, &end, 10);
  return *end == ',' ? n : 0;
}

static void count_bursts(const struct recording *r, struct symptom *s)
{
  int64_t last = INT64_MIN;
  double bytes = 0;
  for(size_t i = 0; i < r->events; i++) {
    s->bursts += last == INT64_MIN || r->event[i].t_ns - last > SAME_NS;
    last = r->event[i].t_ns;
  }
  last = INT64_MIN;
  for(size_t i = 0; i < r->reads; i++) {
    bool same = last != INT64_MIN && r->read[i].t_ns - last <= SAME_NS;
    bytes = (same ? bytes : 0) + (double)r->read[i].n;
    last = r->read[i].t_ns;
    if(bytes > s->burst_bytes)
      s->burst_bytes = bytes;
  }
}

static int compare(const void *pa, const void *pb)
{
  double a = *(const double *)pa, b = *(const double *)pb;
  return a < b ? -1 : a > b;
}

struct arrivals {
  double late_ms[EVENTS_MAX]; /* of each that was written; < 0: never came */
  uint64_t wrote_ns[EVENTS_MAX];
  size_t n;
};

static void match(const struct recording *r, const json_t *entry,
                  int64_t offset_ns, struct arrivals *a)
{
  const json_t *times = json_object_get(entry, "times_ns");
  a->n = json_array_size(times);
  if(a->n > EVENTS_MAX)
    a->n = EVENTS_MAX;
  for(size_t i = 0; i < a->n; i++) {
    a->wrote_ns[i] = (uint64_t)json_integer_value(json_array_get(times, i));
    a->late_ms[i] = -1;
  }
  for(size_t i = 0; i < r->events; i++) {
    uint64_t n = event_number(&r->event[i]);
    uint64_t t = live_mono_ns(r, r->event[i].t_ns, offset_ns);
    if(n >= 1 && n <= a->n && a->late_ms[n - 1] < 0)
      a->late_ms[n - 1] =
          t > a->wrote_ns[n - 1] ? MS(t - a->wrote_ns[n - 1]) : 0;
  }
}

static void summarise(const struct arrivals *a, struct symptom *s)
{
  double sorted[EVENTS_MAX];
  size_t n = 0;
  for(size_t i = 0; i < a->n; i++) {
    if(a->late_ms[i] >= 0)
      sorted[n++] = a->late_ms[i];
  }
  s->received = (uint32_t)n;
  if(a->n > 1)
    s->interval_ms =
        MS(a->wrote_ns[a->n - 1] - a->wrote_ns[0]) / (double)(a->n - 1);
  if(!n)
    return;
  qsort(sorted, n, sizeof(*sorted), compare);
  s->p50_ms = sorted[(n - 1) / 2];
  s->max_ms = sorted[n - 1];
}

static void plot(const struct recording *r, const struct arrivals *a,
                 int64_t offset_ns, struct doctor_timeline *t)
{
  uint64_t began =
      live_mono_ns(r, r->request_ns > 0 ? r->request_ns : 0, offset_ns);
  t->points = 0;
  for(size_t i = 0; i < a->n && i < DOCTOR_LIVE_POINTS; i++) {
    struct doctor_point *p = &t->point[t->points++];
    p->written_ms = a->wrote_ns[i] > began ? MS(a->wrote_ns[i] - began) : 0;
    p->arrived_ms = a->late_ms[i] < 0 ? -1 : p->written_ms + a->late_ms[i];
  }
}

static void measure_head(const struct recording *r, struct symptom *s)
{
  s->made = true;
  s->status = r->head.status;
  s->is_stream = is_stream(r);
  s->is_coded = r->coding[0] != '\0' ||
                recording_count_field(&r->head, "Content-Encoding") > 0;
  s->end = end_of(r);
  if(r->head.status && r->head.complete_ns >= 0)
    s->headers_ms =
        MS(r->head.complete_ns - (r->request_ns > 0 ? r->request_ns : 0));
}

/* Of one shot that carries a stream. */
static void measure_stream(const struct live_shot *shot, const json_t *entry,
                           int64_t offset_ns, struct symptom *s,
                           struct doctor_timeline *t)
{
  const struct recording *r = shot->r;
  struct arrivals a;
  measure_head(r, s);
  s->upstream_http10 =
      strcmp(live_log_text(entry, "version"), "HTTP/1.0") == 0;
  s->sent = (uint32_t)live_log_ns(entry, "events");
  if(s->sent > EVENTS_MAX)
    s->sent = EVENTS_MAX;
  count_bursts(r, s);
  match(r, entry, offset_ns, &a);
  summarise(&a, s);
  if(t)
    plot(r, &a, offset_ns, t);
}

/* A shot that did not come back says nothing. */
static bool has_result(const struct live_shot *shot)
{
  return shot->r && shot->r->end != REC_END_ERROR &&
         shot->r->end != REC_END_TLS;
}

/* A cut where the divided timeout was due, but for a busy machine and nginx's
 * lazy timers, is one at the timeout. */
static double unscaled(double cut_ms, const struct live_plan *p,
                       const struct doctor_live *l)
{
  double off = cut_ms - (double)p->quiet_ms;
  return off > -LAZY_MS && off < LAZY_MS ? (double)l->read_timeout_ms
                                         : cut_ms * l->scale;
}

static double measure_noise(const struct live_outcome *o, int64_t offset_ns)
{
  struct live_shot shot = {.r = o->control};
  struct symptom s = {.p50_ms = -1};
  if(o->control)
    measure_stream(&shot, live_log_entry(o->log, LIVE_CONTROL, 0), offset_ns,
                   &s, NULL);
  return s.p50_ms;
}

void live_measure(const struct live_plan *p, const struct live_outcome *o,
                  int64_t offset_ns, const char *noise,
                  struct doctor_live *out)
{
  symptom_init(&out->symptoms);
  out->noise_ms = measure_noise(o, offset_ns);
  for(size_t i = 0; i < p->shots; i++) {
    const struct live_shot *shot = &p->shot[i];
    struct symptom *s = &out->symptoms.of[shot->probe][shot->transport];
    struct doctor_timeline *t =
        shot->probe == PROBE_REGULAR ? &out->timeline[shot->transport] : NULL;
    if(!has_result(shot))
      continue;
    out->symptoms.made = true;
    if(!s->made)
      measure_stream(shot, live_log_entry(o->log, shot->run, 0), offset_ns, s,
                     t);
    live_compare(p, i, o, offset_ns, s);
    if(shot->probe == PROBE_QUIET || shot->probe == PROBE_HEARTBEAT) {
      s->scale = (uint32_t)(out->scale + 0.5);
      if(s->cut_ms >= 0)
        s->cut_ms = unscaled(s->cut_ms, p, out);
    }
    if(shot->probe == PROBE_STALLED && s->upstream_blocked &&
       !strstr(noise, "buffered to a temp"))
      s->spooled_bytes = 0;
  }
}
