/* SPDX-License-Identifier: MIT
 * Where values came from; see settings.h. */
#include "settings/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct settings *settings_new(void *object, const struct option_table *table,
                              const struct settings_owner *owner)
{
  struct settings *s = calloc(1, sizeof(*s));
  if(!s)
    return NULL;
  s->object = object;
  s->table = table;
  s->owner = owner;
  s->now = LAYER_COMMAND;
  s->layer = calloc(table->count, sizeof(*s->layer));
  s->where = calloc(table->count, sizeof(char *));
  s->inherited = calloc(table->count, sizeof(*s->inherited));
  if(s->layer && s->where && s->inherited)
    return s;
  settings_free(s);
  return NULL;
}

void settings_free(struct settings *s)
{
  size_t i;
  if(!s)
    return;
  for(i = 0; s->where && i < s->table->count; i++)
    free(s->where[i]);
  free(s->layer);
  free(s->where);
  free(s->inherited);
  free(s->folder);
  free(s->file);
  free(s);
}

size_t settings_row(const struct settings *s, const struct option_row *o)
{
  return (size_t)(o - s->table->row);
}

static bool replaces(const struct settings *s, const struct option_row *o)
{
  return o->anew && s->layer[settings_row(s, o)] == LAYER_FILE &&
         s->now == LAYER_COMMAND;
}

int settings_set(struct settings *s, const struct option_row *o,
                 struct slice text, const char *where, struct err *e)
{
  size_t row = settings_row(s, o);
  struct option_source from = {
      where, s->folder, s->now == LAYER_COMMAND ? s->inherited[row] : 0};
  int rc;
  if(replaces(s, o))
    (s->owner->clear ? s->owner->clear : option_clear)(s->object, o);
  rc = option_set(s->object, o, text, &from, e);
  if(option_is_list(o) && !option_count_of(s->object, o))
    s->inherited[row] = 0;
  return rc ? rc : settings_mark(s, row, where, e);
}

int settings_mark(struct settings *s, size_t row, const char *where,
                  struct err *e)
{
  char *copy = slice_dup(slice_of(where));
  if(!copy)
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  free(s->where[row]);
  s->where[row] = copy;
  s->layer[row] = s->now;
  if(s->owner->on_given)
    s->owner->on_given(s->object, &s->table->row[row]);
  return 0;
}

void settings_forget(struct settings *s, size_t row)
{
  free(s->where[row]);
  s->where[row] = NULL;
  s->layer[row] = LAYER_DEFAULT;
}

bool settings_given(const struct settings *s, size_t row)
{
  return s->layer[row] != LAYER_DEFAULT;
}

const char *settings_where(const struct settings *s, size_t row)
{
  return s->where[row] ? s->where[row] : s->table->row[row].name;
}

int settings_error(const struct settings *s, size_t row, struct err *e,
                   const char *fmt, ...)
{
  char text[sizeof(e->text)];
  const char *where = s->where[row];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof(text), fmt, ap);
  va_end(ap);
  err_set(e, E_MISMATCH, "%s", text);
  if(!where || where[0] != '-')
    err_prefix(e, "%s", s->table->row[row].name);
  if(where)
    err_prefix(e, "%s", where);
  return E_MISMATCH;
}
