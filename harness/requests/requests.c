/* SPDX-License-Identifier: MIT
 * Who asks when; see requests.h. */
#include "requests/requests.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/clock.h"
#include "requests/requests_private.h"

/* Of `total`, this worker's part: numbers index, index + workers, ... */
static uint64_t part(const struct requests *r, uint64_t total)
{
  const struct requests_config *c = &r->config;
  return total > c->index ? (total - c->index - 1) / c->workers + 1 : 0;
}

static uint64_t global(const struct requests *r, uint64_t nth)
{
  return nth * r->config.workers + r->config.index;
}

struct requests *requests_new(const struct requests_config *c)
{
  struct requests *r = calloc(1, sizeof(*r));
  if(!r)
    return NULL;
  r->config = *c;
  look_init(&r->look, &c->grammar->set);
  rng_seed(&r->rng, c->seed + c->index);
  if(c->rate > 0)
    pace_begin(&r->pace, c->shape, c->rate, c->workers, c->index, c->seed);
  return r;
}

bool requests_measured(const struct requests *r, uint64_t ns)
{
  return r->m0_ns && ns >= r->m0_ns && (!r->m1_ns || ns <= r->m1_ns);
}

static bool sent_all(const struct requests *r)
{
  return r->config.requests && r->started >= part(r, r->config.requests);
}

/* Whether one more may begin. */
static bool may_begin(const struct requests *r, uint64_t now_ns)
{
  return r->t0_ns && now_ns >= r->t0_ns && !r->draining && !sent_all(r) &&
         (!r->m1_ns || now_ns < r->m1_ns);
}

/* The nth user of this worker, made when it is first needed. */
static struct virtual_user *nth_user(struct requests *r, uint64_t nth)
{
  struct virtual_user **more;
  uint64_t room = r->room ? 2 * r->room : 64;
  if(nth < r->users)
    return r->user[nth];
  weir_assert(nth == r->users);
  if(r->users == r->room) {
    more = realloc(r->user, room * sizeof(*more));
    if(!more)
      return NULL;
    r->user = more;
    r->room = room;
  }
  r->user[nth] = user_new(r, global(r, nth));
  if(r->user[nth])
    r->users++;
  return nth < r->users ? r->user[nth] : NULL;
}

void requests_pilot(struct requests *r)
{
  struct virtual_user *u = nth_user(r, 0);
  if(!u)
    return;
  u->pilot = true;
  user_ask(u, clock_mono_ns());
}

void requests_go(struct requests *r, uint64_t t0_ns)
{
  r->t0_ns = t0_ns;
}

void requests_measure(struct requests *r, uint64_t m0_ns, uint64_t m1_ns)
{
  r->m0_ns = m0_ns;
  r->m1_ns = m1_ns;
}

/* When the nth user of this worker begins. */
static uint64_t begins_ns(const struct requests *r, uint64_t nth)
{
  const struct requests_config *c = &r->config;
  double share = (double)global(r, nth) / (double)c->users;
  return r->t0_ns + (uint64_t)((double)c->ramp_ns * share);
}

static void begin_users(struct requests *r, uint64_t now_ns)
{
  uint64_t all = part(r, r->config.users);
  while(r->begun < all && begins_ns(r, r->begun) <= now_ns &&
        may_begin(r, now_ns)) {
    struct virtual_user *u = nth_user(r, r->begun);
    if(!u)
      return;
    r->begun++;
    if(!u->exchange && !u->thinking)
      user_ask(u, now_ns);
  }
}

static struct virtual_user *idle_user(struct requests *r)
{
  struct virtual_user *u = r->free;
  if(u) {
    r->free = u->next;
    u->next = NULL;
    return u;
  }
  return r->users < part(r, r->config.users) ? nth_user(r, r->users) : NULL;
}

/* What the target's slowness held back is not the schedule's lateness. */
static void record_lag(struct requests *r, uint64_t due_ns, uint64_t now_ns)
{
  uint64_t from = due_ns > r->full_ns ? due_ns : r->full_ns;
  hist_record(&r->config.snap->hist[H_SCHEDULE_LAG],
              now_ns > from ? now_ns - from : 0);
}

/* Sends the next one where it is due. */
static bool send_next(struct requests *r, uint64_t now_ns)
{
  uint64_t due_ns = r->t0_ns + pace_due_ns(&r->pace);
  struct virtual_user *u;
  if(!may_begin(r, now_ns) || due_ns > now_ns)
    return false;
  u = idle_user(r);
  if(!u) {
    r->full_ns = now_ns;
    return false;
  }
  record_lag(r, due_ns, now_ns);
  pace_next(&r->pace);
  user_ask(u, due_ns);
  return true;
}

/* One that cannot even be sent comes back here at once. */
static void send_due(struct requests *r, uint64_t now_ns)
{
  if(r->sending)
    return;
  r->sending = true;
  while(send_next(r, now_ns))
    ;
  r->sending = false;
}

void requests_tick(struct requests *r, uint64_t now_ns)
{
  if(r->config.rate > 0)
    send_due(r, now_ns);
  else
    begin_users(r, now_ns);
}

uint64_t requests_due_ns(const struct requests *r, uint64_t now_ns,
                         uint64_t until_ns)
{
  uint64_t at = r->t0_ns;
  if(!r->t0_ns || r->draining || sent_all(r))
    return until_ns;
  if(now_ns >= r->t0_ns && r->config.rate > 0)
    at = r->t0_ns + pace_due_ns(&r->pace);
  else if(now_ns >= r->t0_ns && r->begun < part(r, r->config.users))
    at = begins_ns(r, r->begun);
  return at > now_ns && at < until_ns ? at : until_ns;
}

/* How long a user waits before it asks again. */
static uint64_t pause_ns(struct requests *r, const struct virtual_user *u,
                         enum request_result result)
{
  uint64_t ns = r->config.think_ns;
  if(u->retry_after_ns > ns)
    ns = u->retry_after_ns;
  if(result == RESULT_UNANSWERED && ns < REQUESTS_PAUSE_NS)
    ns = REQUESTS_PAUSE_NS;
  return ns;
}

static void on_thought(uv_timer_t *t)
{
  struct virtual_user *u = t->data;
  uint64_t now = clock_mono_ns();
  u->thinking = false;
  if(may_begin(u->owner, now))
    user_ask(u, now);
}

static void think(struct virtual_user *u, uint64_t ns)
{
  u->thinking = true;
  uv_update_time(u->owner->config.loop);
  uv_timer_start(&u->timer, on_thought, (ns + NS_PER_MS - 1) / NS_PER_MS, 0);
}

void requests_next(struct virtual_user *u, enum request_result result,
                   uint64_t now_ns)
{
  struct requests *r = u->owner;
  uint64_t ns = pause_ns(r, u, result);
  if(r->config.rate > 0) {
    u->next = r->free;
    r->free = u;
    send_due(r, now_ns);
  } else if(!may_begin(r, now_ns))
    return;
  else if(ns)
    think(u, ns);
  else
    user_ask(u, now_ns);
}

void requests_drain(struct requests *r)
{
  r->draining = true;
}

uint64_t requests_open(const struct requests *r)
{
  return r->open;
}

uint64_t requests_started(const struct requests *r)
{
  return r->started;
}

bool requests_over(const struct requests *r, uint64_t *last_ns)
{
  *last_ns = r->last_ns;
  return !r->open && sent_all(r);
}

uint64_t requests_cut_lines(const struct requests *r)
{
  uint64_t i, n = 0;
  for(i = 0; i < r->users; i++)
    n += parser_is_cut(&r->user[i]->parser);
  return n;
}

void requests_stop(struct requests *r)
{
  uint64_t i;
  r->draining = true;
  for(i = 0; i < r->users; i++)
    user_cancel(r->user[i]);
}

void requests_free(struct requests *r)
{
  uint64_t i;
  if(!r)
    return;
  for(i = 0; i < r->users; i++)
    user_free(r->user[i]);
  look_fini(&r->look);
  free(r->user);
  free(r);
}
