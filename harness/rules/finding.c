/* SPDX-License-Identifier: MIT
 * Findings of the doctor, kept and sorted; see finding.h. */
#include "rules/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "rules/rule.h"

#define MAX_FINDINGS 4096

void doctor_findings_init(struct doctor_findings *f)
{
  memset(f, 0, sizeof(*f));
}

void doctor_findings_free(struct doctor_findings *f)
{
  free(f->at);
  doctor_findings_init(f);
}

int doctor_findings_add(struct doctor_findings *f,
                        const struct doctor_finding *one)
{
  if(f->n == f->cap) {
    size_t cap = f->cap ? 2 * f->cap : 16;
    struct doctor_finding *at;
    if(cap > MAX_FINDINGS)
      return E_TOO_LONG;
    at = realloc(f->at, cap * sizeof(*at));
    if(!at)
      return E_NOMEM;
    f->at = at;
    f->cap = cap;
  }
  f->at[f->n++] = *one;
  return 0;
}

static int compare(const void *pa, const void *pb)
{
  const struct doctor_finding *a = pa, *b = pb;
  if(a->severity != b->severity)
    return a->severity < b->severity ? -1 : 1;
  if(a->rank != b->rank)
    return a->rank < b->rank ? -1 : 1;
  return a->line < b->line ? -1 : a->line > b->line;
}

void doctor_findings_sort(struct doctor_findings *f)
{
  if(f->n)
    qsort(f->at, f->n, sizeof(*f->at), compare);
}

struct doctor_finding *doctor_findings_find(const struct doctor_findings *f,
                                            const char *rule)
{
  size_t i;
  for(i = 0; i < f->n; i++) {
    if(strcmp(f->at[i].rule->id, rule) == 0)
      return &f->at[i];
  }
  return NULL;
}

void doctor_finding_hit(struct doctor_finding *f, enum doctor_severity s,
                        enum doctor_confidence c, const char *fmt, ...)
{
  va_list ap;
  f->hit = true;
  f->severity = s;
  f->confidence = c;
  va_start(ap, fmt);
  vsnprintf(f->symptom, sizeof(f->symptom), fmt, ap);
  va_end(ap);
}

void doctor_finding_say(struct doctor_finding *f, const char *fmt, ...)
{
  size_t n = strlen(f->symptom);
  va_list ap;
  if(n && n + 1 < sizeof(f->symptom)) {
    f->symptom[n++] = ' ';
    f->symptom[n] = '\0';
  }
  va_start(ap, fmt);
  vsnprintf(f->symptom + n, sizeof(f->symptom) - n, fmt, ap);
  va_end(ap);
}

void doctor_finding_fix(struct doctor_finding *f, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(f->fix, sizeof(f->fix), fmt, ap);
  va_end(ap);
}

void doctor_finding_measured(struct doctor_finding *f, double value,
                             const char *unit, const char *fmt, ...)
{
  va_list ap;
  f->before.made = true;
  f->before.value = value;
  snprintf(f->before.unit, sizeof(f->before.unit), "%s", unit);
  va_start(ap, fmt);
  vsnprintf(f->before.text, sizeof(f->before.text), fmt, ap);
  va_end(ap);
}

const char *doctor_severity_name(enum doctor_severity s)
{
  static const char *const name[] = {"error", "warn", "info"};
  return name[s];
}

const char *doctor_confidence_name(enum doctor_confidence c)
{
  static const char *const name[] = {"certain", "likely", "possible"};
  return name[c];
}

const char *doctor_fix_state_name(enum doctor_fix_state s)
{
  static const char *const name[] = {"none", "proposed", "proven",
                                     "not proven"};
  return name[s];
}
