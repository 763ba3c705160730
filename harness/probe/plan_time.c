/* SPDX-License-Identifier: MIT
 * What of a set of exchanges and scripts will be performed, how long it takes,
 * and after how long it is given up; see probe.h. */
#include "base/clock.h"
#include "probe/plan_requests.h"
#include "probe/probe.h"
#include "probe/route.h"
#include "probe/scripts/script.h"
#include "probe/scripts/steps.h"

/* A script meets a few silences before it is clear that more will follow. */
#define SILENCES 2
/* Made one behind the other by the scripts that are alone: what a long way to
 * the target adds. */
#define ROUND_TRIPS      460
#define ROUND_TRIPS_FAST 260
#define ROUND_TRIPS_H2   90 /* more, for streams that are cancelled in turn */

struct plan_time {
  uint64_t beside_ns, alone_ns, way_ns;
};

void probe_trim(const struct target *t, struct exchange_set *set)
{
  int i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    if(!plan_applies(t, (enum exchange_id)i))
      set->exchanges &= ~EX(i);
  }
  if(!target_is_get(t))
    set->scripts.has[SCRIPT_HELD] = false;
  if(!t->user_a || !t->user_b)
    set->scripts.has[SCRIPT_USERS] = false;
  if(!t->publish_url)
    set->scripts.has[SCRIPT_PUBLISH] = set->scripts.has[SCRIPT_INJECT] = false;
  if(!t->tls || t->endpoint.http == HTTP_1_1)
    set->scripts.has[SCRIPT_H2] = set->scripts.has[SCRIPT_H2_END] =
        set->scripts.has[SCRIPT_H2_MANY] = false;
  steps_trim(t, set);
  for(i = 0; i < SCRIPT_COUNT && !t->via; i++) {
    if(script_is_proxied((enum script_id)i))
      set->scripts.has[i] = false;
  }
}

static uint64_t larger(uint64_t a, uint64_t b)
{
  return a > b ? a : b;
}

static uint64_t script_ns(const struct script_row *row, const struct target *t)
{
  return row->expected_ns ? row->expected_ns(t) : t->window_ns;
}

static uint64_t silence_ns(const struct target *t)
{
  return route_patience_ns(t);
}

static void count_exchanges(const struct target *t,
                            const struct exchange_set *set, bool most,
                            struct plan_time *p)
{
  int i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    enum exchange_id id = (enum exchange_id)i;
    uint64_t ns = plan_expected_ns(t, id);
    if(!(set->exchanges & EX(i)) || !plan_applies(t, id))
      continue;
    if(most)
      ns += route_connect_ns(t) + plan_head_ns(t, id);
    p->beside_ns = larger(p->beside_ns, ns);
  }
}

static void count_scripts(const struct target *t,
                          const struct exchange_set *set, bool most,
                          struct plan_time *p)
{
  bool looks = set->exchanges & (EX(EX_PLAIN) | EX(EX_SECOND));
  int i;
  for(i = 0; i < SCRIPT_COUNT; i++) {
    const struct script_row *row = script_find((enum script_id)i);
    uint64_t ns = row ? script_ns(row, t) : 0;
    if(!row || !set->scripts.has[i])
      continue;
    if(row->phase == SCRIPT_ALONE) {
      p->alone_ns += ns;
      p->way_ns = t->connect_ns * (t->fast ? ROUND_TRIPS_FAST : ROUND_TRIPS);
      continue;
    }
    if(row->phase == SCRIPT_AFTER && looks)
      ns += t->window_ns;
    if(most)
      ns = 2 * ns + SILENCES * silence_ns(t);
    p->beside_ns = larger(p->beside_ns, ns);
  }
  if(set->scripts.has[SCRIPT_H2_MANY])
    p->way_ns += t->connect_ns * ROUND_TRIPS_H2;
}

uint64_t probe_expected_ns(const struct target *t,
                           const struct exchange_set *set)
{
  struct plan_time p = {0};
  count_exchanges(t, set, false, &p);
  count_scripts(t, set, false, &p);
  return p.beside_ns + p.alone_ns + p.way_ns;
}

uint64_t probe_limit_ns(const struct target *t, const struct exchange_set *set)
{
  struct plan_time p = {0};
  count_exchanges(t, set, true, &p);
  count_scripts(t, set, true, &p);
  if(p.alone_ns)
    p.alone_ns = 2 * p.alone_ns + SILENCES * silence_ns(t);
  return p.beside_ns + p.alone_ns + 2 * p.way_ns;
}
