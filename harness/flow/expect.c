/* SPDX-License-Identifier: MIT
 * Expectations; see expect.h. */
#include "flow/expect.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "content/reader.h"

struct compiling {
  struct expect *x;
  struct vars *v;
  const char *user;
  struct err *e;
};

static int add_names(struct compiling *c, struct pattern *p,
                     const struct yaml_node *names)
{
  struct slice name[CONDITION_LITERALS_MAX];
  struct buf text[CONDITION_LITERALS_MAX];
  const struct yaml_node *i = NULL;
  size_t n = 0, k;
  int rc = 0;
  for(i = node_each(names, NULL); i && !rc; i = node_each(names, i)) {
    if(n == CONDITION_LITERALS_MAX)
      return err_set(c->e, E_LIMIT, "event: more than %d names",
                     CONDITION_LITERALS_MAX);
    buf_init(&text[n], 0);
    rc = vars_text(c->v, c->user, i->text, &text[n], c->e);
    name[n] = buf_slice(&text[n]);
    n++;
  }
  if(!rc)
    rc = pattern_event(p, name, n, c->e);
  for(k = 0; k < n; k++)
    buf_free(&text[k]);
  return rc;
}

static int add_text(struct compiling *c, struct pattern *p,
                    const struct yaml_node *n)
{
  struct buf text;
  struct slice t;
  int rc;
  buf_init(&text, 0);
  rc = vars_text(c->v, c->user, n->text, &text, c->e);
  t = buf_slice(&text);
  if(rc)
    ;
  else if(slice_eq_cstr(n->key, "id"))
    rc = pattern_text(p, OPERAND_ID, t, c->e);
  else if(slice_eq_cstr(n->key, "is"))
    rc = pattern_text(p, OPERAND_DATA, t, c->e);
  else if(slice_eq_cstr(n->key, "text"))
    rc = pattern_part_of_data(p, t, c->e);
  else
    rc = pattern_comment(p, t, c->e);
  buf_free(&text);
  return rc;
}

/* The whole data is that text. */
static int add_data(struct compiling *c, struct pattern *p,
                    const struct yaml_node *n)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = vars_text(c->v, c->user, n->text, &text, c->e);
  if(!rc)
    rc = pattern_text(p, OPERAND_DATA, buf_slice(&text), c->e);
  buf_free(&text);
  return rc;
}

static int add_members(struct compiling *c, struct pattern *p,
                       const struct yaml_node *map)
{
  const struct yaml_node *m;
  int rc = 0;
  for(m = map->child; m && !rc; m = m->next) {
    struct literal value = {KIND_NULL, NULL, 0};
    rc = vars_literal(c->v, c->user, m, &value, c->e);
    if(!rc && value.kind > KIND_STRING)
      rc = err_set(c->e, E_SYNTAX,
                   "data: %s: a variable that is an array or object cannot "
                   "be compared",
                   m->key.p);
    if(!rc)
      rc = pattern_member(p, m->key, &value, vars_has_template(m->text), c->e);
    free(value.text);
  }
  return rc;
}

static int add_where(struct compiling *c, struct pattern *p,
                     const struct yaml_node *list)
{
  const struct yaml_node *i = NULL;
  int rc = 0;
  for(i = node_each(list, NULL); i && !rc; i = node_each(list, i)) {
    struct buf text;
    buf_init(&text, 0);
    rc = vars_expression(c->v, c->user, i->text, &text, c->e);
    if(!rc)
      rc = pattern_where(p, buf_slice(&text), c->e);
    buf_free(&text);
  }
  return rc;
}

static int add_lines(struct compiling *c, struct pattern *p,
                     const struct yaml_node *map)
{
  const struct yaml_node *m;
  int rc = 0;
  for(m = map->child; m && !rc; m = m->next) {
    struct pattern *inner = pattern_lines(p, m->key, c->e);
    if(!inner)
      return c->e->code;
    rc = m->kind == YAML_SCALAR ? add_data(c, inner, m)
                                : add_members(c, inner, m);
  }
  return rc;
}

/* A text of a fragment, its variables filled in. */
static int fill_fragment(struct compiling *c, struct fragment *f,
                         const struct yaml_node *n, bool attribute)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = vars_text(c->v, c->user, n->text, &text, c->e);
  if(!rc)
    rc = attribute ? fragment_attr(f, n->key, buf_slice(&text), c->e)
                   : fragment_text(f, buf_slice(&text), c->e);
  buf_free(&text);
  return rc;
}

static int add_fragment(struct compiling *c, struct pattern *p,
                        const struct yaml_node *map)
{
  const struct yaml_node *attr = yaml_get(map, "attr"), *m;
  const struct yaml_node *text = yaml_get(map, "text");
  struct fragment *f = fragment_new(yaml_get(map, "select")->text, c->e);
  int rc = f ? 0 : c->e->code;
  if(!rc && text)
    rc = fill_fragment(c, f, text, false);
  for(m = attr ? attr->child : NULL; m && !rc; m = m->next)
    rc = fill_fragment(c, f, m, true);
  if(rc) {
    fragment_free(f);
    return rc;
  }
  fragment_count(f, (uint32_t)node_count(map, "count", FRAGMENT_ANY));
  return pattern_fragment(p, f, c->e);
}

static int add_part(struct compiling *c, struct pattern *p,
                    const struct yaml_node *n)
{
  uint64_t ns = 0;
  if(slice_eq_cstr(n->key, "lines"))
    return add_lines(c, p, n);
  if(slice_eq_cstr(n->key, "fragment"))
    return add_fragment(c, p, n);
  if(slice_eq_cstr(n->key, "event"))
    return add_names(c, p, n);
  if(slice_eq_cstr(n->key, "data"))
    return add_members(c, p, n);
  if(slice_eq_cstr(n->key, "where"))
    return add_where(c, p, n);
  if(slice_eq_cstr(n->key, "retry"))
    return node_read_time(n->text, &ns)
               ? E_SYNTAX
               : pattern_retry(p, ns / NS_PER_MS, c->e);
  if(slice_eq_cstr(n->key, "times"))
    return 0;
  return add_text(c, p, n);
}

/* The pattern that stands in a map, among other keys perhaps. */
static int add_pattern(struct compiling *c, const struct yaml_node *map)
{
  struct expect *x = c->x;
  struct pattern *p = &x->pattern[x->patterns];
  const struct yaml_node *n, *times = yaml_get(map, "times");
  struct node_times t = {1, NODE_MANY, false};
  int rc = 0;
  if(x->patterns == EXPECT_PATTERNS_MAX)
    return err_set(c->e, E_LIMIT, "more than %d patterns",
                   EXPECT_PATTERNS_MAX);
  pattern_init(p, &x->set);
  if(x->quantity != QUANTITY_TIMES)
    t.most = 1;
  if(times)
    node_read_times(times->text, &t);
  x->times[x->patterns++] = t;
  for(n = map->kind == YAML_MAP ? map->child : NULL; n && !rc; n = n->next) {
    if(key_find(&flow_keys_pattern, n->key))
      rc = add_part(c, p, n);
  }
  return rc;
}

static int add_patterns(struct compiling *c, const struct yaml_node *list)
{
  const struct yaml_node *i = NULL;
  int rc = 0;
  for(i = node_each(list, NULL); i && !rc; i = node_each(list, i))
    rc = add_pattern(c, i);
  return rc;
}

static int add_steps(struct expect *x, struct err *e)
{
  uint8_t i;
  int rc = 0;
  for(i = 0; i < x->patterns && !rc; i++)
    rc = sequence_step(
        &x->sequence, i, x->times[i].least,
        x->times[i].most == NODE_MANY ? SEQUENCE_MANY : x->times[i].most, e);
  return rc;
}

static int add_joined(struct compiling *c)
{
  const struct yaml_node *map = yaml_get(c->x->step->map, "joined"), *m;
  struct expect_joined *j;
  int rc;
  if(!map)
    return 0;
  j = c->x->joined = calloc(1, sizeof(*j));
  if(!j)
    return err_set(c->e, E_NOMEM, "%s", err_name(E_NOMEM));
  look_init(&j->look, &j->set);
  pattern_init(&j->pattern, &j->set);
  rc = pointer_set_add(&j->from, yaml_get(map, "pointer")->text, c->e);
  rc = rc < 0 ? rc : 0;
  for(m = map->child; m && !rc; m = m->next) {
    if(slice_eq_cstr(m->key, "json"))
      rc = add_members(c, &j->pattern, m);
    else if(!slice_eq_cstr(m->key, "pointer"))
      rc = add_text(c, &j->pattern, m);
  }
  return rc;
}

static void free_joined(struct expect_joined *j)
{
  if(!j)
    return;
  pattern_fini(&j->pattern);
  look_fini(&j->look);
  pointer_set_fini(&j->set);
  pointer_set_fini(&j->from);
  free(j);
}

static const struct {
  const char *key;
  enum quantity quantity;
} words[] = {
    {"in-order", QUANTITY_IN_ORDER}, {"any-order", QUANTITY_ANY_ORDER},
    {"none", QUANTITY_NONE},         {"only", QUANTITY_ONLY},
    {"every", QUANTITY_EVERY},       {"silence", QUANTITY_SILENCE},
    {"ends", QUANTITY_ENDS},         {"open", QUANTITY_OPEN},
};

static int compile(struct compiling *c)
{
  struct expect *x = c->x;
  const struct yaml_node *map = x->step->map, *n = NULL;
  size_t i;
  int rc;
  for(i = 0; i < sizeof(words) / sizeof(words[0]) && !n; i++) {
    n = yaml_get(map, words[i].key);
    if(n)
      x->quantity = words[i].quantity;
  }
  if(x->quantity == QUANTITY_OPEN)
    return 0;
  if(x->quantity == QUANTITY_SILENCE) {
    x->comments = slice_eq_cstr(n->text, "bytes");
    return 0;
  }
  if(x->quantity == QUANTITY_ENDS) {
    n = yaml_get(n, "after");
    return n ? add_pattern(c, n) : 0;
  }
  rc = n ? add_patterns(c, n) : add_pattern(c, map);
  if(!rc && x->quantity == QUANTITY_IN_ORDER) {
    x->sequence.adjacent = node_bool(map, "adjacent", false);
    rc = add_steps(x, c->e);
  }
  return rc;
}

/* An empty one to compile into, or NULL with a sentence. */
static struct expect *begin(struct compiling *c, const struct flow *f,
                            const struct flow_step *s)
{
  c->user = s->user >= 0 ? f->user[s->user].name : "";
  c->x = calloc(1, sizeof(*c->x));
  if(!c->x) {
    err_set(c->e, E_NOMEM, "%s", err_name(E_NOMEM));
    return NULL;
  }
  c->x->step = s;
  look_init(&c->x->look, &c->x->set);
  return c->x;
}

struct expect *expect_new(const struct flow *f, const struct flow_step *s,
                          struct vars *v, struct err *e)
{
  struct compiling c = {.v = v, .e = e};
  if(!begin(&c, f, s))
    return NULL;
  c.x->stream = (uint32_t)s->stream;
  if(compile(&c) == 0 && add_joined(&c) == 0)
    return c.x;
  if(!e->text[0])
    err_set(e, e->code, "%s", err_name(e->code));
  expect_free(c.x);
  return NULL;
}

struct expect *expect_ready(const struct flow *f, const struct flow_step *s,
                            struct vars *v, struct err *e)
{
  struct compiling c = {.v = v, .e = e};
  if(!begin(&c, f, s))
    return NULL;
  c.x->stream = (uint32_t)s->stream;
  c.x->deadline_ns = EXPECT_FOREVER;
  if(add_pattern(&c, yaml_get(s->map, "ready")) == 0)
    return c.x;
  expect_free(c.x);
  return NULL;
}

void expect_free(struct expect *x)
{
  uint8_t i;
  if(!x)
    return;
  for(i = 0; i < x->patterns; i++)
    pattern_fini(&x->pattern[i]);
  look_fini(&x->look);
  pointer_set_fini(&x->set);
  free_joined(x->joined);
  free(x->match);
  free(x);
}

bool expect_is_negative(const struct expect *x)
{
  return x->quantity == QUANTITY_NONE || x->quantity == QUANTITY_ONLY ||
         x->quantity == QUANTITY_EVERY || x->quantity == QUANTITY_SILENCE;
}

bool expect_relates(const struct expect *x, uint32_t k)
{
  return x->match[k].patterns != 0 || x->quantity == QUANTITY_ENDS;
}

uint32_t expect_needs(const struct expect *x)
{
  uint32_t all = 0;
  uint8_t i;
  if(x->quantity != QUANTITY_TIMES && x->quantity != QUANTITY_ANY_ORDER)
    return 0;
  for(i = 0; i < x->patterns; i++)
    all += x->times[i].least;
  return all;
}

enum expect_when expect_when(const struct expect *x,
                             const struct record_item *i)
{
  if(i->at_ns <= x->start_ns)
    return WHEN_BEFORE;
  if(i->at_ns < x->deadline_ns)
    return WHEN_IN_TIME;
  return i->from_ns >= x->deadline_ns ? WHEN_LATE : WHEN_ACROSS;
}

void expect_point(struct expect *x, const struct record_item *i,
                  struct stream_item *view)
{
  *view = i->item;
  view->at_ns = i->at_ns - x->origin_ns;
  look_at(&x->look, view);
}

static int keep(struct expect *x, uint32_t item, uint64_t patterns)
{
  if(x->matches == x->room) {
    uint32_t room = x->room ? x->room * 2 : 16;
    struct expect_match *more = realloc(x->match, room * sizeof(*more));
    if(!more)
      return E_NOMEM;
    x->match = more;
    x->room = room;
  }
  x->match[x->matches++] = (struct expect_match){item, patterns};
  return 0;
}

/* Whether an item may matter to it: for those that say something of all items,
 * each does, met by a pattern or not. */
static bool counts(const struct expect *x, const struct record_item *i,
                   uint64_t patterns)
{
  if(x->quantity == QUANTITY_SILENCE)
    return x->comments || i->item.kind == ITEM_EVENT;
  if(x->quantity == QUANTITY_ONLY || x->quantity == QUANTITY_EVERY ||
     x->quantity == QUANTITY_IN_ORDER || x->quantity == QUANTITY_ENDS)
    return i->item.kind == ITEM_EVENT || patterns;
  return patterns != 0;
}

int expect_look(struct expect *x, const struct record *r)
{
  int rc = 0;
  for(; x->seen < r->count && !rc; x->seen++) {
    const struct record_item *i = &r->item[x->seen];
    struct stream_item view;
    uint64_t patterns = 0;
    uint8_t k;
    if(i->stream != x->stream || expect_when(x, i) == WHEN_BEFORE)
      continue;
    expect_point(x, i, &view);
    for(k = 0; k < x->patterns; k++)
      patterns |=
          (uint64_t)(pattern_judge(&x->pattern[k], &x->look) == HOLDS_YES)
          << k;
    if(counts(x, i, patterns))
      rc = keep(x, x->seen, patterns);
  }
  return rc;
}

struct expect *expect_answer(const struct flow *f, const struct flow_step *s,
                             struct vars *v, struct err *e)
{
  struct compiling c = {.v = v, .e = e};
  const struct yaml_node *n;
  int rc = 0;
  if(!begin(&c, f, s))
    return NULL;
  pattern_init(&c.x->pattern[0], &c.x->set);
  c.x->patterns = 1;
  for(n = s->map->child; n && !rc; n = n->next) {
    if(slice_eq_cstr(n->key, "data") || slice_eq_cstr(n->key, "where"))
      rc = add_part(&c, &c.x->pattern[0], n);
  }
  if(rc == 0)
    return c.x;
  expect_free(c.x);
  return NULL;
}

int take_value(struct vars *v, const char *name, struct slice pointer,
               struct slice data, struct err *e)
{
  struct pointer_set set;
  struct value value;
  struct slice text;
  struct buf plain;
  size_t at = 0;
  int rc;
  memset(&set, 0, sizeof(set));
  buf_init(&plain, 0);
  rc = pointer_set_add(&set, pointer, e);
  if(rc >= 0)
    rc = reader_read(&set, data, &value, &at)
             ? err_set(e, E_SYNTAX, "take: %s: the data is no JSON", name)
             : 0;
  if(!rc && value.kind == KIND_ABSENT)
    rc = err_set(e, E_NOT_FOUND, "take: %s: there is no %.*s", name,
                 (int)pointer.n, pointer.p);
  text = value.text;
  if(!rc && value.kind == KIND_STRING)
    rc = value_text(&value, &plain, &text);
  if(!rc)
    rc = vars_set(v, name, value.kind, text);
  buf_free(&plain);
  pointer_set_fini(&set);
  return rc;
}
