/* SPDX-License-Identifier: MIT
 * Relations; see relation.h. */
#include "flow/relation.h"

#include <string.h>

#include "content/number.h"
#include "content/reader.h"

struct relating {
  const struct expect *x;
  const struct record *record;
  const struct record_item *before; /* the match before */
  struct pointer_set set;           /* of the one pointer */
};

static struct round_said missed(const char *relation, uint32_t item)
{
  return (struct round_said){ROUND_MISSED, MISS_RELATION, item, relation};
}

/* The value at the pointer; false where there is none. */
static bool value_at(const struct relating *w, const struct record_item *i,
                     struct value *out)
{
  size_t at;
  return reader_read(&w->set, i->item.data, out, &at) == 0 &&
         out->kind != KIND_ABSENT;
}

static bool is_equal(const struct value *a, const struct value *b)
{
  if(a->kind != b->kind)
    return false;
  if(a->kind == KIND_NUMBER)
    return number_compare(a->text, b->text) == 0;
  return slice_eq(a->text, b->text);
}

static bool rises(const struct value *a, const struct value *b)
{
  return a->kind == KIND_NUMBER && b->kind == KIND_NUMBER &&
         number_compare(b->text, a->text) > 0;
}

/* Does a value not occur among the matches before number k? */
static bool is_new(const struct relating *w, uint32_t k, const struct value *v)
{
  struct value other;
  uint32_t j;
  for(j = 0; j < k; j++) {
    if(value_at(w, &w->record->item[w->x->match[j].item], &other) &&
       is_equal(&other, v))
      return false;
  }
  return true;
}

static bool holds(const struct relating *w, const char *key, uint32_t k)
{
  const struct record_item *now = &w->record->item[w->x->match[k].item];
  struct value a, b;
  if(!value_at(w, now, &b))
    return false;
  if(strcmp(key, "distinct") == 0)
    return is_new(w, k, &b);
  if(!w->before || !value_at(w, w->before, &a))
    return true;
  return strcmp(key, "rising") == 0 ? rises(&a, &b) : is_equal(&a, &b);
}

/* A relation between the values at a pointer. */
static uint32_t broken_value(struct relating *w, const char *key)
{
  const struct yaml_node *n = yaml_get(w->x->step->map, key);
  struct err e;
  uint32_t k, bad = UINT32_MAX;
  if(!n)
    return bad;
  memset(&w->set, 0, sizeof(w->set));
  if(pointer_set_add(&w->set, n->text, &e) < 0)
    return bad;
  w->before = NULL;
  for(k = 0; k < w->x->matches && bad == UINT32_MAX; k++) {
    if(!expect_relates(w->x, k))
      continue;
    if(!holds(w, key, k))
      bad = w->x->match[k].item;
    w->before = &w->record->item[w->x->match[k].item];
  }
  pointer_set_fini(&w->set);
  return bad;
}

static uint32_t broken_gap(const struct relating *w)
{
  const struct yaml_node *n = yaml_get(w->x->step->map, "gap");
  const struct record_item *before = NULL;
  uint64_t least, most;
  uint32_t k;
  if(!n || node_read_spans(n->text, &least, &most))
    return UINT32_MAX;
  for(k = 0; k < w->x->matches; k++) {
    const struct record_item *i = &w->record->item[w->x->match[k].item];
    if(!expect_relates(w->x, k))
      continue;
    if(before && ((uint64_t)(i->at_ns - before->at_ns) < least ||
                  (uint64_t)(i->at_ns - before->at_ns) > most))
      return w->x->match[k].item;
    before = i;
  }
  return UINT32_MAX;
}

static uint32_t broken_replay(const struct relating *w)
{
  const struct yaml_node *n = yaml_get(w->x->step->map, "replayed");
  bool wanted = node_bool(w->x->step->map, "replayed", false);
  uint32_t k;
  for(k = 0; n && k < w->x->matches; k++) {
    const struct record_item *i = &w->record->item[w->x->match[k].item];
    bool is = i->connection > 1 && i->in_burst;
    if(expect_relates(w->x, k) && is != wanted)
      return w->x->match[k].item;
  }
  return UINT32_MAX;
}

/* The first item of the window whose id came before on this stream. */
static uint32_t broken_duplicates(const struct relating *w)
{
  const struct record *r = w->record;
  uint32_t k, j;
  if(!yaml_get(w->x->step->map, "duplicates"))
    return UINT32_MAX;
  for(k = 0; k < r->count; k++) {
    const struct record_item *i = &r->item[k];
    if(i->stream != w->x->stream || i->item.kind != ITEM_EVENT || !i->own_id ||
       !i->item.id.n || i->at_ns <= w->x->start_ns)
      continue;
    for(j = 0; j < k; j++) {
      if(r->item[j].stream == i->stream && r->item[j].own_id &&
         slice_eq(r->item[j].item.id, i->item.id))
        return k;
    }
  }
  return UINT32_MAX;
}

void relation_joined(const struct expect *x, const struct record *record,
                     struct buf *out)
{
  struct relating w = {.x = x, .record = record};
  struct value piece, all = {.kind = KIND_STRING, .escaped = true};
  struct buf raw;
  struct slice said;
  uint32_t k;
  buf_init(&raw, 0);
  memcpy(&w.set, &x->joined->from, sizeof(w.set));
  /* The escapes are undone behind the joining: half a surrogate pair, or of a
   * character's bytes, may stand at the end of a piece. */
  for(k = 0; k < x->matches; k++) {
    if(expect_relates(x, k) &&
       value_at(&w, &record->item[x->match[k].item], &piece) &&
       piece.kind == KIND_STRING)
      buf_add(&raw, piece.text.p, piece.text.n);
  }
  all.text = buf_slice(&raw);
  if(value_text(&all, out, &said))
    buf_clear(out);
  buf_free(&raw);
}

static bool joins(const struct expect *x, const struct record *record)
{
  struct stream_item item = {.kind = ITEM_EVENT, .gap_ns = GAP_NONE};
  struct buf text;
  bool good;
  if(!x->joined)
    return true;
  buf_init(&text, 0);
  relation_joined(x, record, &text);
  item.data = buf_slice(&text);
  look_at(&x->joined->look, &item);
  good = pattern_judge(&x->joined->pattern, &x->joined->look) == HOLDS_YES;
  buf_free(&text);
  return good;
}

struct round_said relation_judge(const struct round *r,
                                 const struct record *record, uint32_t i)
{
  static const char *const values[] = {"rising", "constant", "distinct"};
  struct relating w = {.x = r->expect[i], .record = record};
  uint32_t bad;
  size_t k;
  for(k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
    bad = broken_value(&w, values[k]);
    if(bad != UINT32_MAX)
      return missed(values[k], bad);
  }
  bad = broken_gap(&w);
  if(bad != UINT32_MAX)
    return missed("gap", bad);
  bad = broken_replay(&w);
  if(bad != UINT32_MAX)
    return missed("replayed", bad);
  bad = broken_duplicates(&w);
  if(bad != UINT32_MAX)
    return missed("duplicates", bad);
  if(!joins(w.x, record))
    return missed("joined", UINT32_MAX);
  return (struct round_said){ROUND_MET, MISS_NONE, UINT32_MAX, NULL};
}
