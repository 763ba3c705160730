/* SPDX-License-Identifier: MIT
 * A topic's events as bytes; see view.h. */
#include "topics/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* Many small events that are due at once go out as one run of chunks. */
#define RUN_BYTES  32768u
#define RUN_EVENTS 128u

static void forget(struct view_event *ev)
{
  block_unref(ev->block);
  *ev = (struct view_event){0, 0, NULL};
}

void view_fini(struct view *v)
{
  for(size_t i = 0; i <= VIEW_SLOTS; i++)
    forget(&v->cache[i]);
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
    ev->block->user = slice_dup(entry->user);
  return entry->user.n && !ev->block->user ? E_NOMEM : 0;
}

static size_t write_generated(struct view *v, const struct replay_entry *entry,
                              const char *type, char *out)
{
  struct generated_event ev = {.id = entry->id,
                               .seq = entry->seq,
                               .t_ns = hub_real_ns(v->hub, entry->t_ns),
                               .s_ns = hub_real_ns(v->hub, clock_mono_ns()),
                               .size = entry->size,
                               .type = slice_of(type)};
  return encode_generated(v->encoder, &ev, out);
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
  struct view_event fresh = {0, 0, NULL};
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

uint32_t view_run(struct view *v, uint64_t from, uint64_t head,
                  struct block **out)
{
  struct replay_entry entries[RUN_EVENTS];
  char type[HUB_TYPE_MAX + 1];
  uint32_t n = 0;
  size_t used = 0, each;
  char *p;
  hub_lock(&v->topic->lock);
  memcpy(type, v->topic->type, sizeof(type));
  while(n < RUN_EVENTS && from + n < head &&
        !replay_log_get(&v->topic->log, from + n, &entries[n]) &&
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
