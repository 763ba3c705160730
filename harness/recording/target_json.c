/* SPDX-License-Identifier: MIT
 * Targets beside their recordings ("weir.target/1"), so that a folder judges
 * the same again.  Credentials are masked unless asked for. */
#include <stdlib.h>
#include <string.h>

#include "document/values.h"
#include "recording/mask.h"
#include "recording/target.h"

/* What goes in and out as it is, and what of it has how many values. */
#define TARGET_NUMBERS(X)                                                     \
  X(heartbeat_ns)                                                             \
  X(history_events)                                                           \
  X(head_ns)                                                                  \
  X(event_ns)                                                                 \
  X(window_ns)                                                                \
  X(idle_window_ns)                                                           \
  X(seed)
#define TARGET_FLAGS(X)                                                       \
  X(has_credentials)                                                          \
  X(loopback)                                                                 \
  X(tls)                                                                      \
  X(endpoint.insecure)                                                        \
  X(fast)                                                                     \
  X(strict)                                                                   \
  X(ids)                                                                      \
  X(numeric_ids)                                                              \
  X(broadcast)                                                                \
  X(late)
#define TARGET_CHOICES(X)                                                     \
  X(max_connections, uint32_t, UINT32_MAX)                                    \
  X(resume_rounds, uint32_t, UINT32_MAX)                                      \
  X(mode, enum plan_mode, MODE_FULL)                                          \
  X(stream, enum stream_kind, STREAM_FINITE)                                  \
  X(resume, enum resume_kind, RESUME_EXACTLY_ONCE)                            \
  X(stream_known, enum known, KNOWN_ASSUMED)                                  \
  X(resume_known, enum known, KNOWN_ASSUMED)                                  \
  X(heartbeat_known, enum known, KNOWN_ASSUMED)
#define TARGET_TEXTS(X)                                                       \
  X(endpoint.method)                                                          \
  X(endpoint.body)                                                            \
  X(origin)                                                                   \
  X(publish_method)                                                           \
  X(endpoint.ca_file)

/* What is said in an endpoint stands beside the rest. */
static const char *key_of(const char *member)
{
  const char *dot = strchr(member, '.');
  return dot ? dot + 1 : member;
}

static json_t *text_json(const char *text)
{
  return text ? json_text(slice_of(text)) : json_null();
}

static json_t *url_json(const char *url, bool keep)
{
  struct buf b;
  json_t *j = NULL;
  if(!url || keep)
    return text_json(url);
  buf_init(&b, 0);
  if(mask_url(&b, slice_of(url)) == 0)
    j = json_text(buf_slice(&b));
  buf_free(&b);
  return j;
}

/* A value as it stands in a line of that name. */
static json_t *value_json(const char *name, const char *value, bool keep)
{
  struct buf line, masked;
  size_t at = strlen(name) + 2;
  json_t *j = NULL;
  if(!value || keep)
    return text_json(value);
  buf_init(&line, 0);
  buf_init(&masked, 0);
  if(buf_addf(&line, "%s: %s", name, value) == 0 &&
     mask_head(&masked, buf_slice(&line)) == 0)
    j = json_text((struct slice){masked.p + at, masked.n - at});
  buf_free(&line);
  buf_free(&masked);
  return j;
}

static json_t *headers_json(const struct target *t, bool keep)
{
  json_t *list = json_array();
  uint32_t i;
  for(i = 0; list && i < t->endpoint.header_count; i++) {
    const struct name_value *h = &t->endpoint.header[i];
    json_t *item = json_pack("{s:o, s:o}", "name", text_json(h->name), "value",
                             value_json(h->name, h->value, keep));
    if(json_array_append_new(list, item)) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

/* What most targets do not have. */
static int set_rare(json_t *j, const struct target *t)
{
  int rc = 0;
  if(t->via)
    rc |= json_object_set_new(j, "via", json_true());
  if(t->protocol)
    rc |= json_object_set_new(j, "app", text_json(t->protocol));
  if(t->client)
    rc |= json_object_set_new(j, "client", json_integer(t->client));
  if(t->busy_status)
    rc |= json_object_set_new(j, "busy_status", json_integer(t->busy_status));
  return rc;
}

json_t *target_to_json(const struct target *t, bool keep_secrets)
{
  json_t *j = json_object();
  int rc = json_object_set_new(j, "schema", json_string(TARGET_SCHEMA));
  rc |= json_object_set_new(j, "url", url_json(t->endpoint.url, keep_secrets));
  rc |= json_object_set_new(j, "publish_url",
                            url_json(t->publish_url, keep_secrets));
  rc |= json_object_set_new(
      j, "user_a", value_json("Authorization", t->user_a, keep_secrets));
  rc |= json_object_set_new(
      j, "user_b", value_json("Authorization", t->user_b, keep_secrets));
  rc |= json_object_set_new(j, "headers", headers_json(t, keep_secrets));
#define X(name)                                                               \
  rc |= json_object_set_new(j, key_of(#name), text_json(t->name));
  TARGET_TEXTS(X)
#undef X
#define X(name)                                                               \
  rc |= json_object_set_new(j, key_of(#name),                                 \
                            json_integer((json_int_t)t->name));
  TARGET_NUMBERS(X)
#undef X
#define X(name)                                                               \
  rc |= json_object_set_new(j, key_of(#name), json_boolean(t->name));
  TARGET_FLAGS(X)
#undef X
  rc |= set_rare(j, t);
#define X(name, type, last)                                                   \
  rc |= json_object_set_new(j, key_of(#name),                                 \
                            json_integer((json_int_t)t->name));
  TARGET_CHOICES(X)
#undef X
  if(!rc && !keep_secrets)
    rc = values_mask_json(j);
  if(!rc)
    return j;
  json_decref(j);
  return NULL;
}

static int bad(struct err *e, const char *key)
{
  return err_set(e, E_SYNTAX, "not a target: \"%s\" is missing or wrong", key);
}

static int get_text(json_t *j, const char *key, char **out, struct err *e)
{
  json_t *v = json_object_get(j, key);
  char *copy;
  if(json_is_null(v))
    return 0;
  if(!json_is_string(v))
    return bad(e, key);
  copy = slice_dup(slice_of(json_string_value(v)));
  if(!copy)
    return err_set(e, E_NOMEM, "out of memory");
  free(*out);
  *out = copy;
  return 0;
}

static int get_number(json_t *j, const char *key, uint64_t most, uint64_t *out,
                      struct err *e)
{
  json_t *v = json_object_get(j, key);
  if(!json_is_integer(v) || (uint64_t)json_integer_value(v) > most)
    return bad(e, key);
  *out = (uint64_t)json_integer_value(v);
  return 0;
}

static int get_flag(json_t *j, const char *key, bool *out, struct err *e)
{
  json_t *v = json_object_get(j, key);
  if(!json_is_boolean(v))
    return bad(e, key);
  *out = json_is_true(v);
  return 0;
}

static int get_headers(json_t *j, struct target *t, struct err *e)
{
  json_t *list = json_object_get(j, "headers"), *h;
  size_t i;
  if(!json_is_array(list))
    return bad(e, "headers");
  json_array_foreach(list, i, h)
  {
    const char *name = json_string_value(json_object_get(h, "name"));
    const char *value = json_string_value(json_object_get(h, "value"));
    if(!name || !value)
      return bad(e, "headers");
    if(target_add_header(t, name, value))
      return err_set(e, E_NOMEM, "out of memory");
  }
  return 0;
}

static int get_plain(json_t *j, struct target *t, struct err *e)
{
  uint64_t n = 0;
  int rc = 0;
#define X(name)                                                               \
  rc = rc ? rc : get_number(j, key_of(#name), UINT64_MAX, &t->name, e);
  TARGET_NUMBERS(X)
#undef X
#define X(name) rc = rc ? rc : get_flag(j, key_of(#name), &t->name, e);
  TARGET_FLAGS(X)
#undef X
#define X(name, type, last)                                                   \
  rc = rc ? rc : get_number(j, key_of(#name), last, &n, e);                   \
  t->name = rc ? t->name : (type)n;
  TARGET_CHOICES(X)
#undef X
  return rc;
}

static int get_texts(json_t *j, struct target *t, struct err *e)
{
  int rc = get_text(j, "publish_url", &t->publish_url, e);
  if(!rc)
    rc = get_text(j, "user_a", &t->user_a, e);
  if(!rc)
    rc = get_text(j, "user_b", &t->user_b, e);
  if(!rc && json_object_get(j, "app"))
    rc = get_text(j, "app", &t->protocol, e);
#define X(name) rc = rc ? rc : get_text(j, key_of(#name), &t->name, e);
  TARGET_TEXTS(X)
#undef X
  return rc;
}

struct target *target_from_json(json_t *j, struct err *e)
{
  const char *schema = json_string_value(json_object_get(j, "schema"));
  const char *url = json_string_value(json_object_get(j, "url"));
  struct target *t;
  uint64_t busy = 0, client = 0;
  int rc;
  if(!schema || strcmp(schema, TARGET_SCHEMA) != 0 || !url) {
    bad(e, schema ? "url" : "schema");
    return NULL;
  }
  t = target_new(url);
  rc = t ? get_headers(j, t, e) : err_set(e, E_NOMEM, "out of memory");
  if(!rc)
    rc = get_texts(j, t, e);
  if(!rc)
    rc = get_plain(j, t, e);
  if(t)
    t->via = json_is_true(json_object_get(j, "via"));
  if(!rc && json_object_get(j, "busy_status"))
    rc = get_number(j, "busy_status", 999, &busy, e);
  if(!rc && json_object_get(j, "client"))
    rc = get_number(j, "client", CLIENT_FETCH, &client, e);
  if(t) {
    t->busy_status = (uint32_t)busy;
    t->client = (enum target_client)client;
  }
  if(!rc)
    return t;
  target_free(t);
  return NULL;
}
