/* SPDX-License-Identifier: MIT
 * Probes that compare something else than times of events: headers, bytes,
 * who was told what, how many got in; see live.h. */
#include <stdio.h>
#include <string.h>

#include "doctor/live.h"

#define MS(ns)    ((double)(ns) / 1e6)
#define WAITED_MS 300.0

static void add_lost(struct symptom *s, const char *name)
{
  size_t n = strlen(s->lost);
  snprintf(s->lost + n, sizeof(s->lost) - n, "%s%s", n ? ", " : "", name);
}

/* Q3: what the application got of what was sent. */
static void measure_request(const json_t *entry, struct symptom *s)
{
  for(size_t i = 0; entry && LIVE_REQUEST_HEADERS[i][0]; i++) {
    const char *got = live_log_header(entry, LIVE_REQUEST_HEADERS[i][0]);
    if(got && strcmp(got, LIVE_REQUEST_HEADERS[i][1]) == 0)
      continue;
    s->headers_lost = true;
    add_lost(s, LIVE_REQUEST_HEADERS[i][0]);
  }
}

/* Q4: what the client got of what the application sent. */
static void measure_response(const struct recording *r, const json_t *entry,
                             struct symptom *s)
{
  static const char *const NAMES[] = {"Content-Type", "Cache-Control",
                                      "Access-Control-Allow-Origin",
                                      "X-Weir-Custom"};
  for(size_t i = 0; entry && i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
    size_t n = recording_count_field(&r->head, NAMES[i]);
    s->headers_doubled |= n > 1;
    s->headers_lost |= n == 0;
    if(n != 1)
      add_lost(s, NAMES[i]);
  }
}

/* Q11: the application's own error. */
static void measure_error(const struct recording *r, const json_t *entry,
                          struct symptom *s)
{
  if(!entry)
    return;
  if(!slice_eq_cstr(recording_field(&r->head, "Retry-After", 0), "5")) {
    s->headers_lost = true;
    add_lost(s, "Retry-After");
  }
  s->body_differs = !slice_eq_cstr(buf_slice(&r->body), "{\"busy\":true}");
}

/* Time from the application's last byte to the end at the client. */
static void measure_cut(const struct recording *r, const json_t *entry,
                        int64_t offset_ns, struct symptom *s)
{
  uint64_t last = live_log_ns(entry, "last_ns");
  uint64_t end = live_mono_ns(r, r->end_ns, offset_ns);
  if(s->end == SYMPTOM_ALIVE || !last || live_log_ns(entry, "ended_ns"))
    return;
  s->cut_ms = end > last ? MS(end - last) : 0;
}

static void measure_leave(const struct recording *r, const json_t *entry,
                          int64_t offset_ns, struct symptom *s)
{
  uint64_t gone = live_log_ns(entry, "gone_ns");
  uint64_t left = live_mono_ns(r, r->end_ns, offset_ns);
  if((r->end != REC_END_OURS && r->end != REC_END_TIMEOUT) || !entry)
    return;
  s->never_told = !gone;
  if(gone)
    s->told_ms = gone > left ? MS(gone - left) : 0;
}

static void measure_stalled(const json_t *entry, struct symptom *s)
{
  /* It writes all of it unless it is held back. */
  s->upstream_blocked = entry && !live_log_ns(entry, "ended_ns");
  s->spooled_bytes = (double)live_log_ns(entry, "bytes");
}

/* Those that had to wait for others to end were not let in. */
static void count_stream(const struct recording *r, bool patient,
                         struct symptom *s)
{
  double ms = r->head.status ? MS(r->head.complete_ns - r->request_ns) : -1;
  s->streams++;
  if(r->head.status == 200 && (patient || ms < WAITED_MS))
    s->streams_open++;
  else if(s->streams == s->streams_open + 1)
    s->streams_status = r->head.status == 200 ? 0 : r->head.status;
  if(r->head.status == 200 && ms > s->headers_ms)
    s->headers_ms = ms;
}

/* The later of the twins. */
static void measure_twin(const struct recording *r, struct symptom *s)
{
  s->streams++;
  s->headers_ms =
      r->head.status ? MS(r->head.complete_ns - r->request_ns) : -1;
}

static void measure_bait(const struct recording *r, const struct buf *bait,
                         struct symptom *s)
{
  /* Without the origin's event it is some other page. */
  s->body_differs = s->sent && !slice_eq(buf_slice(&r->body), buf_slice(bait));
  s->received = s->body_differs ? 0 : s->sent;
}

void live_compare(const struct live_plan *p, size_t i,
                  const struct live_outcome *o, int64_t offset_ns,
                  struct symptom *s)
{
  const struct live_shot *shot = &p->shot[i];
  const struct recording *r = shot->r;
  const json_t *entry = live_log_entry(o->log, shot->run, 0);
  s->asked = (uint32_t)live_log_count(o->log, shot->run);
  s->streams += shot->probe == PROBE_AGAIN;
  switch(shot->probe) {
  case PROBE_REQUEST:
    measure_request(entry, s);
    break;
  case PROBE_RESPONSE:
    measure_response(r, entry, s);
    break;
  case PROBE_ERROR:
    measure_error(r, entry, s);
    break;
  case PROBE_QUIET:
  case PROBE_HEARTBEAT:
    measure_cut(r, entry, offset_ns, s);
    break;
  case PROBE_LEAVE:
  case PROBE_LEAVE_QUIET:
    measure_leave(r, entry, offset_ns, s);
    break;
  case PROBE_BAIT:
    measure_bait(r, &o->bait, s);
    break;
  case PROBE_STALLED:
    measure_stalled(entry, s);
    break;
  case PROBE_TWINS:
    measure_twin(r, s);
    break;
  case PROBE_STORM:
  case PROBE_CROWD:
  case PROBE_MULTIPLEX:
    count_stream(r, shot->probe != PROBE_MULTIPLEX, s);
    break;
  default:
    break;
  }
}
