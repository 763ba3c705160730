/* SPDX-License-Identifier: MIT
 * Looking keys up, and guessing what was meant; see keys.h. */
#include "scenario/keys.h"

#include <string.h>

#include "base/units.h"
#include "scenario/scenario.h"

#define NAME_LIMIT 64 /* longer names are nobody's typing mistake */

static const char *const http_choice[] = {"auto", "1.1", "2", NULL};
static const char *const carrier_choice[] = {"auto", "lean", "libcurl", NULL};
static const char *const how_choice[] = {"fin", "rst", NULL};
static const char *const unit_choice[] = {"auto", "ns", "us", "ms", "s", NULL};

/* Other names under which a key is found; path = the one used in YAML. */
static const struct alias {
  const char *name;
  enum key_id id;
  bool path;
} aliases[] = {
    {"reconnect.enabled", KEY_RECONNECT, true},
    {"stamp.pointer", KEY_STAMP, true},
    {"target", KEY_URL, false},
    {"header", KEY_HEADERS, false},
    {"insecure", KEY_TLS_INSECURE, false},
    {"threshold", KEY_THRESHOLDS, false},
    {"publish.header", KEY_PUBLISH_HEADERS, false},
    {"publish.target", KEY_PUBLISH_URL, false},
};
#define ALIAS_COUNT (sizeof(aliases) / sizeof(aliases[0]))

static const struct key table[KEY_COUNT] = {
#define X(id_, name_, type_, member_, fallback_, least_, most_, group_, arg_, \
          help_)                                                              \
  {.id = id_,                                                                 \
   .name = name_,                                                             \
   .fallback = fallback_,                                                     \
   .group = group_,                                                           \
   .argument = arg_,                                                          \
   .help = help_,                                                             \
   .least = least_,                                                           \
   .most = most_,                                                             \
   .type = type_,                                                             \
   .offset = offsetof(struct scenario, member_),                              \
   .size = sizeof(((struct scenario *)0)->member_)},
    KEY_LIST(X)
#undef X
};

const struct key *key_at(size_t i)
{
  return &table[i];
}

/* Writes the name as the table spells it; false when it is too long. */
static bool normalise(struct slice name, char out[NAME_LIMIT])
{
  size_t i;
  if(name.n == 0 || name.n >= NAME_LIMIT)
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

const struct key *key_find(struct slice name)
{
  char text[NAME_LIMIT];
  size_t i;
  if(!normalise(name, text))
    return NULL;
  for(i = 0; i < KEY_COUNT; i++) {
    if(strcmp(table[i].name, text) == 0)
      return &table[i];
  }
  for(i = 0; i < ALIAS_COUNT; i++) {
    if(strcmp(aliases[i].name, text) == 0)
      return &table[aliases[i].id];
  }
  return NULL;
}

const struct key *key_find_option(struct slice name, bool *negated)
{
  const struct key *k = key_find(name);
  *negated = false;
  if(k || !slice_starts(name, "no-"))
    return k;
  k = key_find((struct slice){name.p + 3, name.n - 3});
  if(!k || key_takes_argument(k))
    return NULL;
  *negated = true;
  return k;
}

const struct key *key_find_short(char c)
{
  size_t i;
  for(i = 0; i < KEY_COUNT; i++) {
    if(c && key_short_name(&table[i]) == c)
      return &table[i];
  }
  return NULL;
}

char key_short_name(const struct key *k)
{
  switch((int)k->id) {
  case KEY_CONNECTIONS:
    return 'c';
  case KEY_DURATION:
    return 'd';
  case KEY_WORKERS:
    return 'w';
  case KEY_HEADERS:
    return 'H';
  default:
    return 0;
  }
}

const char *key_path(const struct key *k)
{
  size_t i;
  for(i = 0; i < ALIAS_COUNT; i++) {
    if(aliases[i].path && aliases[i].id == k->id)
      return aliases[i].name;
  }
  return k->name;
}

const char *const *key_choices(const struct key *k)
{
  switch((int)k->id) {
  case KEY_HTTP:
    return http_choice;
  case KEY_CARRIER:
    return carrier_choice;
  case KEY_STORM_HOW:
    return how_choice;
  case KEY_STAMP_UNIT:
    return unit_choice;
  default:
    return NULL;
  }
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
  int d = units_distance(typed, name);
  if(n >= 3 && strncmp(typed, name, n) == 0)
    return 1;
  if(strcmp(last_part(typed), last_part(name)) == 0)
    return 1;
  return d;
}

const char *key_suggest(struct slice name)
{
  char text[NAME_LIMIT];
  const char *best = NULL;
  size_t i;
  int limit, nearest;
  if(!normalise(name, text))
    return NULL;
  limit = strlen(text) < 5 ? 1 : strlen(text) < 9 ? 2 : 3;
  nearest = limit + 1;
  for(i = 0; i < KEY_COUNT; i++) {
    int d = unlikeness(text, table[i].name);
    if(d < nearest) {
      nearest = d;
      best = table[i].name;
    }
  }
  for(i = 0; i < ALIAS_COUNT; i++) {
    int d = unlikeness(text, aliases[i].name);
    if(d < nearest) {
      nearest = d;
      best = aliases[i].name;
    }
  }
  return best;
}

bool key_is_section(struct slice name)
{
  char text[NAME_LIMIT];
  size_t i, n = name.n;
  if(!normalise(name, text))
    return false;
  for(i = 0; i < KEY_COUNT; i++) {
    const char *path = key_path(&table[i]);
    if(strncmp(path, text, n) == 0 && path[n] == '.')
      return true;
  }
  return false;
}

bool key_takes_argument(const struct key *k)
{
  return k->type != VALUE_BOOL;
}

bool key_repeats(const struct key *k)
{
  return k->type == VALUE_STRINGS || k->type == VALUE_HEADERS ||
         k->type == VALUE_STAGES || k->type == VALUE_THRESHOLDS;
}

const char *key_type_name(const struct key *k)
{
  static const char *const name[] = {
#define X(id, text) text,
      VALUE_TYPES(X)
#undef X
  };
  return name[k->type];
}
