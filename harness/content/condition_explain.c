/* SPDX-License-Identifier: MIT
 * What stood there in place of what was wanted; see condition.h. */
#include "base/clock.h"
#include "base/json.h"
#include "base/units.h"
#include "content/condition.h"

#define SHOWN 60 /* bytes of a value */

static void add_quoted(struct buf *out, struct slice text)
{
  bool cut = text.n > SHOWN;
  if(cut)
    text.n = SHOWN;
  json_quote(out, text);
  if(cut)
    buf_adds(out, "...");
}

static void add_cut(struct buf *out, struct slice text)
{
  buf_add(out, text.p, text.n > SHOWN ? SHOWN : text.n);
  if(text.n > SHOWN)
    buf_adds(out, "...");
}

static void add_value(struct buf *out, const struct value *v, struct buf *room)
{
  struct slice text;
  if(v->kind == KIND_ABSENT)
    buf_adds(out, "absent");
  else if(v->kind == KIND_ARRAY || v->kind == KIND_OBJECT) {
    buf_addf(out, "an %s: ", value_kind_name(v->kind));
    add_quoted(out, v->text);
  } else if(v->kind != KIND_STRING)
    add_cut(out, v->text);
  else if(value_text(v, room, &text) == 0)
    add_quoted(out, text);
}

static void add_name(struct buf *out, const struct condition *c,
                     const struct look *l)
{
  const char *name = c->operand == OPERAND_POINTER ? l->set->at[c->slot].text
                                                   : operand_name(c->operand);
  buf_addf(out,
           c->aspect == ASPECT_LENGTH ? "length(%s)"
           : c->aspect == ASPECT_TYPE ? "type(%s)"
                                      : "%s",
           name);
}

static void add_span(struct buf *out, int64_t ns)
{
  char text[UNITS_MAX];
  uint64_t magnitude = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
  buf_addf(out, "%s%s", ns < 0 ? "-" : "",
           units_fmt_duration(magnitude, text));
}

static void add_literal(struct buf *out, const struct literal *l)
{
  struct slice text = {l->text, l->n};
  if(l->kind == KIND_STRING)
    add_quoted(out, text);
  else
    add_cut(out, text);
}

static void add_wanted(struct buf *out, const struct condition *c)
{
  uint8_t i;
  if(c->relation != RELATION_EQ)
    buf_addf(out, "%s ", relation_name(c->relation));
  if(operand_is_time(c->operand))
    add_span(out, c->span_ns);
  if(c->relation == RELATION_IN)
    buf_addc(out, '[');
  for(i = 0; i < c->literals; i++) {
    buf_adds(out, i ? ", " : "");
    add_literal(out, &c->literal[i]);
  }
  if(c->relation == RELATION_IN)
    buf_addc(out, ']');
}

/* Two values that read alike and are not of one type. */
static void add_types(struct buf *out, const struct condition *c,
                      const struct value *have)
{
  enum value_kind want = c->literals ? c->literal[0].kind : have->kind;
  if(c->aspect == ASPECT_ITSELF && c->operand == OPERAND_POINTER &&
     c->relation == RELATION_EQ && have->kind != KIND_ABSENT &&
     have->kind != want)
    buf_addf(out, " (a %s, not a %s)", value_kind_name(have->kind),
             value_kind_name(want));
}

static void explain_unknown(const struct condition *c, struct look *l,
                            struct buf *out)
{
  static const char *const kind[] = {"an event", "a comment", "a retry"};
  if(c->operand == OPERAND_POINTER && l->item->kind == ITEM_EVENT && l->json) {
    buf_addf(out, "the data is no JSON (%s at byte %zu): ",
             l->json == E_LIMIT ? "too deep" : "wrong", l->fault + 1);
    add_quoted(out, l->item->data);
  } else if(c->regex && (c->operand == OPERAND_COMMENT) ==
                            (l->item->kind == ITEM_COMMENT)) {
    add_name(out, c, l);
    buf_addf(out, " %s: too much work", relation_name(c->relation));
  } else {
    add_name(out, c, l);
    if(c->operand == OPERAND_GAP && l->item->kind == ITEM_EVENT)
      buf_adds(out, ": no event came before");
    else
      buf_addf(out, ": this is %s", kind[l->item->kind]);
  }
}

static void add_time(struct buf *out, const struct condition *c,
                     const struct stream_item *item)
{
  if(c->operand == OPERAND_RETRY)
    buf_addf(out, "%llu ms", (unsigned long long)item->retry_ms);
  else
    add_span(out, c->operand == OPERAND_AT ? item->at_ns : item->gap_ns);
}

static void add_seen(struct buf *out, const struct condition *c,
                     const struct value *v, struct buf *room)
{
  bool has_length = v->kind >= KIND_STRING;
  if(c->aspect == ASPECT_LENGTH && has_length)
    buf_addf(out, "%llu", (unsigned long long)value_length(v));
  else if(c->aspect == ASPECT_TYPE)
    buf_adds(out, value_kind_name(v->kind));
  else
    add_value(out, v, room);
}

static void explain_time(struct buf *out, const struct condition *c,
                         const struct look *l)
{
  add_name(out, c, l);
  buf_adds(out, " is ");
  add_time(out, c, l->item);
  buf_adds(out, ", wanted ");
  add_wanted(out, c);
}

int condition_explain(const struct condition *c, struct look *l,
                      struct buf *out)
{
  struct value v;
  if(condition_judge(c, l) == HOLDS_UNKNOWN) {
    explain_unknown(c, l, out);
    return out->rc;
  }
  if(operand_is_time(c->operand)) {
    explain_time(out, c, l);
    return out->rc;
  }
  add_name(out, c, l);
  buf_adds(out, " is ");
  if(condition_operand(c, l, &v))
    add_seen(out, c, &v, &l->undone);
  if(c->relation == RELATION_EXISTS)
    return out->rc;
  buf_adds(out, ", wanted ");
  add_wanted(out, c);
  add_types(out, c, &v);
  return out->rc;
}
