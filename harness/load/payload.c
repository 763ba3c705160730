/* SPDX-License-Identifier: MIT
 * Reading events; see payload.h. */
#include "load/payload.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/json.h"
#include "base/units.h"

struct scan {
  const char *p, *end;
};

static void skip_blank(struct scan *s)
{
  while(s->p < s->end &&
        (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
    s->p++;
}

/* A string's raw content, escapes left in place; false when it never ends. */
static bool take_string(struct scan *s, struct slice *out)
{
  const char *from = ++s->p;
  while(s->p < s->end) {
    const char *quote = memchr(s->p, '"', (size_t)(s->end - s->p));
    const char *back = quote;
    if(!quote)
      return false;
    while(back > from && back[-1] == '\\')
      back--;
    s->p = quote + 1;
    if((quote - back) % 2 == 0) { /* not escaped itself */
      *out = (struct slice){from, (size_t)(quote - from)};
      return true;
    }
  }
  return false;
}

/* An object or array, skipped whole. */
static bool skip_nested(struct scan *s)
{
  int depth = 0;
  struct slice text;
  while(s->p < s->end) {
    char c = *s->p;
    if(c == '"') {
      if(!take_string(s, &text))
        return false;
      continue;
    }
    if(c == '{' || c == '[')
      depth++;
    else if((c == '}' || c == ']') && --depth == 0) {
      s->p++;
      return true;
    }
    s->p++;
  }
  return false;
}

static bool take_value(struct scan *s, struct slice *out)
{
  const char *from = s->p;
  if(s->p == s->end)
    return false;
  if(*s->p == '"')
    return take_string(s, out);
  if(*s->p == '{' || *s->p == '[') {
    if(!skip_nested(s))
      return false;
  } else {
    while(s->p < s->end && *s->p != ',' && *s->p != '}' && *s->p > ' ')
      s->p++;
  }
  *out = (struct slice){from, (size_t)(s->p - from)};
  return out->n > 0;
}

static bool whole_number(struct slice text, uint64_t *out)
{
  uint64_t v = 0;
  size_t i;
  if(text.n == 0 || text.n > 19)
    return false;
  for(i = 0; i < text.n; i++) {
    if(text.p[i] < '0' || text.p[i] > '9')
      return false;
    v = v * 10 + (uint64_t)(text.p[i] - '0');
  }
  *out = v;
  return true;
}

uint64_t payload_time_ns(double value, uint64_t whole, enum stamp_unit unit)
{
  static const uint64_t factor[] = {0, 1, 1000, 1000000, 1000000000};
  if(unit == UNIT_AUTO) {
    unit = value >= 1e17   ? UNIT_NS
           : value >= 1e14 ? UNIT_US
           : value >= 1e11 ? UNIT_MS
           : value >= 1e8  ? UNIT_S
                           : UNIT_AUTO;
    if(unit == UNIT_AUTO)
      return 0;
  }
  if(!(value > 0) || value * (double)factor[unit] > 1.8e19)
    return 0;
  if(whole) /* exact: a double holds no 19 digits */
    return whole * factor[unit];
  return (uint64_t)(value * (double)factor[unit]);
}

static bool take_time(struct slice text, enum stamp_unit unit, uint64_t *out)
{
  uint64_t whole = 0;
  double value;
  if(whole_number(text, &whole))
    value = (double)whole;
  else if(units_number(text, &value))
    return false;
  *out = payload_time_ns(value, whole, unit);
  return *out != 0;
}

static bool wants(const char *pointer, struct slice key)
{
  return pointer[0] == '/' && slice_eq_cstr(key, pointer + 1);
}

static void take_member(const struct payload_spec *spec, struct slice key,
                        struct slice value, struct payload *out)
{
  if(wants(spec->seq, key))
    out->has_seq = whole_number(value, &out->seq);
  else if(wants(spec->stamp, key))
    out->has_stamp = take_time(value, spec->unit, &out->stamp_ns);
  else if(wants(spec->sent, key))
    out->has_sent = take_time(value, spec->unit, &out->sent_ns);
  else if(wants(spec->user, key))
    out->user = value;
}

static bool same_crc(struct slice covered, struct slice hex)
{
  uint32_t crc = (uint32_t)crc32(0L, (const unsigned char *)covered.p,
                                 (unsigned)covered.n);
  static const char digits[] = "0123456789abcdef";
  int i;
  if(hex.n != 8)
    return false;
  for(i = 7; i >= 0; i--, crc >>= 4) {
    if(hex.p[i] != digits[crc & 15])
      return false;
  }
  return true;
}

/* Members until the closing brace; false at the first thing that is no JSON.
 */
static bool scan_members(const struct payload_spec *spec, struct scan *s,
                         const char *begin, struct payload *out)
{
  for(;;) {
    const char *comma = s->p; /* of this member; the brace for the first */
    struct slice key, value;
    s->p++;
    skip_blank(s);
    if(s->p < s->end && *s->p == '}' && comma == begin)
      return true;
    if(s->p == s->end || *s->p != '"' || !take_string(s, &key))
      return false;
    skip_blank(s);
    if(s->p == s->end || *s->p != ':')
      return false;
    s->p++;
    skip_blank(s);
    if(!take_value(s, &value))
      return false;
    if(slice_eq_cstr(key, "crc")) {
      out->has_crc = true;
      out->crc_ok =
          same_crc((struct slice){begin, (size_t)(comma - begin)}, value);
    } else
      take_member(spec, key, value, out);
    skip_blank(s);
    if(s->p == s->end || (*s->p != ',' && *s->p != '}'))
      return false;
    if(*s->p == '}')
      return true;
  }
}

static struct slice number_text(json_t *v, char out[UNITS_MAX])
{
  int n = 0;
  if(json_is_integer(v))
    n = snprintf(out, UNITS_MAX, "%" JSON_INTEGER_FORMAT,
                 json_integer_value(v));
  else if(json_is_real(v))
    n = snprintf(out, UNITS_MAX, "%.9f", json_real_value(v));
  else if(json_is_string(v))
    n = snprintf(out, UNITS_MAX, "%s", json_string_value(v));
  if(n < 0 || n >= UNITS_MAX)
    n = 0;
  return (struct slice){out, (size_t)n};
}

static void read_deep(const struct payload_spec *spec, struct slice data,
                      struct payload *out)
{
  char text[UNITS_MAX];
  json_t *root = json_loadb(data.p, data.n, JSON_ALLOW_NUL, NULL);
  if(!root)
    return;
  out->is_object = true;
  if(spec->seq[0])
    out->has_seq = whole_number(
        number_text(json_pointer_get(root, spec->seq), text), &out->seq);
  if(spec->stamp[0])
    out->has_stamp =
        take_time(number_text(json_pointer_get(root, spec->stamp), text),
                  spec->unit, &out->stamp_ns);
  json_decref(root);
}

void payload_spec_finish(struct payload_spec *spec)
{
  spec->deep = (spec->seq[0] && strchr(spec->seq + 1, '/')) ||
               (spec->stamp[0] && strchr(spec->stamp + 1, '/'));
}

void payload_read(const struct payload_spec *spec, struct slice data,
                  struct payload *out)
{
  struct scan s = {data.p, data.p + data.n};
  memset(out, 0, sizeof(*out));
  if(data.n == 0)
    return;
  skip_blank(&s);
  if(s.p == s.end || *s.p != '{')
    return;
  if(spec->deep)
    read_deep(spec, data, out);
  else
    out->is_object = scan_members(spec, &s, s.p, out);
}

int payload_seal(struct buf *body)
{
  unsigned long crc;
  if(body->n < 2 || body->p[body->n - 1] != '}')
    return E_SYNTAX;
  body->n--;
  crc = crc32(0L, (const unsigned char *)body->p, (unsigned)body->n);
  return buf_addf(body, ",\"crc\":\"%08lx\"}", crc);
}
