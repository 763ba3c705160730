/* SPDX-License-Identifier: MIT
 * When events were written and when they came; see nginx_html.h. */
#include <string.h>

#include "base/units.h"
#include "result/doc.h"
#include "result/nginx_html.h"

#define WIDTH   760.0 /* of the time that is shown */
#define LEFT    10.0
#define TOP     20 /* written */
#define BOTTOM  80 /* arrived */
#define LOST    36 /* so far a line goes that arrives nowhere */
#define POINTS  400
#define LATE_MS 50.0 /* people see more than that */
/* The measurement that the timelines are of. */
#define TIMELINE_PROBE "Q1"

json_t *nginx_html_find(json_t *list, const char *transport, const char *probe)
{
  json_t *j;
  size_t i;
  json_array_foreach(list, i, j)
  {
    if(strcmp(doc_text(j, "transport"), transport) == 0 &&
       (!probe || strcmp(doc_text(j, "probe"), probe) == 0))
      return j;
  }
  return NULL;
}

static bool arrival(json_t *point, double *written, double *arrived)
{
  json_t *a = json_array_get(point, 1);
  *written = json_number_value(json_array_get(point, 0));
  *arrived = json_number_value(a);
  return json_is_number(a);
}

/* The last instant of a timeline, at least what is given. */
static double last_of(json_t *line, double last)
{
  json_t *p;
  size_t i;
  json_array_foreach(doc_array(line, "points"), i, p)
  {
    double written, arrived;
    if(!arrival(p, &written, &arrived))
      arrived = written;
    last = written > last ? written : last;
    last = arrived > last ? arrived : last;
  }
  return last;
}

static void stroke(struct html *h, json_t *point, double last)
{
  double written, arrived, a, b;
  bool came = arrival(point, &written, &arrived);
  const char *kind = !came                         ? "lost"
                     : arrived - written > LATE_MS ? "late"
                                                   : "prompt";
  a = LEFT + written / last * WIDTH;
  b = came ? LEFT + arrived / last * WIDTH : a;
  if(!h->rc)
    h->rc = buf_addf(h->out,
                     "<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" "
                     "y2=\"%d\"/>",
                     kind, a, TOP, b, came ? BOTTOM : LOST);
}

static void picture(struct html *h, json_t *line, double last)
{
  char end[UNITS_MAX];
  json_t *p;
  size_t i;
  hx_add(h, "<svg viewBox=\"0 0 780 102\" role=\"img\" aria-label=\"when "
            "each event was written, above, and when it arrived, "
            "below\">");
  json_array_foreach(doc_array(line, "points"), i, p)
  {
    if(i < POINTS)
      stroke(h, p, last);
  }
  hx_add(h, "<text x=\"10\" y=\"13\">written</text>"
            "<text x=\"10\" y=\"96\">arrived</text>"
            "<text class=\"end\" x=\"770\" y=\"96\">");
  hx_wrap(h, "", units_fmt_ms(last, end), "</text></svg>");
}

/* As the findings say it: from the same measurement. */
static void caption(struct html *h, const char *when, json_t *measured)
{
  char late[UNITS_MAX];
  double p50;
  hx_wrap(h, "<figcaption><b>", when, "</b>: ");
  hx_number(h, "", (size_t)doc_count(measured, "received"));
  hx_number(h, " of ", (size_t)doc_count(measured, "sent"));
  hx_add(h, " events came");
  if(doc_find(measured, "p50_ms", &p50))
    hx_wrap(h, ", p50 ", units_fmt_ms(p50, late), " late");
  hx_add(h, "</figcaption>");
}

/* What is shown of one run over one transport. */
struct run {
  json_t *line, *measured;
};

static void figure(struct html *h, const char *when, const struct run *r,
                   double last)
{
  hx_add(h, "<figure class=\"card\">");
  caption(h, when, r->measured);
  picture(h, r->line, last);
  hx_add(h, "</figure>\n");
}

static struct run run_of(json_t *measured, const char *transport)
{
  return (struct run){
      nginx_html_find(doc_array(measured, "timelines"), transport, NULL),
      nginx_html_find(doc_array(measured, "measurements"), transport,
                      TIMELINE_PROBE)};
}

static void pair(struct html *h, json_t *target, const char *transport)
{
  struct run now = run_of(target, transport);
  struct run fixed = run_of(json_object_get(target, "fixed"), transport);
  double last = last_of(now.line, 1);
  if(fixed.line)
    last = last_of(fixed.line, last);
  hx_wrap(h, "<h3>", transport, "</h3>\n");
  hx_add(h, "<div class=\"pair\">\n");
  figure(h, "As it is", &now, last);
  if(fixed.line)
    figure(h, "With the fix", &fixed, last);
  hx_add(h, "</div>\n");
}

void nginx_html_timelines(struct html *h, json_t *doc)
{
  json_t *t, *line;
  size_t i, k;
  bool any = false;
  json_array_foreach(doc_array(doc, "targets"), i, t)
  {
    json_array_foreach(doc_array(t, "timelines"), k, line)
    {
      if(!any)
        hx_add(h, "<h2>When the events came</h2>\n");
      if(!k && json_array_size(doc_array(doc, "targets")) > 1)
        hx_wrap(h, "<p class=\"url\">", doc_text(t, "uri"), "</p>\n");
      any = true;
      pair(h, t, doc_text(line, "transport"));
    }
  }
}
