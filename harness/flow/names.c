/* SPDX-License-Identifier: MIT
 * Variables of a file; see names.h. */
#include "flow/names.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "flow/braces.h"
#include "flow/check.h"

static bool is_taken(const struct flow *f, struct slice name)
{
  uint32_t i;
  for(i = 0; i < f->takes; i++) {
    if(slice_eq_cstr(name, f->taken[i]))
      return true;
  }
  return false;
}

/* Whether it has a value here: those of other branches may have none yet. */
static bool is_known(const struct flow *f, struct slice name)
{
  uint32_t i;
  for(i = 0; i < f->takes; i++) {
    if((i < f->hidden_from || i >= f->hidden_to) &&
       slice_eq_cstr(name, f->taken[i]))
      return true;
  }
  return false;
}

static int take_name(struct flow *f, const char *name, struct yaml_mark at,
                     struct err *e)
{
  if(is_taken(f, slice_of(name)) || braces_builtin(slice_of(name)))
    return check_fail(f->file, at, e,
                      "{{%s}} has a value already; a variable is written once",
                      name);
  if(f->takes == FLOW_TAKES_MAX)
    return check_fail(f->file, at, e, "more than %d variables",
                      FLOW_TAKES_MAX);
  f->taken[f->takes] = slice_dup(slice_of(name));
  if(!f->taken[f->takes])
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  f->takes++;
  return 0;
}

static int take(struct flow *f, struct slice user, const struct yaml_node *n,
                struct err *e)
{
  char name[140];
  snprintf(name, sizeof(name), "%.*s%s%.*s", (int)user.n, user.p,
           user.n ? "." : "", (int)n->key.n, n->key.p);
  return take_name(f, name, n->key_at, e);
}

int names_take_counter(struct flow *f, const struct yaml_node *as,
                       struct err *e)
{
  return take_name(f, as->text.p, as->at, e);
}

static int no_such(const struct flow *f, struct yaml_mark at,
                   struct slice name, struct err *e)
{
  const char *best = NULL;
  char text[80];
  int least = 3;
  uint32_t i;
  snprintf(text, sizeof(text), "%.*s", (int)(name.n < 70 ? name.n : 70),
           name.p);
  for(i = 0; i < f->takes; i++) {
    int d = units_distance(text, f->taken[i]);
    if(d < least) {
      least = d;
      best = f->taken[i];
    }
  }
  return check_fail(f->file, at, e,
                    "{{%s}} has no value here: no take before gives it%s%s%s",
                    text, best ? " (did you mean {{" : "", best ? best : "",
                    best ? "}}?)" : "");
}

static int use(const struct flow *f, struct slice user,
               const struct yaml_node *n, struct slice inside, struct err *e)
{
  struct slice escape, name = braces_split(inside, &escape);
  char own[140];
  if(escape.n && !slice_eq_cstr(escape, "url") &&
     !slice_eq_cstr(escape, "json") && !slice_eq_cstr(escape, "b64"))
    return check_fail(f->file, n->at, e,
                      "{{...|%.*s}}: there is |url, |json and |b64",
                      (int)(escape.n < 30 ? escape.n : 30), escape.p);
  snprintf(own, sizeof(own), "%.*s.%.*s", (int)user.n, user.p,
           (int)(name.n < 70 ? name.n : 70), name.p);
  if(braces_builtin(name) || is_known(f, name) ||
     (user.n && is_known(f, slice_of(own))))
    return 0;
  return no_such(f, n->at, name, e);
}

static int use_text(const struct flow *f, struct slice user,
                    const struct yaml_node *n, struct slice text,
                    struct err *e)
{
  size_t at = 0, end = 0;
  struct slice inside;
  int rc;
  for(;;) {
    rc = braces_next(text, &at, &end, &inside);
    if(rc == 0)
      return 0;
    if(rc < 0)
      return check_fail(f->file, n->at, e, "\"{{\" without \"}}\"");
    rc = use(f, user, n, inside, e);
    if(rc)
      return rc;
    at = end;
  }
}

/* All texts of a node and below it; steps inside look for themselves. */
static int use_all(const struct flow *f, struct slice user,
                   const struct yaml_node *n, struct err *e)
{
  const struct yaml_node *m;
  int rc = 0;
  if(n->kind == YAML_SCALAR)
    return use_text(f, user, n, n->text, e);
  for(m = n->child; m && !rc; m = m->next) {
    if(slice_eq_cstr(m->key, "steps") || slice_eq_cstr(m->key, "take"))
      continue;
    rc = use_text(f, user, m, m->key, e);
    if(!rc)
      rc = use_all(f, user, m, e);
  }
  return rc;
}

static int take_all(struct flow *f, struct slice user,
                    const struct yaml_node *map, struct err *e)
{
  const struct yaml_node *list = yaml_get(map, "take"), *n;
  int rc = 0;
  for(n = list ? list->child : NULL; n && !rc; n = n->next)
    rc = take(f, user, n, e);
  return rc;
}

static int check_values(struct flow *f, const struct yaml_node *vars,
                        struct err *e)
{
  const struct yaml_node *n;
  int rc = 0;
  for(n = vars ? vars->child : NULL; n && !rc; n = n->next) {
    rc = use_all(f, SLICE_LIT(""), n, e);
    if(!rc)
      rc = take(f, SLICE_LIT(""), n, e);
  }
  return rc;
}

int names_check_vars(struct flow *f, struct err *e)
{
  int rc = f->values ? take_name(f, FLOW_CASE, f->values->key_at, e) : 0;
  if(!rc)
    rc = check_values(f, f->values, e);
  return rc ? rc : check_values(f, yaml_get(f->root, "vars"), e);
}

int names_check_user(struct flow *f, uint32_t user, struct err *e)
{
  const struct yaml_node *map = f->user[user].map, *i = NULL;
  const struct yaml_node *login = yaml_get(map, "login");
  const struct yaml_node *headers = yaml_get(map, "headers");
  struct slice name = slice_of(f->user[user].name);
  int rc = 0;
  for(i = node_each(login, NULL); i && !rc; i = node_each(login, i)) {
    rc = use_all(f, name, i, e);
    if(!rc)
      rc = take_all(f, name, i, e);
  }
  return rc || !headers ? rc : use_all(f, name, headers, e);
}

int names_check_step(struct flow *f, const struct flow_step *s, struct err *e)
{
  struct slice user = slice_of(s->user >= 0 ? f->user[s->user].name : "");
  int rc = 0;
  if(s->verb == VERB_REPEAT || s->verb == VERB_PARALLEL) /* it has taken what
                                                           its steps take */
    return 0;
  rc = use_all(f, user, s->map, e);
  return rc ? rc : take_all(f, SLICE_LIT(""), s->map, e);
}
