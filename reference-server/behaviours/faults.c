/* SPDX-License-Identifier: MIT
 * The fault table; see faults.h. */
#include "behaviours/faults.h"

#include "base/units.h"

static const struct fault_info TABLE[FAULT_COUNT] = {
#define X(constant, name, arg, least, doc) {name, arg, least, doc},
#define Y(constant, name, doc)             {name, FAULT_ARG_NONE, 0, doc},
    FAULT_LIST(X, Y)
#undef X
#undef Y
};

const struct fault_info *fault_info(enum fault f)
{
  return &TABLE[f];
}

static int unknown_name(struct slice name, struct err *e)
{
  char word[64] = "";
  const char *best = NULL;
  int least = 4;
  for(size_t i = 0; i < name.n && i + 1 < sizeof(word); i++)
    word[i] = name.p[i];
  for(int f = 0; f < FAULT_COUNT; f++) {
    int d = units_distance(word, TABLE[f].name);
    if(d < least) {
      least = d;
      best = TABLE[f].name;
    }
  }
  if(best)
    return err_set(e, E_NOT_FOUND, "unknown fault \"%s\"; did you mean %s?",
                   word, best);
  return err_set(e, E_NOT_FOUND,
                 "unknown fault \"%s\"; --list-faults shows all", word);
}

static int parse_value(enum fault f, struct slice text, uint64_t *value,
                       struct err *e)
{
  const struct fault_info *info = &TABLE[f];
  uint64_t v;
  if(info->arg == FAULT_ARG_NONE) {
    if(text.n)
      return err_set(e, E_SYNTAX, "fault %s takes no value", info->name);
    *value = 1;
    return 0;
  }
  if(!text.n || units_count(text, &v))
    return err_set(e, E_SYNTAX, "fault %s needs a whole number: %s=N",
                   info->name, info->name);
  if(v < info->least || (info->arg == FAULT_ARG_MS && v > FAULT_MAX_MS))
    return err_set(e, E_RANGE, "fault %s: N must be %llu or more%s",
                   info->name, (unsigned long long)info->least,
                   info->arg == FAULT_ARG_MS ? ", at most 600000 ms" : "");
  *value = v;
  return 0;
}

int fault_parse(struct slice text, enum fault *f, uint64_t *value,
                struct err *e)
{
  struct slice name = slice_cut(&text, '=');
  for(int i = 0; i < FAULT_COUNT; i++) {
    if(slice_eq_cstr(name, TABLE[i].name)) {
      *f = (enum fault)i;
      return parse_value(*f, text, value, e);
    }
  }
  return unknown_name(name, e);
}

bool fault_is_hold(enum fault f)
{
  return f == FAULT_STALL;
}

bool fault_set_any(const struct fault_set *s)
{
  for(int i = 0; i < FAULT_COUNT; i++) {
    if(s->v[i])
      return true;
  }
  return false;
}

bool fault_set_spoils(const struct fault_set *s)
{
  for(int i = FAULT_BURST + 1; i < FAULT_COUNT; i++) {
    if(s->v[i])
      return true;
  }
  return false;
}

uint64_t fault_effective(const struct fault_set *common,
                         const struct fault_set *own, enum fault f)
{
  return own && own->v[f] ? own->v[f] : common->v[f];
}
