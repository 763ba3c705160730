/* SPDX-License-Identifier: MIT
 * Measured numbers, looked up; see symptom.h. */
#include "rules/symptom.h"

#include <string.h>

#define LATE_MS 50.0

static const char *const transports[] = {
#define X(id, name) name,
    DOCTOR_TRANSPORT_LIST(X)
#undef X
};

static const struct {
  const char *id, *text;
} probes[] = {
#define X(id, name, text) {name, text},
    DOCTOR_PROBE_LIST(X)
#undef X
};

static void clear(struct symptom *s)
{
  memset(s, 0, sizeof(*s));
  s->headers_ms = s->p50_ms = s->max_ms = s->interval_ms = -1;
  s->cut_ms = s->told_ms = s->spooled_bytes = -1;
  s->scale = 1;
}

void symptom_init(struct doctor_symptoms *s)
{
  int p, t;
  s->made = false;
  for(p = 0; p < DOCTOR_PROBE_COUNT; p++) {
    for(t = 0; t < DOCTOR_TRANSPORT_COUNT; t++)
      clear(&s->of[p][t]);
  }
}

const struct symptom *symptom_get(const struct doctor_symptoms *s,
                                  enum doctor_probe p, enum doctor_transport t)
{
  return s && s->of[p][t].made ? &s->of[p][t] : NULL;
}

bool symptom_is_late(const struct symptom *s)
{
  double limit = s->interval_ms > 2 * LATE_MS ? s->interval_ms / 2 : LATE_MS;
  return s->received < s->sent || s->p50_ms > limit;
}

/* An event that never came is later than any that came. */
static bool is_worse(const struct symptom *a, const struct symptom *b)
{
  uint32_t lost_a = a->sent - a->received, lost_b = b->sent - b->received;
  return lost_a != lost_b ? lost_a > lost_b : a->p50_ms > b->p50_ms;
}

const struct symptom *symptom_worst(const struct doctor_symptoms *s,
                                    enum doctor_probe p,
                                    enum doctor_transport *where)
{
  const struct symptom *worst = NULL;
  int t;
  for(t = 0; t < DOCTOR_TRANSPORT_COUNT; t++) {
    const struct symptom *one = symptom_get(s, p, (enum doctor_transport)t);
    if(one && (!worst || is_worse(one, worst))) {
      worst = one;
      if(where)
        *where = (enum doctor_transport)t;
    }
  }
  return worst;
}

const char *doctor_transport_name(enum doctor_transport t)
{
  return transports[t];
}

const char *doctor_probe_id(enum doctor_probe p)
{
  return probes[p].id;
}

const char *doctor_probe_text(enum doctor_probe p)
{
  return probes[p].text;
}
