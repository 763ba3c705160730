/* SPDX-License-Identifier: MIT
 * Filling in a profile's request; see profile.h. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "profile/profile.h"

#define RAW "json " /* in front of a name: its text is JSON already */

static const char *find(const struct profile_text *list, uint8_t n,
                        struct slice name)
{
  uint8_t i;
  for(i = 0; i < n; i++) {
    if(slice_eq_cstr(name, list[i].name))
      return list[i].text;
  }
  return NULL;
}

static int add_var(struct profile_vars *vars, struct slice name,
                   struct slice value)
{
  struct profile_text *v = &vars->var[vars->vars];
  v->name = slice_dup(name);
  v->text = slice_dup(value);
  vars->vars++;
  return v->name && v->text ? 0 : E_NOMEM;
}

int profile_set(const struct profile *p, struct profile_vars *vars,
                struct slice text, struct err *e)
{
  struct slice rest = text, name = slice_cut(&rest, '=');
  if(!rest.p || !name.n)
    return err_set(e, E_SYNTAX, "\"%.*s\" is not NAME=VALUE", (int)text.n,
                   text.p);
  if(!find(p->var, p->vars, name))
    return err_set(e, E_NOT_FOUND, "%s knows no variable \"%.*s\"", p->name,
                   (int)name.n, name.p);
  if(vars->vars == PROFILE_VARS_MAX)
    return err_set(e, E_LIMIT, "more than %d variables", PROFILE_VARS_MAX);
  return add_var(vars, name, rest) ? err_set(e, E_NOMEM, "out of memory") : 0;
}

int profile_keep(struct profile_vars *vars, const char *name,
                 struct slice value)
{
  uint8_t i;
  char *copy;
  for(i = vars->vars; i > 0; i--) { /* the last one counts */
    struct profile_text *v = &vars->var[i - 1];
    if(strcmp(v->name, name) != 0)
      continue;
    copy = slice_dup(value);
    if(!copy)
      return E_NOMEM;
    free(v->text);
    v->text = copy;
    return 0;
  }
  return vars->vars == PROFILE_VARS_MAX ? E_LIMIT
                                        : add_var(vars, slice_of(name), value);
}

bool profile_has_var(const struct profile *p, const char *name)
{
  return find(p->var, p->vars, slice_of(name)) != NULL;
}

bool profile_var_in_body(const struct profile *p, const char *name)
{
  struct slice rest = slice_of(p->body ? p->body : "");
  long at = slice_find(rest, "{{");
  while(at >= 0) {
    long end;
    rest = (struct slice){rest.p + at + 2, rest.n - (size_t)at - 2};
    end = slice_find(rest, "}}");
    if(end >= 0 &&
       slice_eq_cstr(slice_trim((struct slice){rest.p, (size_t)end}), name))
      return true;
    at = slice_find(rest, "{{");
  }
  return false;
}

void profile_vars_fini(struct profile_vars *vars)
{
  uint8_t i;
  for(i = 0; i < vars->vars; i++) {
    free(vars->var[i].name);
    free(vars->var[i].text);
  }
  vars->vars = 0;
}

const char *profile_value(const struct profile *p,
                          const struct profile_vars *vars, struct slice name)
{
  uint8_t i;
  for(i = vars ? vars->vars : 0; i > 0; i--) {
    if(slice_eq_cstr(name, vars->var[i - 1].name))
      return vars->var[i - 1].text;
  }
  return find(p->var, p->vars, name);
}

static int add_value(struct buf *out, const char *value, bool json)
{
  if(json)
    return json_quote_inside(out, slice_of(value));
  if(strpbrk(value, "\r\n"))
    return E_RANGE;
  return buf_adds(out, value);
}

/* Takes "{{NAME}}" or "{{NAME?}}" off the text that begins with it. */
static int fill_one(const struct profile *p, const struct profile_vars *vars,
                    struct slice *rest, bool json, struct buf *out)
{
  long end = slice_find(*rest, "}}");
  struct slice name;
  const char *value;
  bool optional;
  if(end < 0)
    return E_SYNTAX;
  if(slice_starts(*rest, PROFILE_NUMBER)) {
    *rest = (struct slice){rest->p + end + 2, rest->n - (size_t)end - 2};
    return buf_adds(out, PROFILE_NUMBER);
  }
  name = slice_trim((struct slice){rest->p + 2, (size_t)end - 2});
  if(slice_starts(name, RAW)) {
    name = (struct slice){name.p + strlen(RAW), name.n - strlen(RAW)};
    json = false;
  }
  *rest = (struct slice){rest->p + end + 2, rest->n - (size_t)end - 2};
  optional = name.n && name.p[name.n - 1] == '?';
  name.n -= optional;
  value = profile_value(p, vars, name);
  if(optional && (!value || !value[0]))
    return 1;
  return value ? add_value(out, value, json) : E_NOT_FOUND;
}

int profile_fill(const struct profile *p, const struct profile_vars *vars,
                 const char *text, bool json, struct buf *out)
{
  struct slice rest = slice_of(text);
  int rc = 0;
  while(rest.n && !rc) {
    long at = slice_find(rest, "{{");
    size_t n = at < 0 ? rest.n : (size_t)at;
    rc = buf_add(out, rest.p, n);
    rest = (struct slice){rest.p + n, rest.n - n};
    if(!rc && rest.n)
      rc = fill_one(p, vars, &rest, json, out);
  }
  return rc;
}

int profile_number(struct slice text, uint64_t n, struct buf *out)
{
  while(text.n) {
    long at = slice_find(text, PROFILE_NUMBER);
    size_t before = at < 0 ? text.n : (size_t)at;
    size_t gone = at < 0 ? before : before + strlen(PROFILE_NUMBER);
    buf_add(out, text.p, before);
    if(at >= 0)
      buf_addf(out, "%llu", (unsigned long long)n);
    text = (struct slice){text.p + gone, text.n - gone};
  }
  return out->rc;
}

uint8_t profile_find_step(const struct profile *p, struct slice name)
{
  uint8_t i;
  for(i = 0; i < p->steps; i++) {
    if(slice_eq_cstr(name, p->step[i].name))
      return i;
  }
  return GRAMMAR_NONE;
}

bool profile_wants(const struct profile_codes *codes, int status)
{
  uint8_t i;
  for(i = 0; i < codes->count; i++) {
    if(codes->code[i] == status)
      return true;
  }
  return codes->count == 0;
}
