/* SPDX-License-Identifier: MIT
 * Command lines against tables; see command.h. */
#include "option/command.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"

static int set(const struct command_part *p, const struct option_row *row,
               const char *value, struct err *e)
{
  option_set_fn fn = p->set ? p->set : option_set;
  char where[OPTION_NAME_MAX + 3];
  const struct option_source from = {.where = where};
  snprintf(where, sizeof(where), "--%s", row->name);
  return fn(p->object, row, slice_of(value), &from, e);
}

/* What stands behind a letter without a value are further letters. */
static int take_bool(const struct command_part *p, struct options *o,
                     const struct option_found *f,
                     const struct option_row *row, struct err *e)
{
  bool has_value = f->value && !f->letter && row->fallback;
  int rc = has_value ? 0 : options_flag(o, f, e);
  return rc ? rc : set(p, row, has_value ? f->value : "true", e);
}

static int take_values(const struct command_part *p, struct options *o,
                       const struct option_found *f,
                       const struct option_row *row, struct err *e)
{
  struct option_row one = *row;
  struct option_found behind = *f; /* "--name=value" has no second one */
  const char *value = options_value(o, f, e);
  int rc = value ? set(p, &one, value, e) : E_SYNTAX;
  behind.value = NULL;
  for(size_t i = 1; i < option_values(row) && !rc; i++) {
    one.at += sizeof(char *);
    value = options_value(o, &behind, e);
    rc = value ? set(p, &one, value, e) : E_SYNTAX;
  }
  return rc;
}

/* 1: the part has the option; 0: it has none of that name; negative: it has,
 * and the value is wrong. */
static int take_from(const struct command_part *part, struct options *o,
                     const struct option_found *f, struct err *e)
{
  bool negated = false;
  const struct option_row *row =
      f->letter ? option_find_letter(part->table, f->letter)
                : option_find_switch(part->table, f->name, &negated);
  int rc;
  if(!row)
    return 0;
  if(negated)
    rc = f->value ? options_flag(o, f, e) : set(part, row, "false", e);
  else if(option_takes_argument(row))
    rc = take_values(part, o, f, row, e);
  else
    rc = take_bool(part, o, f, row, e);
  return rc ? rc : 1;
}

static int unknown(const struct command_line *c, const struct option_found *f,
                   const char *command, struct err *e)
{
  int nearest = OPTION_NOT_NEAR;
  const char *near = NULL;
  for(size_t i = 0; i < c->parts && !f->letter; i++) {
    const char *name = option_suggest(c->part[i].table, f->name, &nearest);
    near = name ? name : near;
  }
  if(near)
    return err_set(e, E_SYNTAX, "unknown option %s (did you mean --%s?)",
                   f->text, near);
  return err_set(e, E_SYNTAX, "unknown option %s; see weir %s --help", f->text,
                 command);
}

static int take(const struct command_line *c, struct options *o,
                const struct option_found *f, struct err *e)
{
  int rc = 0;
  for(size_t i = 0; i < c->parts && !rc; i++)
    rc = take_from(&c->part[i], o, f, e);
  if(!rc)
    return unknown(c, f, o->argv[0], e);
  return rc < 0 ? rc : 0;
}

int command_read(const struct command_line *c, int argc, char **argv,
                 struct err *e)
{
  struct options o;
  struct option_found f;
  int rc = 0;
  options_init(&o, argc, argv);
  while(!rc && options_next(&o, &f)) {
    if(!f.positional)
      rc = take(c, &o, &f, e);
    else if(c->looked)
      continue;
    else if(c->positional)
      rc = c->positional(c->ctx, f.text, e);
    else
      rc = err_set(e, E_SYNTAX, "\"%s\" is one argument too many", f.text);
  }
  return rc;
}

static int pass_over(void *object, const struct option_row *o,
                     struct slice text, const struct option_source *from,
                     struct err *e)
{
  (void)object;
  (void)o;
  (void)text;
  (void)from;
  (void)e;
  return 0;
}

int command_look(struct command_line *c, int argc, char **argv, struct err *e)
{
  struct command_part blind[COMMAND_PARTS_MAX];
  struct command_line look = *c;
  int rc;
  weir_assert(c->parts <= COMMAND_PARTS_MAX);
  for(size_t i = 0; i < c->parts; i++)
    blind[i] = (struct command_part){c->part[i].table, NULL, pass_over};
  look.part = blind;
  rc = command_read(&look, argc, argv, e);
  c->looked = true;
  return rc;
}

int command_one(void *word, const char *text, struct err *e)
{
  struct command_word *w = word;
  if(w->text)
    return err_set(e, E_SYNTAX, "two %s, \"%s\" and \"%s\": give one",
                   w->things, w->text, text);
  w->text = text;
  return 0;
}
