/* SPDX-License-Identifier: MIT
 * Judging conditions; see condition.h. */
#include "content/condition.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "content/number.h"

#define INCOMPARABLE 2

const char *operand_name(enum operand o)
{
#define X(id, text) text,
  static const char *const name[] = {OPERAND_LIST(X)};
#undef X
  return o < OPERANDS ? name[o] : "";
}

const char *relation_name(enum relation r)
{
#define X(id, text) text,
  static const char *const name[] = {RELATION_LIST(X)};
#undef X
  return r < RELATIONS ? name[r] : "";
}

bool operand_is_time(enum operand o)
{
  return o == OPERAND_RETRY || o == OPERAND_AT || o == OPERAND_GAP;
}

void condition_fini(struct condition *c)
{
  uint8_t i;
  for(i = 0; i < c->literals; i++)
    free(c->literal[i].text);
  free(c->literal);
  regex_free(c->regex);
  memset(c, 0, sizeof(*c));
}

int condition_literal(struct condition *c, enum value_kind kind,
                      struct slice text)
{
  struct literal *more;
  char *copy;
  if(c->literals == CONDITION_LITERALS_MAX)
    return E_LIMIT;
  more = realloc(c->literal, (c->literals + 1u) * sizeof(*more));
  if(!more)
    return E_NOMEM;
  c->literal = more;
  copy = slice_dup(text);
  if(!copy)
    return E_NOMEM;
  c->literal[c->literals++] = (struct literal){kind, copy, text.n};
  return 0;
}

/* An operand as it stands in the item. */
struct seen {
  struct value v;
  bool is_text;    /* no JSON value: may write a number */
  char number[24]; /* of a length */
};

bool condition_operand(const struct condition *c, struct look *l,
                       struct value *out)
{
  const struct stream_item *item = l->item;
  bool of_event = c->operand != OPERAND_COMMENT;
  if(c->operand == OPERAND_POINTER) {
    const struct value *v = look_value(l, c->slot);
    if(v)
      *out = *v;
    return v != NULL;
  }
  if((item->kind == ITEM_EVENT) != of_event || item->kind == ITEM_RETRY)
    return false;
  out->kind = KIND_STRING;
  out->escaped = false;
  out->text = c->operand == OPERAND_EVENT  ? item->event
              : c->operand == OPERAND_ID   ? item->id
              : c->operand == OPERAND_DATA ? item->data
                                           : item->comment;
  if(!out->text.p)
    out->text.p = "";
  return true;
}

/* Written by hand: every event of a load may ask for several. */
static void take_length(struct seen *s)
{
  size_t at = sizeof(s->number);
  bool has_one = s->v.kind == KIND_STRING || s->v.kind == KIND_ARRAY ||
                 s->v.kind == KIND_OBJECT;
  uint64_t n = has_one ? value_length(&s->v) : 0;
  do {
    s->number[--at] = (char)('0' + n % 10);
    n /= 10;
  } while(n);
  s->v.kind = has_one ? KIND_NUMBER : KIND_ABSENT;
  s->v.text = (struct slice){s->number + at, sizeof(s->number) - at};
}

/* Whether it is longer than nothing.  Half a character alone has no length. */
static bool has_length(const struct value *v)
{
  bool whole = v->kind == KIND_STRING && v->text.n &&
               ((unsigned char)*v->text.p & 0xC0) != 0x80;
  return whole || value_length(v) > 0;
}

/* Most of what a load asks for is a member that is not there, or whether a
 * text is empty: true where that is all, with the answer. */
static bool is_plain(const struct condition *c, struct look *l,
                     enum holding *out)
{
  const struct value *v =
      c->operand == OPERAND_POINTER ? look_value(l, c->slot) : NULL;
  bool holds;
  if(!v || c->aspect == ASPECT_TYPE)
    return false;
  if(v->kind == KIND_ABSENT)
    holds = c->relation == RELATION_NE || c->relation == RELATION_FINDS_NOT;
  else if(c->not_empty)
    holds = has_length(v);
  else
    return false;
  *out = holds ? HOLDS_YES : HOLDS_NO;
  return true;
}

/* False: unknown.  s must stay where it is. */
static bool take_operand(const struct condition *c, struct look *l,
                         struct seen *s)
{
  s->is_text = c->operand != OPERAND_POINTER;
  if(!condition_operand(c, l, &s->v))
    return false;
  if(c->aspect == ASPECT_LENGTH)
    take_length(s);
  if(c->aspect == ASPECT_TYPE) {
    s->v.text = slice_of(value_kind_name(s->v.kind));
    s->v.kind = KIND_STRING;
    s->v.escaped = false;
  }
  return true;
}

static int order(int difference)
{
  return (difference > 0) - (difference < 0);
}

static int compare_text(const struct value *v, struct slice want,
                        struct buf *undone)
{
  struct slice have;
  size_t n;
  int d;
  if(value_says(v, want))
    return 0;
  if(value_text(v, undone, &have))
    return INCOMPARABLE;
  n = have.n < want.n ? have.n : want.n;
  d = n ? memcmp(have.p, want.p, n) : 0;
  return d ? order(d) : have.n < want.n ? -1 : 1;
}

/* Below, at or above 0, or INCOMPARABLE. */
static int compare(const struct seen *s, const struct literal *want,
                   struct buf *undone)
{
  struct slice text = {want->text, want->n};
  bool writes_number =
      s->v.kind == KIND_NUMBER ||
      (s->is_text && s->v.kind == KIND_STRING && s->v.text.n &&
       number_length(s->v.text) == s->v.text.n);
  if(want->kind == KIND_NUMBER)
    return writes_number ? order(number_compare(s->v.text, text))
                         : INCOMPARABLE;
  if(want->kind != s->v.kind)
    return INCOMPARABLE;
  if(want->kind == KIND_STRING)
    return compare_text(&s->v, text, undone);
  return slice_eq(s->v.text, text) ? 0 : INCOMPARABLE;
}

static bool equals_one(const struct condition *c, const struct seen *s,
                       struct buf *undone)
{
  uint8_t i;
  for(i = 0; i < c->literals; i++) {
    if(compare(s, &c->literal[i], undone) == 0)
      return true;
  }
  return false;
}

static bool holds_order(enum relation r, int d)
{
  switch(r) {
  case RELATION_LT:
    return d < 0;
  case RELATION_LE:
    return d <= 0;
  case RELATION_GT:
    return d > 0;
  case RELATION_GE:
    return d >= 0;
  case RELATION_NE:
    return d != 0;
  default:
    return d == 0;
  }
}

static enum holding judge_time(const struct condition *c, const struct look *l)
{
  const struct stream_item *item = l->item;
  int64_t ns = c->operand == OPERAND_AT ? item->at_ns : item->gap_ns;
  if(c->operand == OPERAND_RETRY) {
    if(item->kind != ITEM_RETRY)
      return HOLDS_UNKNOWN;
    ns = item->retry_ms > INT64_MAX / NS_PER_MS
             ? INT64_MAX
             : (int64_t)(item->retry_ms * NS_PER_MS);
  } else if(item->kind != ITEM_EVENT ||
            (c->operand == OPERAND_GAP && ns == GAP_NONE))
    return HOLDS_UNKNOWN;
  return holds_order(c->relation, (ns > c->span_ns) - (ns < c->span_ns))
             ? HOLDS_YES
             : HOLDS_NO;
}

static enum holding judge_found(const struct condition *c,
                                const struct seen *s, struct buf *undone)
{
  bool wanted = c->relation == RELATION_FINDS;
  struct slice text;
  int found = 0;
  if(s->v.kind == KIND_STRING) {
    if(value_text(&s->v, undone, &text))
      return HOLDS_UNKNOWN;
    found = regex_found(c->regex, text);
  }
  if(found < 0)
    return HOLDS_UNKNOWN;
  return (found == 1) == wanted ? HOLDS_YES : HOLDS_NO;
}

static bool contains(const struct condition *c, const struct seen *s,
                     struct buf *undone)
{
  const struct literal *want = &c->literal[0];
  struct slice text;
  if(s->v.kind == KIND_ARRAY) {
    struct slice rest = s->v.text;
    struct seen each = {.is_text = false};
    while(value_next(&rest, &each.v)) {
      if(compare(&each, want, undone) == 0)
        return true;
    }
    return false;
  }
  if(s->v.kind != KIND_STRING || value_text(&s->v, undone, &text))
    return false;
  return want->n == 0 ||
         (text.n && memmem(text.p, text.n, want->text, want->n) != NULL);
}

enum holding condition_judge(const struct condition *c, struct look *l)
{
  struct seen s;
  enum holding plain;
  int d;
  if(operand_is_time(c->operand))
    return judge_time(c, l);
  if(is_plain(c, l, &plain))
    return plain;
  if(!take_operand(c, l, &s))
    return HOLDS_UNKNOWN;
  switch(c->relation) {
  case RELATION_EXISTS:
    return s.v.kind != KIND_ABSENT ? HOLDS_YES : HOLDS_NO;
  case RELATION_EQ:
  case RELATION_IN:
    return equals_one(c, &s, &l->undone) ? HOLDS_YES : HOLDS_NO;
  case RELATION_NE:
    return equals_one(c, &s, &l->undone) ? HOLDS_NO : HOLDS_YES;
  case RELATION_FINDS:
  case RELATION_FINDS_NOT:
    return judge_found(c, &s, &l->undone);
  case RELATION_CONTAINS:
    return contains(c, &s, &l->undone) ? HOLDS_YES : HOLDS_NO;
  default:
    d = compare(&s, &c->literal[0], &l->undone);
    return d != INCOMPARABLE && holds_order(c->relation, d) ? HOLDS_YES
                                                            : HOLDS_NO;
  }
}
