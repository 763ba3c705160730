/* SPDX-License-Identifier: MIT
 * Messages; see message.h. */
#include "load/message.h"

#include <string.h>

json_t *message_new(const char *kind)
{
  json_t *m = json_object();
  message_set_text(m, "is", kind);
  return m;
}

void message_set(json_t *m, const char *key, json_t *value)
{
  if(m && value)
    json_object_set_new(m, key, value);
  else
    json_decref(value);
}

void message_set_u64(json_t *m, const char *key, uint64_t value)
{
  message_set(m, key, json_integer((json_int_t)value));
}

void message_set_text(json_t *m, const char *key, const char *text)
{
  message_set(m, key, json_text(slice_of(text)));
}

int message_send(struct channel *c, json_t *m)
{
  struct buf line;
  int rc;
  buf_init(&line, 0);
  rc = m ? json_print(m, false, &line) : E_NOMEM;
  if(!rc)
    rc = channel_send(c, buf_slice(&line));
  buf_free(&line);
  json_decref(m);
  return rc;
}

bool message_is(json_t *m, const char *kind)
{
  return strcmp(message_text(m, "is"), kind) == 0;
}

uint64_t message_u64(json_t *m, const char *key)
{
  return (uint64_t)json_integer_value(json_object_get(m, key));
}

double message_real(json_t *m, const char *key)
{
  return json_number_value(json_object_get(m, key));
}

const char *message_text(json_t *m, const char *key)
{
  const char *text = json_string_value(json_object_get(m, key));
  return text ? text : "";
}

bool message_flag(json_t *m, const char *key)
{
  return json_is_true(json_object_get(m, key));
}
