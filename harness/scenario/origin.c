/* SPDX-License-Identifier: MIT
 * Where values came from; see origin.h. */
#include "scenario/origin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct key_origins *origin_new(void)
{
  struct key_origins *o = calloc(1, sizeof(*o));
  if(o)
    o->now = LAYER_COMMAND;
  return o;
}

void origin_free(struct key_origins *o)
{
  size_t i;
  if(!o)
    return;
  for(i = 0; i < KEY_COUNT; i++)
    free(o->where[i]);
  free(o->folder);
  free(o->file);
  free(o);
}

/* A section is on as soon as one of its keys is given. */
static void enable_section(struct scenario *s, enum key_id id)
{
  if(id >= KEY_PUBLISH_URL && id <= KEY_PUBLISH_MATCH_STAMP)
    s->publish.enabled = true;
  if(id >= KEY_STORM_AT && id <= KEY_STORM_EVERY)
    s->storm.enabled = true;
}

int origin_mark(struct scenario *s, enum key_id id, const char *where)
{
  char *copy = slice_dup(slice_of(where));
  if(!copy)
    return E_NOMEM;
  free(s->origin->where[id]);
  s->origin->where[id] = copy;
  s->origin->layer[id] = s->origin->now;
  enable_section(s, id);
  return 0;
}

void origin_forget(struct scenario *s, enum key_id id)
{
  free(s->origin->where[id]);
  s->origin->where[id] = NULL;
  s->origin->layer[id] = LAYER_DEFAULT;
}

bool origin_given(const struct scenario *s, enum key_id id)
{
  return s->origin->layer[id] != LAYER_DEFAULT;
}

const char *origin_where(const struct scenario *s, enum key_id id)
{
  return s->origin->where[id] ? s->origin->where[id] : key_at(id)->name;
}

uint32_t origin_inherited(const struct scenario *s, const struct option_row *o)
{
  if(s->origin->now != LAYER_COMMAND || o->type != OPTION_HEADERS)
    return 0;
  return key_id(o) == KEY_HEADERS ? s->origin->file_headers
                                  : s->origin->file_publish_headers;
}

void origin_disinherit(struct scenario *s, const struct option_row *o)
{
  if(key_id(o) == KEY_HEADERS)
    s->origin->file_headers = 0;
  if(key_id(o) == KEY_PUBLISH_HEADERS)
    s->origin->file_publish_headers = 0;
}

int origin_error(const struct scenario *s, enum key_id id, struct err *e,
                 const char *fmt, ...)
{
  char text[sizeof(e->text)];
  const char *where = s->origin->where[id];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof(text), fmt, ap);
  va_end(ap);
  err_set(e, E_MISMATCH, "%s", text);
  if(!where || where[0] != '-')
    err_prefix(e, "%s", key_at(id)->name);
  if(where)
    err_prefix(e, "%s", where);
  return E_MISMATCH;
}
