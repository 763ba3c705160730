/* SPDX-License-Identifier: MIT
 * Why an expectation failed: the class of the miss, and what came nearest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "flow/instance.h"
#include "flow/relation.h"

#define NO_ITEM      UINT32_MAX
#define JOINED_SHOWN 200 /* bytes */

struct search {
  struct instance *in;
  struct expect *x;
  uint8_t pattern; /* that is missed */
  struct step_result *out;
  struct buf say;
};

struct near {
  uint32_t item;
  struct pattern_miss miss;
};

/* "+0.412 s" or "3.1 ms before", by the trigger. */
static void add_time(const struct expect *x, int64_t at_ns, struct buf *out)
{
  buf_addf(out, "%+.3f s", (double)(at_ns - x->origin_ns) / 1e9);
}

static const char *span(int64_t ns, char *out)
{
  return units_fmt_duration(ns > 0 ? (uint64_t)ns : 0, out);
}

/* The number of an event on its stream, from 1. */
static uint32_t number_of(const struct record *r, uint32_t item)
{
  uint32_t k, n = 0;
  for(k = 0; k <= item; k++)
    n += r->item[k].stream == r->item[item].stream &&
         r->item[k].item.kind == ITEM_EVENT;
  return n;
}

static void add_item(const struct search *s, uint32_t item, struct buf *out)
{
  const struct record_item *i = &s->in->record.item[item];
  add_time(s->x, i->at_ns, out);
  buf_addf(out, "  %s ", step_stream_name(s->in, (int32_t)i->stream));
  if(i->item.kind == ITEM_EVENT)
    buf_addf(out, "#%u  %.*s", number_of(&s->in->record, item),
             (int)(i->item.event.n < 60 ? i->item.event.n : 60),
             i->item.event.p);
  else
    buf_adds(out, i->item.kind == ITEM_COMMENT ? "comment" : "retry");
}

static bool is_full(const struct search *s, const struct record_item *i)
{
  struct stream_item view;
  expect_point(s->x, i, &view);
  return pattern_judge(&s->x->pattern[s->pattern], &s->x->look) == HOLDS_YES;
}

static uint32_t find(const struct search *s, bool own, enum expect_when when,
                     bool claimed)
{
  const struct record *r = &s->in->record;
  uint32_t k;
  for(k = 0; k < r->count; k++) {
    const struct record_item *i = &r->item[k];
    if((i->stream == s->x->stream) != own || (i->claimed != 0) != claimed)
      continue;
    if(expect_when(s->x, i) == when && is_full(s, i))
      return k;
  }
  return NO_ITEM;
}

static enum miss is_late(struct search *s)
{
  uint32_t k = find(s, true, WHEN_LATE, false);
  char by[UNITS_MAX];
  if(k == NO_ITEM)
    return MISS_NONE;
  buf_addf(&s->say, "it came %s late, at ",
           span(s->in->record.item[k].at_ns - s->x->deadline_ns, by));
  add_time(s->x, s->in->record.item[k].at_ns, &s->say);
  return MISS_LATE;
}

/* Who has a stream: its user, or its name. */
static void add_owner(struct search *s, uint32_t stream)
{
  const struct flow_step *step = s->in->stream[stream].step;
  const char *user = step ? instance_user_name(s->in, step->user) : "";
  buf_adds(&s->say, user[0] ? user : step_stream_name(s->in, (int32_t)stream));
}

static enum miss is_others(struct search *s)
{
  uint32_t k = find(s, false, WHEN_IN_TIME, false);
  if(k == NO_ITEM)
    k = find(s, false, WHEN_IN_TIME, true);
  if(k == NO_ITEM)
    return MISS_NONE;
  add_owner(s, s->in->record.item[k].stream);
  buf_adds(&s->say, " got it: ");
  add_item(s, k, &s->say);
  return MISS_OTHER_STREAM;
}

static enum miss is_before(struct search *s)
{
  uint32_t k = find(s, true, WHEN_BEFORE, false);
  char by[UNITS_MAX];
  if(k == NO_ITEM)
    k = find(s, true, WHEN_BEFORE, true);
  if(k == NO_ITEM)
    return MISS_NONE;
  buf_addf(&s->say, "it came %s before the trigger was sent",
           span(s->x->start_ns - s->in->record.item[k].at_ns, by));
  return MISS_BEFORE;
}

static enum miss is_claimed(struct search *s)
{
  uint32_t k = find(s, true, WHEN_IN_TIME, true);
  const struct record_item *i = k == NO_ITEM ? NULL : &s->in->record.item[k];
  if(!i || i->claimed == s->x->step->number)
    return MISS_NONE;
  buf_addf(&s->say, "the one that fits is claimed by step %u: ", i->claimed);
  add_item(s, k, &s->say);
  return MISS_CLAIMED;
}

static void insert(struct near *near, uint32_t *n, const struct near *one)
{
  uint32_t at = *n < NEAREST_MAX ? (*n)++ : NEAREST_MAX;
  while(at > 0 && pattern_nearer(&one->miss, &near[at - 1].miss)) {
    if(at < NEAREST_MAX)
      near[at] = near[at - 1];
    at--;
  }
  if(at < NEAREST_MAX)
    near[at] = *one;
}

static void tell_near(const struct search *s, const struct near *n)
{
  const struct pattern *p = &s->x->pattern[s->pattern];
  struct stream_item view;
  struct buf line;
  buf_init(&line, 0);
  add_item(s, n->item, &line);
  buf_adds(&line, "  ");
  expect_point(s->x, &s->in->record.item[n->item], &view);
  pattern_explain(p, &s->x->look, &n->miss, &line);
  if(n->miss.parts > 1)
    buf_addf(&line, " (%u of %u conditions)", n->miss.met, n->miss.parts);
  s->out->nearest[s->out->nearests++] = slice_dup(buf_slice(&line));
  buf_free(&line);
}

/* Whether a condition holds at all, so that it is near. */
static enum miss find_nearest(struct search *s)
{
  const struct record *r = &s->in->record;
  struct near near[NEAREST_MAX];
  uint32_t k, n = 0;
  bool json = true;
  for(k = 0; k < r->count; k++) {
    const struct record_item *i = &r->item[k];
    struct stream_item view;
    struct near one = {.item = k};
    if(expect_when(s->x, i) == WHEN_BEFORE || i->item.kind != ITEM_EVENT)
      continue;
    expect_point(s->x, i, &view);
    pattern_measure(&s->x->pattern[s->pattern], &s->x->look, &one.miss);
    if(one.miss.parts > 1 && one.miss.met == 0)
      continue;
    json = json && s->x->look.json >= 0;
    insert(near, &n, &one);
  }
  for(k = 0; k < n; k++)
    tell_near(s, &near[k]);
  return n == 0 ? MISS_NONE : json || n > 1 ? MISS_NEAR : MISS_NOT_JSON;
}

static void add_counts(struct search *s)
{
  const struct record *r = &s->in->record;
  struct slice name[6];
  uint32_t count[6], names = 0, total = 0, k, j;
  struct buf text;
  for(k = 0; k < r->count; k++) {
    if(r->item[k].stream != s->x->stream || r->item[k].item.kind != ITEM_EVENT)
      continue;
    total++;
    for(j = 0; j < names && !slice_eq(name[j], r->item[k].item.event);)
      j++;
    if(j == names && names < 6) {
      name[names] = r->item[k].item.event;
      count[names++] = 0;
    }
    if(j < names)
      count[j]++;
  }
  buf_init(&text, 0);
  buf_addf(&text, "%u event%s on %s", total, total == 1 ? "" : "s",
           step_stream_name(s->in, (int32_t)s->x->stream));
  for(j = 0; j < names; j++)
    buf_addf(&text, "%s%.*s %u", j ? ", " : ": ",
             (int)(name[j].n < 40 ? name[j].n : 40), name[j].p, count[j]);
  free(s->out->counts);
  s->out->counts = slice_dup(buf_slice(&text));
  buf_free(&text);
}

/* The pattern that an order or a set waits for. */
static uint8_t missing_pattern(struct search *s)
{
  struct expect *x = s->x;
  struct sequence_run run;
  uint64_t have = 0;
  uint32_t k;
  uint8_t p = 0;
  if(x->quantity == QUANTITY_IN_ORDER) {
    memset(&run, 0, sizeof(run));
    sequence_begin(&x->sequence, &run);
    for(k = 0; k < x->matches; k++) {
      if(expect_when(x, &s->in->record.item[x->match[k].item]) == WHEN_IN_TIME)
        sequence_event(&x->sequence, &run, x->match[k].patterns, k);
    }
    return sequence_reached(&x->sequence, &run);
  }
  for(k = 0; k < x->matches; k++)
    have |= x->match[k].patterns;
  while(p + 1 < x->patterns && have >> p & 1)
    p++;
  return p;
}

/* An order that was not kept: the one waited for came too early. */
static enum miss is_order(struct search *s)
{
  uint32_t k;
  if(s->x->quantity != QUANTITY_IN_ORDER)
    return MISS_NONE;
  k = find(s, true, WHEN_IN_TIME, false);
  if(k == NO_ITEM)
    return MISS_NONE;
  buf_addf(&s->say, "pattern %u of %u came too early: ", s->pattern + 1u,
           s->x->patterns);
  add_item(s, k, &s->say);
  return MISS_ORDER;
}

static enum miss classify(struct search *s)
{
  enum miss (*const by_rank[])(struct search *) = {
      is_late, is_order, is_others, is_before, is_claimed};
  const struct flow_stream *stream = &s->in->stream[s->x->stream];
  enum miss m = MISS_NONE, near;
  size_t i;
  for(i = 0; i < sizeof(by_rank) / sizeof(by_rank[0]) && !m; i++)
    m = by_rank[i](s);
  near = find_nearest(s);
  if(!m && stream->ended_how && !stream->open) {
    m = MISS_NOT_OPEN;
    buf_addf(&s->say, "the stream ended at ");
    add_time(s->x, stream->ended_ns, &s->say);
    buf_addf(&s->say, " (%s): %s, after %llu event%s%s", stream->ended_how,
             stream->ended_text, (unsigned long long)stream->events,
             stream->events == 1 ? "" : "s",
             stream->unterminated
                 ? "; what came last has no blank line behind it and is no "
                   "event"
                 : "");
  }
  if(!m)
    m = near ? near : MISS_ABSENT;
  return m;
}

static uint32_t enough(const struct expect *x)
{
  return x->quantity == QUANTITY_TIMES ? x->times[0].least : 0;
}

static void say_missing(struct search *s)
{
  char t[UNITS_MAX];
  uint32_t n = s->x->matches;
  if(s->say.n)
    return;
  if(n && enough(s->x) > 1)
    buf_addf(&s->say, "%u of %u came within %s", n, enough(s->x),
             span(s->x->deadline_ns - s->x->origin_ns, t));
  else if(s->x->patterns > 1)
    buf_addf(&s->say, "pattern %u of %u did not come within %s",
             s->pattern + 1u, s->x->patterns,
             span(s->x->deadline_ns - s->x->origin_ns, t));
  else
    buf_addf(&s->say, "it did not come within %s",
             span(s->x->deadline_ns - s->x->origin_ns, t));
}

static void say_item(struct search *s, const char *what, uint32_t item)
{
  buf_adds(&s->say, what);
  if(item != NO_ITEM)
    add_item(s, item, &s->say);
}

/* An exact count that was passed: all of them, with their times. */
static void say_too_many(struct search *s)
{
  const struct expect *x = s->x;
  uint32_t k;
  buf_addf(&s->say, "more than %u came:", x->times[0].most);
  for(k = 0; k < x->matches && k < 5; k++) {
    buf_adds(&s->say, k ? ", " : " ");
    add_item(s, x->match[k].item, &s->say);
  }
}

static void say_end(struct search *s, const struct flow_stream *stream,
                    uint32_t item)
{
  if(stream->open) {
    buf_adds(&s->say, "the stream is open still");
    return;
  }
  buf_addf(&s->say, "it ended (%s) at ",
           stream->ended_how ? stream->ended_how : "never opened");
  add_time(s->x, stream->ended_ns, &s->say);
  buf_addf(&s->say, ": %s", stream->ended_text);
  if(item != NO_ITEM)
    say_item(s, "; the last event was ", item);
}

/* What the pieces say together, and how that is not what was wanted. */
static void say_joined(struct search *s)
{
  struct expect_joined *j = s->x->joined;
  struct stream_item item = {.kind = ITEM_EVENT, .gap_ns = GAP_NONE};
  struct pattern_miss miss;
  struct buf text;
  buf_init(&text, 0);
  relation_joined(s->x, &s->in->record, &text);
  item.data = buf_slice(&text);
  look_at(&j->look, &item);
  buf_addf(&s->say, "joined, they say \"%.*s\": ",
           (int)(text.n < JOINED_SHOWN ? text.n : JOINED_SHOWN),
           buf_text(&text));
  pattern_measure(&j->pattern, &j->look, &miss);
  pattern_explain(&j->pattern, &j->look, &miss, &s->say);
  buf_free(&text);
}

static void explain_other(struct search *s, struct round_said said)
{
  const struct flow_stream *stream = &s->in->stream[s->x->stream];
  switch(said.miss) {
  case MISS_UNWANTED:
    say_item(s, "this came: ", said.item);
    break;
  case MISS_TOO_MANY:
    say_too_many(s);
    break;
  case MISS_RELATION:
    if(said.item == NO_ITEM) {
      say_joined(s);
      break;
    }
    buf_addf(&s->say, "%s does not hold at ", said.relation);
    say_item(s, "", said.item);
    if(said.item != NO_ITEM && s->in->record.item[said.item].item.id.n)
      buf_addf(&s->say, " (id %.*s)",
               (int)s->in->record.item[said.item].item.id.n,
               s->in->record.item[said.item].item.id.p);
    break;
  case MISS_NOT_OPEN:
    if(expect_is_negative(s->x))
      buf_adds(&s->say, "the stream was not open all the time: ");
    say_end(s, stream, NO_ITEM);
    break;
  default:
    say_end(s, stream, said.item);
  }
}

void nearest_explain(struct instance *in, struct expect *x,
                     struct round_said said, struct step_result *out)
{
  struct search s = {.in = in, .x = x, .out = out};
  bool coming = said.miss == MISS_ABSENT ||
                (said.miss == MISS_NOT_OPEN && !expect_is_negative(x) &&
                 x->quantity != QUANTITY_OPEN);
  buf_init(&s.say, 0);
  out->miss = said.miss;
  out->nearests = 0;
  if(coming && x->patterns) {
    s.pattern = missing_pattern(&s);
    if(s.pattern >= x->patterns)
      s.pattern = 0;
    out->miss = classify(&s);
    say_missing(&s);
  } else
    explain_other(&s, said);
  add_counts(&s);
  free(out->sentence);
  out->sentence = slice_dup(buf_slice(&s.say));
  buf_free(&s.say);
}
