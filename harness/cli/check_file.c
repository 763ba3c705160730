/* SPDX-License-Identifier: MIT
 * Descriptors of targets: YAML files with weir check's options as keys; see
 * check_options.h. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/check_options.h"
#include "yaml/yaml.h"

#define DESCRIPTOR_MAX_BYTES (256u << 10)

struct descriptor {
  struct check_args *a;
  const char *path;
  struct err *e;
};

static int fail_at(const struct descriptor *d, struct yaml_mark at,
                   const char *text)
{
  return err_set(d->e, E_SYNTAX, "%s:%u:%u: %s", d->path, at.line, at.column,
                 text);
}

static int add(const struct descriptor *d, const struct check_option *o,
               struct slice value, struct yaml_mark at)
{
  struct buf where;
  int rc;
  buf_init(&where, 0);
  rc = buf_addf(&where, "%s:%u:%u", d->path, at.line, at.column);
  rc = rc ? err_set(d->e, rc, "out of memory")
          : check_args_add(d->a, o, value, buf_text(&where), d->e);
  buf_free(&where);
  return rc;
}

/* A header of a map: "Name: value". */
static int add_pair(const struct descriptor *d, const struct check_option *o,
                    const struct yaml_node *n)
{
  struct buf line;
  int rc;
  if(n->kind != YAML_SCALAR)
    return fail_at(d, n->at, "a header has one value");
  buf_init(&line, 0);
  rc = buf_addf(&line, "%.*s: %.*s", (int)n->key.n, n->key.p, (int)n->text.n,
                n->text.p);
  rc = rc ? err_set(d->e, rc, "out of memory")
          : add(d, o, buf_slice(&line), n->at);
  buf_free(&line);
  return rc;
}

static int add_value(const struct descriptor *d, const struct check_option *o,
                     const struct yaml_node *n)
{
  const struct yaml_node *child;
  bool is_header = strcmp(o->name, "header") == 0;
  int rc = 0;
  if(n->kind == YAML_SCALAR)
    return add(d, o, n->text, n->at);
  if(n->kind == YAML_MAP && !is_header)
    return fail_at(d, n->at, "a single value or a list is wanted here");
  for(child = n->child; child && !rc; child = child->next) {
    if(n->kind == YAML_MAP)
      rc = add_pair(d, o, child);
    else if(child->kind == YAML_SCALAR)
      rc = add(d, o, child->text, child->at);
    else
      rc = fail_at(d, child->at, "a list of single values is wanted here");
  }
  return rc;
}

static int add_member(const struct descriptor *d, const struct yaml_node *n)
{
  const struct check_option *o = check_option_find(n->key);
  const char *near;
  if(o && o->scope != SCOPE_MANNERS)
    return add_value(d, o, n);
  near = o ? NULL : check_option_nearest(n->key);
  return err_set(d->e, E_SYNTAX, "%s:%u:%u: %s \"%.*s\"%s%s%s", d->path,
                 n->key_at.line, n->key_at.column,
                 o ? "only the command line may say" : "unknown key",
                 (int)n->key.n, n->key.p, near ? " (did you mean \"" : "",
                 near ? near : "", near ? "\"?)" : "");
}

int check_file_read(struct check_args *a, const char *path, struct err *e)
{
  struct descriptor d = {a, path, e};
  struct yaml_node *root = NULL;
  const struct yaml_node *n;
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = file_read(path, DESCRIPTOR_MAX_BYTES, &text, e);
  if(!rc) {
    root = yaml_parse(buf_slice(&text), path, e);
    rc = root ? 0 : E_SYNTAX;
  }
  if(!rc && root->kind != YAML_MAP)
    rc = fail_at(&d, root->at, "a map of options is wanted: \"url: ...\"");
  for(n = root ? root->child : NULL; n && !rc; n = n->next)
    rc = add_member(&d, n);
  yaml_free(root);
  buf_free(&text);
  return rc;
}
