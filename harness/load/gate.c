/* SPDX-License-Identifier: MIT
 * Evaluation of thresholds; see gate.h. */
#include "load/gate.h"

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "load/fields.h"
#include "scenario/threshold.h"

static const struct {
  char code;
  const char *name;
} unit_names[] = {{'d', "ms"}, {'b', "bytes"}, {'%', "share"}, {'n', "plain"}};

#define UNIT_COUNT (sizeof(unit_names) / sizeof(unit_names[0]))

static const char *unit_name(char code)
{
  size_t i;
  for(i = 0; i < UNIT_COUNT; i++) {
    if(unit_names[i].code == code)
      return unit_names[i].name;
  }
  return "plain";
}

static char unit_code(const char *name)
{
  size_t i;
  for(i = 0; i < UNIT_COUNT; i++) {
    if(strcmp(unit_names[i].name, name) == 0)
      return unit_names[i].code;
  }
  return 'n';
}

static int append(json_t *list, const struct threshold *t, bool by_default)
{
  json_t *j =
      json_pack("{s:o, s:o, s:s, s:f, s:s, s:n, s:b, s:n}", "expression",
                json_text(slice_of(t->expression)), "field",
                json_text(slice_of(t->field)), "op", t->op, "limit", t->value,
                "unit", unit_name(t->unit), "observed", "pass", 0, "why");
  if(by_default && json_object_set_new(j, "default", json_true())) {
    json_decref(j);
    return E_NOMEM;
  }
  return json_array_append_new(list, j) ? E_NOMEM : 0;
}

/* What is asked of every run whose maker asks for nothing.  Streams that a
 * large crowd loses here and there are no failure of the whole. */
static const char *const defaults[] = {
    GATE_PRESENT, "connections.failed <= 0.1%", "connections.broken <= 0.1%",
    "events.lost == 0"};

#define DEFAULTS (sizeof(defaults) / sizeof(defaults[0]))

/* And of one in requests. */
static const char *const of_requests[] = {"requests.failed <= 0.1%",
                                          "requests.rate_limited <= 0.1%"};

#define OF_REQUESTS (sizeof(of_requests) / sizeof(of_requests[0]))

int gate_add(json_t *list, const char *expression)
{
  struct threshold t;
  struct err e;
  int rc = threshold_parse(slice_of(expression), "default", &t, &e);
  if(rc)
    return rc;
  rc = append(list, &t, true);
  threshold_fini(&t);
  return rc;
}

json_t *gate_from_scenario(const struct scenario *s)
{
  json_t *list = json_array();
  const char *const *all = s->app ? of_requests : defaults;
  size_t i, n = s->app ? OF_REQUESTS : DEFAULTS;
  int rc = 0;
  if(s->threshold_count || !s->default_thresholds)
    n = 0;
  for(i = 0; !rc && i < s->threshold_count; i++)
    rc = append(list, &s->threshold[i], false);
  for(i = 0; !rc && i < n; i++)
    rc = gate_add(list, all[i]);
  if(!rc)
    return list;
  json_decref(list);
  return NULL;
}

static bool holds(double v, const char *op, double limit)
{
  if(strcmp(op, "<") == 0)
    return v < limit;
  if(strcmp(op, "<=") == 0)
    return v <= limit;
  if(strcmp(op, ">") == 0)
    return v > limit;
  if(strcmp(op, ">=") == 0)
    return v >= limit;
  /* == and != mean exactly: a count. */
  if(strcmp(op, "==") == 0)
    return !(v < limit) && !(v > limit);
  if(strcmp(op, "!=") == 0)
    return v < limit || v > limit;
  return false;
}

static int apply_one(json_t *t, json_t *summary)
{
  struct err why = {0};
  double v = 0;
  bool pass = false;
  int rc = fields_observe(summary, doc_text(t, "field"),
                          unit_code(doc_text(t, "unit")), &v, &why);
  if(!rc)
    pass = holds(v, doc_text(t, "op"), doc_number(t, "limit", NAN));
  else if(doc_bool(t, "default")) /* events need have no numbers */
    pass = strcmp(doc_text(summary, "events.ledger"), "doubtful") != 0;
  if(json_object_set_new(t, "observed", rc ? json_null() : json_real(v)) ||
     json_object_set_new(t, "pass", json_boolean(pass)) ||
     json_object_set_new(t, "why", rc ? json_string(why.text) : json_null()))
    return E_NOMEM;
  return 0;
}

int gate_apply(json_t *thresholds, json_t *summary)
{
  size_t i;
  json_t *t;
  json_array_foreach(thresholds, i, t)
  {
    if(json_is_object(t) && apply_one(t, summary))
      return E_NOMEM;
  }
  return 0;
}

int gate_observed(json_t *threshold, struct buf *out)
{
  char text[UNITS_MAX];
  double v;
  const struct field *f = fields_find(doc_text(threshold, "field"));
  switch(doc_find(threshold, "observed", &v)
             ? unit_code(doc_text(threshold, "unit"))
             : '-') {
  case '-':
    return buf_adds(out, "no data");
  case 'd':
    return buf_adds(out, units_fmt_ms(v, text));
  case 'b':
    return buf_adds(out, units_fmt_bytes(v, text));
  case '%':
    return buf_addf(out, "%.4g%%", v * 100);
  default:
    break;
  }
  if(f && f->kind == FIELD_MS)
    return buf_adds(out, units_fmt_ms(v, text));
  if(v >= 0 && v < 9e18 && floor(v) >= v)
    return buf_adds(out, units_fmt_count((uint64_t)v, text));
  return buf_addf(out, "%.4g", v);
}
