/* SPDX-License-Identifier: MIT
 * The origin's memory; see log.h. */
#include "origin/log.h"

#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"

void origin_log_fini(struct origin_log *log)
{
  for(uint32_t i = 0; i < log->n; i++) {
    json_decref(log->entry[i]->request);
    free(log->entry[i]->times);
    free(log->entry[i]);
  }
}

struct origin_entry *origin_log_add(struct origin_log *log)
{
  struct origin_entry *e =
      log->n < ORIGIN_ENTRIES_MAX ? calloc(1, sizeof(*e)) : NULL;
  if(e)
    log->entry[log->n++] = e;
  else
    log->left_out++;
  return e;
}

void origin_entry_event(struct origin_entry *e, uint64_t now_ns)
{
  e->events++;
  e->last_ns = now_ns;
  if(!e->first_ns)
    e->first_ns = now_ns;
  if(!e->times)
    e->times = malloc(ORIGIN_TIMES_MAX * sizeof(*e->times));
  if(e->times && e->times_n < ORIGIN_TIMES_MAX)
    e->times[e->times_n++] = now_ns;
}

void origin_entry_end(struct origin_entry *e, const char *end)
{
  if(!e)
    return;
  e->end = end;
  e->ended_ns = clock_mono_ns();
}

void origin_entry_gone(struct origin_entry *e, int code)
{
  if(!e || e->gone_ns)
    return;
  e->gone = code;
  e->gone_ns = clock_mono_ns();
}

static void set_time(json_t *o, const char *key, uint64_t ns)
{
  if(ns)
    json_object_set_new(o, key, json_integer((json_int_t)ns));
}

static const char *gone_name(int code)
{
  if(code == UV_EOF)
    return "eof";
  return code == UV_ECONNRESET ? "reset" : "error";
}

static json_t *entry_json(const struct origin_entry *e)
{
  json_t *o = json_copy(e->request);
  json_t *times = json_array();
  for(uint32_t i = 0; i < e->times_n; i++)
    json_array_append_new(times, json_integer((json_int_t)e->times[i]));
  json_object_set_new(o, "events", json_integer((json_int_t)e->events));
  json_object_set_new(o, "comments", json_integer((json_int_t)e->comments));
  json_object_set_new(o, "bytes", json_integer((json_int_t)e->bytes));
  json_object_set_new(o, "times_ns", times);
  set_time(o, "asked_ns", e->asked_ns);
  set_time(o, "head_ns", e->head_ns);
  set_time(o, "first_ns", e->first_ns);
  set_time(o, "last_ns", e->last_ns);
  set_time(o, "ended_ns", e->ended_ns);
  set_time(o, "gone_ns", e->gone_ns);
  if(e->end)
    json_object_set_new(o, "end", json_string(e->end));
  if(e->gone_ns)
    json_object_set_new(o, "gone", json_string(gone_name(e->gone)));
  return o;
}

json_t *origin_log_json(const struct origin_log *log)
{
  json_t *list = json_array();
  for(uint32_t i = 0; i < log->n; i++)
    json_array_append_new(list, entry_json(log->entry[i]));
  return json_pack("{s:o, s:I}", "requests", list, "left_out",
                   (json_int_t)log->left_out);
}
