/* SPDX-License-Identifier: MIT
 * Reading one threshold; see threshold.h. */
#include "scenario/threshold.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 80 /* bytes of a wrong expression that a message repeats */

struct literal_unit {
  const char *name;
  double factor;
  char unit; /* as in struct threshold */
};

/* Case counts: m is a minute, M a million. */
static const struct literal_unit literal_units[] = {
    {"", 1, 'n'},
    {"/s", 1, 'n'},
    {"k", 1e3, 'n'},
    {"M", 1e6, 'n'},
    {"G", 1e9, 'n'},
    {"%", 0.01, '%'},
    {"ns", 1e-6, 'd'},
    {"us", 1e-3, 'd'},
    {"ms", 1, 'd'},
    {"s", 1e3, 'd'},
    {"m", 60e3, 'd'},
    {"min", 60e3, 'd'},
    {"h", 3600e3, 'd'},
    {"B", 1, 'b'},
    {"KB", 1024, 'b'},
    {"kB", 1024, 'b'},
    {"KiB", 1024, 'b'},
    {"kiB", 1024, 'b'},
    {"MB", 1048576, 'b'},
    {"MiB", 1048576, 'b'},
    {"GB", 1073741824, 'b'},
    {"GiB", 1073741824, 'b'},
};

static int wrong(struct slice text, const char *where, const char *why,
                 struct err *e)
{
  return err_set(e, E_SYNTAX,
                 "%s: threshold \"%.*s\": %s; expected \"field op value\", "
                 "such as latency.p99 < 250ms or events.lost == 0",
                 where, (int)(text.n < SHOWN ? text.n : SHOWN),
                 text.n ? text.p : "", why);
}

static size_t field_length(struct slice text)
{
  size_t n = 0;
  while(n < text.n && (isalnum((unsigned char)text.p[n]) || text.p[n] == '_' ||
                       text.p[n] == '.' || text.p[n] == '-'))
    n++;
  return n;
}

/* Takes the operator off *rest; "" when there is none. */
static void cut_operator(struct slice *rest, char op[3])
{
  static const char *const known[] = {"<=", ">=", "==", "!=", "<", ">"};
  size_t i;
  op[0] = '\0';
  for(i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
    if(slice_starts(*rest, known[i])) {
      memcpy(op, known[i], strlen(known[i]) + 1);
      rest->p += strlen(op);
      rest->n -= strlen(op);
      return;
    }
  }
}

static bool read_value(struct slice text, struct threshold *t)
{
  char tmp[48];
  char *end;
  struct slice unit;
  size_t i;
  text = slice_trim(text);
  if(text.n == 0 || text.n >= sizeof(tmp))
    return false;
  memcpy(tmp, text.p, text.n);
  tmp[text.n] = '\0';
  if(strspn(tmp, "+-.0123456789") == 0 || strpbrk(tmp, "xX"))
    return false;
  t->value = strtod(tmp, &end);
  if(end == tmp || !isfinite(t->value))
    return false;
  unit = slice_trim(slice_of(end));
  for(i = 0; i < sizeof(literal_units) / sizeof(literal_units[0]); i++) {
    if(slice_eq_cstr(unit, literal_units[i].name)) {
      t->value *= literal_units[i].factor;
      t->unit = literal_units[i].unit;
      return true;
    }
  }
  return false;
}

/* A long path keeps its end, which holds the file's name and the position. */
static void keep_where(const char *where, char out[64])
{
  size_t n = strlen(where);
  if(n < 64)
    memcpy(out, where, n + 1);
  else
    snprintf(out, 64, "...%s", where + n - 60);
}

int threshold_parse(struct slice text, const char *where,
                    struct threshold *out, struct err *e)
{
  struct threshold t;
  struct slice field, rest;
  memset(&t, 0, sizeof(t));
  text = slice_trim(text);
  field = (struct slice){text.p, field_length(text)};
  rest = (struct slice){text.p + field.n, text.n - field.n};
  rest = slice_trim(rest);
  if(field.n == 0 || field.n > 120)
    return wrong(text, where, "no field name at the beginning", e);
  cut_operator(&rest, t.op);
  if(!t.op[0] && slice_starts(rest, "="))
    return wrong(text, where,
                 "\"=\" is not an operator (did you mean \"==\"?)", e);
  if(!t.op[0])
    return wrong(text, where, "no operator (< <= > >= == !=) behind the field",
                 e);
  if(!read_value(rest, &t))
    return wrong(text, where,
                 "the value is not a number with a known unit (ns us ms s m "
                 "h, B KiB MiB GiB, %, k, M)",
                 e);
  keep_where(where, t.where);
  t.expression = slice_dup(text);
  t.field = slice_dup(field);
  if(!t.expression || !t.field) {
    threshold_fini(&t);
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  }
  *out = t;
  return 0;
}

void threshold_fini(struct threshold *t)
{
  free(t->expression);
  free(t->field);
  t->expression = t->field = NULL;
}
