/* SPDX-License-Identifier: MIT
 * Reading events; see payload.h. */
#include "load/payload.h"

#include <stddef.h>
#include <stdio.h>
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

struct value {
  struct slice text; /* of a string: its content, escapes left in place */
  char kind;         /* how it begins: '"' '{' '[' '-' '7' 't' ... */
};

static bool take_value(struct scan *s, struct value *out)
{
  const char *from = s->p;
  if(s->p == s->end)
    return false;
  out->kind = *s->p;
  if(*s->p == '"')
    return take_string(s, &out->text);
  if(*s->p == '{' || *s->p == '[') {
    if(!skip_nested(s))
      return false;
  } else {
    while(s->p < s->end && *s->p != ',' && *s->p != '}' &&
          (unsigned char)*s->p > ' ')
      s->p++;
  }
  out->text = (struct slice){from, (size_t)(s->p - from)};
  return out->text.n > 0;
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

static bool is_name(char kind)
{
  return kind == '"' || kind == '-' || (kind >= '0' && kind <= '9');
}

/* Returns false when the value has to be unescaped first. */
static bool take_member(const struct payload_spec *spec, struct slice key,
                        const struct value *v, struct payload *out)
{
  if(wants(spec->seq, key))
    out->has_seq = whole_number(v->text, &out->seq);
  else if(wants(spec->stamp, key))
    out->has_stamp = take_time(v->text, spec->unit, &out->stamp_ns);
  else if(wants(spec->sent, key))
    out->has_sent = take_time(v->text, spec->unit, &out->sent_ns);
  else if(wants(spec->user, key))
    out->user = is_name(v->kind) ? v->text : (struct slice){NULL, 0};
  else if(wants(spec->key, key))
    out->key = is_name(v->kind) ? v->text : (struct slice){NULL, 0};
  else
    return true;
  return v->kind != '"' || !memchr(v->text.p, '\\', v->text.n);
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

struct member {
  const char *comma; /* before it; the opening brace for the first */
  struct slice key;
  struct value value;
};

static bool next_member(struct scan *s, struct member *m)
{
  m->comma = s->p++;
  skip_blank(s);
  if(s->p == s->end || *s->p != '"' || !take_string(s, &m->key))
    return false;
  skip_blank(s);
  if(s->p == s->end || *s->p != ':')
    return false;
  s->p++;
  skip_blank(s);
  if(!take_value(s, &m->value))
    return false;
  skip_blank(s);
  return s->p < s->end && (*s->p == ',' || *s->p == '}');
}

static bool is_empty(struct scan s)
{
  s.p++;
  skip_blank(&s);
  return s.p < s.end && *s.p == '}';
}

/* Members until the closing brace; false at the first thing that is no JSON.
 * *plain becomes false where escapes may hide what is looked for. */
static bool scan_members(const struct payload_spec *spec, struct scan *s,
                         struct payload *out, bool *plain)
{
  const char *begin = s->p;
  struct member m;
  if(is_empty(*s))
    return true;
  do {
    if(!next_member(s, &m))
      return false;
    if(slice_eq_cstr(m.key, "crc")) {
      out->has_crc = true;
      out->crc_ok = same_crc((struct slice){begin, (size_t)(m.comma - begin)},
                             m.value.text);
    } else if(memchr(m.key.p, '\\', m.key.n) ||
              !take_member(spec, m.key, &m.value, out))
      *plain = false;
  } while(*s->p == ',');
  return true;
}

/* What a scalar says, as text; empty for everything else. */
static struct slice scalar_text(json_t *v, char *out, size_t size)
{
  int n = 0;
  if(json_is_integer(v))
    n = snprintf(out, size, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
  else if(json_is_real(v))
    n = snprintf(out, size, "%.9f", json_real_value(v));
  else if(json_is_string(v))
    n = snprintf(out, size, "%s", json_string_value(v));
  if(n < 0 || (size_t)n >= size)
    n = 0;
  return (struct slice){out, (size_t)n};
}

static bool parsed_time(json_t *root, const char *pointer,
                        enum stamp_unit unit, uint64_t *out)
{
  char text[UNITS_MAX];
  json_t *v = pointer[0] ? json_pointer_get(root, pointer) : NULL;
  return v && take_time(scalar_text(v, text, sizeof(text)), unit, out);
}

static void read_parsed(const struct payload_spec *spec, struct slice data,
                        struct payload *out)
{
  char text[UNITS_MAX];
  json_t *root = json_loadb(data.p, data.n, JSON_ALLOW_NUL, NULL);
  json_t *seq = spec->seq[0] ? json_pointer_get(root, spec->seq) : NULL;
  json_t *user = spec->user[0] ? json_pointer_get(root, spec->user) : NULL;
  json_t *key = spec->key[0] ? json_pointer_get(root, spec->key) : NULL;
  out->is_object = json_is_object(root);
  out->has_seq =
      seq && whole_number(scalar_text(seq, text, sizeof(text)), &out->seq);
  out->has_stamp = parsed_time(root, spec->stamp, spec->unit, &out->stamp_ns);
  out->has_sent = parsed_time(root, spec->sent, spec->unit, &out->sent_ns);
  out->user = (struct slice){NULL, 0};
  if(json_is_string(user) || json_is_number(user))
    out->user = scalar_text(user, out->user_text, sizeof(out->user_text));
  if(!out->user.n && json_string_length(user))
    out->user.p = NULL; /* longer than there is room: nothing is said of it */
  out->key = (struct slice){NULL, 0};
  if(json_is_string(key) || json_is_number(key))
    out->key = scalar_text(key, out->key_text, sizeof(out->key_text));
  json_decref(root);
}

static bool is_deep(const char *pointer)
{
  return pointer[0] && (strchr(pointer + 1, '/') || strchr(pointer, '~'));
}

void payload_spec_finish(struct payload_spec *spec)
{
  spec->deep = is_deep(spec->seq) || is_deep(spec->stamp) ||
               is_deep(spec->sent) || is_deep(spec->user) ||
               is_deep(spec->key);
}

void payload_read(const struct payload_spec *spec, struct slice data,
                  struct payload *out)
{
  struct scan s = {data.p, data.p + data.n};
  bool plain = !spec->deep;
  memset(out, 0, offsetof(struct payload, user_text));
  if(data.n == 0)
    return;
  skip_blank(&s);
  if(s.p == s.end || *s.p != '{')
    return;
  out->is_object = scan_members(spec, &s, out, &plain);
  if(!plain)
    read_parsed(spec, data, out);
}

int payload_seal(struct buf *body)
{
  unsigned long crc;
  if(body->n < 3 || body->p[0] != '{' || body->p[body->n - 1] != '}')
    return E_SYNTAX; /* nor can an empty object take a comma */
  body->n--;
  crc = crc32(0L, (const unsigned char *)body->p, (unsigned)body->n);
  return buf_addf(body, ",\"crc\":\"%08lx\"}", crc);
}
