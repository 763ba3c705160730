/* SPDX-License-Identifier: MIT
 * Maps against their tables; see check.h. */
#include "flow/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "content/pattern.h"
#include "flow/braces.h"
#include "flow/node.h"

struct check {
  const char *file;
  struct err *e;
};

static int look(const struct check *c, const struct flow_key *k,
                const struct yaml_node *n);

int check_fail(const char *file, struct yaml_mark at, struct err *e,
               const char *fmt, ...)
{
  char text[500];
  va_list list;
  va_start(list, fmt);
  vsnprintf(text, sizeof(text), fmt, list);
  va_end(list);
  return err_set(e, E_SYNTAX, "%s:%u:%u: %s", file, at.line, at.column, text);
}

static int wrong(const struct check *c, const struct flow_key *k,
                 const struct yaml_node *n)
{
  if(n->kind != YAML_SCALAR)
    return check_fail(c->file, n->at, c->e, "%s: expected %s, found %s",
                      k->name, key_type_expected(k->type),
                      yaml_kind_name(n->kind));
  return check_fail(c->file, n->at, c->e, "%s: \"%.100s\" is not %s%s%s",
                    k->name, n->text.p, k->choice ? "one of " : "",
                    k->choice ? k->choice : key_type_expected(k->type),
                    k->type == KEY_TIME && n->text.n &&
                            n->text.p[n->text.n - 1] >= '0' &&
                            n->text.p[n->text.n - 1] <= '9'
                        ? " (which unit?)"
                        : "");
}

static bool is_choice(const char *words, struct slice text)
{
  struct slice rest = slice_of(words);
  while(rest.n) {
    if(slice_eq(slice_cut(&rest, ' '), text))
      return true;
  }
  return false;
}

bool check_is_name(struct slice t)
{
  size_t i;
  for(i = 0; i < t.n; i++) {
    char ch = t.p[i];
    if(!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
         (ch >= '0' && ch <= '9') || ch == '-' || ch == '_'))
      return false;
  }
  return t.n > 0 && t.n <= 64;
}

static bool is_pointer(struct slice t)
{
  struct pointer p;
  struct err e;
  if(pointer_parse(t, &p, &e))
    return false;
  pointer_fini(&p);
  return true;
}

static bool is_status(const struct yaml_node *n)
{
  return n->kind == YAML_SCALAR && n->text.n == 3 && n->text.p[0] >= '1' &&
         n->text.p[0] <= '5' && node_kind(n) == KIND_NUMBER;
}

/* A value whose form alone decides. */
static bool scalar_fits(const struct flow_key *k, struct slice t)
{
  struct node_times times;
  uint64_t a, b;
  bool yes;
  switch(k->type) {
  case KEY_NAME:
    return check_is_name(t);
  case KEY_TIME:
    return node_read_time(t, &a) == 0;
  case KEY_TIMES:
    return node_read_times(t, &times) == 0;
  case KEY_SPANS:
    return node_read_spans(t, &a, &b) == 0;
  case KEY_COUNT:
    return node_read_times(t, &times) == 0 && times.least == times.most;
  case KEY_BOOL:
    return node_read_bool(t, &yes) == 0;
  case KEY_CHOICE:
    return is_choice(k->choice, t);
  case KEY_POINTER:
    return is_pointer(t);
  default:
    return true;
  }
}

/* A template stands for a value: in its place a number, which is a value
 * everywhere, inside of quotes, too. */
static void without_templates(struct slice text, struct buf *out)
{
  size_t at = 0, done = 0, end = 0;
  struct slice inside;
  while(braces_next(text, &at, &end, &inside) == 1) {
    buf_add(out, text.p + done, at - done);
    buf_addc(out, '0');
    at = done = end;
  }
  buf_add(out, text.p + done, text.n - done);
}

static int look_expr(const struct check *c, const struct flow_key *k,
                     const struct yaml_node *n)
{
  struct pointer_set set;
  struct expr *x;
  struct buf text;
  struct err why = {0};
  if(n->kind != YAML_SCALAR)
    return wrong(c, k, n);
  memset(&set, 0, sizeof(set));
  buf_init(&text, 0);
  without_templates(n->text, &text);
  x = expr_new(buf_slice(&text), &set, &why);
  expr_free(x);
  pointer_set_fini(&set);
  buf_free(&text);
  return x ? 0 : check_fail(c->file, n->at, c->e, "%s: %s", k->name, why.text);
}

static int look_list(const struct check *c, const struct flow_key *k,
                     const struct yaml_node *n)
{
  const struct yaml_node *i = NULL;
  int rc = 0;
  for(i = node_each(n, NULL); i && !rc; i = node_each(n, i)) {
    if(k->type == KEY_EXPRS)
      rc = look_expr(c, k, i);
    else if(k->type == KEY_REQUESTS)
      rc = check_map(c->file, &flow_keys_request, i, c->e);
    else if(k->type == KEY_PATTERNS)
      rc = check_map(c->file, &flow_keys_pattern, i, c->e);
    else if(i->kind != YAML_SCALAR || (k->type == KEY_STATUS && !is_status(i)))
      rc = wrong(c, k, i);
  }
  return rc;
}

static int look_members(const struct check *c, const struct flow_key *k,
                        const struct yaml_node *n)
{
  const struct yaml_node *m;
  if(n->kind != YAML_MAP)
    return wrong(c, k, n);
  for(m = n->child; m; m = m->next) {
    if(!m->key.n || m->key.p[0] != '/')
      return check_fail(c->file, m->key_at, c->e,
                        "%s: \"%.60s\" is no JSON pointer (did you mean "
                        "\"/%.60s\"?)",
                        k->name, m->key.p, m->key.p);
    if(!is_pointer(m->key))
      return check_fail(c->file, m->key_at, c->e,
                        "%s: \"%.100s\" is no JSON pointer", k->name,
                        m->key.p);
    if(m->kind != YAML_SCALAR)
      return check_fail(c->file, m->at, c->e,
                        "%s: %.100s: expected one value; name a member or "
                        "element by a longer pointer, such as %.60s/0",
                        k->name, m->key.p, m->key.p);
  }
  return 0;
}

static int look_take(const struct check *c, const struct flow_key *k,
                     const struct yaml_node *n)
{
  const struct yaml_node *m;
  if(n->kind != YAML_MAP)
    return wrong(c, k, n);
  for(m = n->child; m; m = m->next) {
    struct slice t = m->text;
    bool good = m->kind == YAML_SCALAR && t.n &&
                (t.p[0] == '/' ? is_pointer(t)
                               : is_choice("id event data status", t) ||
                                     slice_starts(t, "header ") ||
                                     slice_starts(t, "cookie "));
    if(!check_is_name(m->key))
      return check_fail(c->file, m->key_at, c->e, "take: \"%.60s\" is not %s",
                        m->key.p, key_type_expected(KEY_NAME));
    if(!good)
      return check_fail(c->file, m->at, c->e,
                        "take: %s: expected a pointer such as /id, or id, "
                        "event, data, status, \"header NAME\", \"cookie "
                        "NAME\"",
                        m->key.p);
  }
  return 0;
}

static int look_fields(const struct check *c, const struct flow_key *k,
                       const struct yaml_node *n)
{
  const struct yaml_node *m;
  if(n->kind != YAML_MAP)
    return wrong(c, k, n);
  for(m = n->child; m; m = m->next) {
    if(m->kind != YAML_SCALAR)
      return check_fail(c->file, m->at, c->e,
                        "%s: %.60s: expected one value, found %s", k->name,
                        m->key.p, yaml_kind_name(m->kind));
  }
  return 0;
}

static int look_lines(const struct check *c, const struct flow_key *k,
                      const struct yaml_node *n)
{
  const struct yaml_node *m;
  int rc = 0;
  if(n->kind != YAML_MAP || !n->child)
    return wrong(c, k, n);
  for(m = n->child; m && !rc; m = m->next) {
    if(slice_find(m->key, " ") >= 0 || !m->key.n)
      return check_fail(c->file, m->key_at, c->e,
                        "lines: \"%.60s\" is not one word", m->key.p);
    if(m->kind != YAML_SCALAR)
      rc = look_members(c, k, m);
  }
  return rc;
}

static int look_fragment(const struct check *c, const struct yaml_node *n)
{
  const struct yaml_node *select;
  struct fragment *f;
  struct err why = {0};
  int rc = check_map(c->file, &flow_keys_fragment, n, c->e);
  if(rc)
    return rc;
  select = yaml_get(n, "select");
  if(!select)
    return check_fail(c->file, n->at, c->e,
                      "fragment: which element? (select: li.todo)");
  f = fragment_new(select->text, &why);
  fragment_free(f);
  return f ? 0 : check_fail(c->file, select->at, c->e, "%s", why.text);
}

static int look_joined(const struct check *c, const struct yaml_node *n)
{
  int rc = check_map(c->file, &flow_keys_joined, n, c->e);
  if(rc)
    return rc;
  if(!yaml_get(n, "pointer"))
    return check_fail(c->file, n->at, c->e,
                      "joined: which texts? (pointer: /delta)");
  if(!yaml_get(n, "is") && !yaml_get(n, "text") && !yaml_get(n, "json"))
    return check_fail(c->file, n->at, c->e,
                      "joined: what do they say? (is: TEXT, text: PART or "
                      "json: {POINTER: VALUE})");
  return 0;
}

static int look_users(const struct check *c, const struct yaml_node *n)
{
  const struct yaml_node *m;
  int rc = 0;
  for(m = n->kind == YAML_MAP ? n->child : NULL; m && !rc; m = m->next) {
    if(!check_is_name(m->key))
      return check_fail(c->file, m->key_at, c->e, "users: \"%.60s\" is not %s",
                        m->key.p, key_type_expected(KEY_NAME));
    rc = check_map(c->file, &flow_keys_user, m, c->e);
  }
  return rc;
}

static int look_cases(const struct check *c, const struct flow_key *k,
                      const struct yaml_node *n)
{
  const struct yaml_node *m = n->kind == YAML_MAP ? n->child : NULL;
  int rc = m ? 0 : wrong(c, k, n);
  for(; m && !rc; m = m->next) {
    if(!check_is_name(m->key))
      return check_fail(c->file, m->key_at, c->e, "cases: \"%.60s\" is not %s",
                        m->key.p, key_type_expected(KEY_NAME));
    rc = m->kind == YAML_MAP ? look_fields(c, k, m) : wrong(c, k, m);
  }
  return rc;
}

static int look_map(const struct check *c, const struct flow_key *k,
                    const struct yaml_node *n)
{
  switch(k->type) {
  case KEY_MEMBERS:
    return look_members(c, k, n);
  case KEY_TAKE:
    return look_take(c, k, n);
  case KEY_FIELDS:
    return look_fields(c, k, n);
  case KEY_PATTERN:
    return check_map(c->file, &flow_keys_pattern, n, c->e);
  case KEY_REQUEST:
    return check_map(c->file, &flow_keys_request, n, c->e);
  case KEY_UNTIL:
    return check_map(c->file, &flow_keys_until, n, c->e);
  case KEY_DEFAULTS:
    return check_map(c->file, &flow_keys_defaults, n, c->e);
  case KEY_CASES:
    return look_cases(c, k, n);
  case KEY_USERS:
    return n->kind == YAML_MAP ? look_users(c, n) : wrong(c, k, n);
  case KEY_READY:
    return n->kind == YAML_MAP ? check_map(c->file, &flow_keys_ready, n, c->e)
           : n->kind == YAML_SCALAR && is_choice("head sent", n->text)
               ? 0
               : wrong(c, k, n);
  case KEY_LINES:
    return look_lines(c, k, n);
  case KEY_FRAGMENT:
    return look_fragment(c, n);
  case KEY_JOINED:
    return look_joined(c, n);
  case KEY_ENDS:
    return n->kind == YAML_MAP ? check_map(c->file, &flow_keys_ends, n, c->e)
           : n->kind == YAML_SCALAR && is_choice("fin rst 204 any", n->text)
               ? 0
               : wrong(c, k, n);
  default:
    return 0;
  }
}

static int look(const struct check *c, const struct flow_key *k,
                const struct yaml_node *n)
{
  switch(k->type) {
  case KEY_JSON:
    return 0;
  case KEY_TEXTS:
  case KEY_STATUS:
  case KEY_EXPRS:
  case KEY_REQUESTS:
    return look_list(c, k, n);
  case KEY_PATTERNS:
  case KEY_ARGUMENTS:
    return n->kind == YAML_LIST && n->child ? look_list(c, k, n)
                                            : wrong(c, k, n);
  case KEY_STEPS:
    return n->kind == YAML_LIST ? 0 : wrong(c, k, n);
  case KEY_MEMBERS:
  case KEY_TAKE:
  case KEY_FIELDS:
  case KEY_PATTERN:
  case KEY_REQUEST:
  case KEY_READY:
  case KEY_LINES:
  case KEY_FRAGMENT:
  case KEY_JOINED:
  case KEY_UNTIL:
  case KEY_DEFAULTS:
  case KEY_CASES:
  case KEY_USERS:
  case KEY_ENDS:
    return look_map(c, k, n);
  default:
    return n->kind == YAML_SCALAR && scalar_fits(k, n->text) ? 0
                                                             : wrong(c, k, n);
  }
}

static int unknown(const struct check *c, const struct flow_keys *t,
                   const struct yaml_node *n)
{
  const char *meant = key_suggest(t, n->key);
  if(slice_eq_cstr(n->key, "on") || slice_eq_cstr(n->key, "true"))
    meant = key_find(t, SLICE_LIT("stream")) ? "stream" : meant;
  if(meant)
    return check_fail(c->file, n->key_at, c->e,
                      "%s has no key \"%.60s\" (did you mean \"%s\"?)",
                      t->what, n->key.p, meant);
  return check_fail(c->file, n->key_at, c->e, "%s has no key \"%.60s\"",
                    t->what, n->key.p);
}

/* "POST: /orders". */
static int look_call(const struct check *c, const struct yaml_node *n,
                     const struct yaml_node **first)
{
  if(*first)
    return check_fail(c->file, n->key_at, c->e,
                      "a second method; %s stands at %u:%u", (*first)->key.p,
                      (*first)->key_at.line, (*first)->key_at.column);
  *first = n;
  if(n->kind != YAML_SCALAR ||
     !(slice_starts(n->text, "/") || slice_starts(n->text, "http://") ||
       slice_starts(n->text, "https://") || slice_starts(n->text, "{{")))
    return check_fail(c->file, n->at, c->e, "%s: expected %s", n->key.p,
                      key_type_expected(KEY_PATH));
  return 0;
}

static int look_twice(const struct check *c, const struct yaml_node *map,
                      const struct yaml_node *n)
{
  const struct yaml_node *m = yaml_first(map, n);
  if(m == n)
    return 0;
  return check_fail(c->file, n->key_at, c->e,
                    "\"%.60s\" is given twice; first at %u:%u", n->key.p,
                    m->key_at.line, m->key_at.column);
}

int check_map(const char *file, const struct flow_keys *t,
              const struct yaml_node *map, struct err *e)
{
  const struct check c = {file, e};
  const struct yaml_node *n, *call = NULL;
  bool calls = key_find(t, SLICE_LIT("query")) != NULL;
  int rc = 0;
  if(map->kind != YAML_MAP)
    return check_fail(file, map->at, e, "%s: expected a map, found %s",
                      t->what, yaml_kind_name(map->kind));
  for(n = map->child; n && !rc; n = n->next) {
    const struct flow_key *k = key_find(t, n->key);
    rc = look_twice(&c, map, n);
    if(!rc)
      rc = k                             ? look(&c, k, n)
           : calls && key_method(n->key) ? look_call(&c, n, &call)
                                         : unknown(&c, t, n);
  }
  if(!rc && calls && !call)
    return check_fail(file, map->at, e,
                      "%s: a method and a path are missing, such as GET: "
                      "/events",
                      t->what);
  return rc;
}
