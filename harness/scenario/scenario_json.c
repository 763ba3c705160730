/* SPDX-License-Identifier: MIT
 * A scenario as JSON for result documents, without its secrets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scenario/own.h"
#include "scenario/scenario.h"
#include "scenario/shape.h"

#define MASK  "***"
#define DEPTH 4 /* publish.match.sequence has three parts */

struct writer {
  json_t *open[DEPTH]; /* borrowed, by depth; [0] is the root */
};

/* "ramp" becomes "ramp_ms": names carry the unit. */
static void member_name(const struct shape_place *at, char out[64])
{
  const char *unit = "";
  size_t i;
  if(at->key && at->key->type == OPTION_DURATION)
    unit = "_ms";
  else if(at->key && key_id(at->key) == KEY_CLOCK_OFFSET)
    unit = "_ms";
  else if(at->key && at->key->type == OPTION_RATE)
    unit = "_per_second";
  else if(at->key && at->key->type == OPTION_BYTES &&
          slice_find(at->name, "bytes") < 0)
    unit = "_bytes";
  snprintf(out, 64, "%.*s%s", (int)at->name.n, at->name.p, unit);
  for(i = 0; out[i]; i++) {
    if(out[i] == '-')
      out[i] = '_';
  }
}

static bool is_secret(const char *header)
{
  static const char *const names[] = {"authorization", "cookie", "set-cookie",
                                      "proxy-authorization", "x-api-key"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(strcasecmp(header, names[i]) == 0)
      return true;
  }
  return false;
}

/* "http://user:password@host/" keeps the host only. */
static json_t *masked_url(const char *url)
{
  const char *host = strstr(url, "://");
  const char *begin = host ? host + 3 : url;
  size_t authority = strcspn(begin, "/?#");
  const char *at = memrchr(begin, '@', authority);
  char *text = NULL;
  json_t *j;
  if(!at)
    return json_text(slice_of(url));
  if(asprintf(&text, "%.*s" MASK "%s", (int)(begin - url), url, at) < 0)
    return NULL;
  j = json_text(slice_of(text));
  free(text);
  return j;
}

static json_t *headers_json(const struct scenario *s,
                            const struct option_row *k)
{
  bool publish = key_id(k) == KEY_PUBLISH_HEADERS;
  const struct name_value *h =
      publish ? s->publish.header : s->endpoint.header;
  uint32_t i, n = option_count_of(s, k);
  json_t *list = json_array();
  for(i = 0; i < n; i++) {
    json_t *one = json_object();
    json_object_set_new(one, "name", json_text(slice_of(h[i].name)));
    json_object_set_new(
        one, "value",
        json_text(slice_of(is_secret(h[i].name) ? MASK : h[i].value)));
    json_array_append_new(list, one);
  }
  return list;
}

static json_t *stages_json(const struct scenario *s)
{
  json_t *list = json_array();
  uint32_t i;
  for(i = 0; i < s->stage_count; i++) {
    json_t *one = json_object();
    json_object_set_new(one, "connections",
                        json_integer((json_int_t)s->stage[i].connections));
    json_object_set_new(one, "ramp_ms", json_ms(s->stage[i].ramp_ns));
    json_object_set_new(one, "hold_ms", json_ms(s->stage[i].hold_ns));
    json_array_append_new(list, one);
  }
  return list;
}

static json_t *list_json(const struct scenario *s, const struct option_row *k)
{
  uint32_t i, n = option_count_of(s, k);
  json_t *list;
  if(k->type == OPTION_HEADERS)
    return headers_json(s, k);
  if(key_id(k) == KEY_STAGES)
    return stages_json(s);
  list = json_array();
  for(i = 0; i < n; i++) {
    json_array_append_new(list, json_text(slice_of(own_item(s, k, i))));
  }
  return list;
}

static json_t *whole_json(const struct scenario *s, const struct option_row *k)
{
  uint64_t v = option_whole(s, k);
  if(k->type == OPTION_DURATION)
    return json_ms(v);
  if(k->type != OPTION_SEED)
    return json_integer((json_int_t)v);
  /* A seed may exceed what JSON readers keep exactly. */
  char text[24];
  snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
  return json_string(text);
}

static json_t *scalar_json(const struct scenario *s,
                           const struct option_row *k)
{
  const char *at = (const char *)s + k->at;
  unsigned int choice;
  switch(k->type) {
  case OPTION_RATE:
  case OPTION_SHARE:
    return json_real(option_real(s, k));
  case OPTION_BOOL:
    return json_boolean(*(const bool *)at);
  case OPTION_OWN:
    return json_real((double)s->clock_offset_ns / 1e6);
  case OPTION_CHOICE:
    memcpy(&choice, at, sizeof(choice));
    return json_string(k->choice[choice]);
  default:
    return whole_json(s, k);
  }
}

static json_t *key_json(const struct scenario *s, const struct option_row *k)
{
  if(key_id(k) == KEY_TLS_KEY)
    return json_string(MASK);
  if(k->type == OPTION_URL || key_id(k) == KEY_PROXY)
    return masked_url(own_text(s, k));
  if(option_is_list(k))
    return list_json(s, k);
  if(own_is_text(k))
    return json_text(slice_of(own_text(s, k)));
  return scalar_json(s, k);
}

static int add_member(void *ctx, const struct scenario *s,
                      const struct shape_place *at)
{
  struct writer *w = ctx;
  char name[64];
  json_t *value = at->key ? key_json(s, at->key) : json_object();
  if(!value || at->depth + 1 >= DEPTH)
    return E_NOMEM;
  member_name(at, name);
  if(json_object_set_new(w->open[at->depth], name, value))
    return E_NOMEM;
  if(!at->key)
    w->open[at->depth + 1] = value;
  return 0;
}

json_t *scenario_to_json(const struct scenario *s)
{
  struct writer w = {{json_object()}};
  json_t *root = w.open[0];
  int rc = root ? 0 : E_NOMEM;
  if(rc == 0 && s->description[0])
    json_object_set_new(root, "description",
                        json_text(slice_of(s->description)));
  if(rc == 0)
    rc = shape_walk(s, add_member, &w);
  if(rc == 0 && s->user_count)
    json_object_set_new(root, "user_count", json_integer(s->user_count));
  if(rc == 0)
    return root;
  json_decref(root);
  return NULL;
}
