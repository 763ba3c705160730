/* SPDX-License-Identifier: MIT
 * Joining both sides of a proxy; see proxy_pair.h. */
#include "checks/proxy/proxy_pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/core/roles.h"
#include "checks/http/http_common.h"

#define SLOW_NS       INT64_C(40000000)
#define APART_NS      INT64_C(20000000)
#define ORIGIN        "-origin."
#define SERIAL_DIGITS 18

const char *proxy_skip(const struct check_input *in)
{
  return in->target->via ? NULL
                         : "needs weir's own origin behind the proxy: "
                           "--via-origin PORT";
}

const struct recording *proxy_client(const struct check_input *in,
                                     enum script_id id, enum role role,
                                     size_t n, struct finding *f)
{
  const struct recording *r = role_find(in, id, role, n);
  if(!r)
    finding_set(f, VERDICT_UNTESTABLE,
                "the script \"%s\" made no connection \"%s\"", script_name(id),
                role_name(role));
  else if(n == 0)
    f->recording = r;
  return r;
}

/* "proxy-flow-origin.2" is the other side of "proxy-flow.3". */
static bool is_other_side(const struct recording *o,
                          const struct recording *client)
{
  size_t n = strcspn(client->name, ".");
  return o->origin_side && strncmp(o->name, client->name, n) == 0 &&
         strncmp(o->name + n, ORIGIN, sizeof(ORIGIN) - 1) == 0;
}

static bool is_run(const struct recording *o, const struct recording *client)
{
  return strcmp(o->label.run, client->name) == 0;
}

/* The request of the origin's that it is an answer to, counted from 1; 0 where
 * it does not say. */
static int64_t serial_of(const struct recording *client)
{
  struct slice text = recording_field(&client->head, "X-Weir-Serial", 0);
  int64_t n = 0;
  for(size_t i = 0; i < text.n; i++) {
    if(text.p[i] < '0' || text.p[i] > '9' || i >= SERIAL_DIGITS)
      return 0;
    n = n * 10 + (text.p[i] - '0');
  }
  return n;
}

const struct recording *proxy_origin(const struct check_input *in,
                                     const struct recording *client)
{
  int64_t serial = serial_of(client);
  const struct recording *first = NULL;
  size_t i;
  for(i = 0; i < in->recordings; i++) {
    const struct recording *o = in->recording[i];
    if(!is_other_side(o, client))
      continue;
    if(serial && o->label.serial == serial)
      return o;
    if(!first && is_run(o, client))
      first = o;
  }
  return first;
}

size_t proxy_requests(const struct check_input *in,
                      const struct recording *client)
{
  size_t i, n = 0;
  for(i = 0; i < in->recordings; i++)
    n += is_other_side(in->recording[i], client) &&
         is_run(in->recording[i], client);
  return n;
}

bool proxy_find(const struct check_input *in, enum script_id id,
                enum role role, size_t n, struct finding *f,
                struct proxy_pair *out)
{
  out->client = proxy_client(in, id, role, n, f);
  if(!out->client)
    return false;
  out->origin = proxy_origin(in, out->client);
  if(!out->origin) {
    finding_set(f, VERDICT_UNTESTABLE,
                "the request \"%s\" did not reach weir's origin",
                role_name(role));
    finding_show_head(f, out->client);
    return false;
  }
  out->shift_ns =
      (int64_t)(out->origin->started_real_ns - out->client->started_real_ns);
  return true;
}

bool proxy_find_stream(const struct check_input *in, enum script_id id,
                       enum role role, struct finding *f,
                       struct proxy_pair *out)
{
  if(!proxy_find(in, id, role, 0, f, out))
    return false;
  if(input_is_stream(out->client))
    return true;
  finding_set(f, VERDICT_UNTESTABLE,
              out->client->head.status
                  ? "no stream: the proxy answered %d to \"%s\""
                  : "no response head (%d) to \"%s\" before the time was over",
              out->client->head.status, role_name(role));
  finding_show_head(f, out->client);
  return false;
}

static int by_value(const void *a, const void *b)
{
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

/* When the event of the origin's body was all there, -1 never. */
static int64_t arrival(const struct proxy_pair *p, size_t i)
{
  return recording_byte_time(p->client, p->origin->event[i].end - 1);
}

static int64_t written(const struct proxy_pair *p, size_t i)
{
  return p->origin->event[i].t_ns + p->shift_ns;
}

static void note_pair(const struct proxy_pair *p, size_t i,
                      struct proxy_delivery *d)
{
  int64_t apart = i ? written(p, i) - written(p, i - 1) : 0;
  int64_t a = arrival(p, i), before = i ? arrival(p, i - 1) : -1;
  if(apart < APART_NS || a < 0 || before < 0)
    return;
  d->pairs++;
  d->merged += a - before < apart / 10;
}

static void note_late(const struct proxy_pair *p, size_t i, int64_t end_ns,
                      struct proxy_delivery *d)
{
  int64_t a = arrival(p, i);
  d->late++;
  d->at_end = d->at_end && (a < 0 || a >= end_ns);
}

/* A run of events of one size. */
struct size_run {
  size_t bytes, n, slow;
};

static void end_run(struct size_run *r, struct proxy_delivery *d)
{
  if(r->n >= 2 && r->slow == r->n) {
    d->slow_sizes++;
    if(!d->least_slow || r->bytes < d->least_slow)
      d->least_slow = r->bytes;
  }
  r->n = r->slow = 0;
}

static void note_size(const struct proxy_pair *p, size_t i, int64_t wait,
                      struct size_run *r, struct proxy_delivery *d)
{
  const struct recorded_event *e = &p->origin->event[i];
  if(r->n && r->bytes != e->end - e->offset)
    end_run(r, d);
  r->bytes = e->end - e->offset;
  r->n++;
  r->slow += wait > SLOW_NS;
}

static void measure_all(const struct proxy_pair *p, int64_t limit_ns,
                        int64_t *delay, struct proxy_delivery *d)
{
  int64_t end_ns = p->origin->end_ns + p->shift_ns;
  struct size_run run = {0, 0, 0};
  size_t i;
  for(i = 0; i < p->origin->events; i++) {
    int64_t a = arrival(p, i);
    int64_t wait = (a >= 0 ? a : p->client->end_ns) - written(p, i);
    /* What the client cut off itself says nothing. */
    if(a < 0 && wait <= limit_ns && p->client->end == REC_END_OURS)
      continue;
    delay[d->sent++] = wait;
    d->came += a >= 0;
    if(wait > d->max_ns)
      d->max_ns = wait;
    if(a < 0 || wait > limit_ns)
      note_late(p, i, end_ns, d);
    note_pair(p, i, d);
    note_size(p, i, wait, &run, d);
  }
  end_run(&run, d);
}

int proxy_measure(const struct proxy_pair *p, int64_t limit_ns,
                  struct proxy_delivery *d)
{
  int64_t *delay = calloc(p->origin->events + 1, sizeof(*delay));
  memset(d, 0, sizeof(*d));
  d->at_end = true;
  if(!delay)
    return E_NOMEM;
  measure_all(p, limit_ns, delay, d);
  qsort(delay, d->sent, sizeof(*delay), by_value);
  d->median_ns = d->sent ? delay[d->sent / 2] : 0;
  d->at_end = d->at_end && d->late;
  free(delay);
  return 0;
}

int64_t proxy_event_limit(const struct check_input *in,
                          const struct proxy_pair *p)
{
  int64_t connect = p->client->connected_ns;
  return (int64_t)in->target->event_ns + (connect > 0 ? connect : 0);
}

bool proxy_is_slow(const struct proxy_delivery *d)
{
  return d->late * 10 > d->sent || d->median_ns > SLOW_NS || d->slow_sizes;
}

void proxy_note_delivery(struct finding *f, const char *what,
                         const struct proxy_delivery *d)
{
  finding_note(f,
               "%s: %zu of %zu events came, half within %.1f ms, the slowest "
               "after %.1f ms, %zu of %zu together with the one before",
               what, d->came, d->sent, http_ms(d->median_ns),
               http_ms(d->max_ns), d->merged, d->pairs);
}
