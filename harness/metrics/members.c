/* SPDX-License-Identifier: MIT
 * Reading and writing single members; see members.h. */
#include "metrics/members.h"

#include <math.h>
#include <string.h>

static json_t *present(json_t *object, const char *key)
{
  json_t *v = json_object_get(object, key);
  return json_is_null(v) ? NULL : v;
}

int members_u64(json_t *object, const char *key, uint64_t *out, struct err *e)
{
  json_t *v = present(object, key);
  if(!v)
    return 0;
  if(!json_is_integer(v) || json_integer_value(v) < 0)
    return err_set(e, E_SYNTAX, "%s: must be a whole number of 0 or more",
                   key);
  *out = (uint64_t)json_integer_value(v);
  return 0;
}

int members_i64(json_t *object, const char *key, int64_t *out, struct err *e)
{
  json_t *v = present(object, key);
  if(!v)
    return 0;
  if(!json_is_integer(v))
    return err_set(e, E_SYNTAX, "%s: must be a whole number", key);
  *out = (int64_t)json_integer_value(v);
  return 0;
}

int members_real(json_t *object, const char *key, double *out, struct err *e)
{
  json_t *v = present(object, key);
  double d = json_number_value(v);
  if(!v)
    return 0;
  if(!json_is_number(v) || !isfinite(d) || d < 0)
    return err_set(e, E_SYNTAX, "%s: must be a number of 0 or more", key);
  *out = d;
  return 0;
}

int members_text(json_t *object, const char *key, char *out, size_t size,
                 struct err *e)
{
  json_t *v = present(object, key);
  size_t n;
  if(!v)
    return 0;
  if(!json_is_string(v))
    return err_set(e, E_SYNTAX, "%s: must be a string", key);
  n = strnlen(json_string_value(v), size - 1);
  memcpy(out, json_string_value(v), n);
  out[n] = '\0';
  return 0;
}

static const char *type_name(json_type type)
{
  switch(type) {
  case JSON_OBJECT:
    return "an object";
  case JSON_ARRAY:
    return "an array";
  case JSON_STRING:
    return "a string";
  default:
    return "a number";
  }
}

json_t *members_need(json_t *object, const char *key, json_type type,
                     struct err *e)
{
  json_t *v = json_object_get(object, key);
  if(v && json_typeof(v) == type)
    return v;
  err_set(e, E_SYNTAX, v ? "%s: must be %s" : "%s: is missing, must be %s",
          key, type_name(type));
  return NULL;
}

bool members_put(json_t *object, const char *key, json_t *value)
{
  return json_object_set_new(object, key, value) == 0;
}

json_t *members_number(uint64_t v)
{
  return json_integer(v > INT64_MAX ? INT64_MAX : (json_int_t)v);
}
