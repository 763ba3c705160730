/* SPDX-License-Identifier: MIT
 * The format, told; see schema.h. */
#include "flow/schema.h"

#include <string.h>

#include "flow/keys.h"

static json_t *named(const char *name)
{
  return json_pack("{s:s+}", "$ref", "#/$defs/", name);
}

static json_t *one_or_list(json_t *item)
{
  return json_pack("{s:[O, {s:s, s:o}]}", "anyOf", item, "type", "array",
                   "items", json_incref(item));
}

static json_t *taken(json_t *both, json_t *item)
{
  json_decref(item);
  return both;
}

static json_t *lists(json_t *item)
{
  return taken(one_or_list(item), item);
}

static json_t *array_of(const char *name)
{
  return json_pack("{s:s, s:o}", "type", "array", "items", named(name));
}

static json_t *words(const char *choice)
{
  json_t *list = json_array();
  struct slice rest = slice_of(choice);
  while(rest.n)
    json_array_append_new(list, json_text(slice_cut(&rest, ' ')));
  return json_pack("{s:o}", "enum", list);
}

static json_t *map_to(json_t *value)
{
  return json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
                   value);
}

static json_t *map_of(const char *name)
{
  return map_to(named(name));
}

static json_t *map_type(const struct flow_key *k)
{
  switch(k->type) {
  case KEY_REQUEST:
    return named("request");
  case KEY_REQUESTS:
    return lists(named("request"));
  case KEY_PATTERN:
    return named("pattern");
  case KEY_PATTERNS:
    return array_of("pattern");
  case KEY_ENDS:
    return json_pack("{s:[o, o]}", "anyOf", words("fin rst 204 any"),
                     named("ends"));
  case KEY_STEPS:
    return array_of("step");
  case KEY_USERS:
    return map_of("user");
  case KEY_CASES:
    return map_to(map_of("scalar"));
  case KEY_UNTIL:
    return named("until");
  case KEY_DEFAULTS:
    return named("defaults");
  case KEY_READY:
    return json_pack("{s:[o, o]}", "anyOf", words("head sent"),
                     named("ready"));
  case KEY_FRAGMENT:
    return named("fragment");
  case KEY_JOINED:
    return named("joined");
  case KEY_LINES:
    return json_pack("{s:s, s:{s:[o, o]}}", "type", "object",
                     "additionalProperties", "anyOf", named("scalar"),
                     map_of("scalar"));
  case KEY_FIELDS:
  case KEY_MEMBERS:
  case KEY_TAKE:
    return map_of("scalar");
  default:
    return json_object();
  }
}

static json_t *type_of(const struct flow_key *k)
{
  switch(k->type) {
  case KEY_CHOICE:
    return words(k->choice);
  case KEY_BOOL:
    return json_pack("{s:[b, b, s, s, s, s]}", "enum", 1, 0, "yes", "no",
                     "true", "false");
  case KEY_COUNT:
    return json_pack("{s:s, s:i}", "type", "integer", "minimum", 0);
  case KEY_TEXTS:
  case KEY_STATUS:
  case KEY_EXPRS:
    return lists(named("scalar"));
  case KEY_ARGUMENTS:
    return array_of("scalar");
  case KEY_TEXT:
  case KEY_NAME:
  case KEY_PATH:
  case KEY_TIME:
  case KEY_TIMES:
  case KEY_SPANS:
  case KEY_POINTER:
    return named("scalar");
  default:
    return map_type(k);
  }
}

static json_t *map_schema(const struct flow_keys *t)
{
  json_t *properties = json_object(), *map;
  size_t i;
  for(i = 0; i < t->count; i++) {
    json_t *one = type_of(&t->key[i]);
    json_object_set_new(one, "description", json_string(t->key[i].help));
    json_object_set_new(properties, t->key[i].name, one);
  }
  map = json_pack("{s:s, s:o, s:b}", "type", "object", "properties",
                  properties, "additionalProperties", 0);
  if(key_find(t, SLICE_LIT("query")))
    json_object_set_new(map, "patternProperties",
                        json_pack("{s:{s:s, s:s}}", "^[A-Z]{2,16}$", "type",
                                  "string", "description",
                                  "Method and path of the request"));
  return map;
}

static json_t *step_schema(json_t *defs)
{
  json_t *properties = json_object();
  int v;
  for(v = 0; v < FLOW_VERB_COUNT; v++) {
    const char *name = flow_verb_name((enum flow_verb)v);
    json_object_set_new(properties, name, named(name));
    json_object_set_new(defs, name, map_schema(flow_verb_keys[v]));
  }
  json_object_set_new(json_object_get(defs, "parallel"),
                      "additionalProperties", named("steps"));
  return json_pack("{s:s, s:o, s:b, s:i, s:i}", "type", "object", "properties",
                   properties, "additionalProperties", 0, "minProperties", 1,
                   "maxProperties", 1);
}

json_t *flow_schema(void)
{
  json_t *root = map_schema(&flow_keys_file), *defs = json_object();
  json_object_set_new(root, "$schema",
                      json_string("https://json-schema.org/draft/2020-12/"
                                  "schema"));
  json_object_set_new(root, "title", json_string("weir: flow/1"));
  json_object_set_new(root, "required",
                      json_pack("[s, s, s]", "weir", "flow", "steps"));
  json_object_set_new(defs, "scalar",
                      json_pack("{s:[s, s, s, s]}", "type", "string", "number",
                                "boolean", "null"));
  json_object_set_new(defs, "steps", array_of("step"));
  json_object_set_new(defs, "step", step_schema(defs));
  json_object_set_new(defs, "user", map_schema(&flow_keys_user));
  json_object_set_new(defs, "defaults", map_schema(&flow_keys_defaults));
  json_object_set_new(defs, "pattern", map_schema(&flow_keys_pattern));
  json_object_set_new(defs, "until", map_schema(&flow_keys_until));
  json_object_set_new(defs, "ready", map_schema(&flow_keys_ready));
  json_object_set_new(defs, "fragment", map_schema(&flow_keys_fragment));
  json_object_set_new(defs, "joined", map_schema(&flow_keys_joined));
  json_object_set_new(defs, "ends", map_schema(&flow_keys_ends));
  json_object_set_new(root, "$defs", defs);
  return root;
}

typedef void (*tell_fn)(const char *title, const char *help,
                        const struct flow_keys *t, struct buf *out);

static void each_map(tell_fn tell, struct buf *out)
{
  static const char *const help[] = {
#define X(id, word, text) text,
      FLOW_VERBS(X)
#undef X
  };
  int v;
  tell("The file", "", &flow_keys_file, out);
  tell("users: NAME", "", &flow_keys_user, out);
  tell("defaults", "", &flow_keys_defaults, out);
  for(v = 0; v < FLOW_VERB_COUNT; v++)
    tell(flow_verb_name((enum flow_verb)v), help[v], flow_verb_keys[v], out);
  tell("A pattern", "All that it says must hold of one event",
       &flow_keys_pattern, out);
  tell("ready", "", &flow_keys_ready, out);
  tell("fragment", "", &flow_keys_fragment, out);
  tell("joined", "", &flow_keys_joined, out);
}

static const char *expected(const struct flow_key *k)
{
  return k->choice ? k->choice : key_type_expected(k->type);
}

static void tell_text(const char *title, const char *help,
                      const struct flow_keys *t, struct buf *out)
{
  size_t i;
  buf_addf(out, "%s%s%s%s\n", out->n ? "\n" : "", title, help[0] ? ": " : "",
           help);
  for(i = 0; i < t->count; i++)
    buf_addf(out, "  %-14s %s\n", t->key[i].name, t->key[i].help);
}

static void tell_markdown(const char *title, const char *help,
                          const struct flow_keys *t, struct buf *out)
{
  size_t i;
  buf_addf(out, "%s## %s\n\n%s%s", out->n ? "\n" : "", title, help,
           help[0] ? ".\n\n" : "");
  buf_adds(out, "| key | value | |\n| --- | --- | --- |\n");
  for(i = 0; i < t->count; i++)
    buf_addf(out, "| `%s` | %s | %s |\n", t->key[i].name, expected(&t->key[i]),
             t->key[i].help);
}

int flow_keys_text(struct buf *out)
{
  each_map(tell_text, out);
  return out->rc;
}

int flow_keys_markdown(struct buf *out)
{
  each_map(tell_markdown, out);
  return out->rc;
}
