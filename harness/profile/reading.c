/* SPDX-License-Identifier: MIT
 * Values of a profile's file; see reading.h. */
#include "profile/reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

int reading_at(struct reading *r, const struct yaml_node *n, int rc)
{
  if(rc < 0)
    err_prefix(r->e, "%s:%u:%u", r->file, n->at.line, n->at.column);
  return rc;
}

int reading_fail(struct reading *r, const struct yaml_node *n, int code,
                 const char *fmt, ...)
{
  char text[300];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof(text), fmt, ap);
  va_end(ap);
  err_set(r->e, code, "%s", text);
  return reading_at(r, n, code);
}

/* A key that counts twice would have one of its values lost. */
static int refuse_twice(struct reading *r, const struct yaml_node *map,
                        const struct yaml_node *n)
{
  const struct yaml_node *m = yaml_first(map, n);
  if(m == n)
    return 0;
  err_set(r->e, E_SYNTAX, "\"%.60s\" is given twice; first at %u:%u", n->key.p,
          m->key_at.line, m->key_at.column);
  return reading_at(r, &(struct yaml_node){.at = n->key_at}, E_SYNTAX);
}

int reading_is(struct reading *r, const struct yaml_node *n,
               enum yaml_kind kind)
{
  const struct yaml_node *c;
  int rc = 0;
  if(n->kind != kind)
    return reading_fail(r, n, E_SYNTAX, "this is %s, where %s is wanted",
                        yaml_kind_name(n->kind), yaml_kind_name(kind));
  for(c = kind == YAML_MAP ? n->child : NULL; c && !rc; c = c->next)
    rc = refuse_twice(r, n, c);
  return rc;
}

static int refuse_key(struct reading *r, const struct yaml_node *n,
                      const struct reading_key *keys)
{
  const char *best = NULL;
  int least = 4;
  for(; keys->name; keys++) {
    int d = units_distance(n->key.p, keys->name);
    if(d < least) {
      least = d;
      best = keys->name;
    }
  }
  err_set(r->e, E_SYNTAX, "unknown key \"%s\"%s%s%s", n->key.p,
          best ? " (did you mean " : "", best ? best : "", best ? "?)" : "");
  return reading_at(r, &(struct yaml_node){.at = n->key_at}, E_SYNTAX);
}

int reading_map(struct reading *r, const struct yaml_node *n,
                const struct reading_key *keys, void *into)
{
  const struct yaml_node *c;
  size_t i;
  int rc = reading_is(r, n, YAML_MAP);
  for(c = rc ? NULL : n->child; c && !rc; c = c->next) {
    for(i = 0; keys[i].name && !slice_eq_cstr(c->key, keys[i].name); i++)
      continue;
    if(!keys[i].name)
      rc = refuse_key(r, c, keys);
  }
  for(i = 0; keys[i].name && !rc; i++) {
    c = yaml_get(n, keys[i].name);
    if(c)
      rc = keys[i].take(r, c, into);
  }
  return rc;
}

int reading_each(struct reading *r, const struct yaml_node *list,
                 int (*take)(struct reading *r, const struct yaml_node *n))
{
  const struct yaml_node *c;
  int rc = reading_is(r, list, YAML_LIST);
  for(c = rc ? NULL : list->child; c && !rc; c = c->next)
    rc = take(r, c);
  return rc;
}

int reading_text(struct reading *r, const struct yaml_node *n, char **out)
{
  char *copy;
  int rc = reading_is(r, n, YAML_SCALAR);
  if(rc)
    return rc;
  copy = slice_dup(n->text);
  if(!copy)
    return reading_fail(r, n, E_NOMEM, "out of memory");
  free(*out);
  *out = copy;
  return 0;
}

int reading_template(struct reading *r, const struct yaml_node *n,
                     const char *text, bool json)
{
  struct buf out;
  int rc;
  buf_init(&out, 0);
  rc = profile_fill(r->p, NULL, text, json, &out);
  buf_free(&out);
  if(rc == E_NOT_FOUND)
    return reading_fail(r, n, rc, "a {{variable}} in it is not in vars");
  if(rc == E_SYNTAX)
    return reading_fail(r, n, rc, "a {{ in it is never closed");
  return rc < 0 ? reading_fail(r, n, rc, "%s", err_name(rc)) : 0;
}

int reading_count(struct reading *r, const struct yaml_node *n, uint64_t *out)
{
  int rc = reading_is(r, n, YAML_SCALAR);
  if(!rc && units_count(n->text, out))
    rc = reading_fail(r, n, E_SYNTAX, "\"%s\" is no whole number", n->text.p);
  return rc;
}

int reading_time(struct reading *r, const struct yaml_node *n, uint64_t *ns)
{
  int rc = reading_is(r, n, YAML_SCALAR);
  if(!rc && (units_duration_ns(n->text, ns) || *ns > INT64_MAX))
    rc = reading_fail(r, n, E_SYNTAX, "\"%s\" is no time (250ms, 2s)",
                      n->text.p);
  return rc;
}

int reading_true(struct reading *r, const struct yaml_node *n)
{
  if(n->kind == YAML_SCALAR && slice_eq_cstr(n->text, "true"))
    return 0;
  return reading_fail(r, n, E_SYNTAX, "only \"true\" makes sense here");
}

const struct reading_kind reading_class = {"class", grammar_find_class};
const struct reading_kind reading_state = {"state", grammar_find_state};
const struct reading_kind reading_lane = {"lane", grammar_find_lane};

int reading_find(struct reading *r, const struct yaml_node *n,
                 const struct reading_kind *kind, struct slice name)
{
  uint8_t at = kind->find(&r->p->grammar, name);
  if(at != GRAMMAR_NONE)
    return at;
  return reading_fail(r, n, E_NOT_FOUND, "there is no %s \"%.*s\"", kind->what,
                      (int)name.n, name.p);
}

static int add_class(struct reading *r, const struct yaml_node *n,
                     uint64_t *out)
{
  int rc = reading_is(r, n, YAML_SCALAR);
  if(!rc)
    rc = reading_find(r, n, &reading_class, n->text);
  if(rc < 0)
    return rc;
  *out |= UINT64_C(1) << rc;
  return 0;
}

int reading_classes(struct reading *r, const struct yaml_node *n,
                    uint64_t *out)
{
  const struct yaml_node *c;
  int rc = 0;
  *out = 0;
  if(n->kind != YAML_LIST)
    return add_class(r, n, out);
  for(c = n->child; c && !rc; c = c->next)
    rc = add_class(r, c, out);
  return rc;
}

int reading_word(struct reading *r, const struct yaml_node *n,
                 const char *(*word)(int i), int words)
{
  struct buf all;
  int i, rc = reading_is(r, n, YAML_SCALAR);
  if(rc)
    return rc;
  buf_init(&all, 0);
  for(i = 0; i < words; i++) {
    if(slice_eq_cstr(n->text, word(i)))
      break;
    buf_addf(&all, "%s%s", i ? ", " : "", word(i));
  }
  rc = i;
  if(i == words)
    rc = reading_fail(r, n, E_SYNTAX, "\"%s\" is none of %s", n->text.p,
                      buf_text(&all));
  buf_free(&all);
  return rc;
}

static const char *outcome_word(int i)
{
  return outcome_name((enum outcome)i);
}

int reading_outcome(struct reading *r, const struct yaml_node *n)
{
  return reading_word(r, n, outcome_word, OUTCOMES);
}

int reading_slot(struct reading *r, const struct yaml_node *n, uint8_t *out)
{
  int rc = reading_is(r, n, YAML_SCALAR);
  if(rc)
    return rc;
  rc = grammar_slot(&r->p->grammar, n->text, r->e);
  if(rc < 0)
    return reading_at(r, n, rc);
  *out = (uint8_t)rc;
  return 0;
}

int reading_pairs(struct reading *r, const struct yaml_node *n,
                  struct profile_text *out, uint8_t *count, uint8_t most)
{
  const struct yaml_node *c;
  int rc = reading_is(r, n, YAML_MAP);
  for(c = rc ? NULL : n->child; c && !rc; c = c->next) {
    struct profile_text *t = &out[*count];
    if(*count == most)
      return reading_fail(r, c, E_LIMIT, "more than %u of them", most);
    t->name = slice_dup(c->key);
    (*count)++;
    rc = t->name ? reading_text(r, c, &t->text)
                 : reading_fail(r, c, E_NOMEM, "out of memory");
  }
  return rc;
}

int reading_texts(struct reading *r, const struct yaml_node *n, char **out,
                  uint8_t *count, uint8_t most)
{
  const struct yaml_node *c;
  int rc = reading_is(r, n, YAML_LIST);
  for(c = rc ? NULL : n->child; c && !rc; c = c->next) {
    if(*count == most)
      return reading_fail(r, c, E_LIMIT, "more than %u of them", most);
    rc = reading_text(r, c, &out[*count]);
    *count = (uint8_t)(*count + !rc);
  }
  return rc;
}

static int add_code(struct reading *r, const struct yaml_node *n,
                    struct profile_codes *out)
{
  uint64_t code;
  int rc = reading_count(r, n, &code);
  if(!rc && (code < 100 || code > 599))
    rc = reading_fail(r, n, E_RANGE, "\"%s\" is no status", n->text.p);
  if(!rc && out->count == PROFILE_CODES_MAX)
    rc =
        reading_fail(r, n, E_LIMIT, "more than %d of them", PROFILE_CODES_MAX);
  if(!rc)
    out->code[out->count++] = (uint16_t)code;
  return rc;
}

int reading_codes(struct reading *r, const struct yaml_node *n,
                  struct profile_codes *out)
{
  const struct yaml_node *c;
  int rc = 0;
  if(n->kind != YAML_LIST)
    return add_code(r, n, out);
  for(c = n->child; c && !rc; c = c->next)
    rc = add_code(r, c, out);
  return rc;
}

int reading_step(struct reading *r, const struct yaml_node *n, uint8_t *out)
{
  int rc = reading_is(r, n, YAML_SCALAR);
  if(rc)
    return rc;
  *out = profile_find_step(r->p, n->text);
  if(*out != GRAMMAR_NONE)
    return 0;
  return reading_fail(r, n, E_NOT_FOUND, "there is no step \"%s\" before",
                      n->text.p);
}
