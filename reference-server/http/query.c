/* SPDX-License-Identifier: MIT
 * Query parameters; see query.h. */
#include "http/query.h"

#include <string.h>

#include "base/units.h"

#define TEXT_MAX                                                              \
  (1u << 20) /* a longer query cannot get past the head limit                 \
              */

int query_decode(struct buf *out, struct slice text, bool plus)
{
  for(size_t i = 0; i < text.n; i++) {
    char ch = text.p[i];
    int rc;
    if(ch == '+' && plus)
      ch = ' ';
    if(ch == '%') {
      int high = i + 2 < text.n ? units_hex(text.p[i + 1]) : -1;
      int low = i + 2 < text.n ? units_hex(text.p[i + 2]) : -1;
      if(high < 0 || low < 0)
        return E_SYNTAX;
      ch = (char)(high * 16 + low);
      i += 2;
    }
    rc = buf_addc(out, ch);
    if(rc)
      return rc;
  }
  return 0;
}

bool query_next(struct slice *rest, struct slice *key, struct slice *value)
{
  while(rest->n) {
    *value = slice_cut(rest, '&');
    if(!value->n)
      continue;
    *key = slice_cut(value, '=');
    return true;
  }
  return false;
}

void params_init(struct params *p, struct slice query)
{
  memset(p, 0, sizeof(*p));
  p->query = query;
  buf_init(&p->text, TEXT_MAX);
}

void params_fini(struct params *p)
{
  buf_free(&p->text);
}

int params_fail(struct params *p, const char *key, const char *why)
{
  p->rc = err_set(&p->e, E_SYNTAX, "parameter \"%s\" %s", key, why);
  return p->rc;
}

bool params_find(struct params *p, const char *key)
{
  struct slice rest = p->query, name, value;
  if(p->rc)
    return false;
  while(query_next(&rest, &name, &value)) {
    if(!slice_eq_cstr(name, key))
      continue;
    buf_clear(&p->text);
    if(!query_decode(&p->text, value, true))
      return true;
    params_fail(p, key, "has a broken percent escape");
    return false;
  }
  return false;
}

void params_count(struct params *p, const char *key, uint64_t min,
                  uint64_t max, uint64_t *out)
{
  uint64_t v;
  if(!params_find(p, key))
    return;
  if(units_count(buf_slice(&p->text), &v))
    params_fail(p, key, "must be a whole number");
  else if(v < min || v > max)
    p->rc = err_set(&p->e, E_RANGE, "parameter \"%s\" must be %llu to %llu",
                    key, (unsigned long long)min, (unsigned long long)max);
  else
    *out = v;
}

void params_number(struct params *p, const char *key, double min, double max,
                   double *out)
{
  double v;
  if(!params_find(p, key))
    return;
  if(units_number(buf_slice(&p->text), &v))
    params_fail(p, key, "must be a number");
  else if(!(v >= min && v <= max))
    p->rc = err_set(&p->e, E_RANGE, "parameter \"%s\" must be %g to %g", key,
                    min, max);
  else
    *out = v;
}

void params_duration(struct params *p, const char *key, uint64_t max_ns,
                     uint64_t *out_ns)
{
  uint64_t v;
  if(!params_find(p, key))
    return;
  if(units_duration_ns(buf_slice(&p->text), &v))
    params_fail(p, key, "must be a duration like 15s or 500ms");
  else if(v > max_ns)
    params_fail(p, key, "is too long");
  else
    *out_ns = v;
}

void params_bytes(struct params *p, const char *key, uint64_t max,
                  uint64_t *out)
{
  uint64_t v;
  if(!params_find(p, key))
    return;
  if(units_bytes(buf_slice(&p->text), &v))
    params_fail(p, key, "must be a size like 512 or 16KiB");
  else if(v > max)
    params_fail(p, key, "is too large");
  else
    *out = v;
}

void params_text(struct params *p, const char *key, size_t max, char *out)
{
  if(!params_find(p, key))
    return;
  for(size_t i = 0; i < p->text.n; i++) {
    if((unsigned char)p->text.p[i] < ' ') {
      params_fail(p, key, "must not contain control characters");
      return;
    }
  }
  if(p->text.n > max) {
    params_fail(p, key, "is too long");
    return;
  }
  memcpy(out, buf_text(&p->text), p->text.n);
  out[p->text.n] = '\0';
}
