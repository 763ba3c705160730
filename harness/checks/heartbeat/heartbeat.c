/* SPDX-License-Identifier: MIT
 * Finding the heartbeats of a recording; see heartbeat.h. */
#include "checks/heartbeat/heartbeat.h"

#include <stdlib.h>
#include <string.h>

#include "checks/frame/frame_walk.h"

#define JSON_MAX_BYTES 256

static bool is_ping_name(struct slice name)
{
  static const char *const names[] = {"ping",      "heartbeat",  "hb",
                                      "keepalive", "keep-alive", "keep_alive",
                                      "pong"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(slice_ieq_cstr(name, names[i]))
      return true;
  }
  return false;
}

static bool is_json_ping(struct slice data)
{
  json_t *j;
  const char *type;
  bool is = false;
  if(!data.n || data.p[0] != '{' || data.n > JSON_MAX_BYTES)
    return false;
  j = json_loadb(data.p, data.n, 0, NULL);
  type = json_string_value(json_object_get(j, "type"));
  is = type && is_ping_name(slice_of(type));
  json_decref(j);
  return is;
}

/* BEAT_KINDS for an event that says something. */
static enum beat_kind kind_of_event(const struct recorded_event *e)
{
  bool unnamed = slice_eq_cstr(e->type, "message");
  if(e->data.n == 0 && (unnamed || is_ping_name(e->type)))
    return BEAT_EMPTY;
  if(is_ping_name(e->type))
    return BEAT_PING;
  if(is_ping_name(e->data) || is_json_ping(e->data))
    return unnamed ? BEAT_MESSAGE : BEAT_PING;
  return BEAT_KINDS;
}

/* A filler that comes in one read with an event, or right behind the head,
 * breaks no silence. */
static void add_beat(const struct recording *r, struct beats *b,
                     const struct beat *one)
{
  if(one->t_ns == b->last_event_ns ||
     one->t_ns <= r->head.complete_ns + BEAT_GREETING_NS)
    return;
  b->beat[b->count] = *one;
  b->beat[b->count++].events_before = b->events;
}

static void add_event(struct beats *b, int64_t first_ns, int64_t t_ns)
{
  while(b->count && (b->beat[b->count - 1].t_ns == first_ns ||
                     b->beat[b->count - 1].t_ns == t_ns))
    b->count--;
  b->events++;
  b->last_event_ns = t_ns;
}

static void add_blanks(const struct recording *r, size_t from, size_t to,
                       struct beats *b)
{
  for(; from < to; from++) {
    const struct recorded_line *l = &r->line[from];
    struct beat one = {.t_ns = l->t_ns,
                       .offset = l->offset,
                       .n = l->eol == 3 ? 2 : 1,
                       .kind = BEAT_BLANK};
    /* Right behind a block it is only a wider separator. */
    if(from == 0 || r->line[from - 1].t_ns != l->t_ns)
      add_beat(r, b, &one);
  }
}

static void add_comments(const struct recording *r,
                         const struct frame_block *block, struct beats *b)
{
  struct frame_line l;
  size_t i;
  for(i = block->first; i < block->last; i++) {
    struct beat one = {.kind = BEAT_COMMENT};
    frame_line_at(r, i, &l);
    if(l.field != FRAME_COMMENT || !l.finished)
      continue;
    one.t_ns = l.at->t_ns;
    one.offset = l.at->offset;
    one.own_block = block->complete && !block->fields && i + 1 == block->last;
    one.n = one.own_block ? block->end - one.offset
                          : l.at->n + (l.at->eol == 3 ? 2 : 1);
    add_beat(r, b, &one);
  }
}

/* Events in the order of the body; *next walks along. */
static void add_event_of(const struct recording *r,
                         const struct frame_block *block, size_t *next,
                         struct beats *b)
{
  const struct recorded_event *e;
  struct beat one;
  while(*next < r->events && r->event[*next].end <= block->field_offset)
    (*next)++;
  if(!block->complete || *next >= r->events ||
     r->event[*next].offset >= block->end)
    return;
  e = &r->event[*next];
  one = (struct beat){.t_ns = e->t_ns,
                      .offset = block->field_offset,
                      .n = block->end - block->field_offset,
                      .kind = kind_of_event(e)};
  if(one.kind == BEAT_KINDS)
    add_event(b, recording_byte_time(r, block->field_offset), e->t_ns);
  else
    add_beat(r, b, &one);
}

static void find_gap(const struct recording *r, struct beats *b)
{
  int64_t last = r->head.complete_ns;
  size_t i;
  for(i = 0; i < r->body_reads; i++) {
    int64_t t = r->body_read[i].t_ns;
    if(t - last > b->gap_ns) {
      b->gap_ns = t - last;
      b->gap_at_ns = last;
    }
    last = t > last ? t : last;
  }
  if(r->end_ns - last > b->gap_ns) {
    b->gap_ns = r->end_ns - last;
    b->gap_at_ns = last;
    b->gap_open = r->end == REC_END_OURS;
  }
}

static int by_length(const void *x, const void *y)
{
  int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
  return (a > b) - (a < b);
}

/* Between beats of one kind: two timers side by side have no common period. */
static void find_intervals(struct beats *b)
{
  const struct beat *last[BEAT_KINDS] = {NULL};
  size_t i;
  for(i = 0; i < b->count; i++) {
    const struct beat *now = &b->beat[i], *before = last[now->kind];
    b->kind[now->kind]++;
    if(before && now->t_ns > before->t_ns &&
       now->events_before == before->events_before)
      b->interval[b->intervals++] = now->t_ns - before->t_ns;
    last[now->kind] = now;
  }
  if(b->intervals)
    qsort(b->interval, b->intervals, sizeof(*b->interval), by_length);
}

int beats_find(const struct recording *r, struct beats *out)
{
  struct frame_block block;
  size_t line = 0, before = 0, next = 0;
  memset(out, 0, sizeof(*out));
  out->last_event_ns = -1;
  out->beat = malloc((r->lines + r->events + 1) * sizeof(*out->beat));
  out->interval = malloc((r->lines + r->events + 1) * sizeof(int64_t));
  if(!out->beat || !out->interval) {
    beats_free(out);
    return E_NOMEM;
  }
  while(frame_block_next(r, &line, &block)) {
    add_blanks(r, before, block.first, out);
    add_comments(r, &block, out);
    if(block.fields)
      add_event_of(r, &block, &next, out);
    before = line;
  }
  add_blanks(r, before, r->lines, out);
  find_gap(r, out);
  find_intervals(out);
  return 0;
}

void beats_free(struct beats *b)
{
  free(b->beat);
  free(b->interval);
  b->beat = NULL;
  b->interval = NULL;
}

const char *beat_kind_name(enum beat_kind kind)
{
  static const char *const name[] = {
#define X(id, text) text,
      BEAT_KIND_LIST(X)
#undef X
  };
  return name[kind];
}

int64_t beats_percentile(const struct beats *b, size_t percent)
{
  size_t rank = (b->intervals * percent + 99) / 100;
  return b->interval[rank ? rank - 1 : 0];
}

int64_t beats_period_ns(const struct beats *b, const struct target *t)
{
  if(t->heartbeat_known != KNOWN_NOT && t->heartbeat_ns)
    return (int64_t)t->heartbeat_ns;
  return b->intervals ? beats_percentile(b, 50) : 0;
}
