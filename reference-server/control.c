/* SPDX-License-Identifier: MIT
 * /control/...: things every worker does, answered once all have done it. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "behaviours/ending.h"
#include "http/query.h"
#include "http/reply.h"
#include "routes.h"
#include "worker.h"

#define WAIT_NS (5 * NS_PER_SEC)

json_t *control_faults(struct hub *h)
{
  json_t *o = json_object();
  for(int f = 0; f < FAULT_COUNT; f++) {
    uint64_t v = atomic_load(&h->faults[f]);
    if(v)
      json_object_set_new(o, fault_info((enum fault)f)->name,
                          json_integer((json_int_t)v));
  }
  return o;
}

/* --- waiting for the other workers ----------------------------------------
 */

static void forget(struct conn *c)
{
  struct waiter *w = c->self;
  w->conn = NULL;
}

static const struct conn_owner WAITER = {.free = forget};

static void answer(struct conn *c, uint64_t number)
{
  struct hub *h = streams_of(c)->hub;
  struct hub_command *cmd = hub_command_at(h, number);
  json_int_t cut = (json_int_t)atomic_load(&cmd->cut);
  if(cmd->kind == HUB_CUT)
    reply_json(c, 200, json_pack("{s:I}", "cut", cut));
  else
    reply_json(c, 200, json_pack("{s:o}", "faults", control_faults(h)));
}

void control_poll(struct server *sv)
{
  for(uint32_t i = 0; i < WORKER_WAITERS; i++) {
    struct waiter *w = &sv->waiters[i];
    struct conn *c = w->conn;
    if(!c ||
       atomic_load(&hub_command_at(sv->streams.hub, w->command)->remaining))
      continue;
    conn_own(c, NULL, NULL);
    answer(c, w->command);
  }
}

static void on_wait_over(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  (void)now_ns;
  conn_own(c, NULL, NULL);
  reply_error(c, 503, "a worker did not answer within 5 s");
}

/* Keeps c until the command is done everywhere; false when too many wait. */
static bool await(struct server *sv, struct conn *c, uint64_t command)
{
  for(uint32_t i = 0; i < WORKER_WAITERS; i++) {
    if(sv->waiters[i].conn)
      continue;
    sv->waiters[i] = (struct waiter){c, command};
    conn_own(c, &WAITER, &sv->waiters[i]);
    c->phase = CONN_BUSY;
    conn_set_timer(c, on_wait_over, clock_mono_ns() + WAIT_NS);
    return true;
  }
  return false;
}

/* What stands behind the request in the same read would be lost while it
 * waits: so the connection ends with the answer. */
static void post(struct conn *c, struct hub_command *cmd)
{
  uint64_t number;
  cmd->requester = c->http->index;
  c->keep_alive = false;
  number = hub_command_post(streams_of(c)->hub, cmd);
  if(!number || !await(server_of(c), c, number))
    reply_error(c, 503, "too many commands are waiting");
}

void control_drop(struct conn *c, struct slice rest, struct slice query)
{
  struct hub_command cmd = {.kind = HUB_CUT, .share = 1, .topic = -1};
  struct params p;
  bool missing = false;
  (void)rest;
  params_init(&p, query);
  if(params_find(&p, "how") &&
     !ending_read(ENDING_DROP, buf_slice(&p.text), &cmd.how))
    params_fail(&p, "how", "must be fin, rst, truncate or mid-event");
  params_number(&p, "share", 0, 1, &cmd.share);
  if(params_find(&p, "topic")) {
    cmd.topic = hub_topic_find(streams_of(c)->hub, buf_slice(&p.text));
    missing = cmd.topic < 0;
  }
  if(p.rc)
    reply_error(c, 400, "%s", p.e.text);
  else if(missing)
    reply_error(c, 404, "there is no such topic");
  else
    post(c, &cmd);
  params_fini(&p);
}

static void clear_faults(struct hub *h)
{
  for(int f = 0; f < FAULT_COUNT; f++)
    atomic_store(&h->faults[f], 0);
  atomic_store(&h->stall_until_ns, 0);
}

static int set_fault(struct hub *h, struct params *p)
{
  enum fault f;
  uint64_t value, now = clock_mono_ns();
  if(!params_find(p, "name"))
    return p->rc ? p->rc : params_fail(p, "name", "is missing");
  if(slice_eq_cstr(buf_slice(&p->text), "none")) {
    clear_faults(h);
    return 0;
  }
  p->rc = fault_parse(buf_slice(&p->text), &f, &value, &p->e);
  if(p->rc)
    return p->rc;
  if(fault_is_hold(f)) {
    atomic_store(&h->stall_from_ns, now);
    atomic_store(&h->stall_until_ns, now + value * NS_PER_MS);
  } else {
    atomic_store(&h->faults[f], value);
  }
  return 0;
}

void control_fault(struct conn *c, struct slice rest, struct slice query)
{
  struct hub_command cmd = {.kind = HUB_FAULTS, .topic = -1};
  struct params p;
  (void)rest;
  params_init(&p, query);
  if(set_fault(streams_of(c)->hub, &p))
    reply_error(c, 400, "%s", p.e.text);
  else
    post(c, &cmd);
  params_fini(&p);
}

static void configure(struct conn *c, struct slice topic,
                      const struct topic_request *r)
{
  struct streams *sv = streams_of(c);
  int32_t index = hub_topic_open(sv->hub, topic);
  struct hub_topic *t;
  uint64_t head;
  if(index < 0) {
    reply_error(c, 503, "there are %d topics already", HUB_MAX_TOPICS);
    return;
  }
  t = hub_topic_at(sv->hub, (uint32_t)index);
  hub_lock(&t->lock);
  hub_topic_configure(sv->hub, t, r, clock_mono_ns(), true);
  head = t->log.head_id;
  hub_unlock(&t->lock);
  hub_topic_announce(sv->hub, (uint32_t)index, UINT32_MAX);
  reply_json(c, 200,
             json_pack("{s:o, s:f, s:I}", "topic", json_text(topic), "rate",
                       r->rate, "head", (json_int_t)(head - 1)));
}

void control_topic(struct conn *c, struct slice rest, struct slice query)
{
  struct topic_request r = {0};
  struct params p;
  char topic[HUB_NAME_MAX + 1] = "", type[HUB_TYPE_MAX + 1] = "";
  uint64_t size = 0;
  (void)rest;
  params_init(&p, query);
  params_text(&p, "topic", HUB_NAME_MAX, topic);
  params_text(&p, "type", HUB_TYPE_MAX, type);
  params_number(&p, "rate", 0, 1e6, &r.rate);
  params_number(&p, "jitter", 0, 1, &r.jitter);
  params_bytes(&p, "size", 4u << 20, &size);
  params_count(&p, "history", 1, 1000000, &r.history);
  r.size = (uint32_t)size;
  r.type = slice_of(type);
  if(p.rc)
    reply_error(c, 400, "%s", p.e.text);
  else if(!topic[0])
    reply_error(c, 400, "parameter \"topic\" is missing");
  else
    configure(c, slice_of(topic), &r);
  params_fini(&p);
}
