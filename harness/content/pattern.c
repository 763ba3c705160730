/* SPDX-License-Identifier: MIT
 * Patterns; see pattern.h. */
#include "content/pattern.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "content/lines.h"

#define COMPARED 64 /* bytes of a text whose edits are counted */

struct pattern_inner {
  char *word; /* owned: its lines are looked at */
  struct buf text;
  struct pointer_set set;
  struct look look;
  struct stream_item item;
  struct pattern pattern;
};

static void inner_free(struct pattern_inner *i)
{
  if(!i)
    return;
  pattern_fini(&i->pattern);
  look_fini(&i->look);
  pointer_set_fini(&i->set);
  buf_free(&i->text);
  free(i->word);
  free(i);
}

void pattern_init(struct pattern *p, struct pointer_set *set)
{
  p->set = set;
  p->parts = 0;
}

void pattern_fini(struct pattern *p)
{
  uint8_t i;
  for(i = 0; i < p->parts; i++) {
    condition_fini(&p->part[i].condition);
    expr_free(p->part[i].expr);
    inner_free(p->part[i].inner);
    fragment_free(p->part[i].fragment);
  }
  p->parts = 0;
}

/* A part to be filled, which counts once pattern_keep says so; NULL with a
 * sentence. */
static struct pattern_part *next_part(struct pattern *p, struct err *e)
{
  if(p->parts == PATTERN_PARTS_MAX) {
    err_set(e, E_LIMIT, "more than %d conditions in a pattern",
            PATTERN_PARTS_MAX);
    return NULL;
  }
  memset(&p->part[p->parts], 0, sizeof(p->part[0]));
  p->part[p->parts].weight = PATTERN_WEIGHT;
  return &p->part[p->parts];
}

static int keep(struct pattern *p, int rc, struct err *e)
{
  if(rc) {
    condition_fini(&p->part[p->parts].condition);
    return rc == E_NOMEM || rc == E_LIMIT ? err_set(e, rc, "%s", err_name(rc))
                                          : rc;
  }
  p->parts++;
  return 0;
}

int pattern_event(struct pattern *p, const struct slice *name, size_t names,
                  struct err *e)
{
  struct pattern_part *part = next_part(p, e);
  size_t i;
  int rc = 0;
  if(!part)
    return E_LIMIT;
  part->weight = PATTERN_WEIGHT_EVENT;
  part->condition.operand = OPERAND_EVENT;
  part->condition.relation = names == 1 ? RELATION_EQ : RELATION_IN;
  for(i = 0; i < names && !rc; i++)
    rc = condition_literal(&part->condition, KIND_STRING, name[i]);
  return keep(p, rc, e);
}

static int add_text(struct pattern *p, enum operand operand,
                    enum relation relation, struct slice text, struct err *e)
{
  struct pattern_part *part = next_part(p, e);
  if(!part)
    return E_LIMIT;
  part->condition.operand = operand;
  part->condition.relation = relation;
  return keep(p, condition_literal(&part->condition, KIND_STRING, text), e);
}

int pattern_text(struct pattern *p, enum operand operand, struct slice text,
                 struct err *e)
{
  return add_text(p, operand, RELATION_EQ, text, e);
}

int pattern_part_of_data(struct pattern *p, struct slice text, struct err *e)
{
  return add_text(p, OPERAND_DATA, RELATION_CONTAINS, text, e);
}

int pattern_comment(struct pattern *p, struct slice regex, struct err *e)
{
  struct regex *compiled;
  struct err why;
  size_t at;
  int rc;
  compiled = regex_new(regex, &at, &why);
  if(!compiled)
    return err_set(e, why.code, "character %zu: %s", at + 1, why.text);
  rc = add_text(p, OPERAND_COMMENT, RELATION_FINDS, regex, e);
  if(rc)
    regex_free(compiled);
  else
    p->part[p->parts - 1].condition.regex = compiled;
  return rc;
}

int pattern_retry(struct pattern *p, uint64_t ms, struct err *e)
{
  struct pattern_part *part = next_part(p, e);
  if(!part)
    return E_LIMIT;
  part->condition.operand = OPERAND_RETRY;
  part->condition.relation = RELATION_EQ;
  part->condition.span_ns =
      ms > INT64_MAX / NS_PER_MS ? INT64_MAX : (int64_t)(ms * NS_PER_MS);
  return keep(p, 0, e);
}

int pattern_member(struct pattern *p, struct slice pointer,
                   const struct literal *value, bool taken, struct err *e)
{
  struct pattern_part *part = next_part(p, e);
  int slot;
  if(!part)
    return E_LIMIT;
  slot = pointer_set_add(p->set, pointer, e);
  if(slot < 0)
    return slot;
  part->weight = taken ? PATTERN_WEIGHT_TAKEN : PATTERN_WEIGHT;
  part->condition.operand = OPERAND_POINTER;
  part->condition.relation = RELATION_EQ;
  part->condition.slot = (uint8_t)slot;
  return keep(p,
              condition_literal(&part->condition, value->kind,
                                (struct slice){value->text, value->n}),
              e);
}

int pattern_where(struct pattern *p, struct slice expr, struct err *e)
{
  struct pattern_part *part = next_part(p, e);
  if(!part)
    return E_LIMIT;
  part->expr = expr_new(expr, p->set, e);
  return part->expr ? keep(p, 0, e) : e->code;
}

struct pattern *pattern_lines(struct pattern *p, struct slice word,
                              struct err *e)
{
  struct pattern_part *part = next_part(p, e);
  struct pattern_inner *i = part ? calloc(1, sizeof(*i)) : NULL;
  if(i)
    i->word = slice_dup(word);
  if(!i || !i->word) {
    if(part)
      err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
    inner_free(i);
    return NULL;
  }
  look_init(&i->look, &i->set);
  pattern_init(&i->pattern, &i->set);
  part->inner = i;
  p->parts++;
  return &i->pattern;
}

int pattern_fragment(struct pattern *p, struct fragment *f, struct err *e)
{
  struct pattern_part *part = next_part(p, e);
  if(!part) {
    fragment_free(f);
    return E_LIMIT;
  }
  part->fragment = f;
  return keep(p, 0, e);
}

/* Judges a part of the item as an item of its own; false where there is none
 * such. */
static bool enter(struct pattern_inner *i, const struct look *l)
{
  if(l->item->kind != ITEM_EVENT ||
     !lines_of(l->item->data, slice_of(i->word), &i->text))
    return false;
  i->item = *l->item;
  i->item.data = buf_slice(&i->text);
  look_at(&i->look, &i->item);
  return true;
}

static enum holding judge_inner(struct pattern_inner *i, const struct look *l)
{
  return enter(i, l) ? pattern_judge(&i->pattern, &i->look) : HOLDS_NO;
}

static enum holding judge_fragment(const struct fragment *f,
                                   const struct look *l)
{
  if(l->item->kind != ITEM_EVENT)
    return HOLDS_UNKNOWN;
  return fragment_judge(f, l->item->data, NULL) ? HOLDS_YES : HOLDS_NO;
}

static enum holding judge_part(const struct pattern_part *part, struct look *l)
{
  if(part->inner)
    return judge_inner(part->inner, l);
  if(part->fragment)
    return judge_fragment(part->fragment, l);
  return part->expr ? expr_judge(part->expr, l)
                    : condition_judge(&part->condition, l);
}

enum holding pattern_judge(const struct pattern *p, struct look *l)
{
  enum holding all = HOLDS_YES;
  uint8_t i;
  if(p->parts == 0)
    return l->item->kind == ITEM_EVENT ? HOLDS_YES : HOLDS_UNKNOWN;
  for(i = 0; i < p->parts; i++) {
    enum holding one = judge_part(&p->part[i], l);
    if(one == HOLDS_NO)
      return one;
    if(one == HOLDS_UNKNOWN)
      all = one;
  }
  return all;
}

static double number_of(struct slice text)
{
  double v = 0;
  return units_number(text, &v) ? INFINITY : v;
}

static double edits(struct slice have, struct slice want)
{
  char a[COMPARED + 1], b[COMPARED + 1];
  size_t n = have.n < COMPARED ? have.n : COMPARED;
  size_t m = want.n < COMPARED ? want.n : COMPARED;
  if(n)
    memcpy(a, have.p, n);
  if(m)
    memcpy(b, want.p, m);
  a[n] = b[m] = '\0';
  return units_distance(a, b);
}

/* Of an equality with one value. */
static double distance(const struct condition *c, struct look *l)
{
  struct value v;
  struct slice want, have;
  if(c->relation != RELATION_EQ || c->literals != 1 ||
     c->aspect != ASPECT_ITSELF || !condition_operand(c, l, &v) ||
     v.kind != c->literal[0].kind)
    return INFINITY;
  want = (struct slice){c->literal[0].text, c->literal[0].n};
  if(v.kind == KIND_NUMBER)
    return fabs(number_of(v.text) - number_of(want));
  if(v.kind != KIND_STRING || value_text(&v, &l->undone, &have))
    return INFINITY;
  return edits(have, want);
}

void pattern_measure(const struct pattern *p, struct look *l,
                     struct pattern_miss *out)
{
  uint8_t i;
  memset(out, 0, sizeof(*out));
  out->parts = out->first = p->parts;
  out->distance = INFINITY;
  for(i = 0; i < p->parts; i++) {
    if(judge_part(&p->part[i], l) == HOLDS_YES) {
      out->met++;
      out->weight += p->part[i].weight;
    } else if(out->first == p->parts)
      out->first = i;
  }
  if(out->first < p->parts && !p->part[out->first].expr &&
     !p->part[out->first].inner && !p->part[out->first].fragment)
    out->distance = distance(&p->part[out->first].condition, l);
}

bool pattern_nearer(const struct pattern_miss *a, const struct pattern_miss *b)
{
  if(a->weight != b->weight)
    return a->weight > b->weight;
  return a->distance < b->distance;
}

static int explain_inner(struct pattern_inner *i, const struct look *l,
                         struct buf *out)
{
  struct pattern_miss miss;
  if(!enter(i, l))
    return buf_addf(out, "no line begins with \"%s\"", i->word);
  buf_addf(out, "of the lines of \"%s\", ", i->word);
  pattern_measure(&i->pattern, &i->look, &miss);
  return pattern_explain(&i->pattern, &i->look, &miss, out);
}

int pattern_explain(const struct pattern *p, struct look *l,
                    const struct pattern_miss *miss, struct buf *out)
{
  const struct pattern_part *part;
  if(miss->first >= p->parts)
    return out->rc;
  part = &p->part[miss->first];
  if(part->inner)
    return explain_inner(part->inner, l, out);
  if(part->fragment)
    return fragment_judge(part->fragment, l->item->data, out) ? 0 : out->rc;
  return part->expr ? expr_explain(part->expr, l, out)
                    : condition_explain(&part->condition, l, out);
}
