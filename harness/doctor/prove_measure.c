/* SPDX-License-Identifier: MIT
 * What a fix did, in numbers; see prove_measure.h. */
#include "doctor/prove_measure.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"

/* Which probe shows best what a rule is about; DOCTOR_PROBE_COUNT: none. */
static enum doctor_probe probe_for(const char *id)
{
  static const struct {
    const char *part;
    enum doctor_probe probe;
  } MAP[] = {{"timeout", PROBE_QUIET},
             {"large", PROBE_SIZES},
             {"gzip", PROBE_GZIP},
             {"brotli", PROBE_GZIP},
             {"cache-lock", PROBE_TWINS},
             {"cache-hides", PROBE_LEAVE},
             {"abort", PROBE_LEAVE_QUIET},
             {"cache-stores", PROBE_AGAIN},
             {"spool", PROBE_STALLED},
             {"last-event-id", PROBE_REQUEST},
             {"intercept", PROBE_ERROR},
             {"gateway", PROBE_REFUSED},
             {"sub-filter", PROBE_BAIT},
             {"ssi", PROBE_BAIT},
             {"charset", PROBE_BAIT},
             {"addition", PROBE_BAIT},
             {"cors", PROBE_RESPONSE},
             {"content-type", PROBE_RESPONSE},
             {"truncation", PROBE_TRUNCATED},
             {"worker-connections", PROBE_STORM},
             {"limit-conn", PROBE_STORM},
             {"limit-req", PROBE_STORM},
             {"h2-max-streams", PROBE_MULTIPLEX},
             {"x-accel", PROBE_ACCEL},
             {"buffering", PROBE_REGULAR},
             {"limit-rate", PROBE_REGULAR},
             {"http10", PROBE_REGULAR},
             {"slash", PROBE_REGULAR},
             {"resolver", PROBE_REGULAR},
             {"not-proxied", PROBE_REGULAR}};
  for(size_t i = 0; i < sizeof(MAP) / sizeof(MAP[0]); i++) {
    if(strstr(id, MAP[i].part))
      return MAP[i].probe;
  }
  return DOCTOR_PROBE_COUNT;
}

static void measure_quiet(const struct symptom *s,
                          const struct doctor_live *live, const char *over,
                          struct doctor_measure *m)
{
  char text[UNITS_MAX];
  m->value = s->cut_ms;
  snprintf(m->unit, sizeof(m->unit), "ms");
  if(!s->received)
    snprintf(m->text, sizeof(m->text), "no event came over %s (status %d)",
             over, s->status);
  else if(s->end == SYMPTOM_ALIVE || s->cut_ms < 0)
    snprintf(m->text, sizeof(m->text), "not cut in silence over %s", over);
  else
    snprintf(m->text, sizeof(m->text),
             "cut after %s of silence over %s, timeouts divided by %.0f",
             units_fmt_duration((uint64_t)(s->cut_ms * 1e6), text), over,
             live->scale);
}

static const char *shape_of(enum doctor_probe p)
{
  switch(p) {
  case PROBE_CLOSED:
    return " (the application does not send chunks)";
  case PROBE_GZIP:
    return " (the client accepts gzip)";
  case PROBE_SIZES:
    return " (of 1 to 70 kB)";
  case PROBE_ACCEL:
    return " (with X-Accel-Buffering: no)";
  default:
    return "";
  }
}

static void measure_late(enum doctor_probe p, const struct symptom *s,
                         const char *over, struct doctor_measure *m)
{
  char text[UNITS_MAX];
  m->value = s->p50_ms;
  snprintf(m->unit, sizeof(m->unit), "ms");
  units_fmt_ms(s->p50_ms < 0 ? 0 : s->p50_ms, text);
  if(s->received == s->sent && s->bursts == 1 && s->sent > 1)
    snprintf(m->text, sizeof(m->text),
             "all %u events%s in one burst over %s, half of them later than "
             "%s",
             s->sent, shape_of(p), over, text);
  else
    snprintf(m->text, sizeof(m->text),
             "%u of %u events%s over %s, p50 %s late", s->received, s->sent,
             shape_of(p), over, text);
}

static void measure_told(const struct symptom *s, const char *over,
                         struct doctor_measure *m)
{
  char text[UNITS_MAX];
  m->value = s->told_ms;
  snprintf(m->unit, sizeof(m->unit), "ms");
  if(s->never_told)
    snprintf(m->text, sizeof(m->text),
             "the application is not told that a client left");
  else
    snprintf(m->text, sizeof(m->text),
             "the application is told %s after a client left over %s",
             units_fmt_ms(s->told_ms < 0 ? 0 : s->told_ms, text), over);
}

static void measure_crowd(const struct symptom *s, const char *over,
                          struct doctor_measure *m)
{
  char rest[40] = "";
  m->value = s->streams_open;
  snprintf(m->unit, sizeof(m->unit), "streams");
  if(s->streams_open < s->streams && s->streams_status)
    snprintf(rest, sizeof(rest), ", others status %d", s->streams_status);
  snprintf(m->text, sizeof(m->text),
           "%u of %u streams at once got in over %s%s", s->streams_open,
           s->streams, over, rest);
}

static void measure_end(const struct symptom *s, const char *over,
                        struct doctor_measure *m)
{
  snprintf(m->text, sizeof(m->text),
           "an application that dies in the middle looks %s over %s",
           s->end == SYMPTOM_CLEAN ? "like a proper end" : "like what it is",
           over);
}

static void measure_other(enum doctor_probe p, const struct symptom *s,
                          const char *over, struct doctor_measure *m)
{
  switch(p) {
  case PROBE_AGAIN:
    m->value = s->asked;
    snprintf(m->unit, sizeof(m->unit), "requests");
    snprintf(m->text, sizeof(m->text),
             "%u of %u requests reached the application", s->asked,
             s->streams);
    break;
  case PROBE_TWINS:
    m->value = s->headers_ms;
    snprintf(m->unit, sizeof(m->unit), "ms");
    snprintf(m->text, sizeof(m->text),
             "the second client had its headers after %.1f ms",
             s->headers_ms < 0 ? 0 : s->headers_ms);
    break;
  case PROBE_STALLED:
    m->value = s->spooled_bytes;
    snprintf(m->unit, sizeof(m->unit), "bytes");
    snprintf(m->text, sizeof(m->text), "%s",
             s->upstream_blocked ? "the application is held back"
                                 : "the application is not held back");
    break;
  case PROBE_BAIT:
    snprintf(m->text, sizeof(m->text), "the bytes arrive %s over %s",
             s->body_differs ? "changed" : "unchanged", over);
    break;
  case PROBE_REQUEST:
  case PROBE_RESPONSE:
    snprintf(m->text, sizeof(m->text), "%s%s",
             s->lost[0] ? "not as sent: " : "all headers as they were sent",
             s->lost);
    break;
  default:
    m->value = s->status;
    snprintf(m->text, sizeof(m->text), "status %d, %s", s->status,
             s->is_stream ? "an event stream" : "no event stream");
    break;
  }
}

enum doctor_probe prove_probe(const char *rule,
                              const struct doctor_live *before)
{
  static const enum doctor_probe LATE[] = {PROBE_REGULAR, PROBE_CLOSED,
                                           PROBE_GZIP, PROBE_SIZES};
  enum doctor_probe p = probe_for(rule);
  for(size_t i = 0; p == PROBE_REGULAR && before && i < 4; i++) {
    const struct symptom *s = symptom_worst(&before->symptoms, LATE[i], NULL);
    if(s && symptom_is_late(s))
      return LATE[i];
  }
  /* Nothing was late: there is nothing to compare. */
  return p == PROBE_REGULAR && before && before->symptoms.made
             ? DOCTOR_PROBE_COUNT
             : p;
}

void prove_measure(enum doctor_probe p, const struct doctor_live *before,
                   const struct doctor_live *live, struct doctor_measure *m)
{
  enum doctor_transport t = DOCTOR_H1;
  const struct symptom *s = NULL;
  const char *over;
  memset(m, 0, sizeof(*m));
  if(p == DOCTOR_PROBE_COUNT)
    return;
  if(before && symptom_worst(&before->symptoms, p, &t))
    s = symptom_get(&live->symptoms, p, t);
  if(!s)
    s = symptom_worst(&live->symptoms, p, &t);
  over = doctor_transport_name(t);
  if(!s)
    return;
  m->made = true;
  if(p == PROBE_QUIET)
    measure_quiet(s, live, over, m);
  else if(p == PROBE_LEAVE || p == PROBE_LEAVE_QUIET)
    measure_told(s, over, m);
  else if(p == PROBE_STORM || p == PROBE_MULTIPLEX)
    measure_crowd(s, over, m);
  else if(p == PROBE_TRUNCATED)
    measure_end(s, over, m);
  else if(p == PROBE_REGULAR || p == PROBE_CLOSED || p == PROBE_ACCEL ||
          p == PROBE_GZIP || p == PROBE_SIZES)
    measure_late(p, s, over, m);
  else
    measure_other(p, s, over, m);
}
