/* SPDX-License-Identifier: MIT
 * Reading the origin's log; see live.h. */
#include <string.h>
#include <strings.h>

#include "doctor/live.h"

static const json_t *find(const json_t *log, const char *run, const char *by,
                          size_t i)
{
  const json_t *list = json_object_get(log, "requests");
  size_t n = json_array_size(list);
  for(size_t k = 0; k < n; k++) {
    const json_t *entry = json_array_get(list, k);
    if(strcmp(live_log_text(entry, "run"), run) == 0 &&
       strcmp(live_log_text(entry, "by"), by) == 0 && i-- == 0)
      return entry;
  }
  return NULL;
}

/* Whether the query of a probe ever arrived: then those that name their run by
 * header alone are subrequests. */
static bool has_queries(const json_t *log)
{
  const json_t *list = json_object_get(log, "requests");
  size_t n = json_array_size(list);
  for(size_t k = 0; k < n; k++) {
    const json_t *entry = json_array_get(list, k);
    if(strcmp(live_log_text(entry, "by"), "query") == 0 &&
       live_log_text(entry, "run")[0] == 'Q')
      return true;
  }
  return false;
}

const json_t *live_log_entry(const json_t *log, const char *run, size_t i)
{
  bool query = run[0] != 'Q' || has_queries(log);
  return find(log, run, query ? "query" : "header", i);
}

size_t live_log_count(const json_t *log, const char *run)
{
  size_t n = 0;
  while(live_log_entry(log, run, n))
    n++;
  return n;
}

uint64_t live_log_ns(const json_t *entry, const char *key)
{
  json_int_t n = json_integer_value(json_object_get(entry, key));
  return n > 0 ? (uint64_t)n : 0;
}

const char *live_log_text(const json_t *entry, const char *key)
{
  const char *text = json_string_value(json_object_get(entry, key));
  return text ? text : "";
}

const char *live_log_header(const json_t *entry, const char *name)
{
  const json_t *all = json_object_get(entry, "headers");
  size_t n = json_array_size(all);
  for(size_t i = 0; i < n; i++) {
    const json_t *pair = json_array_get(all, i);
    const char *key = json_string_value(json_array_get(pair, 0));
    if(key && strcasecmp(key, name) == 0)
      return json_string_value(json_array_get(pair, 1));
  }
  return NULL;
}

uint64_t live_mono_ns(const struct recording *r, int64_t t_ns,
                      int64_t offset_ns)
{
  return (uint64_t)((int64_t)r->started_real_ns + t_ns - offset_ns);
}
