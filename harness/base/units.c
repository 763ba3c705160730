/* SPDX-License-Identifier: MIT
 * Quantities with units; see units.h. */
#include "base/units.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct unit {
  const char *name;
  double factor;
};

/* Splits "12.5 ms" into number and factor.  The first unit is the default. */
static int scan(struct slice text, const struct unit *units, double *out)
{
  char tmp[64];
  char *end;
  double v;
  struct slice rest;
  text = slice_trim(text);
  if(text.n == 0 || text.n >= sizeof(tmp) || memchr(text.p, '\0', text.n))
    return E_SYNTAX;
  memcpy(tmp, text.p, text.n);
  tmp[text.n] = '\0';
  /* strtod also takes "inf", "nan" and hex floats: none is a quantity. */
  if(strspn(tmp, "+-.0123456789") == 0 || strpbrk(tmp, "xX"))
    return E_SYNTAX;
  v = strtod(tmp, &end);
  if(end == tmp || !isfinite(v))
    return E_SYNTAX;
  rest = slice_trim(slice_of(end));
  if(rest.n == 0) {
    *out = v * units[0].factor;
    return 0;
  }
  for(; units->name; units++) {
    if(slice_ieq_cstr(rest, units->name)) {
      *out = v * units->factor;
      return 0;
    }
  }
  return E_SYNTAX;
}

static int scan_whole(struct slice text, const struct unit *units,
                      uint64_t *out)
{
  double v;
  int rc = scan(text, units, &v);
  if(rc)
    return rc;
  if(v < 0 || v > 9.0e18)
    return E_RANGE;
  *out = (uint64_t)(v + 0.5);
  return 0;
}

int units_duration_ns(struct slice text, uint64_t *out)
{
  static const struct unit units[] = {
      {"s", 1e9},    {"ms", 1e6},   {"us", 1e3},    {"ns", 1},    {"m", 60e9},
      {"min", 60e9}, {"h", 3600e9}, {"d", 86400e9}, {"sec", 1e9}, {NULL, 0}};
  return scan_whole(text, units, out);
}

int units_bytes(struct slice text, uint64_t *out)
{
  static const struct unit units[] = {{"b", 1},
                                      {"k", 1024.0},
                                      {"kb", 1024.0},
                                      {"kib", 1024.0},
                                      {"m", 1048576.0},
                                      {"mb", 1048576.0},
                                      {"mib", 1048576.0},
                                      {"g", 1073741824.0},
                                      {"gb", 1073741824.0},
                                      {"gib", 1073741824.0},
                                      {NULL, 0}};
  return scan_whole(text, units, out);
}

int units_rate(struct slice text, double *out)
{
  static const struct unit units[] = {{"/s", 1.0},        {"/sec", 1.0},
                                      {"/m", 1.0 / 60},   {"/min", 1.0 / 60},
                                      {"/h", 1.0 / 3600}, {NULL, 0}};
  double v;
  int rc = scan(text, units, &v);
  if(rc)
    return rc;
  if(v < 0)
    return E_RANGE;
  *out = v;
  return 0;
}

int units_share(struct slice text, double *out)
{
  static const struct unit units[] = {{"", 1.0}, {"%", 0.01}, {NULL, 0}};
  double v;
  int rc = scan(text, units, &v);
  if(rc)
    return rc;
  if(v < 0 || v > 1)
    return E_RANGE;
  *out = v;
  return 0;
}

int units_count(struct slice text, uint64_t *out)
{
  static const struct unit units[] = {
      {"", 1}, {"k", 1000}, {"m", 1e6}, {"g", 1e9}, {NULL, 0}};
  return scan_whole(text, units, out);
}

int units_number(struct slice text, double *out)
{
  static const struct unit units[] = {{"", 1}, {NULL, 0}};
  return scan(text, units, out);
}

const char *units_fmt_duration(uint64_t ns, char out[UNITS_MAX])
{
  double s = (double)ns / 1e9;
  if(ns == 0)
    snprintf(out, UNITS_MAX, "0 s");
  else if(ns < 1000)
    snprintf(out, UNITS_MAX, "%llu ns", (unsigned long long)ns);
  else if(s < 1e-3)
    snprintf(out, UNITS_MAX, "%.3g us", s * 1e6);
  else if(s < 1)
    snprintf(out, UNITS_MAX, "%.3g ms", s * 1e3);
  else if(s < 120)
    snprintf(out, UNITS_MAX, "%.3g s", s);
  else if(s < 7200)
    snprintf(out, UNITS_MAX, "%.3g min", s / 60);
  else
    snprintf(out, UNITS_MAX, "%.3g h", s / 3600);
  return out;
}

const char *units_fmt_ms(double ms, char out[UNITS_MAX])
{
  if(ms >= 10000)
    snprintf(out, UNITS_MAX, "%.1f s", ms / 1000);
  else if(ms >= 100)
    snprintf(out, UNITS_MAX, "%.0f ms", ms);
  else if(ms >= 10)
    snprintf(out, UNITS_MAX, "%.1f ms", ms);
  else
    snprintf(out, UNITS_MAX, "%.2f ms", ms);
  return out;
}

const char *units_fmt_bytes(double bytes, char out[UNITS_MAX])
{
  static const char *const name[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t i = 0;
  while(bytes >= 1024 && i + 1 < sizeof(name) / sizeof(name[0])) {
    bytes /= 1024;
    i++;
  }
  snprintf(out, UNITS_MAX, i ? "%.1f %s" : "%.0f %s", bytes, name[i]);
  return out;
}

const char *units_fmt_count(uint64_t n, char out[UNITS_MAX])
{
  char digits[24];
  int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
  int i, o = 0;
  for(i = 0; i < len; i++) {
    if(i && (len - i) % 3 == 0)
      out[o++] = ',';
    out[o++] = digits[i];
  }
  out[o] = '\0';
  return out;
}

int units_distance(const char *a, const char *b)
{
  enum { MAX = 64 };
  int row[MAX + 1];
  size_t n = strlen(a), m = strlen(b), i, j;
  if(n > MAX || m > MAX)
    return MAX;
  for(j = 0; j <= m; j++)
    row[j] = (int)j;
  for(i = 1; i <= n; i++) {
    int diagonal = row[0];
    row[0] = (int)i;
    for(j = 1; j <= m; j++) {
      int best = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      if(row[j] + 1 < best)
        best = row[j] + 1;
      if(row[j - 1] + 1 < best)
        best = row[j - 1] + 1;
      row[j] = best;
    }
  }
  return row[m];
}

int units_hex(char digit)
{
  if(digit >= '0' && digit <= '9')
    return digit - '0';
  if(digit >= 'a' && digit <= 'f')
    return digit - 'a' + 10;
  return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}
