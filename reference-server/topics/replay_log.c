/* SPDX-License-Identifier: MIT
 * Bounded history of a topic; see replay_log.h.
 *
 * A process may die between any two stores here.  So a segment is complete
 * before segment_head counts it, and an event before head_id does. */
#include "topics/replay_log.h"

#include <stdatomic.h>
#include <string.h>

#include "base/err.h"

/* A mixed topic needs up to two segments for one published event. */
static uint32_t segments_for(uint64_t history)
{
  return (uint32_t)(2 * history + 4);
}

uint64_t replay_log_bytes(uint64_t history, uint64_t byte_cap)
{
  return segments_for(history) * sizeof(struct replay_segment) + byte_cap;
}

void replay_log_init(struct replay_log *log, void *memory, uint64_t history,
                     uint64_t byte_cap)
{
  uint32_t cap = segments_for(history);
  *log = (struct replay_log){.head_id = 1,
                             .history = history,
                             .segment_cap = cap,
                             .byte_cap = byte_cap,
                             .segments = memory};
  log->bytes = (char *)(log->segments + cap);
}

static struct replay_segment *segment_at(const struct replay_log *log,
                                         uint64_t index)
{
  return &log->segments[index % log->segment_cap];
}

static struct replay_segment *next_segment(struct replay_log *log)
{
  if(log->segment_head - log->segment_tail >= log->segment_cap)
    log->segment_tail = log->segment_head - log->segment_cap + 1;
  return segment_at(log, log->segment_head);
}

static void commit_segment(struct replay_log *log)
{
  atomic_signal_fence(memory_order_release);
  log->segment_head++;
}

void replay_log_generate(struct replay_log *log, const struct generator *gen,
                         uint32_t size, uint64_t seq, uint64_t n)
{
  struct replay_segment *last = NULL;
  if(log->segment_head > log->segment_tail)
    last = segment_at(log, log->segment_head - 1);
  if(!last || !last->generated || last->size != size ||
     memcmp(&last->gen, gen, sizeof(*gen)) != 0) {
    last = next_segment(log);
    *last = (struct replay_segment){.first_id = log->head_id,
                                    .first_seq = seq,
                                    .size = size,
                                    .generated = true};
    memcpy(&last->gen, gen, sizeof(*gen));
    commit_segment(log);
  }
  atomic_signal_fence(memory_order_release);
  log->head_id += n;
}

/* Where n bytes can stand in one piece; parts of the ring may be skipped. */
static uint64_t byte_place(const struct replay_log *log, uint64_t n)
{
  uint64_t at = log->byte_head % log->byte_cap;
  if(at + n > log->byte_cap)
    return log->byte_head + (log->byte_cap - at);
  return log->byte_head;
}

/* Gives up segments whose bytes the next ones will overwrite. */
static void drop_overwritten(struct replay_log *log, uint64_t byte_end)
{
  while(log->segment_tail < log->segment_head) {
    const struct replay_segment *s = segment_at(log, log->segment_tail);
    if(s->generated ? log->segment_tail + 1 == log->segment_head
                    : s->byte_pos + log->byte_cap >= byte_end)
      return;
    if(s->generated) {
      const struct replay_segment *after =
          segment_at(log, log->segment_tail + 1);
      if(after->generated || after->byte_pos + log->byte_cap >= byte_end)
        return;
    }
    log->segment_tail++;
  }
}

int replay_log_publish(struct replay_log *log, const struct replay_publish *p)
{
  uint64_t n = p->name.n + p->user.n + p->body.n;
  uint64_t pos = byte_place(log, n);
  struct replay_segment *s;
  char *to;
  if(n > log->byte_cap)
    return E_TOO_LONG;
  drop_overwritten(log, pos + n);
  to = log->bytes + pos % log->byte_cap;
  log->byte_head = pos + n;
  log->named += p->name.n > 0;
  if(p->name.n)
    memcpy(to, p->name.p, p->name.n);
  if(p->user.n)
    memcpy(to + p->name.n, p->user.p, p->user.n);
  if(p->body.n)
    memcpy(to + p->name.n + p->user.n, p->body.p, p->body.n);
  s = next_segment(log);
  *s = (struct replay_segment){.first_id = log->head_id,
                               .t_ns = p->t_ns,
                               .byte_pos = pos,
                               .id_n = (uint32_t)p->name.n,
                               .user_n = (uint32_t)p->user.n,
                               .body_n = (uint32_t)p->body.n};
  commit_segment(log);
  atomic_signal_fence(memory_order_release);
  log->head_id++;
  return 0;
}

uint64_t replay_log_oldest(const struct replay_log *log)
{
  uint64_t oldest = log->head_id;
  if(log->segment_head > log->segment_tail)
    oldest = segment_at(log, log->segment_tail)->first_id;
  if(log->head_id > log->history && oldest < log->head_id - log->history)
    oldest = log->head_id - log->history;
  return oldest;
}

/* The last segment that begins at or before id. */
static const struct replay_segment *segment_of(const struct replay_log *log,
                                               uint64_t id)
{
  uint64_t low = log->segment_tail, high = log->segment_head;
  while(high - low > 1) {
    uint64_t mid = low + (high - low) / 2;
    if(segment_at(log, mid)->first_id <= id)
      low = mid;
    else
      high = mid;
  }
  return segment_at(log, low);
}

static void read_segment(const struct replay_log *log,
                         const struct replay_segment *s, uint64_t id,
                         struct replay_entry *out)
{
  const char *p = log->bytes + s->byte_pos % log->byte_cap;
  *out = (struct replay_entry){.generated = s->generated, .id = id};
  if(s->generated) {
    out->seq = s->first_seq + (id - s->first_id);
    out->t_ns = generator_due_ns(&s->gen, out->seq);
    out->size = s->size;
    return;
  }
  out->t_ns = s->t_ns;
  out->name = (struct slice){p, s->id_n};
  out->user = (struct slice){p + s->id_n, s->user_n};
  out->body = (struct slice){p + s->id_n + s->user_n, s->body_n};
}

int replay_log_get(const struct replay_log *log, uint64_t id,
                   struct replay_entry *out)
{
  if(id >= log->head_id)
    return E_RANGE;
  if(id < replay_log_oldest(log))
    return E_NOT_FOUND;
  read_segment(log, segment_of(log, id), id, out);
  return 0;
}

uint64_t replay_log_find(const struct replay_log *log, struct slice name)
{
  uint64_t oldest = replay_log_oldest(log);
  if(!log->named)
    return 0;
  for(uint64_t i = log->segment_head; i > log->segment_tail; i--) {
    const struct replay_segment *s = segment_at(log, i - 1);
    struct replay_entry entry;
    if(s->first_id < oldest)
      break;
    if(s->generated || s->id_n != name.n)
      continue;
    read_segment(log, s, s->first_id, &entry);
    if(slice_eq(entry.name, name))
      return s->first_id;
  }
  return 0;
}
