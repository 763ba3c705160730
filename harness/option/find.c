/* SPDX-License-Identifier: MIT
 * Looking rows up, and guessing what was meant; see option.h. */
#include <string.h>

#include "base/units.h"
#include "option/option.h"

/* Writes the name as tables spell it; false when it is too long. */
static bool normalise(struct slice name, char out[OPTION_NAME_MAX])
{
  size_t i;
  if(name.n == 0 || name.n >= OPTION_NAME_MAX)
    return false;
  for(i = 0; i < name.n; i++) {
    char c = name.p[i];
    if(c == '_')
      c = '-';
    else if(c >= 'A' && c <= 'Z')
      c = (char)(c - 'A' + 'a');
    out[i] = c;
  }
  out[name.n] = '\0';
  return true;
}

const char *option_path(const struct option_row *o)
{
  return o->path ? o->path : o->name;
}

static bool is_called(const struct option_row *o, const char *text)
{
  struct slice also = slice_of(o->also);
  if(strcmp(o->name, text) == 0 || strcmp(option_path(o), text) == 0)
    return true;
  while(also.p) {
    if(slice_eq_cstr(slice_cut(&also, ' '), text))
      return true;
  }
  return false;
}

const struct option_row *option_find(const struct option_table *t,
                                     struct slice name)
{
  char text[OPTION_NAME_MAX];
  size_t i;
  if(!normalise(name, text))
    return NULL;
  for(i = 0; i < t->count; i++) {
    if(is_called(&t->row[i], text))
      return &t->row[i];
  }
  return NULL;
}

const struct option_row *option_find_switch(const struct option_table *t,
                                            struct slice name, bool *negated)
{
  const struct option_row *o = option_find(t, name);
  *negated = false;
  if(o || !slice_starts(name, "no-"))
    return o;
  o = option_find(t, (struct slice){name.p + 3, name.n - 3});
  if(!o || option_takes_argument(o) || option_is_flag(o))
    return NULL;
  *negated = true;
  return o;
}

const struct option_row *option_find_letter(const struct option_table *t,
                                            char c)
{
  size_t i;
  for(i = 0; i < t->count; i++) {
    if(c && t->row[i].letter == c)
      return &t->row[i];
  }
  return NULL;
}

static const char *last_part(const char *name)
{
  const char *dot = strrchr(name, '.');
  return dot ? dot + 1 : name;
}

/* How unlike two names are; a shared beginning or the same word in another
 * section counts as near. */
static int unlikeness(const char *typed, const char *name)
{
  size_t n = strlen(typed);
  if(n >= 3 && strncmp(typed, name, n) == 0)
    return 1;
  if(strcmp(last_part(typed), last_part(name)) == 0)
    return 1;
  return units_distance(typed, name);
}

/* Another name that is near leads to the one that tables show. */
static int unlikeness_of(const char *typed, const struct option_row *o)
{
  struct slice also = slice_of(o->also);
  int best = unlikeness(typed, o->name), d = unlikeness(typed, option_path(o));
  if(d < best)
    best = d;
  while(also.p) {
    struct slice one = slice_cut(&also, ' ');
    char name[OPTION_NAME_MAX];
    d = normalise(one, name) ? unlikeness(typed, name) : best;
    if(d < best)
      best = d;
  }
  return best;
}

const char *option_suggest(const struct option_table *t, struct slice name,
                           int *nearest)
{
  char text[OPTION_NAME_MAX];
  const char *best = NULL;
  size_t i;
  int limit;
  if(!normalise(name, text))
    return NULL;
  limit = strlen(text) < 5 ? 1 : strlen(text) < 9 ? 2 : 3;
  if(*nearest > limit + 1)
    *nearest = limit + 1;
  for(i = 0; i < t->count; i++) {
    int d = unlikeness_of(text, &t->row[i]);
    if(d < *nearest) {
      *nearest = d;
      best = t->row[i].name;
    }
  }
  return best;
}

bool option_is_section(const struct option_table *t, struct slice name)
{
  char text[OPTION_NAME_MAX];
  size_t i, n = name.n;
  if(!normalise(name, text))
    return false;
  for(i = 0; i < t->count; i++) {
    const char *path = option_path(&t->row[i]);
    if(strncmp(path, text, n) == 0 && path[n] == '.')
      return true;
  }
  return false;
}

bool option_takes_argument(const struct option_row *o)
{
  return o->type != OPTION_BOOL;
}

bool option_is_flag(const struct option_row *o)
{
  return o->type == OPTION_BOOL && !o->fallback;
}

size_t option_values(const struct option_row *o)
{
  if(o->type == OPTION_ARGUMENT)
    return o->size / sizeof(char *);
  return option_takes_argument(o);
}

bool option_is_list(const struct option_row *o)
{
  return o->type == OPTION_ADDRESSES || o->type == OPTION_RESOLVES ||
         o->type == OPTION_HEADERS || o->type == OPTION_TEXTS ||
         o->type == OPTION_OWN_LIST;
}

bool option_is_text(const struct option_row *o)
{
  return o->type == OPTION_TEXT || o->type == OPTION_LINES ||
         o->type == OPTION_URL || o->type == OPTION_METHOD ||
         o->type == OPTION_PATH || o->type == OPTION_PROXY ||
         o->type == OPTION_POINTER;
}

const char *option_type_name(const struct option_row *o)
{
  static const char *const name[] = {
#define X(id, text, example) text,
      OPTION_TYPES(X)
#undef X
  };
  return o->type_name ? o->type_name : name[o->type];
}

const char *option_expected(const struct option_row *o)
{
  static const char *const text[] = {
#define X(id, text, example) example,
      OPTION_TYPES(X)
#undef X
  };
  return o->expected ? o->expected : text[o->type];
}
