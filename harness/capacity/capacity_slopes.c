/* SPDX-License-Identifier: MIT
 * What one more stream, one more event, costs the server: lines through the
 * steps; see capacity_close.h.
 *
 * Memory that was taken once is rarely given back, so a step tells the memory
 * of its load only when no larger one ran before it. */
#include <string.h>

#include "capacity/capacity_close.h"
#include "capacity/capacity_fit.h"
#include "document/doc.h"

#define POINTS_MAX 128

struct points {
  double x[POINTS_MAX], y[POINTS_MAX];
  size_t n;
};

static void add(struct points *p, double x, double y)
{
  if(p->n == POINTS_MAX)
    return;
  p->x[p->n] = x;
  p->y[p->n] = y;
  p->n++;
}

struct costs {
  struct points memory, per_stream, per_event;
  bool known;
};

static void collect(struct costs *c, json_t *steps, const char *side)
{
  double largest = 0;
  json_t *step;
  size_t i;
  json_array_foreach(steps, i, step)
  {
    double peak = doc_number(step, "summary.connections.peak", 0);
    double events = doc_number(step, "summary.events.per_second", 0);
    double rss, cpu;
    if(strcmp(doc_text(step, "side"), side) != 0 ||
       strcmp(doc_text(step, "verdict"), "held") != 0)
      continue;
    if(doc_find(step, "server.cpu_percent", &cpu)) {
      c->known = true;
      add(&c->per_stream, peak, cpu * 1e4); /* % of a core -> us/s */
      add(&c->per_event, events, cpu * 1e4);
    }
    if(peak > largest && doc_find(step, "server.rss_bytes", &rss)) {
      largest = peak;
      add(&c->memory, peak, rss);
    }
  }
}

static json_t *line(const struct points *p)
{
  struct capacity_fit f;
  /* Nothing that was measured grew: too small to be seen, not free. */
  if(!capacity_fit_line(p->x, p->y, p->n, &f) || f.slope <= 0)
    return json_null();
  return json_pack("{s:o, s:o, s:o, s:o}", "slope", doc_real(f.slope), "base",
                   doc_real(f.base), "r2", doc_real(f.r2), "points",
                   doc_integer(f.points));
}

json_t *capacity_slopes(json_t *steps, const char *side)
{
  struct costs c;
  memset(&c, 0, sizeof(c));
  collect(&c, steps, side);
  if(!c.known)
    return json_null();
  return json_pack("{s:o, s:o, s:o}", "bytes_per_stream", line(&c.memory),
                   "cpu_us_per_stream_second", line(&c.per_stream),
                   "cpu_us_per_event", line(&c.per_event));
}
