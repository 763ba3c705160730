/* SPDX-License-Identifier: MIT
 * Rules between the keys of a step; see rules.h. */
#include "flow/rules.h"

#include "content/claims.h"
#include "flow/check.h"
#include "flow/flow.h"

static const char *const quantities[] = {"in-order", "any-order", "none",
                                         "only",     "every",     "silence",
                                         "ends",     "open"};

#define QUANTITIES (sizeof(quantities) / sizeof(quantities[0]))

/* So many events would be matched one by one. */
static int check_number(const char *file, const struct yaml_node *map,
                        struct err *e)
{
  const struct yaml_node *n = yaml_get(map, "times");
  struct node_times t;
  if(!n || node_read_times(n->text, &t) || t.least <= CLAIMS_MAX)
    return 0;
  return check_fail(file, n->at, e,
                    "times: weir tells at most %d events of one expect apart",
                    CLAIMS_MAX);
}

static int check_relations(const char *file, const struct yaml_node *map,
                           const struct yaml_node *quantity, struct err *e)
{
  static const char *const relation[] = {"rising",    "constant", "distinct",
                                         "gap",       "joined",   "replayed",
                                         "duplicates"};
  const struct yaml_node *n;
  size_t i;
  for(i = 0; i < sizeof(relation) / sizeof(relation[0]); i++) {
    n = yaml_get(map, relation[i]);
    if(n && (slice_eq_cstr(quantity->key, "none") ||
             slice_eq_cstr(quantity->key, "silence") ||
             slice_eq_cstr(quantity->key, "open")))
      return check_fail(file, n->key_at, e,
                        "\"%s\" beside \"%s\": there is no event that it "
                        "could say anything of",
                        relation[i], quantity->key.p);
  }
  return 0;
}

int rules_expect(const char *file, const struct yaml_node *map, struct err *e)
{
  static const char *const negative[] = {"none", "only", "every", "silence"};
  const struct yaml_node *first = NULL, *n;
  size_t i;
  for(i = 0; i < QUANTITIES; i++) {
    n = yaml_get(map, quantities[i]);
    if(n && first)
      return check_fail(file, n->key_at, e,
                        "\"%s\" beside \"%s\": one expect says one thing",
                        n->key.p, first->key.p);
    first = n ? n : first;
  }
  for(i = 0; i < sizeof(negative) / sizeof(negative[0]); i++) {
    n = yaml_get(map, negative[i]);
    if(n && !yaml_get(map, "for"))
      return check_fail(file, n->key_at, e,
                        "%s needs a window: \"for: 1s\" (without one it says "
                        "nothing)",
                        negative[i]);
  }
  for(n = map->child; n; n = n->next) {
    if(first && (key_find(&flow_keys_pattern, n->key)))
      return check_fail(file, n->key_at, e,
                        "\"%s\" beside \"%s\": put it inside", n->key.p,
                        first->key.p);
    if(!first && slice_eq_cstr(n->key, "for") && !yaml_get(map, "times"))
      return check_fail(file, n->key_at, e,
                        "\"for\" watches an exact count or what must not "
                        "come; did you mean \"within\"?");
  }
  if(first && check_relations(file, map, first, e))
    return e->code;
  return check_number(file, map, e);
}

/* Asking again must not do anything again. */
int rules_until(const char *file, const struct yaml_node *map, struct err *e)
{
  const struct yaml_node *until = yaml_get(map, "until");
  const struct yaml_node *call = flow_method_of(map);
  if(!until || slice_eq_cstr(call->key, "GET") ||
     slice_eq_cstr(call->key, "HEAD"))
    return 0;
  return check_fail(file, until->key_at, e,
                    "until: only GET and HEAD are asked again, not %s",
                    call->key.p);
}

int rules_name(const char *file, const struct yaml_node *n, const char *what,
               struct err *e)
{
  return check_is_name(n->key)
             ? 0
             : check_fail(file, n->key_at, e, "%s: \"%.60s\" is not %s", what,
                          n->key.p, key_type_expected(KEY_NAME));
}

int rules_parallel(const char *file, const struct yaml_node *map,
                   struct err *e)
{
  const struct yaml_node *n;
  if(map->kind != YAML_MAP)
    return check_fail(file, map->at, e,
                      "parallel: expected a map of lists of steps, found %s",
                      yaml_kind_name(map->kind));
  for(n = map->child; n; n = n->next) {
    if(yaml_first(map, n) != n)
      return check_fail(file, n->key_at, e, "\"%.60s\" is given twice",
                        n->key.p);
  }
  return 0;
}
