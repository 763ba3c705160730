/* SPDX-License-Identifier: MIT
 * A profile's file; see profile.h. */
#include <stdlib.h>
#include <string.h>

#include "profile/reading.h"

static int take_format(struct reading *r, const struct yaml_node *n,
                       void *into)
{
  (void)into;
  if(n->kind == YAML_SCALAR && slice_eq_cstr(n->text, PROFILE_FORMAT))
    return 0;
  return reading_fail(r, n, E_UNSUPPORTED,
                      "this weir reads profiles of \"weir: %s\"",
                      PROFILE_FORMAT);
}

static int take_name(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  if(n->kind == YAML_SCALAR && !profile_name_is_good(n->text))
    return reading_fail(r, n, E_SYNTAX,
                        "\"%s\" is no name: small letters, digits and dashes",
                        n->text.p);
  return reading_text(r, n, &r->p->name);
}

static int take_about(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  return reading_text(r, n, &r->p->about);
}

static int take_reference(struct reading *r, const struct yaml_node *n,
                          void *into)
{
  (void)into;
  return reading_text(r, n, &r->p->reference);
}

static int take_url(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  return reading_text(r, n, &r->p->url);
}

static int take_vars(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  return reading_pairs(r, n, r->p->var, &r->p->vars, PROFILE_VARS_MAX);
}

/* Request */

static int take_method(struct reading *r, const struct yaml_node *n,
                       void *into)
{
  (void)into;
  return reading_text(r, n, &r->p->method);
}

static int take_path(struct reading *r, const struct yaml_node *n, void *into)
{
  int rc = reading_text(r, n, &r->p->path);
  (void)into;
  if(!rc && r->p->path[0] != '/')
    rc = reading_fail(r, n, E_SYNTAX, "a path begins with \"/\"");
  return rc ? rc : reading_template(r, n, r->p->path, false);
}

static int take_headers(struct reading *r, const struct yaml_node *n,
                        void *into)
{
  const struct yaml_node *c;
  int rc =
      reading_pairs(r, n, r->p->header, &r->p->headers, PROFILE_HEADERS_MAX);
  uint8_t i = 0;
  (void)into;
  for(c = rc ? NULL : n->child; c && !rc; c = c->next)
    rc = reading_template(r, c, r->p->header[i++].text, false);
  return rc;
}

static int take_body(struct reading *r, const struct yaml_node *n, void *into)
{
  int rc = reading_text(r, n, &r->p->body);
  (void)into;
  return rc ? rc : reading_template(r, n, r->p->body, true);
}

static int take_json(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  r->p->takes_json = true;
  return reading_true(r, n);
}

static int take_request(struct reading *r, const struct yaml_node *n,
                        void *into)
{
  static const struct reading_key keys[] = {
      {"method", take_method},   {"path", take_path},
      {"headers", take_headers}, {"body", take_body},
      {"json-too", take_json},   {NULL, NULL}};
  return reading_map(r, n, keys, into);
}

/* General checks */

static int take_check(struct reading *r, const struct yaml_node *n, void *into)
{
  return reading_text(r, n, &((struct profile_change *)into)->glob);
}

static const char *verdict_word(int i)
{
  static const char *const word[] = {"skip", "info", "warn"};
  return word[i];
}

static int take_as(struct reading *r, const struct yaml_node *n, void *into)
{
  int i = reading_word(r, n, verdict_word, 3);
  if(i >= 0)
    ((struct profile_change *)into)->as = (enum profile_verdict)i;
  return i < 0 ? i : 0;
}

static int take_because(struct reading *r, const struct yaml_node *n,
                        void *into)
{
  return reading_text(r, n, &((struct profile_change *)into)->why);
}

static int take_override(struct reading *r, const struct yaml_node *n,
                         void *into)
{
  static const struct reading_key keys[] = {{"check", take_check},
                                            {"as", take_as},
                                            {"why", take_because},
                                            {NULL, NULL}};
  const struct yaml_node *c;
  int rc = reading_is(r, n, YAML_LIST);
  (void)into;
  for(c = rc ? NULL : n->child; c && !rc; c = c->next) {
    struct profile_change *x = &r->p->change[r->p->changes];
    if(r->p->changes == PROFILE_CHANGES_MAX)
      return reading_fail(r, c, E_LIMIT, "more than %d of them",
                          PROFILE_CHANGES_MAX);
    r->p->changes++;
    rc = reading_map(r, c, keys, x);
    if(!rc && (!x->glob || !x->why))
      rc = reading_fail(r, c, E_SYNTAX,
                        "a check is changed for a reason: check, as, why");
  }
  return rc;
}

static int take_sniff(struct reading *r, const struct yaml_node *n, void *into)
{
  int rc = reading_is(r, n, YAML_SCALAR);
  (void)into;
  if(rc)
    return rc;
  r->p->sniff = expr_new(n->text, &r->p->grammar.set, r->e);
  return r->p->sniff ? 0 : reading_at(r, n, r->e->code);
}

static int fill_up(struct profile *p)
{
  char **const text[] = {&p->about, &p->reference, &p->url};
  size_t i;
  for(i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
    if(!*text[i])
      *text[i] = slice_dup(SLICE_LIT(""));
    if(!*text[i])
      return E_NOMEM;
  }
  if(!p->method)
    p->method = slice_dup(slice_of(p->body ? "POST" : "GET"));
  return p->method ? 0 : E_NOMEM;
}

/* What rules rest on is read before them. */
static int read_root(struct reading *r, const struct yaml_node *root)
{
  static const struct reading_key before[] = {{"weir", take_format},
                                              {"name", take_name},
                                              {"about", take_about},
                                              {"reference", take_reference},
                                              {"url", take_url},
                                              {"vars", take_vars},
                                              {"request", take_request},
                                              {"override", take_override},
                                              {"sniff", take_sniff},
                                              {"classes", reading_class_map},
                                              {"anywhere", reading_anywhere},
                                              {"states", reading_states},
                                              {"lanes", reading_lanes},
                                              {"load", reading_load},
                                              {"steps", reading_steps},
                                              {"rules", reading_rules},
                                              {"proof", reading_proof},
                                              {NULL, NULL}};
  int rc = reading_is(r, root, YAML_MAP);
  if(!rc && (!yaml_get(root, "weir") || !yaml_get(root, "name")))
    rc = reading_fail(r, root, E_SYNTAX,
                      "a profile begins with \"weir: %s\" and its name",
                      PROFILE_FORMAT);
  return rc ? rc : reading_map(r, root, before, NULL);
}

struct profile *profile_read(struct slice text, const char *file,
                             struct err *e)
{
  struct profile *p = calloc(1, sizeof(*p));
  struct reading r = {p, file, e};
  struct yaml_node *root = p ? yaml_parse(text, file, e) : NULL;
  int rc = root ? 0 : p ? e->code : err_set(e, E_NOMEM, "out of memory");
  if(p)
    grammar_init(&p->grammar);
  if(!rc)
    rc = read_root(&r, root);
  if(!rc && grammar_seal(&p->grammar, e))
    rc = reading_at(&r, root, e->code);
  if(!rc && fill_up(p))
    rc = err_set(e, E_NOMEM, "out of memory");
  if(!rc) {
    p->file = slice_dup(slice_of(file));
    rc = p->file ? 0 : err_set(e, E_NOMEM, "out of memory");
  }
  yaml_free(root);
  if(!rc)
    return p;
  profile_free(p);
  return NULL;
}
