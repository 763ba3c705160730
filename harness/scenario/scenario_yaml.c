/* SPDX-License-Identifier: MIT
 * A YAML tree into a scenario: sections flattened to dotted keys, every
 * error with its position. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "scenario/finish.h"
#include "scenario/origin.h"
#include "scenario/own.h"
#include "yaml/yaml.h"

#define FILE_MAX_BYTES (256u << 10) /* a hostile one costs 500 times that */
#define WHERE_SIZE     300
#define NAME_SIZE      128

struct source {
  struct scenario *s;
  const char *name; /* of the file */
  struct err *e;
};

static const char *position(const struct source *src, struct yaml_mark at,
                            char out[WHERE_SIZE])
{
  size_t n = strlen(src->name);
  const char *tail =
      n > WHERE_SIZE - 40 ? src->name + n - WHERE_SIZE + 40 : src->name;
  snprintf(out, WHERE_SIZE, "%s:%u:%u", tail, at.line, at.column);
  return out;
}

static int unknown_key(const struct source *src, const struct yaml_node *n,
                       const char *full)
{
  int nearest = OPTION_NOT_NEAR;
  const char *near =
      option_suggest(scenario_options(), slice_of(full), &nearest);
  char where[WHERE_SIZE];
  position(src, n->key_at, where);
  if(near)
    return err_set(src->e, E_NOT_FOUND,
                   "%s: unknown key \"%s\" (did you mean \"%s\"?)", where,
                   full, near);
  return err_set(src->e, E_NOT_FOUND,
                 "%s: unknown key \"%s\"; scenarios/README.md lists all keys",
                 where, full);
}

static int wrong_kind(const struct source *src, const struct yaml_node *n,
                      const char *full, const char *expected)
{
  char where[WHERE_SIZE];
  return err_set(src->e, E_SYNTAX, "%s: %s: expected %s, found %s",
                 position(src, n->at, where), full, expected,
                 yaml_kind_name(n->kind));
}

static bool is_null(const struct yaml_node *n)
{
  return n->kind == YAML_SCALAR && !n->quoted &&
         (n->text.n == 0 || slice_eq_cstr(n->text, "~") ||
          slice_eq_cstr(n->text, "null"));
}

/* A value that is not there, or that C strings cannot hold, is no value. */
static int check_scalar(const struct source *src, const struct yaml_node *n,
                        const char *full)
{
  char where[WHERE_SIZE];
  position(src, n->at, where);
  if(is_null(n))
    return err_set(src->e, E_SYNTAX, "%s: %s: has no value", where, full);
  if(memchr(n->text.p, '\0', n->text.n))
    return err_set(src->e, E_SYNTAX, "%s: %s: holds a NUL character", where,
                   full);
  return 0;
}

static int set_scalar(const struct source *src, const struct yaml_node *n,
                      const struct option_row *k)
{
  char where[WHERE_SIZE];
  int rc = check_scalar(src, n, k->name);
  return rc ? rc
            : scenario_set(src->s, k->name, n->text.p,
                           position(src, n->at, where), src->e);
}

static int given_twice(const struct source *src, const struct yaml_node *n,
                       const char *full, const char *first)
{
  char where[WHERE_SIZE];
  return err_set(src->e, E_SYNTAX, "%s: \"%s\" is given twice (first at %s)",
                 position(src, n->key_at, where), full, first);
}

static int check_twice(const struct source *src, const struct yaml_node *map,
                       const struct yaml_node *n, const char *full)
{
  const struct yaml_node *m;
  char where[WHERE_SIZE];
  for(m = map->child; m != n; m = m->next) {
    if(slice_eq(m->key, n->key))
      return given_twice(src, n, full, position(src, m->key_at, where));
  }
  return 0;
}

static int add_header_map(const struct source *src,
                          const struct yaml_node *map,
                          const struct option_row *k)
{
  const struct yaml_node *n;
  char where[WHERE_SIZE];
  int rc = 0;
  for(n = map->child; n && rc == 0; n = n->next) {
    struct name_value header = {(char *)n->key.p, (char *)n->text.p};
    rc = check_twice(src, map, n, n->key.p);
    if(rc)
      return rc;
    if(n->kind != YAML_SCALAR)
      return wrong_kind(src, n, k->name, "text as the header's value");
    if(memchr(n->key.p, '\0', n->key.n) ||
       (n->text.n && memchr(n->text.p, '\0', n->text.n)))
      return err_set(src->e, E_SYNTAX, "%s: %s: holds a NUL character",
                     position(src, n->at, where), k->name);
    rc = option_add_header(
        src->s, k, header,
        &(struct option_source){.where = position(src, n->key_at, where)},
        src->e);
  }
  return rc;
}

static int add_stage_map(const struct source *src, const struct yaml_node *map)
{
  struct stage stage = {0, 0, 0};
  const struct yaml_node *n;
  char where[WHERE_SIZE];
  int rc = 0;
  for(n = map->child; n && rc == 0; n = n->next) {
    if(n->kind != YAML_SCALAR)
      return wrong_kind(src, n, "stages", "a number or a duration");
    rc = check_twice(src, map, n, n->key.p);
    if(rc == 0)
      rc = own_stage_part(&stage, n->key, n->text, position(src, n->at, where),
                          src->e);
  }
  return rc ? rc
            : own_put_stage(src->s, &stage, position(src, map->at, where),
                            src->e);
}

static int add_item(const struct source *src, const struct yaml_node *n,
                    const struct option_row *k)
{
  char where[WHERE_SIZE];
  int rc;
  if(n->kind == YAML_MAP && key_id(k) == KEY_STAGES)
    return add_stage_map(src, n);
  if(n->kind == YAML_MAP && k->type == OPTION_HEADERS)
    return add_header_map(src, n, k);
  if(n->kind != YAML_SCALAR)
    return wrong_kind(src, n, k->name,
                      key_id(k) == KEY_STAGES
                          ? "{connections: N, ramp: TIME, hold: TIME}"
                          : "text");
  rc = check_scalar(src, n, k->name);
  return rc ? rc
            : option_set(src->s, k, n->text,
                         &(struct option_source){
                             .where = position(src, n->at, where)},
                         src->e);
}

static int mark(const struct source *src, const struct yaml_node *n,
                const struct option_row *k)
{
  char where[WHERE_SIZE];
  int rc = origin_mark(src->s, key_id(k), position(src, n->key_at, where));
  return rc ? err_set(src->e, rc, "%s", err_name(rc)) : 0;
}

static int set_list(const struct source *src, const struct yaml_node *n,
                    const struct option_row *k)
{
  const struct yaml_node *item;
  int rc = 0;
  if(n->kind == YAML_MAP && k->type == OPTION_HEADERS)
    rc = add_header_map(src, n, k);
  else if(n->kind == YAML_MAP)
    return wrong_kind(src, n, k->name, "a list");
  else if(n->kind == YAML_SCALAR)
    return set_scalar(src, n, k);
  for(item = n->child; n->kind == YAML_LIST && item && rc == 0;
      item = item->next)
    rc = add_item(src, item, k);
  return rc == 0 && option_count_of(src->s, k) ? mark(src, n, k) : rc;
}

static int set_key(const struct source *src, const struct yaml_node *n,
                   const struct option_row *k)
{
  int rc;
  if(origin_given(src->s, key_id(k)))
    return given_twice(src, n, k->name, origin_where(src->s, key_id(k)));
  if(option_is_list(k))
    return set_list(src, n, k);
  if(n->kind == YAML_MAP && own_is_text(k))
    return wrong_kind(src, n, k->name,
                      "text (in quotes when it begins with a brace)");
  if(n->kind != YAML_SCALAR)
    return wrong_kind(src, n, k->name, option_expected(k));
  rc = set_scalar(src, n, k);
  return rc ? rc : mark(src, n, k);
}

static int set_map(const struct source *src, const struct yaml_node *map,
                   const char *prefix)
{
  const struct yaml_node *n;
  char full[NAME_SIZE];
  int rc = 0;
  for(n = map->child; n && rc == 0; n = n->next) {
    const struct option_row *k;
    int len = snprintf(full, sizeof(full), "%s%s%s", prefix,
                       prefix[0] ? "." : "", n->key.p);
    if(len < 0 || strlen(n->key.p) != n->key.n || len >= NAME_SIZE)
      return unknown_key(src, n, full);
    rc = check_twice(src, map, n, full);
    if(rc)
      return rc;
    k = option_find(scenario_options(), slice_of(full));
    if(n->kind == YAML_MAP &&
       option_is_section(scenario_options(), slice_of(full)))
      rc = set_map(src, n, full);
    else if(k)
      rc = set_key(src, n, k);
    else if(option_is_section(scenario_options(), slice_of(full)))
      rc = wrong_kind(src, n, full, "a map of keys");
    else
      rc = unknown_key(src, n, full);
  }
  return rc;
}

/* Takes a line off *text; YAML ends one with LF, CR or both. */
static struct slice cut_line(struct slice *text)
{
  struct slice line = {text->p, 0};
  while(line.n < text->n && text->p[line.n] != '\n' && text->p[line.n] != '\r')
    line.n++;
  text->p += line.n;
  text->n -= line.n;
  if(slice_starts(*text, "\r\n")) {
    text->p++;
    text->n--;
  }
  if(text->n) {
    text->p++;
    text->n--;
  }
  return line;
}

/* The comment that opens the file, without its '#' signs. */
static int read_description(struct slice text, struct scenario *s)
{
  struct buf out;
  struct slice whole;
  char *copy;
  int rc = 0;
  buf_init(&out, FILE_MAX_BYTES);
  while(rc == 0 && text.n && text.p[0] == '#') {
    struct slice line = cut_line(&text);
    line.p++;
    line.n--;
    if(line.n && line.p[0] == ' ') {
      line.p++;
      line.n--;
    }
    while(line.n && strchr(" \t", line.p[line.n - 1]))
      line.n--;
    rc = buf_add(&out, line.p, line.n);
    if(rc == 0)
      rc = buf_addc(&out, '\n');
  }
  whole = buf_slice(&out);
  while(whole.n && whole.p[whole.n - 1] == '\n')
    whole.n--;
  while(whole.n && whole.p[0] == '\n') {
    whole.p++;
    whole.n--;
  }
  copy = rc ? NULL : slice_dup(whole);
  buf_free(&out);
  if(!copy)
    return E_NOMEM;
  free(s->description);
  s->description = copy;
  return 0;
}

/* "scenarios/fanout.yaml" is called "fanout". */
static int name_after_file(struct scenario *s, const char *name)
{
  const char *slash = strrchr(name, '/');
  const char *stem = slash ? slash + 1 : name;
  const char *dot = strrchr(stem, '.');
  struct slice text = {stem, dot && dot > stem ? (size_t)(dot - stem)
                                               : strlen(stem)};
  char *copy;
  if(origin_given(s, KEY_NAME))
    return 0;
  copy = slice_dup(text);
  if(!copy)
    return E_NOMEM;
  free(s->name);
  s->name = copy;
  return 0;
}

static int begin_file(struct scenario *s, const char *name)
{
  s->origin->now = LAYER_FILE;
  s->origin->file = slice_dup(slice_of(name));
  s->origin->folder = slice_dup((struct slice){name, file_dir_of(name)});
  return s->origin->file && s->origin->folder ? 0 : E_NOMEM;
}

static void end_file(struct scenario *s)
{
  s->origin->now = LAYER_COMMAND;
  free(s->origin->folder);
  s->origin->folder = NULL;
  s->origin->file_headers = s->endpoint.header_count;
  s->origin->file_publish_headers = s->publish.header_count;
}

static int read_tree(const struct source *src, const struct yaml_node *root)
{
  enum key_id picked;
  int rc;
  if(root->kind != YAML_MAP)
    return wrong_kind(src, root, "scenario",
                      "keys such as \"url: http://...\"");
  rc = set_map(src, root, "");
  return rc ? rc : finish_pick_workload(src->s, &picked, src->e);
}

static int read_text(const struct source *src, struct slice text)
{
  struct yaml_node *root;
  int rc = begin_file(src->s, src->name);
  if(rc == 0)
    rc = read_description(text, src->s);
  if(rc)
    return err_set(src->e, rc, "%s: %s", src->name, err_name(rc));
  root = yaml_parse(text, src->name, src->e);
  if(!root)
    return E_SYNTAX;
  rc = read_tree(src, root);
  yaml_free(root);
  if(rc == 0) {
    rc = name_after_file(src->s, src->name);
    if(rc)
      err_set(src->e, rc, "%s: %s", src->name, err_name(rc));
  }
  end_file(src->s);
  return rc;
}

struct scenario *scenario_parse(struct slice text, const char *name,
                                struct err *e)
{
  struct source src = {scenario_default(), name, e};
  if(!src.s) {
    err_set(e, E_NOMEM, "%s: %s", name, err_name(E_NOMEM));
    return NULL;
  }
  if(slice_starts(text, "\xEF\xBB\xBF")) {
    text.p += 3;
    text.n -= 3;
  }
  if(read_text(&src, text) == 0)
    return src.s;
  scenario_free(src.s);
  return NULL;
}

struct scenario *scenario_load(const char *path, struct err *e)
{
  const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
  struct scenario *s = NULL;
  struct buf text;
  buf_init(&text, 0);
  if(file_read(path, FILE_MAX_BYTES, &text, e) == 0)
    s = scenario_parse(buf_slice(&text), name, e);
  buf_free(&text);
  return s;
}
