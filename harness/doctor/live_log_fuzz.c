/* SPDX-License-Identifier: MIT
 * Fuzzing the reader of the origin's log: the bytes say what each member of
 * each request is, and few are what they should be.  A request is found as
 * often as it is counted, and texts are never NULL. */
#include <string.h>

#include "base/fuzzing.h"
#include "doctor/live.h"

struct bytes {
  const uint8_t *p;
  size_t n;
};

static uint8_t take(struct bytes *b)
{
  if(!b->n)
    return 0;
  b->n--;
  return *b->p++;
}

/* Any value; NULL where there is to be none. */
static json_t *value(struct bytes *b, int depth)
{
  static const char *const texts[] = {"Q1",     "P2",     "",    "query",
                                      "header", "Accept", "a/b", "HTTP/1.0"};
  uint8_t kind = take(b);
  json_t *list = NULL;
  switch(kind % 8) {
  case 0:
    return NULL;
  case 1:
    return json_integer((json_int_t)take(b) - 128);
  case 2:
  case 3:
    list = json_array();
    for(size_t n = take(b) % 4; n && depth; n--)
      json_array_append_new(list, value(b, depth - 1));
    return list;
  case 4:
    return kind & 8 ? json_null() : json_object();
  default:
    return json_string(texts[take(b) % 8]);
  }
}

static json_t *log_of(struct bytes *b)
{
  static const char *const keys[] = {"run", "by", "headers", "path", "at_ns"};
  json_t *log = json_object(), *requests = json_array();
  while(b->n) {
    json_t *entry = take(b) % 16 ? json_object() : value(b, 1);
    for(size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
      json_object_set_new(entry, keys[i], value(b, 3));
    json_array_append_new(requests, entry);
  }
  json_object_set_new(log, "requests", requests);
  return log;
}

static void look(const json_t *entry)
{
  const char *accept = live_log_header(entry, "accept");
  demand(live_log_text(entry, "path") != NULL);
  demand(!accept || strlen(accept) < 16);
  demand(live_log_ns(entry, "at_ns") < 128);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char *const runs[] = {"Q1", "P2", ""};
  struct bytes b = {data, size};
  json_t *log = size && data[0] == 255 ? value(&b, 3) : log_of(&b);
  for(size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
    size_t n = live_log_count(log, runs[i]);
    for(size_t k = 0; k < n && k < 20; k++) {
      const json_t *entry = live_log_entry(log, runs[i], k);
      demand(entry && strcmp(live_log_text(entry, "run"), runs[i]) == 0);
      look(entry);
    }
    demand(!live_log_entry(log, runs[i], n));
  }
  json_decref(log);
  return 0;
}
