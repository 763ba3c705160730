/* SPDX-License-Identifier: MIT
 * A YAML tree into options: sections flattened to dotted names, every error
 * with its position; see settings.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "settings/settings.h"

#define WHERE_SIZE SETTINGS_WHERE_SIZE
#define NAME_SIZE  128

const char *settings_position(const struct settings *s, struct yaml_mark at,
                              char out[WHERE_SIZE])
{
  const char *file = s->file ? s->file : "";
  size_t n = strlen(file);
  const char *tail = n > WHERE_SIZE - 40 ? file + n - WHERE_SIZE + 40 : file;
  snprintf(out, WHERE_SIZE, "%s:%u:%u", tail, at.line, at.column);
  return out;
}

static int unknown_key(const struct settings *s, const struct yaml_node *n,
                       const char *full, struct err *e)
{
  int nearest = OPTION_NOT_NEAR;
  const char *near = option_suggest(s->table, slice_of(full), &nearest);
  char where[WHERE_SIZE];
  settings_position(s, n->key_at, where);
  if(near)
    return err_set(e, E_NOT_FOUND,
                   "%s: unknown key \"%s\" (did you mean \"%s\"?)", where,
                   full, near);
  return err_set(e, E_NOT_FOUND, "%s: unknown key \"%s\"; %s", where, full,
                 s->owner->keys_page);
}

int settings_wrong_kind(const struct settings *s, const struct yaml_node *n,
                        const char *full, const char *expected, struct err *e)
{
  char where[WHERE_SIZE];
  return err_set(e, E_SYNTAX, "%s: %s: expected %s, found %s",
                 settings_position(s, n->at, where), full, expected,
                 yaml_kind_name(n->kind));
}

static bool is_null(const struct yaml_node *n)
{
  return n->kind == YAML_SCALAR && !n->quoted &&
         (n->text.n == 0 || slice_eq_cstr(n->text, "~") ||
          slice_eq_cstr(n->text, "null"));
}

/* Where nothing is written, the place is the key's: versions of the parser
 * differ on where nothing stands. */
static struct yaml_mark place_of(const struct yaml_node *n)
{
  return n->text.n == 0 && !n->quoted && n->key_at.line ? n->key_at : n->at;
}

/* A value that is not there, or that C strings cannot hold, is no value. */
static int check_scalar(const struct settings *s, const struct yaml_node *n,
                        const char *full, struct err *e)
{
  char where[WHERE_SIZE];
  settings_position(s, place_of(n), where);
  if(is_null(n))
    return err_set(e, E_SYNTAX, "%s: %s: has no value", where, full);
  if(memchr(n->text.p, '\0', n->text.n))
    return err_set(e, E_SYNTAX, "%s: %s: holds a NUL character", where, full);
  return 0;
}

static int set_scalar(struct settings *s, const struct yaml_node *n,
                      const struct option_row *o, struct err *e)
{
  char where[WHERE_SIZE];
  int rc = check_scalar(s, n, o->name, e);
  return rc ? rc
            : settings_set(s, o, n->text, settings_position(s, n->at, where),
                           e);
}

static int given_twice(const struct settings *s, const struct yaml_node *n,
                       const char *full, const char *first, struct err *e)
{
  char where[WHERE_SIZE];
  return err_set(e, E_SYNTAX, "%s: \"%s\" is given twice (first at %s)",
                 settings_position(s, n->key_at, where), full, first);
}

int settings_twice(const struct settings *s, const struct yaml_node *map,
                   const struct yaml_node *n, const char *full, struct err *e)
{
  const struct yaml_node *m = yaml_first(map, n);
  char where[WHERE_SIZE];
  if(m == n)
    return 0;
  return given_twice(s, n, full, settings_position(s, m->key_at, where), e);
}

static int add_header_map(struct settings *s, const struct yaml_node *map,
                          const struct option_row *o, struct err *e)
{
  const struct yaml_node *n;
  char where[WHERE_SIZE];
  int rc = 0;
  for(n = map->child; n && rc == 0; n = n->next) {
    struct name_value header = {(char *)n->key.p, (char *)n->text.p};
    rc = settings_twice(s, map, n, n->key.p, e);
    if(rc)
      return rc;
    if(n->kind != YAML_SCALAR)
      return settings_wrong_kind(s, n, o->name, "text as the header's value",
                                 e);
    if(memchr(n->key.p, '\0', n->key.n) ||
       (n->text.n && memchr(n->text.p, '\0', n->text.n)))
      return err_set(e, E_SYNTAX, "%s: %s: holds a NUL character",
                     settings_position(s, n->at, where), o->name);
    rc = option_add_header(s->object, o, header,
                           &(struct option_source){.where = settings_position(
                                                       s, n->key_at, where)},
                           e);
  }
  return rc;
}

static int add_item(struct settings *s, const struct yaml_node *n,
                    const struct option_row *o, struct err *e)
{
  const char *form = s->owner->item ? s->owner->item(o) : NULL;
  char where[WHERE_SIZE];
  bool taken = false;
  int rc = 0;
  if(n->kind == YAML_MAP && s->owner->add_map)
    rc = s->owner->add_map(s, o, n, &taken, e);
  if(rc || taken)
    return rc;
  if(n->kind == YAML_MAP && o->type == OPTION_HEADERS)
    return add_header_map(s, n, o, e);
  if(n->kind != YAML_SCALAR)
    return settings_wrong_kind(s, n, o->name, form ? form : "text", e);
  rc = check_scalar(s, n, o->name, e);
  return rc ? rc
            : option_set(s->object, o, n->text,
                         &(struct option_source){
                             .where = settings_position(s, n->at, where)},
                         e);
}

static int mark(struct settings *s, const struct yaml_node *n,
                const struct option_row *o, struct err *e)
{
  char where[WHERE_SIZE];
  return settings_mark(s, settings_row(s, o),
                       settings_position(s, n->key_at, where), e);
}

static int set_list(struct settings *s, const struct yaml_node *n,
                    const struct option_row *o, struct err *e)
{
  const struct yaml_node *item;
  int rc = 0;
  if(n->kind == YAML_MAP && o->type == OPTION_HEADERS)
    rc = add_header_map(s, n, o, e);
  else if(n->kind == YAML_MAP)
    return settings_wrong_kind(s, n, o->name, "a list", e);
  else if(n->kind == YAML_SCALAR)
    return set_scalar(s, n, o, e);
  for(item = n->child; n->kind == YAML_LIST && item && rc == 0;
      item = item->next)
    rc = add_item(s, item, o, e);
  return rc == 0 && option_count_of(s->object, o) ? mark(s, n, o, e) : rc;
}

static bool is_text(const struct settings *s, const struct option_row *o)
{
  return s->owner->is_text ? s->owner->is_text(o) : option_is_text(o);
}

static int set_key(struct settings *s, const struct yaml_node *n,
                   const struct option_row *o, struct err *e)
{
  size_t row = settings_row(s, o);
  int rc;
  if(settings_given(s, row))
    return given_twice(s, n, o->name, settings_where(s, row), e);
  if(option_is_list(o))
    return set_list(s, n, o, e);
  if(n->kind == YAML_MAP && is_text(s, o))
    return settings_wrong_kind(
        s, n, o->name, "text (in quotes when it begins with a brace)", e);
  if(n->kind != YAML_SCALAR)
    return settings_wrong_kind(s, n, o->name, option_expected(o), e);
  rc = set_scalar(s, n, o, e);
  return rc ? rc : mark(s, n, o, e);
}

static int set_map(struct settings *s, const struct yaml_node *map,
                   const char *prefix, struct err *e)
{
  const struct yaml_node *n;
  char full[NAME_SIZE];
  int rc = 0;
  for(n = map->child; n && rc == 0; n = n->next) {
    const struct option_row *o;
    int len = snprintf(full, sizeof(full), "%s%s%s", prefix,
                       prefix[0] ? "." : "", n->key.p);
    if(len < 0 || strlen(n->key.p) != n->key.n || len >= NAME_SIZE)
      return unknown_key(s, n, full, e);
    rc = settings_twice(s, map, n, full, e);
    if(rc)
      return rc;
    o = option_find(s->table, slice_of(full));
    if(n->kind == YAML_MAP && option_is_section(s->table, slice_of(full)))
      rc = set_map(s, n, full, e);
    else if(o)
      rc = set_key(s, n, o, e);
    else if(option_is_section(s->table, slice_of(full)))
      rc = settings_wrong_kind(s, n, full, "a map of keys", e);
    else
      rc = unknown_key(s, n, full, e);
  }
  return rc;
}

/* Headers that came with the file, for those of the command line. */
static void end_file(struct settings *s)
{
  size_t i;
  s->now = LAYER_COMMAND;
  free(s->folder);
  s->folder = NULL;
  for(i = 0; i < s->table->count; i++) {
    if(option_is_list(&s->table->row[i]))
      s->inherited[i] = option_count_of(s->object, &s->table->row[i]);
  }
}

static int begin_file(struct settings *s, const char *name)
{
  s->now = LAYER_FILE;
  s->file = slice_dup(slice_of(name));
  s->folder = slice_dup((struct slice){name, file_dir_of(name)});
  return s->file && s->folder ? 0 : E_NOMEM;
}

static int read_tree(struct settings *s, const struct yaml_node *root,
                     struct err *e)
{
  if(root->kind != YAML_MAP)
    return settings_wrong_kind(s, root, s->owner->what,
                               "keys such as \"url: http://...\"", e);
  return set_map(s, root, "", e);
}

int settings_read(struct settings *s, struct slice text, const char *name,
                  struct err *e)
{
  struct yaml_node *root;
  int rc = begin_file(s, name);
  if(rc)
    return err_set(e, rc, "%s: %s", name, err_name(rc));
  root = yaml_parse(text, name, e);
  if(!root)
    return E_SYNTAX;
  rc = read_tree(s, root, e);
  yaml_free(root);
  end_file(s);
  return rc;
}
