/* SPDX-License-Identifier: MIT
 * Values in place; see value.h. */
#include "content/value.h"

#include <string.h>

#include "base/units.h"

const char *value_kind_name(enum value_kind kind)
{
  static const char *const name[] = {
#define X(id, text) text,
      VALUE_KIND_LIST(X)
#undef X
  };
  return kind < VALUE_KINDS ? name[kind] : name[0];
}

/* The four digits of a \u escape at p. */
static uint32_t read_unit(const char *p)
{
  uint32_t v = 0;
  int i;
  for(i = 0; i < 4; i++)
    v = v << 4 | (uint32_t)units_hex(p[i]);
  return v;
}

static size_t encode(uint32_t c, char out[4])
{
  if(c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  if(c < 0x800) {
    out[0] = (char)(0xC0 | c >> 6);
    out[1] = (char)(0x80 | (c & 0x3F));
    return 2;
  }
  if(c < 0x10000) {
    out[0] = (char)(0xE0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3F));
    out[2] = (char)(0x80 | (c & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | c >> 18);
  out[1] = (char)(0x80 | (c >> 12 & 0x3F));
  out[2] = (char)(0x80 | (c >> 6 & 0x3F));
  out[3] = (char)(0x80 | (c & 0x3F));
  return 4;
}

/* A \u escape whose digits begin at *p, with its other half where it has one.
 */
static size_t take_unicode(const char **p, const char *end, char out[4])
{
  uint32_t c = read_unit(*p), low;
  *p += 4;
  if(c >= 0xDC00 && c <= 0xDFFF)
    return encode(0xFFFD, out);
  if(c < 0xD800 || c > 0xDBFF)
    return encode(c, out);
  if(end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
    return encode(0xFFFD, out);
  low = read_unit(*p + 2);
  if(low < 0xDC00 || low > 0xDFFF)
    return encode(0xFFFD, out);
  *p += 6;
  return encode(0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00), out);
}

/* The next byte, or all that one escape stands for; *p is before end. */
static size_t take_one(const char **p, const char *end, char out[4])
{
  static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
  const char *known;
  char c = *(*p)++;
  if(c == '\\') {
    c = *(*p)++;
    if(c == 'u')
      return take_unicode(p, end, out);
    known = strchr(from, c);
    if(known)
      c = to[known - from];
  }
  out[0] = c;
  return 1;
}

int value_text(const struct value *string, struct buf *into, struct slice *out)
{
  const char *p = string->text.p, *end = p + string->text.n;
  char one[4];
  *out = string->text;
  if(!string->escaped)
    return 0;
  buf_clear(into);
  if(buf_reserve(into, string->text.n + 1))
    return into->rc;
  while(p < end) {
    const char *back = memchr(p, '\\', (size_t)(end - p));
    if(back != p) {
      buf_add(into, p, (size_t)((back ? back : end) - p));
      p = back ? back : end;
    } else
      buf_add(into, one, take_one(&p, end, one));
  }
  *out = buf_slice(into);
  return into->rc;
}

bool value_says(const struct value *string, struct slice text)
{
  const char *p = string->text.p, *end = p + string->text.n;
  char one[4];
  if(!string->escaped)
    return slice_eq(string->text, text);
  while(p < end) {
    size_t n = take_one(&p, end, one);
    if(n > text.n || memcmp(one, text.p, n) != 0)
      return false;
    text.p += n;
    text.n -= n;
  }
  return text.n == 0;
}

static uint64_t count_characters(const struct value *v)
{
  const char *p = v->text.p, *end = p + v->text.n;
  uint64_t count = 0;
  char one[4];
  while(p < end) {
    if(v->escaped)
      take_one(&p, end, one);
    else
      one[0] = *p++;
    count += ((unsigned char)one[0] & 0xC0) != 0x80;
  }
  return count;
}

/* Behind the string whose opening quote stands at p. */
static const char *skip_string(const char *p)
{
  for(p++; *p != '"'; p++)
    p += *p == '\\';
  return p + 1;
}

/* Behind the value at p, which is known to be one and to end before end. */
static const char *skip_value(const char *p, const char *end)
{
  size_t depth = 0;
  do {
    if(*p == '"') {
      p = skip_string(p);
      continue;
    }
    if(*p == '{' || *p == '[')
      depth++;
    else if(*p == '}' || *p == ']')
      depth--;
    p++;
  } while(depth);
  while(p < end && !strchr(",:]}\" \t\r\n", *p))
    p++;
  return p;
}

static enum value_kind kind_at(char c)
{
  switch(c) {
  case '"':
    return KIND_STRING;
  case '{':
    return KIND_OBJECT;
  case '[':
    return KIND_ARRAY;
  case 't':
  case 'f':
    return KIND_BOOL;
  case 'n':
    return KIND_NULL;
  default:
    return KIND_NUMBER;
  }
}

bool value_next(struct slice *rest, struct value *out)
{
  const char *p = rest->p, *end = p + rest->n, *from;
  if(p < end && (*p == '[' || *p == '{'))
    p++;
  while(p < end && strchr(", \t\r\n:", *p))
    p++;
  if(p == end || *p == ']' || *p == '}')
    return false;
  from = p;
  p = skip_value(p, end);
  out->kind = kind_at(*from);
  out->text = (struct slice){from, (size_t)(p - from)};
  out->escaped = false;
  if(out->kind == KIND_STRING) {
    out->text = (struct slice){from + 1, out->text.n - 2};
    out->escaped = memchr(out->text.p, '\\', out->text.n) != NULL;
  }
  *rest = (struct slice){p, (size_t)(end - p)};
  return true;
}

uint64_t value_length(const struct value *v)
{
  struct slice rest = v->text;
  struct value each;
  uint64_t n = 0;
  if(v->kind == KIND_STRING)
    return count_characters(v);
  if(v->kind != KIND_ARRAY && v->kind != KIND_OBJECT)
    return 0;
  while(value_next(&rest, &each))
    n++;
  return v->kind == KIND_OBJECT ? n / 2 : n;
}
