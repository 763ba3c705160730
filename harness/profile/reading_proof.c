/* SPDX-License-Identifier: MIT
 * A profile's proof: a script that breaks nothing, and ways to spoil it; see
 * profile.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/reading.h"

static int take_good(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  return reading_text(r, n, &r->p->good);
}

static int take_head(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  return reading_pairs(r, n, r->p->good_head, &r->p->good_heads,
                       PROFILE_HEADERS_MAX);
}

static int add_rule(struct reading *r, const struct yaml_node *n,
                    uint64_t *rules)
{
  char id[PROFILE_RULE_ID_MAX];
  uint8_t at;
  int rc = reading_is(r, n, YAML_SCALAR);
  if(rc)
    return rc;
  at = reading_rule(r, n->text.p, id);
  if(at == GRAMMAR_NONE)
    return reading_fail(r, n, E_NOT_FOUND, "there is no rule \"%s\"",
                        n->text.p);
  *rules |= UINT64_C(1) << at;
  return 0;
}

static int take_breaks(struct reading *r, const struct yaml_node *n,
                       void *into)
{
  struct profile_fault *f = into;
  const struct yaml_node *c;
  int rc = 0;
  if(n->kind != YAML_LIST)
    return add_rule(r, n, &f->breaks);
  for(c = n->child; c && !rc; c = c->next)
    rc = add_rule(r, c, &f->breaks);
  return rc;
}

static int take_replace(struct reading *r, const struct yaml_node *n,
                        void *into)
{
  return reading_text(r, n, &((struct profile_fault *)into)->replace);
}

static int take_with(struct reading *r, const struct yaml_node *n, void *into)
{
  return reading_text(r, n, &((struct profile_fault *)into)->with);
}

static int take_without(struct reading *r, const struct yaml_node *n,
                        void *into)
{
  return reading_text(r, n, &((struct profile_fault *)into)->without_head);
}

static int take_hold(struct reading *r, const struct yaml_node *n, void *into)
{
  return reading_time(r, n, &((struct profile_fault *)into)->hold_ns);
}

/* Whether it can be made of the good script. */
static int try_it(struct reading *r, const struct yaml_node *n,
                  const struct profile_fault *f)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = profile_script(r->p, f, &text);
  buf_free(&text);
  if(rc == E_NOT_FOUND)
    return reading_fail(r, n, rc,
                        "what is to be replaced is not in the good script "
                        "exactly once");
  return rc ? reading_fail(r, n, rc, "out of memory") : 0;
}

static int take_faults(struct reading *r, const struct yaml_node *n,
                       void *into)
{
  static const struct reading_key keys[] = {
      {"breaks", take_breaks}, {"replace", take_replace},
      {"with", take_with},     {"without-head", take_without},
      {"hold", take_hold},     {NULL, NULL}};
  const struct yaml_node *c;
  int rc = reading_is(r, n, YAML_LIST);
  (void)into;
  for(c = rc ? NULL : n->child; c && !rc; c = c->next) {
    struct profile_fault *f = &r->p->fault[r->p->faults];
    if(r->p->faults == PROFILE_FAULTS_MAX)
      return reading_fail(r, c, E_LIMIT, "more than %d faults",
                          PROFILE_FAULTS_MAX);
    r->p->faults++;
    rc = reading_map(r, c, keys, f);
    if(!rc && !f->breaks)
      rc = reading_fail(r, c, E_SYNTAX, "a fault breaks a rule");
    if(!rc)
      rc = try_it(r, c, f);
  }
  return rc;
}

int reading_proof(struct reading *r, const struct yaml_node *n, void *into)
{
  static const struct reading_key keys[] = {{"good", take_good},
                                            {"head", take_head},
                                            {"faults", take_faults},
                                            {NULL, NULL}};
  return reading_map(r, n, keys, into);
}

int profile_script(const struct profile *p, const struct profile_fault *fault,
                   struct buf *out)
{
  struct slice good = slice_of(p->good), rest;
  const char *what = fault ? fault->replace : NULL;
  long at;
  if(!what)
    return buf_add(out, good.p, good.n);
  at = slice_find(good, what);
  if(at < 0)
    return E_NOT_FOUND;
  rest = (struct slice){good.p + at + strlen(what),
                        good.n - (size_t)at - strlen(what)};
  if(slice_find(rest, what) >= 0)
    return E_NOT_FOUND;
  buf_add(out, good.p, (size_t)at);
  buf_adds(out, fault->with ? fault->with : "");
  return buf_add(out, rest.p, rest.n);
}
