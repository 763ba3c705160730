/* SPDX-License-Identifier: MIT
 * Variables and texts; see vars.h. */
#include "flow/vars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/b64.h"
#include "base/clock.h"
#include "base/json.h"
#include "flow/braces.h"

void vars_fini(struct vars *v)
{
  uint32_t i;
  for(i = 0; i < v->count; i++) {
    free(v->var[i].name);
    free(v->var[i].value.text);
  }
  v->count = 0;
}

static struct var *find(struct vars *v, struct slice name)
{
  uint32_t i;
  for(i = 0; i < v->count; i++) {
    if(slice_eq_cstr(name, v->var[i].name))
      return &v->var[i];
  }
  return NULL;
}

int vars_set(struct vars *v, const char *name, enum value_kind kind,
             struct slice text)
{
  struct var *var = find(v, slice_of(name));
  char *copy;
  if(text.n > VARS_VALUE_MAX)
    return E_TOO_LONG;
  if(!var && v->count == VARS_MAX)
    return E_LIMIT;
  copy = slice_dup(text);
  if(copy && !var) {
    var = &v->var[v->count];
    memset(var, 0, sizeof(*var));
    var->name = slice_dup(slice_of(name));
    if(var->name)
      v->count++;
    else
      var = NULL;
  }
  if(!copy || !var) {
    free(copy);
    return E_NOMEM;
  }
  free(var->value.text);
  var->value = (struct literal){kind, copy, text.n};
  return 0;
}

const struct literal *vars_find(const struct vars *v, const char *user,
                                struct slice name)
{
  struct vars *all = (struct vars *)v;
  const struct var *var = NULL;
  char own[200];
  if(user && user[0]) {
    snprintf(own, sizeof(own), "%s.%.*s", user,
             (int)(name.n < 100 ? name.n : 100), name.p);
    var = find(all, slice_of(own));
  }
  if(!var)
    var = find(all, name);
  return var ? &var->value : NULL;
}

static void add_uuid(struct vars *v, struct buf *out)
{
  uint64_t a = rng_next(v->rng), b = rng_next(v->rng);
  a = (a & ~UINT64_C(0xf000)) | 0x4000;
  b = (b & ~(UINT64_C(3) << 62)) | UINT64_C(1) << 63;
  buf_addf(out, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(a >> 32),
           (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xffff),
           (unsigned)(b >> 48), (unsigned long long)(b & 0xffffffffffff));
}

static int add_random(struct vars *v, struct slice range, struct buf *out,
                      struct err *e)
{
  struct node_times t;
  if(node_read_times(range, &t) || t.most == NODE_MANY)
    return err_set(e, E_SYNTAX, "{{random}} needs a range such as 1..9");
  return buf_addf(
      out, "%llu",
      (unsigned long long)(t.least +
                           rng_below(v->rng, (uint64_t)t.most - t.least + 1)));
}

/* A value of the run's own; *kind tells what it is. */
static int builtin(struct vars *v, struct slice name, struct buf *out,
                   enum value_kind *kind, struct err *e)
{
  char when[40];
  *kind = KIND_NUMBER;
  if(slice_starts(name, "random "))
    return add_random(v, (struct slice){name.p + 7, name.n - 7}, out, e);
  if(slice_eq_cstr(name, "n"))
    return buf_addf(out, "%llu", (unsigned long long)v->n);
  *kind = KIND_STRING;
  if(slice_eq_cstr(name, "uuid"))
    add_uuid(v, out);
  else {
    clock_iso8601(v->now_ns, when, sizeof(when));
    buf_adds(out, when);
  }
  return out->rc;
}

/* What {{inside}} stands for, appended, with its kind. */
static int value_of(struct vars *v, const char *user, struct slice name,
                    struct buf *out, enum value_kind *kind, struct err *e)
{
  const struct literal *l = vars_find(v, user, name);
  if(l) {
    *kind = l->kind;
    return buf_add(out, l->text, l->n);
  }
  if(braces_builtin(name))
    return builtin(v, name, out, kind, e);
  return err_set(e, E_NOT_FOUND, "{{%.*s}} has no value",
                 (int)(name.n < 80 ? name.n : 80), name.p);
}

static void escaped(struct slice text, struct slice how, struct buf *out)
{
  if(slice_eq_cstr(how, "url"))
    buf_add_percent(out, text);
  else if(slice_eq_cstr(how, "b64"))
    b64_encode(out, text);
  else if(slice_eq_cstr(how, "json"))
    json_quote_inside(out, text);
  else
    buf_add(out, text.p, text.n);
}

/* In the language of where a text has no escapes, but two kinds of quotes. */
static void quote(struct slice text, struct buf *out)
{
  char q = slice_find(text, "'") < 0 ? '\'' : '"';
  buf_addc(out, q);
  buf_add(out, text.p, text.n);
  buf_addc(out, q);
}

/* Fills templates in; what stands around them is copied. */
static int fill(struct vars *v, const char *user, struct slice text,
                bool literals, struct buf *out, struct err *e)
{
  size_t at = 0, done = 0, end = 0;
  struct slice inside, how;
  bool quoted = false;
  int rc = 0;
  while(rc == 0 && braces_next(text, &at, &end, &inside) == 1) {
    struct buf one;
    enum value_kind kind = KIND_STRING;
    size_t i;
    for(i = done; i < at; i++)
      quoted ^= text.p[i] == '\'' || text.p[i] == '"';
    buf_add(out, text.p + done, at - done);
    buf_init(&one, 0);
    rc = value_of(v, user, braces_split(inside, &how), &one, &kind, e);
    if(!rc && literals && !quoted && kind == KIND_STRING && !how.n)
      quote(buf_slice(&one), out);
    else if(!rc)
      escaped(buf_slice(&one), how, out);
    buf_free(&one);
    at = done = end;
  }
  if(!rc)
    buf_add(out, text.p + done, text.n - done);
  if(!rc && out->rc)
    return err_set(e, out->rc, "%s", err_name(out->rc));
  return rc;
}

int vars_text(struct vars *v, const char *user, struct slice text,
              struct buf *out, struct err *e)
{
  return fill(v, user, text, false, out, e);
}

int vars_expression(struct vars *v, const char *user, struct slice text,
                    struct buf *out, struct err *e)
{
  return fill(v, user, text, true, out, e);
}

bool vars_has_template(struct slice text)
{
  size_t at = 0, end;
  struct slice inside;
  return braces_next(text, &at, &end, &inside) == 1;
}

/* Whether the text is one template and nothing else. */
static bool is_one(struct slice text, struct slice *name)
{
  size_t at = 0, end;
  struct slice inside, how;
  text = slice_trim(text);
  if(braces_next(text, &at, &end, &inside) != 1 || at != 0 || end != text.n)
    return false;
  *name = braces_split(inside, &how);
  return how.n == 0;
}

int vars_literal(struct vars *v, const char *user,
                 const struct yaml_node *scalar, struct literal *out,
                 struct err *e)
{
  struct slice name;
  struct buf text;
  int rc;
  buf_init(&text, VARS_TEXT_MAX);
  out->text = NULL;
  out->kind = KIND_STRING;
  if(is_one(scalar->text, &name))
    rc = value_of(v, user, name, &text, &out->kind, e);
  else {
    out->kind = node_kind(scalar);
    rc = vars_text(v, user, scalar->text, &text, e);
  }
  if(!rc) {
    out->n = text.n;
    out->text = slice_dup(buf_slice(&text));
    rc = out->text ? 0 : err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  }
  buf_free(&text);
  return rc;
}

static int add_scalar(struct vars *v, const char *user,
                      const struct yaml_node *n, struct buf *out,
                      struct err *e)
{
  struct literal l = {KIND_NULL, NULL, 0};
  int rc = vars_literal(v, user, n, &l, e);
  if(!rc && l.kind == KIND_STRING)
    json_quote(out, (struct slice){l.text, l.n});
  else if(!rc && l.kind == KIND_NULL)
    buf_adds(out, "null");
  else if(!rc)
    buf_add(out, l.text, l.n);
  free(l.text);
  return rc;
}

int vars_json(struct vars *v, const char *user, const struct yaml_node *n,
              struct buf *out, struct err *e)
{
  const struct yaml_node *m;
  int rc = 0;
  if(n->kind == YAML_SCALAR)
    return add_scalar(v, user, n, out, e);
  buf_addc(out, n->kind == YAML_MAP ? '{' : '[');
  for(m = n->child; m && !rc; m = m->next) {
    if(m != n->child)
      buf_addc(out, ',');
    if(n->kind == YAML_MAP) {
      json_quote(out, m->key);
      buf_addc(out, ':');
    }
    rc = vars_json(v, user, m, out, e);
  }
  buf_addc(out, n->kind == YAML_MAP ? '}' : ']');
  return rc;
}
