/* SPDX-License-Identifier: MIT
 * What may come, as a profile's file says it; see reading.h. */
#include <string.h>

#include "profile/reading.h"

int reading_class_map(struct reading *r, const struct yaml_node *n, void *into)
{
  const struct yaml_node *c;
  int rc = reading_is(r, n, YAML_MAP);
  (void)into;
  for(c = rc ? NULL : n->child; c && !rc; c = c->next) {
    rc = reading_is(r, c, YAML_SCALAR);
    if(!rc)
      rc = grammar_class(&r->p->grammar, c->key, c->text, r->e);
    if(rc < 0)
      return reading_at(r, c, rc);
    rc = 0;
  }
  return rc;
}

/* "end", "closed" and "saw CLASS": what the end of the body means here. */
static int take_end(struct reading *r, const struct yaml_node *n,
                    struct grammar_end *end)
{
  struct slice class = n->key;
  int outcome = reading_outcome(r, n);
  if(outcome < 0)
    return outcome;
  if(slice_eq_cstr(n->key, "end"))
    end->outcome = (uint8_t)outcome;
  else if(slice_eq_cstr(n->key, "closed"))
    end->closed = (uint8_t)outcome;
  else {
    int at;
    class.p += 4;
    class.n -= 4;
    at = reading_find(r, n, &reading_class, class);
    if(at < 0)
      return at;
    end->saw |= UINT64_C(1) << at;
    end->if_saw = (uint8_t)outcome;
  }
  return 0;
}

/* "role token: body": classes, and the state that they lead to. */
static int take_moves(struct reading *r, const struct yaml_node *n,
                      struct grammar_state *s)
{
  struct slice rest = n->key;
  int next, rc = reading_is(r, n, YAML_SCALAR);
  if(rc)
    return rc;
  next = reading_find(r, n, &reading_state, n->text);
  if(next < 0)
    return next;
  while(rest.n) {
    struct slice name = slice_cut(&rest, ' ');
    int class;
    if(!name.n)
      continue;
    class = reading_find(r, n, &reading_class, name);
    if(class < 0)
      return class;
    s->next[class] = (uint8_t)next;
  }
  return 0;
}

static int take_state(struct reading *r, const struct yaml_node *n,
                      struct grammar_state *s)
{
  const struct yaml_node *c;
  int rc = reading_is(r, n, YAML_MAP);
  for(c = rc ? NULL : n->child; c && !rc; c = c->next) {
    bool is_end = slice_eq_cstr(c->key, "end") ||
                  slice_eq_cstr(c->key, "closed") ||
                  slice_starts(c->key, "saw ");
    rc = is_end ? take_end(r, c, &s->end) : take_moves(r, c, s);
  }
  return rc;
}

/* The first state is the one that a stream begins in. */
int reading_states(struct reading *r, const struct yaml_node *n, void *into)
{
  struct grammar *g = &r->p->grammar;
  const struct yaml_node *c;
  uint8_t at = 0;
  int rc = reading_is(r, n, YAML_MAP);
  (void)into;
  for(c = rc ? NULL : n->child; c && rc >= 0; c = c->next) {
    rc = grammar_state(g, c->key, r->e);
    if(rc < 0)
      return reading_at(r, c, rc);
  }
  for(c = rc < 0 ? NULL : n->child, rc = rc < 0 ? rc : 0; c && !rc;
      c = c->next)
    rc = take_state(r, c, &g->state[at++]);
  return rc;
}

int reading_anywhere(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  return reading_classes(r, n, &r->p->grammar.anywhere);
}

static int take_key(struct reading *r, const struct yaml_node *n, void *into)
{
  struct grammar_lane *l = into;
  const struct yaml_node *c;
  int rc = 0;
  if(n->kind == YAML_SCALAR) {
    l->parts = 1;
    return reading_slot(r, n, &l->key[0]);
  }
  for(c = n->child; c && !rc; c = c->next) {
    if(l->parts == GRAMMAR_KEY_PARTS)
      return reading_fail(r, c, E_LIMIT, "a key has at most %d parts",
                          GRAMMAR_KEY_PARTS);
    rc = reading_slot(r, c, &l->key[l->parts++]);
  }
  return rc;
}

static int take_open(struct reading *r, const struct yaml_node *n, void *into)
{
  return reading_classes(r, n, &((struct grammar_lane *)into)->open);
}

static int take_use(struct reading *r, const struct yaml_node *n, void *into)
{
  return reading_classes(r, n, &((struct grammar_lane *)into)->use);
}

static int take_close(struct reading *r, const struct yaml_node *n, void *into)
{
  return reading_classes(r, n, &((struct grammar_lane *)into)->close);
}

static int take_join(struct reading *r, const struct yaml_node *n, void *into)
{
  return reading_slot(r, n, &((struct grammar_lane *)into)->join);
}

int reading_lanes(struct reading *r, const struct yaml_node *n, void *into)
{
  static const struct reading_key keys[] = {
      {"key", take_key},     {"open", take_open}, {"use", take_use},
      {"close", take_close}, {"join", take_join}, {NULL, NULL}};
  const struct yaml_node *c;
  int rc = reading_is(r, n, YAML_MAP);
  (void)into;
  for(c = rc ? NULL : n->child; c && !rc; c = c->next) {
    struct grammar_lane *lane;
    rc = grammar_lane(&r->p->grammar, c->key, r->e);
    if(rc < 0)
      return reading_at(r, c, rc);
    lane = &r->p->grammar.lane[rc];
    rc = reading_map(r, c, keys, lane);
    if(!rc && (!lane->parts || !lane->open))
      rc = reading_fail(r, c, E_SYNTAX, "a lane has a key and an open");
  }
  return rc;
}

static int take_tokens(struct reading *r, const struct yaml_node *n,
                       void *into)
{
  (void)into;
  return reading_classes(r, n, &r->p->grammar.token);
}

static int take_also(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  return reading_classes(r, n, &r->p->grammar.counts_in);
}

static int take_answer(struct reading *r, const struct yaml_node *n,
                       void *into)
{
  (void)into;
  return reading_classes(r, n, &r->p->grammar.answer);
}

static int take_marker(struct reading *r, const struct yaml_node *n,
                       void *into)
{
  (void)into;
  return reading_classes(r, n, &r->p->grammar.marker);
}

static int take_usage(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  return reading_slot(r, n, &r->p->grammar.usage);
}

static int take_usage_in(struct reading *r, const struct yaml_node *n,
                         void *into)
{
  (void)into;
  return reading_slot(r, n, &r->p->grammar.usage_in);
}

int reading_load(struct reading *r, const struct yaml_node *n, void *into)
{
  static const struct reading_key keys[] = {{"tokens", take_tokens},
                                            {"also", take_also},
                                            {"answer", take_answer},
                                            {"marker", take_marker},
                                            {"usage", take_usage},
                                            {"usage-in", take_usage_in},
                                            {NULL, NULL}};
  return reading_map(r, n, keys, into);
}
