/* SPDX-License-Identifier: MIT
 * One pass over JSON; see reader.h.
 *
 * At each level stands a set of bits: the pointers whose steps so far are the
 * way to it.  A level that nobody's way leads to costs no comparison. */
#include "content/reader.h"

#include <string.h>

#include "base/units.h"
#include "content/number.h"

struct reader {
  const char *p, *end;
  const struct pointer_set *set; /* NULL: nothing is looked for */
  struct value *value;
  uint64_t here; /* pointers whose way is the value that comes next */
  size_t depth;  /* open arrays and objects */
  int rc;        /* why it could not go on */
  bool fresh;    /* the innermost one has no element yet */
  uint64_t is_object[READER_DEPTH_MAX / 64]; /* bit per level, from 0 */
  struct level {
    uint64_t through;  /* pointers that go on inside */
    uint64_t count;    /* elements so far, where through is not 0 */
    const char *start; /* of the array or object */
    uint64_t ends;     /* pointers that mean it as a whole */
  } level[POINTER_STEPS_MAX + 1];
};

static void skip_blank(struct reader *r)
{
  while(r->p < r->end &&
        (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
    r->p++;
}

/* The first quote, backslash or byte below SPACE from p on, or end. */
static const char *find_special(const char *p, const char *end)
{
  const uint64_t ones = UINT64_C(0x0101010101010101);
  while(end - p >= 8) {
    uint64_t word, quote, back, hit;
    memcpy(&word, p, sizeof(word));
    quote = word ^ ones * '"';
    back = word ^ ones * '\\';
    hit = (((quote - ones) & ~quote) | ((back - ones) & ~back) |
           ((word - ones * ' ') & ~word)) &
          ones << 7;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if(hit) /* what is not special and marked stands behind a special one */
      return p + __builtin_ctzll(hit) / 8;
#else
    if(hit)
      break;
#endif
    p += 8;
  }
  while(p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= ' ')
    p++;
  return p;
}

/* Behind the escape whose backslash stands at p; NULL where it is none. */
static const char *skip_escape(const char *p, const char *end)
{
  int i;
  if(end - p < 2 || !memchr("\"\\/bfnrtu", p[1], 9))
    return NULL;
  if(p[1] != 'u')
    return p + 2;
  if(end - p < 6)
    return NULL;
  for(i = 2; i < 6; i++) {
    if(units_hex(p[i]) < 0)
      return NULL;
  }
  return p + 6;
}

/* A string whose opening quote is next. */
static bool take_string(struct reader *r, struct value *out)
{
  const char *from = ++r->p, *p = from, *next;
  out->kind = KIND_STRING;
  out->escaped = false;
  for(;;) {
    p = r->p = find_special(p, r->end);
    if(p == r->end || (*p != '"' && *p != '\\'))
      return false;
    if(*p == '"')
      break;
    out->escaped = true;
    next = skip_escape(p, r->end);
    if(!next)
      return false;
    p = next;
  }
  out->text = (struct slice){from, (size_t)(p - from)};
  r->p = p + 1;
  return true;
}

static bool take_word(struct reader *r, const char *word, enum value_kind kind,
                      struct value *out)
{
  size_t n = strlen(word);
  if((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
    return false;
  out->kind = kind;
  out->text = (struct slice){r->p, n};
  r->p += n;
  return true;
}

static bool take_number(struct reader *r, struct value *out)
{
  struct slice rest = {r->p, (size_t)(r->end - r->p)};
  out->kind = KIND_NUMBER;
  out->text = (struct slice){r->p, number_length(rest)};
  r->p += out->text.n;
  return out->text.n > 0;
}

static bool take_scalar(struct reader *r, struct value *out)
{
  out->escaped = false;
  switch(*r->p) {
  case '"':
    return take_string(r, out);
  case 't':
    return take_word(r, "true", KIND_BOOL, out);
  case 'f':
    return take_word(r, "false", KIND_BOOL, out);
  case 'n':
    return take_word(r, "null", KIND_NULL, out);
  default:
    return take_number(r, out);
  }
}

static void give(const struct reader *r, uint64_t pointers,
                 const struct value *v)
{
  for(; pointers; pointers &= pointers - 1)
    r->value[__builtin_ctzll(pointers)] = *v;
}

/* Of the pointers, those with exactly so many steps. */
static uint64_t ending(const struct reader *r, uint64_t pointers, size_t steps)
{
  return pointers ? pointers & r->set->having[steps] : 0;
}

static bool in_object(const struct reader *r)
{
  size_t i = r->depth - 1;
  return r->is_object[i / 64] >> (i % 64) & 1;
}

static bool open_level(struct reader *r)
{
  size_t i = r->depth;
  uint64_t bit = UINT64_C(1) << (i % 64);
  if(i == READER_DEPTH_MAX) {
    r->rc = E_LIMIT;
    return false;
  }
  r->is_object[i / 64] &= ~bit;
  if(*r->p == '{')
    r->is_object[i / 64] |= bit;
  if(i <= POINTER_STEPS_MAX) {
    struct level *l = &r->level[i];
    l->ends = ending(r, r->here, i);
    l->through = r->here & ~l->ends;
    l->count = 0;
    l->start = r->p;
  }
  r->depth++;
  r->fresh = true;
  r->p++;
  return true;
}

static void close_level(struct reader *r)
{
  size_t i = --r->depth;
  enum value_kind kind = *r->p++ == '}' ? KIND_OBJECT : KIND_ARRAY;
  r->fresh = false;
  if(i <= POINTER_STEPS_MAX && r->level[i].ends) {
    const char *start = r->level[i].start;
    struct value v = {kind, false, {start, (size_t)(r->p - start)}};
    give(r, r->level[i].ends, &v);
  }
}

static bool take_value(struct reader *r)
{
  struct value v;
  if(r->p == r->end)
    return false;
  if(*r->p == '{' || *r->p == '[')
    return open_level(r);
  if(!take_scalar(r, &v))
    return false;
  r->fresh = false;
  give(r, ending(r, r->here, r->depth), &v);
  return true;
}

/* Most names differ in length or in their first byte. */
static bool is_key(const struct value *key, struct slice name)
{
  if(key->escaped)
    return value_says(key, name);
  return key->text.n == name.n &&
         (name.n == 0 || (*key->text.p == *name.p &&
                          memcmp(key->text.p, name.p, name.n) == 0));
}

/* Which of the level's pointers lead to this member (key) or element (NULL).
 * What an earlier member of that name gave is forgotten. */
static uint64_t follow(struct reader *r, const struct value *key)
{
  static const struct value absent;
  size_t i = r->depth - 1;
  uint64_t left, led = 0, n;
  if(i >= POINTER_STEPS_MAX || !r->level[i].through)
    return 0;
  n = key ? 0 : r->level[i].count++;
  left = r->level[i].through;
  if(key && !key->escaped)
    left &= r->set->named[i][key->text.n % POINTER_LENGTHS];
  for(; left; left &= left - 1) {
    const struct pointer *p = &r->set->at[__builtin_ctzll(left)];
    if(key ? is_key(key, p->step[i]) : p->index[i] == n)
      led |= left & -left;
  }
  give(r, led, &absent);
  return led;
}

static bool enter_member(struct reader *r)
{
  struct value key;
  if(!in_object(r)) {
    r->here = follow(r, NULL);
    return true;
  }
  if(r->p == r->end || *r->p != '"' || !take_string(r, &key))
    return false;
  skip_blank(r);
  if(r->p == r->end || *r->p != ':')
    return false;
  r->p++;
  skip_blank(r);
  r->here = follow(r, &key);
  return true;
}

/* What follows a value, or an opening bracket; false: nothing that may. */
static bool go_on(struct reader *r)
{
  skip_blank(r);
  if(r->p == r->end)
    return false;
  if(*r->p == (in_object(r) ? '}' : ']')) {
    close_level(r);
    return true;
  }
  if(!r->fresh) {
    if(*r->p != ',')
      return false;
    r->p++;
    skip_blank(r);
  }
  return enter_member(r) && take_value(r);
}

/* One value, after which nothing is open. */
static bool read_value(struct reader *r)
{
  bool good = take_value(r);
  while(good && r->depth)
    good = go_on(r);
  return good;
}

static bool read_all(struct reader *r)
{
  skip_blank(r);
  if(!read_value(r))
    return false;
  skip_blank(r);
  return r->p == r->end;
}

static void start(struct reader *r, const struct pointer_set *set,
                  struct slice data, struct value *value)
{
  uint8_t count = set ? set->count : 0;
  r->p = data.p ? data.p : "";
  r->end = r->p + data.n;
  r->set = set;
  r->value = value;
  r->here = count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
  r->depth = 0;
  r->rc = E_SYNTAX;
  r->fresh = false;
  if(count)
    memset(value, 0, count * sizeof(*value));
}

int reader_read(const struct pointer_set *set, struct slice data,
                struct value *value, size_t *at)
{
  struct reader r;
  start(&r, set, data, value);
  if(read_all(&r))
    return 0;
  if(set && set->count)
    memset(value, 0, set->count * sizeof(*value));
  if(at)
    *at = (size_t)(r.p - (data.p ? data.p : r.p));
  return r.rc;
}

bool reader_next(const struct pointer_set *set, struct slice *rest,
                 struct value *value)
{
  struct reader r;
  start(&r, set, *rest, value);
  if(r.p < r.end && *r.p == '[')
    r.p++;
  skip_blank(&r);
  if(r.p < r.end && *r.p == ',') {
    r.p++;
    skip_blank(&r);
  }
  if(r.p == r.end || *r.p == ']' || !read_value(&r))
    return false;
  *rest = (struct slice){r.p, (size_t)(r.end - r.p)};
  return true;
}
