/* SPDX-License-Identifier: MIT
 * GET /stats: the counters of all workers, summed and apart. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "http/reply.h"
#include "routes.h"
#include "streams/streams.h"

#define TOPICS_SHOWN 100u

static uint64_t rss_bytes(int pid)
{
  unsigned long long size = 0, pages = 0;
  char path[64];
  FILE *f;
  snprintf(path, sizeof(path), "/proc/%d/statm", pid);
  f = fopen(path, "re");
  if(!f)
    return 0;
  if(fscanf(f, "%llu %llu", &size, &pages) != 2)
    pages = 0;
  fclose(f);
  return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void put(json_t *o, const char *key, uint64_t v)
{
  json_object_set_new(o, key, json_integer((json_int_t)v));
}

/* Those of faults, without the "fault_" of their names, or the others. */
static json_t *counters(const struct hub_counters *count, bool faults)
{
  json_t *o = json_object();
#define X(name, doc)                                                          \
  if(faults == (strncmp(#name, "fault_", 6) == 0))                            \
    put(o, &#name[faults ? 6 : 0], HUB_GET(count->name));
  HUB_COUNTER_LIST(X)
#undef X
  return o;
}

static json_t *one_worker(const struct hub_slot *slot, uint64_t *rss)
{
  int pid = atomic_load(&slot->pid);
  json_t *o = counters(&slot->count, false);
  uint64_t bytes = pid ? rss_bytes(pid) : 0;
  *rss += bytes;
  put(o, "pid", (uint64_t)pid);
  json_object_set_new(o, "alive", json_boolean(pid != 0));
  put(o, "rss_bytes", bytes);
  if(!pid)
    put(o, "wait_status", (uint64_t)atomic_load(&slot->status));
  return o;
}

static void sum(struct hub_counters *total, const struct hub_counters *one)
{
#define X(name, doc) HUB_ADD(total->name, HUB_GET(one->name));
  HUB_COUNTER_LIST(X)
#undef X
}

static json_t *one_topic(struct hub *h, uint32_t index)
{
  struct hub_topic *t = hub_topic_at(h, index);
  uint64_t head, oldest, subscribers = 0;
  double rate;
  hub_lock(&t->lock);
  hub_topic_advance(t, clock_mono_ns());
  head = t->log.head_id;
  oldest = replay_log_oldest(&t->log);
  rate = t->generating ? 1e9 / t->gen.interval_ns : 0;
  hub_unlock(&t->lock);
  for(uint32_t i = 0; i < h->workers; i++)
    subscribers += atomic_load(&t->subscribers[i]);
  return json_pack("{s:s, s:I, s:I, s:I, s:f}", "name", t->name, "last",
                   (json_int_t)(head - 1), "oldest", (json_int_t)oldest,
                   "subscribers", (json_int_t)subscribers, "rate", rate);
}

static json_t *topics(struct hub *h)
{
  uint32_t n = atomic_load(&h->topic_count);
  json_t *list = json_array();
  for(uint32_t i = 0; i < n && i < TOPICS_SHOWN; i++)
    json_array_append_new(list, one_topic(h, i));
  return list;
}

static json_t *workers(struct hub *h, struct hub_counters *total,
                       uint64_t *rss)
{
  json_t *list = json_array();
  for(uint32_t i = 0; i < h->workers; i++) {
    json_array_append_new(list, one_worker(&h->slots[i], rss));
    sum(total, &h->slots[i].count);
  }
  return list;
}

static uint32_t dead_workers(const struct hub *h)
{
  uint32_t n = 0;
  for(uint32_t i = 0; i < h->workers; i++)
    n += atomic_load(&h->slots[i].pid) == 0;
  return n;
}

void stats_get(struct conn *c, struct slice rest, struct slice query)
{
  struct hub *h = streams_of(c)->hub;
  struct hub_counters total;
  uint64_t rss = 0;
  json_t *list, *o;
  (void)rest;
  (void)query;
  memset(&total, 0, sizeof(total));
  list = workers(h, &total, &rss);
  o = counters(&total, false);
  json_object_set_new(o, "server", json_string("weir-server/" WEIR_VERSION));
  put(o, "pid", (uint64_t)h->parent);
  put(o, "answered_by", c->http->index);
  json_object_set_new(o, "uptime_ms",
                      json_ms(clock_mono_ns() - h->started_ns));
  put(o, "seed", h->seed & INT64_MAX);
  put(o, "rss_bytes", rss);
  put(o, "dead_workers", dead_workers(h));
  json_object_set_new(o, "faults", counters(&total, true));
  json_object_set_new(o, "active_faults", control_faults(h));
  json_object_set_new(o, "workers", list);
  json_object_set_new(o, "topics", topics(h));
  reply_json(c, 200, o);
}
