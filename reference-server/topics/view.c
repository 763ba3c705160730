/* SPDX-License-Identifier: MIT
 * A worker's view of a topic: fan-out; see view.h. */
#include "topics/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "server.h"

/* Many small events that are due at once go out as one run of chunks. */
#define RUN_BYTES  32768u
#define RUN_EVENTS 128u
#define PUMP_NS    (20 * NS_PER_MS) /* then other work gets a turn */

/* Fan-out of one block: events [first, first + n). */
struct offer {
  struct block *block;
  const char *user; /* NULL = for all */
  uint64_t first;
  uint32_t n;
};

static void on_timer(struct timer *t, uint64_t now_ns)
{
  struct view *v =
      (struct view *)(void *)((char *)t - offsetof(struct view, timer));
  view_pump(v, now_ns);
}

struct view *view_open(struct server *sv, uint32_t index)
{
  struct view *v = sv->views[index];
  if(v)
    return v;
  v = calloc(1, sizeof(*v));
  if(!v)
    return NULL;
  v->server = sv;
  v->index = index;
  v->topic = hub_topic_at(sv->hub, index);
  v->timer.fn = on_timer;
  sv->views[index] = v;
  return v;
}

static void forget(struct view_event *ev)
{
  block_unref(ev->block);
  free(ev->user);
  *ev = (struct view_event){0, 0, NULL, NULL};
}

void view_free(struct view *v)
{
  if(!v)
    return;
  schedule_clear(&v->server->ticker.schedule, &v->timer);
  for(size_t i = 0; i <= VIEW_SLOTS; i++)
    forget(&v->cache[i]);
  free(v->subs);
  free(v);
}

static int grow(struct view *v)
{
  uint32_t cap = v->cap ? 2 * v->cap : 16;
  struct stream **subs;
  if(v->count < v->cap)
    return 0;
  subs = realloc(v->subs, cap * sizeof(struct stream *));
  if(!subs)
    return E_NOMEM;
  v->subs = subs;
  v->cap = cap;
  return 0;
}

int view_add(struct view *v, struct stream *s, const struct topic_request *r,
             uint64_t now_ns)
{
  struct server *sv = v->server;
  struct hub_topic *t = v->topic;
  uint64_t due;
  if(grow(v))
    return E_NOMEM;
  if(v->count)
    view_pump(v, now_ns);
  hub_lock(&t->lock);
  hub_topic_advance(t, now_ns);
  s->place = t->log.head_id;
  if(!v->count)
    v->head = s->place;
  hub_topic_configure(sv->hub, t, r, now_ns, false);
  atomic_fetch_add(&t->subscribers[sv->index], 1);
  due = hub_topic_due_ns(t);
  hub_unlock(&t->lock);
  schedule_set(&sv->ticker.schedule, &v->timer, due);
  s->view = v;
  s->slot = v->count;
  v->subs[v->count++] = s;
  return 0;
}

void view_remove(struct view *v, struct stream *s)
{
  struct stream *last = v->subs[--v->count];
  v->subs[s->slot] = last;
  last->slot = s->slot;
  atomic_fetch_sub(&v->topic->subscribers[v->server->index], 1);
  s->view = NULL;
  if(!v->count)
    schedule_clear(&v->server->ticker.schedule, &v->timer);
}

uint64_t view_oldest(struct view *v)
{
  uint64_t oldest;
  hub_lock(&v->topic->lock);
  oldest = replay_log_oldest(&v->topic->log);
  hub_unlock(&v->topic->lock);
  return oldest;
}

/* Copies a published event out of the log; the lock is held. */
static int copy_published(const struct replay_entry *entry,
                          struct view_event *ev)
{
  size_t n = 0;
  char *p;
  ev->block = block_new(ENCODE_ID_MAX + entry->name.n + entry->body.n);
  if(!ev->block)
    return E_NOMEM;
  p = block_body(ev->block);
  if(entry->name.n) {
    memcpy(p, "id: ", 4);
    memcpy(p + 4, entry->name.p, entry->name.n);
    n = 4 + entry->name.n;
    p[n++] = '\n';
  } else {
    n = encode_id(p, entry->id);
  }
  memcpy(p + n, entry->body.p, entry->body.n);
  block_seal(ev->block, n + entry->body.n);
  if(entry->user.n)
    ev->user = slice_dup(entry->user);
  return entry->user.n && !ev->user ? E_NOMEM : 0;
}

static size_t write_generated(struct view *v, const struct replay_entry *entry,
                              const char *type, char *out)
{
  struct server *sv = v->server;
  struct generated_event ev = {.id = entry->id,
                               .seq = entry->seq,
                               .t_ns = hub_real_ns(sv->hub, entry->t_ns),
                               .s_ns = hub_real_ns(sv->hub, clock_mono_ns()),
                               .size = entry->size,
                               .type = slice_of(type)};
  return encode_generated(&sv->encoder, &ev, out);
}

static int make_generated(struct view *v, const struct replay_entry *entry,
                          const char *type, struct view_event *ev)
{
  size_t max = encode_generated_max(entry->size, strlen(type));
  ev->block = block_new(max);
  if(!ev->block)
    return E_NOMEM;
  block_seal(ev->block,
             write_generated(v, entry, type, block_body(ev->block)));
  return 0;
}

static int make_event(struct view *v, uint64_t id, struct view_event *ev)
{
  char type[HUB_TYPE_MAX + 1];
  struct replay_entry entry;
  int rc;
  hub_lock(&v->topic->lock);
  rc = replay_log_get(&v->topic->log, id, &entry);
  memcpy(type, v->topic->type, sizeof(type));
  if(!rc && !entry.generated)
    rc = copy_published(&entry, ev);
  hub_unlock(&v->topic->lock);
  if(!rc && entry.generated)
    rc = make_generated(v, &entry, type, ev);
  if(rc)
    return rc;
  ev->id = id;
  ev->t_ns = entry.t_ns;
  return 0;
}

const struct view_event *view_fetch(struct view *v, uint64_t id)
{
  struct view_event *slot = &v->cache[id % VIEW_SLOTS];
  struct view_event fresh = {0, 0, NULL, NULL};
  if(slot->id == id)
    return slot;
  if(v->cache[VIEW_SLOTS].id == id)
    return &v->cache[VIEW_SLOTS];
  if(make_event(v, id, &fresh)) {
    forget(&fresh);
    return NULL;
  }
  if(fresh.block->framed_n > VIEW_SLOT_BYTES)
    slot = &v->cache[VIEW_SLOTS];
  forget(slot);
  *slot = fresh;
  return slot;
}

/* Whether the shared block is just what this stream needs. */
static bool takes_block(const struct stream *s, const struct offer *o,
                        bool faults)
{
  return !faults && !s->faults && !s->shape && s->chunked &&
         s->place == o->first && (!s->last || o->first + o->n - 1 <= s->last);
}

static void offer_one(struct stream *s, const struct offer *o, uint64_t now)
{
  struct block *b = o->block;
  struct outgoing out = {.p = b->bytes + b->start,
                         .n = b->framed_n,
                         .block = b,
                         .tally = {.events = o->n}};
  int rc;
  if(o->user && !stream_is_for(s, o->user)) {
    s->place += o->n;
    return;
  }
  rc = conn_send(conn_of_stream(s), &out);
  if(rc) {
    stream_refused(s, rc, now);
    return;
  }
  s->place += o->n;
  s->sent_any = true;
  s->last_write_ns = now;
  if(s->last && s->place > s->last)
    stream_end(s);
}

/* Closing a stream moves the last one into its slot: go from the end. */
static void offer_all(struct view *v, const struct offer *o, uint64_t now)
{
  bool faults = v->server->any_fault;
  for(uint32_t i = v->count; i-- > 0;) {
    struct stream *s = v->subs[i];
    if(i >= 4)
      __builtin_prefetch(v->subs[i - 4]);
    if(!s->live || s->ending)
      continue;
    if(takes_block(s, o, faults))
      offer_one(s, o, now);
    else
      stream_feed(s, now);
  }
}

/* Writes generated events from v->head on into one block, as long as they
 * are small and many.  Returns how many; 0 = take the ordinary way. */
static uint32_t make_run(struct view *v, uint64_t head, struct block **out)
{
  struct replay_entry entries[RUN_EVENTS];
  char type[HUB_TYPE_MAX + 1];
  uint32_t n = 0;
  size_t used = 0, each;
  char *p;
  hub_lock(&v->topic->lock);
  memcpy(type, v->topic->type, sizeof(type));
  while(n < RUN_EVENTS && v->head + n < head &&
        !replay_log_get(&v->topic->log, v->head + n, &entries[n]) &&
        entries[n].generated && entries[n].size == entries[0].size)
    n++;
  hub_unlock(&v->topic->lock);
  if(n < 2)
    return 0;
  each = encode_generated_max(entries[0].size, strlen(type)) +
         ENCODE_CHUNK_HEAD + ENCODE_CHUNK_TAIL;
  n = each * n > RUN_BYTES ? (uint32_t)(RUN_BYTES / each) : n;
  *out = n >= 2 ? block_new(each * n) : NULL;
  if(!*out)
    return 0;
  p = block_body(*out);
  for(uint32_t i = 0; i < n; i++) {
    char *body = p + used + ENCODE_CHUNK_HEAD;
    size_t body_n = write_generated(v, &entries[i], type, body);
    size_t head_n = encode_chunk(body, body_n);
    memmove(p + used, body - head_n, head_n + body_n + ENCODE_CHUNK_TAIL);
    used += head_n + body_n + ENCODE_CHUNK_TAIL;
  }
  (*out)->start = (*out)->body;
  (*out)->framed_n = (uint32_t)used;
  return n;
}

/* The worker fell behind the history: its streams get gap events. */
static void skip_lost(struct view *v, uint64_t head, uint64_t now)
{
  uint64_t oldest = view_oldest(v);
  v->head = oldest > v->head && oldest <= head ? oldest : v->head + 1;
  HUB_ADD(v->server->count->overrun, v->count);
  for(uint32_t i = v->count; i-- > 0;)
    stream_feed(v->subs[i], now);
}

static void pump_one(struct view *v, uint64_t head, uint64_t now)
{
  struct offer o = {.first = v->head, .n = 1};
  const struct view_event *ev;
  struct block *run = NULL;
  uint32_t n = head - v->head > 1 ? make_run(v, head, &run) : 0;
  if(n) {
    o.n = n;
    o.block = run;
    v->head += n;
    offer_all(v, &o, now);
    block_unref(run);
    return;
  }
  ev = view_fetch(v, v->head);
  if(!ev) {
    skip_lost(v, head, now);
    return;
  }
  v->head++;
  /* The slot may be reused while slow streams are fed: hold the block. */
  o.block = ev->block;
  block_ref(o.block);
  o.user = ev->user;
  offer_all(v, &o, now);
  block_unref(o.block);
}

void view_pump(struct view *v, uint64_t now_ns)
{
  struct schedule *schedule = &v->server->ticker.schedule;
  uint64_t head, due, start = now_ns;
  hub_lock(&v->topic->lock);
  hub_topic_advance(v->topic, now_ns);
  head = v->topic->log.head_id;
  due = hub_topic_due_ns(v->topic);
  hub_unlock(&v->topic->lock);
  while(v->count && v->head < head) {
    pump_one(v, head, now_ns);
    now_ns = clock_mono_ns();
    if(now_ns - start > PUMP_NS)
      due = now_ns;
    if(now_ns - start > PUMP_NS)
      break;
  }
  if(v->count)
    schedule_set(schedule, &v->timer, due);
}
