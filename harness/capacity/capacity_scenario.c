/* SPDX-License-Identifier: MIT
 * The scenario of one step: the one that was given, at another load; or the
 * like of it for the reference server. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "capacity/capacity_private.h"

#define OPENED_PER_SECOND 4000 /* unless the scenario has a ramp */
#define RAMP_SHARE        5    /* a step's length divided by it... */
#define RAMP_CALM_NS      (2 * NS_PER_SEC) /* ...or this, if shorter */
#define EVENT_FRAME       16 /* bytes of an event that are not its data */
#define REFERENCE_TOPIC   "capacity"

struct setting {
  struct scenario *s;
  struct err *e;
  int rc; /* the first failure */
};

static void set(struct setting *to, const char *key, const char *value)
{
  if(!to->rc)
    to->rc = scenario_set(to->s, key, value, key, to->e);
}

static void set_count(struct setting *to, const char *key, uint64_t n)
{
  char text[32];
  snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
  set(to, key, text);
}

static void set_ns(struct setting *to, const char *key, uint64_t ns)
{
  char text[32];
  snprintf(text, sizeof(text), "%lluus", (unsigned long long)(ns / NS_PER_US));
  set(to, key, text);
}

static uint64_t streams_of(const struct step_plan *p)
{
  return p->options->axis == CAPACITY_CONNECTIONS ||
                 p->options->axis == CAPACITY_CONCURRENCY
             ? p->probe.load
             : p->s->connections;
}

static uint64_t hold_of(const struct step_plan *p)
{
  return p->options->step_ns * (p->probe.phase == SEARCH_CONFIRM ? 2 : 1);
}

static uint64_t ramp_of(const struct step_plan *p)
{
  uint64_t ramp = streams_of(p) * NS_PER_SEC / OPENED_PER_SECOND;
  uint64_t calm = p->options->step_ns / RAMP_SHARE;
  if(p->s->ramp_ns)
    return p->s->ramp_ns;
  if(calm > RAMP_CALM_NS)
    calm = RAMP_CALM_NS;
  return ramp > calm ? ramp : calm;
}

static uint64_t warmup_of(const struct step_plan *p)
{
  return p->s->warmup_ns ? p->s->warmup_ns : p->options->warmup_ns;
}

uint64_t step_ns(const struct step_plan *p)
{
  return ramp_of(p) + warmup_of(p) + hold_of(p) + NS_PER_SEC;
}

/* Events per second that one stream is to get, on the rate axis. */
static double rate_each(const struct step_plan *p)
{
  return (double)p->probe.load / (double)streams_of(p);
}

/* What is raised: streams or users, or the rate at which requests come. */
static void set_crowd(struct setting *to, const struct step_plan *p)
{
  char text[40];
  snprintf(text, sizeof(text), "%llu/s", (unsigned long long)p->probe.load);
  if(p->options->axis == CAPACITY_REQUESTS) {
    set(to, "arrival.rate", text);
    return;
  }
  set_count(to, "connections", streams_of(p));
  set_ns(to, "ramp", ramp_of(p));
}

static void set_load(struct setting *to, const struct step_plan *p)
{
  char text[40];
  set_crowd(to, p);
  set_ns(to, "warmup", warmup_of(p));
  set_ns(to, "duration", hold_of(p));
  if(p->options->axis != CAPACITY_PUBLISH)
    return;
  snprintf(text, sizeof(text), "%llu/s", (unsigned long long)p->probe.load);
  set(to, "publish.rate", text);
}

void step_reference_url(const struct step_plan *p, char *out, size_t size)
{
  double rate = p->options->axis == CAPACITY_RATE ? rate_each(p) : p->rate;
  double data = fmax(0, p->size - EVENT_FRAME);
  if(p->s->publish.enabled)
    snprintf(out, size, "http://127.0.0.1:%u/stream/" REFERENCE_TOPIC,
             p->reference->port);
  else
    snprintf(out, size, "http://127.0.0.1:%u/stream?rate=%.6g&size=%.0f",
             p->reference->port, fmax(rate, 0.001), data);
}

static void set_reference(struct setting *to, const struct step_plan *p)
{
  char url[160], rate[40];
  const struct publish *pub = &p->s->publish;
  step_reference_url(p, url, sizeof(url));
  set(to, "name", "reference");
  set(to, "url", url);
  set_count(to, "server-pid", (uint64_t)p->reference->server.pid);
  set_count(to, "workers", p->s->workers);
  set_ns(to, "drain", p->s->drain_ns);
  if(!pub->enabled)
    return;
  snprintf(url, sizeof(url), "http://127.0.0.1:%u/publish/" REFERENCE_TOPIC,
           p->reference->port);
  set(to, "publish.url", url);
  snprintf(rate, sizeof(rate), "%.6f/s", pub->rate);
  set(to, "publish.rate", rate);
  if(!pub->body)
    set_count(to, "publish.size", pub->size);
}

/* The printed scenario with every mark replaced. */
static int fill_marks(const struct step_plan *p, struct buf *out)
{
  const char *at = p->yaml, *mark;
  char rate[40];
  snprintf(rate, sizeof(rate), "%.6g", rate_each(p));
  for(mark = strstr(at, CAPACITY_RATE_MARK); mark;
      mark = strstr(at, CAPACITY_RATE_MARK)) {
    buf_add(out, at, (size_t)(mark - at));
    buf_adds(out, rate);
    at = mark + strlen(CAPACITY_RATE_MARK);
  }
  return buf_adds(out, at);
}

static struct scenario *target_scenario(const struct step_plan *p,
                                        struct err *e)
{
  struct buf yaml;
  struct scenario *s = NULL;
  buf_init(&yaml, 0);
  if(p->options->axis != CAPACITY_RATE)
    s = scenario_parse(slice_of(p->yaml), "scenario", e);
  else if(fill_marks(p, &yaml))
    err_set(e, E_NOMEM, "out of memory");
  else
    s = scenario_parse(buf_slice(&yaml), "scenario", e);
  buf_free(&yaml);
  return s;
}

struct scenario *step_scenario(const struct step_plan *p, struct err *e)
{
  struct setting to = {.e = e};
  to.s = p->reference ? scenario_default() : target_scenario(p, e);
  if(!to.s)
    return NULL;
  if(p->reference)
    set_reference(&to, p);
  set_load(&to, p);
  if(!to.rc && p->s->app_file) {
    to.s->app_file = slice_dup(slice_of(p->s->app_file));
    to.rc = to.s->app_file ? 0 : err_set(e, E_NOMEM, "out of memory");
  }
  if(!to.rc)
    to.rc = scenario_finish(to.s, e);
  if(!to.rc)
    return to.s;
  scenario_free(to.s);
  return NULL;
}
