/* SPDX-License-Identifier: MIT
 * The run from start to end: one phase after the other, driven by what the
 * workers report and by the clock. */
#include "load/coordinator.h"

#include <stddef.h>
#include <stdio.h>

#define DRAIN_STRETCH 15 /* x drain, while owed events keep coming */
#define LEAD_NS       (50 * NS_PER_MS) /* so that all know before it starts */
#define READY_WAIT_NS (20 * NS_PER_SEC)
#define FINAL_WAIT_NS (30 * NS_PER_SEC)
#define LAST_WAIT_NS  (5 * NS_PER_SEC) /* the same when interrupted */
#define OPEN_SLACK_NS (5 * NS_PER_SEC)
#define PILOT_HOPS    5 /* redirects that the first stream may take its time */
#define ANSWER_NS     (5 * NS_PER_SEC) /* to "stop" */
#define HASTE_NS      NS_PER_SEC       /* the same when interrupted */

void coordinator_enter(struct coordinator *c, enum phase phase)
{
  c->phase = phase;
  c->phase_ns = clock_mono_ns();
}

/* Ends it with nothing; code is what load_run returns. */
static void give_up(struct coordinator *c, int code)
{
  if(c->phase == PHASE_DONE)
    return;
  c->rc = code;
  crew_kill(c);
  crew_end(c);
  coordinator_enter(c, PHASE_DONE);
  uv_timer_stop(&c->tick);
  uv_stop(&c->loop);
}

static void send_finish(struct coordinator *c)
{
  crew_tell(c, message_new("finish"));
  coordinator_enter(c, PHASE_FINISH);
}

static void send_drain(struct coordinator *c)
{
  json_t *m = message_new("drain");
  message_set_u64(m, "published", c->published);
  crew_tell(c, m);
  coordinator_enter(c, PHASE_DRAIN);
}

static void start_pilot(struct coordinator *c)
{
  server_watch_begin(c);
  crew_tell_one(&c->member[0], message_new("pilot"));
  coordinator_enter(c, PHASE_PILOT);
}

/* Where the measured span lies follows from the workload. */
static void start_measuring(struct coordinator *c)
{
  const struct scenario *s = c->scenario;
  bool fixed = s->stage_count || s->arrival_rate > 0 || s->app;
  uint64_t from = fixed ? c->t0_ns : clock_mono_ns() + LEAD_NS;
  json_t *m;
  c->m0_ns = from + s->warmup_ns;
  c->m1_ns = c->m0_ns + s->duration_ns;
  m = message_new("measure");
  message_set_u64(m, "m0", c->m0_ns);
  message_set_u64(m, "m1", c->m1_ns);
  crew_tell(c, m);
  if(c->plan.publisher) {
    m = message_new("publish");
    message_set_u64(m, "p0", fixed ? from + 2 * LEAD_NS : from);
    message_set_u64(m, "until", c->m1_ns);
    crew_tell(c, m);
  }
  c->plan.expected_ns = c->m1_ns - c->t0_ns;
  coordinator_enter(c, PHASE_MEASURE);
}

static void start_run(struct coordinator *c)
{
  json_t *m = message_new("go");
  c->t0_ns = clock_mono_ns() + LEAD_NS;
  message_set_u64(m, "t0", c->t0_ns);
  message_set(m, "offset", json_integer(clock_offset_ns()));
  crew_tell(c, m);
  if(c->scenario->app) /* nothing has to stand before */
    start_measuring(c);
  else
    coordinator_enter(c, PHASE_OPEN);
}

static void pilot_failed(struct coordinator *c, json_t *m)
{
  err_set(c->e, E_UNREACHABLE, "%s: %s", c->scenario->endpoint.url,
          message_text(m, "sentence"));
  give_up(c, message_flag(m, "local") ? E_LIMIT : E_UNREACHABLE);
}

/* Nobody is owed what failed, so all must know of it. */
static void pass_on(struct coordinator *c, json_t *m)
{
  uint32_t i;
  for(i = 0; i < c->members; i++) {
    if(!c->member[i].publisher)
      crew_tell_one(&c->member[i], json_incref(m));
  }
}

static void heard_published(struct coordinator *c, json_t *m)
{
  uint64_t unsent = message_u64(m, "unsent");
  c->unsent = unsent;
  char text[200];
  c->published = message_u64(m, "count");
  c->published_known = true;
  if(!unsent || c->out->interrupted)
    return;
  snprintf(text, sizeof(text),
           "publishing: %llu of %llu requests were due but not sent, since "
           "the target took too long to answer the ones before",
           (unsigned long long)unsent,
           (unsigned long long)(unsent + c->published));
  gather_note(c->out, text);
}

static void publisher_lost(struct coordinator *c)
{
  json_t *m = message_new("failed");
  c->published_known = true; /* nobody can say more */
  message_set_u64(m, "known", INT64_MAX);
  pass_on(c, m);
  json_decref(m);
}

static void heard_final(struct member *b, json_t *m)
{
  struct err e;
  if(gather_final(b, m, &e))
    snprintf(b->how, sizeof(b->how), "%.79s", e.text);
  b->finished = true;
}

void coordinator_heard(struct member *b, json_t *m)
{
  struct coordinator *c = b->c;
  if(c->phase == PHASE_DONE)
    return;
  if(message_is(m, "slice"))
    gather_slice(b, m);
  else if(message_is(m, "ready"))
    b->ready = true;
  else if(message_is(m, "pilot") && message_flag(m, "ok"))
    start_run(c);
  else if(message_is(m, "pilot"))
    pilot_failed(c, m);
  else if(message_is(m, "settled"))
    b->settled = true;
  else if(message_is(m, "failed"))
    pass_on(c, m);
  else if(message_is(m, "published"))
    heard_published(c, m);
  else if(message_is(m, "over")) {
    b->over = true;
    b->last_ns = message_u64(m, "last");
  } else if(message_is(m, "drained"))
    b->drained = true;
  else if(message_is(m, "final"))
    heard_final(b, m);
  else if(message_is(m, "trouble")) {
    err_set(c->e, E_INTERNAL, "%s", message_text(m, "sentence"));
    give_up(c, (int)json_integer_value(json_object_get(m, "code")));
  }
}

void coordinator_lost(struct member *b)
{
  struct coordinator *c = b->c;
  if(b->finished || c->phase == PHASE_DONE)
    return;
  if(b->died)
    return; /* told by the process and by the channel */
  b->died = true;
  b->connections = b->events = 0;
  if(b->publisher)
    publisher_lost(c);
  if(c->phase <= PHASE_PILOT && b->index == 0) {
    err_set(c->e, E_INTERNAL,
            "the first worker died before the first "
            "stream was open");
    give_up(c, E_INTERNAL);
  }
}

static bool waited(const struct coordinator *c, uint64_t now, uint64_t limit)
{
  return now - c->phase_ns > limit;
}

static void check_settled(struct coordinator *c, uint64_t now)
{
  const struct scenario *s = c->scenario;
  uint64_t patience = s->ramp_ns + s->endpoint.connect_timeout_ns +
                      s->endpoint.head_timeout_ns + OPEN_SLACK_NS;
  uint64_t open = 0;
  uint32_t i;
  for(i = 0; i < c->members; i++) {
    if(c->member[i].publisher)
      c->member[i].settled = true;
    open += c->member[i].connections;
  }
  if(open != c->open_seen) { /* large crowds take their time */
    c->open_seen = open;
    c->phase_ns = now;
  }
  if(crew_all(c, offsetof(struct member, settled)) || waited(c, now, patience))
    start_measuring(c);
}

static void check_finished(struct coordinator *c, uint64_t now)
{
  if(!crew_all(c, offsetof(struct member, finished)) &&
     !waited(c, now, c->out->interrupted ? LAST_WAIT_NS : FINAL_WAIT_NS))
    return;
  crew_end(c);
  coordinator_enter(c, PHASE_DONE);
  uv_timer_stop(&c->tick);
  uv_stop(&c->loop);
}

static void stop_publishing(struct coordinator *c)
{
  if(c->stop_ns)
    return;
  c->stop_ns = clock_mono_ns();
  crew_tell(c, message_new("stop-publishing"));
}

static void end_span(struct coordinator *c)
{
  if(c->plan.publisher && !c->published_known)
    coordinator_enter(c, PHASE_PUBLISHED);
  else
    send_drain(c);
}

static void check_published(struct coordinator *c, uint64_t now)
{
  bool haste = c->out->interrupted;
  if(c->published_known && haste)
    send_finish(c);
  else if(c->published_known)
    send_drain(c);
  else if(!c->stop_ns && waited(c, now, c->scenario->drain_ns))
    stop_publishing(c);
  else if(c->stop_ns && now - c->stop_ns > (haste ? HASTE_NS : ANSWER_NS))
    crew_dismiss(&c->member[c->members - 1]);
}

/* Within the first stream's own patience it says itself how it went. */
static void check_pilot(struct coordinator *c, uint64_t now)
{
  const struct scenario *s = c->scenario;
  uint64_t patience = PILOT_HOPS * (s->endpoint.connect_timeout_ns +
                                    s->endpoint.head_timeout_ns);
  if(!waited(c, now, patience + OPEN_SLACK_NS))
    return;
  err_set(c->e, E_INTERNAL, "the first worker does not answer");
  give_up(c, E_INTERNAL);
}

static void check_drained(struct coordinator *c, uint64_t now)
{
  uint64_t patience = c->scenario->drain_ns;
  uint32_t i;
  if(c->plan.publisher) /* workers stop by themselves when nothing comes */
    patience = patience * DRAIN_STRETCH + LEAD_NS;
  for(i = 0; i < c->members; i++) {
    if(c->member[i].publisher)
      c->member[i].drained = true;
  }
  if(crew_all(c, offsetof(struct member, drained)) || waited(c, now, patience))
    send_finish(c);
}

static void check_ready(struct coordinator *c, uint64_t now)
{
  if(crew_all(c, offsetof(struct member, ready)))
    start_pilot(c);
  else if(waited(c, now, READY_WAIT_NS)) {
    err_set(c->e, E_INTERNAL, "the workers do not start");
    give_up(c, E_INTERNAL);
  }
}

/* So many requests were asked for, and have ended: so does the span. */
static void end_early(struct coordinator *c)
{
  json_t *m = message_new("measure");
  uint32_t i;
  c->m1_ns = c->m0_ns;
  for(i = 0; i < c->members; i++) {
    if(c->member[i].last_ns > c->m1_ns)
      c->m1_ns = c->member[i].last_ns;
  }
  message_set_u64(m, "m0", c->m0_ns);
  message_set_u64(m, "m1", c->m1_ns);
  crew_tell(c, m);
  end_span(c);
}

static void check_measured(struct coordinator *c, uint64_t now)
{
  if(now >= c->m1_ns + LEAD_NS)
    end_span(c);
  else if(c->scenario->requests && now > c->m0_ns &&
          crew_all(c, offsetof(struct member, over)))
    end_early(c);
}

void coordinator_walk(struct coordinator *c, uint64_t now)
{
  static void (*const check[])(struct coordinator *, uint64_t) = {
      [PHASE_SPAWN] = check_ready,         [PHASE_PILOT] = check_pilot,
      [PHASE_OPEN] = check_settled,        [PHASE_MEASURE] = check_measured,
      [PHASE_PUBLISHED] = check_published, [PHASE_DRAIN] = check_drained,
      [PHASE_FINISH] = check_finished};
  if(c->phase < PHASE_FINISH && c->phase > PHASE_PILOT && !crew_alive(c)) {
    coordinator_enter(c, PHASE_FINISH);
    c->phase_ns = now - FINAL_WAIT_NS - 1;
  }
  if(c->phase != PHASE_DONE)
    check[c->phase](c, now);
}

void coordinator_interrupt(struct coordinator *c)
{
  bool again = c->out->interrupted;
  if(c->phase == PHASE_DONE)
    return;
  c->out->interrupted = true;
  if(again || c->phase <= PHASE_PILOT) {
    err_set(c->e, E_CLOSED,
            c->phase <= PHASE_PILOT
                ? "interrupted before the first stream was open"
                : "interrupted twice: nothing was saved");
    give_up(c, E_CLOSED);
  } else if(c->plan.publisher && c->phase >= PHASE_MEASURE &&
            c->phase <= PHASE_PUBLISHED) {
    /* What failed to be published must be known before accounts close. */
    stop_publishing(c);
    coordinator_enter(c, PHASE_PUBLISHED);
  } else if(c->phase < PHASE_FINISH)
    send_finish(c);
}
