/* SPDX-License-Identifier: MIT
 * When events were written and when they came; see nginx_page.h. */
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "result/nginx_page.h"

#define WIDTH   760.0 /* of the time that is shown */
#define LEFT    10.0
#define TOP     20 /* written */
#define BOTTOM  80 /* arrived */
#define LOST    36 /* so far a line goes that arrives nowhere */
#define POINTS  400
#define LATE_MS 50.0 /* people see more than that */
/* The measurement that the timelines are of. */
#define TIMELINE_PROBE "Q1"

/* The one over that transport, of that probe if not NULL. */
static json_t *find(json_t *list, const char *transport, const char *probe)
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

static void stroke(struct buf *out, json_t *point, double last)
{
  double written, arrived, a, b;
  bool came = arrival(point, &written, &arrived);
  const char *kind = !came                         ? "lost"
                     : arrived - written > LATE_MS ? "late"
                                                   : "prompt";
  a = LEFT + written / last * WIDTH;
  b = came ? LEFT + arrived / last * WIDTH : a;
  buf_addf(out,
           "<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
           kind, a, TOP, b, came ? BOTTOM : LOST);
}

static const char *picture(struct page *p, json_t *line, double last)
{
  char end[UNITS_MAX];
  struct buf out;
  json_t *point;
  size_t i;
  buf_init(&out, 0);
  buf_adds(&out, "<svg viewBox=\"0 0 780 102\">");
  json_array_foreach(doc_array(line, "points"), i, point)
  {
    if(i < POINTS)
      stroke(&out, point, last);
  }
  buf_addf(&out,
           "<text x=\"10\" y=\"13\">written</text><text x=\"10\" y=\"96\">"
           "arrived</text><text class=\"end\" x=\"770\" y=\"96\">%s</text>"
           "</svg>",
           units_fmt_ms(last, end));
  return page_take(p, &out);
}

/* As the findings say it: from the same measurement. */
static const char *caption(struct page *p, const char *when, json_t *m)
{
  char late[UNITS_MAX];
  double p50;
  bool known = doc_find(m, "p50_ms", &p50);
  return page_say(p, "%s: %llu of %llu events came%s%s%s", when,
                  (unsigned long long)doc_count(m, "received"),
                  (unsigned long long)doc_count(m, "sent"),
                  known ? ", p50 " : "", known ? units_fmt_ms(p50, late) : "",
                  known ? " late" : "");
}

static void figure(struct page *p, const char *when, json_t *of,
                   const char *transport, double last)
{
  json_t *line = find(doc_array(of, "timelines"), transport, NULL);
  json_t *m = find(doc_array(of, "measurements"), transport, TIMELINE_PROBE);
  struct page_block *b;
  if(!line)
    return;
  b = page_block(p, PAGE_PICTURE, transport);
  b->text = picture(p, line, last);
  b->caption = caption(p, when, m);
}

static void timelines(struct page *p, json_t *target)
{
  json_t *fixed = json_object_get(target, "fixed"), *line;
  size_t i;
  json_array_foreach(doc_array(target, "timelines"), i, line)
  {
    const char *transport = doc_text(line, "transport");
    double last = last_of(find(doc_array(fixed, "timelines"), transport, NULL),
                          last_of(line, 1));
    figure(p, "As it is", target, transport, last);
    figure(p, "With the fix", fixed, transport, last);
  }
}

static void add_events(struct buf *out, json_t *m)
{
  unsigned long long sent = doc_count(m, "sent");
  unsigned long long came = doc_count(m, "received");
  unsigned long long bursts = doc_count(m, "bursts");
  char late[UNITS_MAX];
  double p50;
  if(!sent)
    return;
  buf_addf(out, "%llu of %llu events", came, sent);
  if(came > 1 && bursts < came)
    buf_addf(out, " in %llu burst%s", bursts, bursts == 1 ? "" : "s");
  if(came && doc_find(m, "p50_ms", &p50))
    buf_addf(out, ", p50 %s late", units_fmt_ms(p50, late));
  buf_adds(out, "; ");
}

/* A duration that was measured, in words; nothing where it was not. */
static void add_time(struct buf *out, json_t *m, const char *key,
                     const char *words)
{
  char text[UNITS_MAX];
  double ms;
  if(doc_find(m, key, &ms))
    buf_addf(out, "%s%s; ", words, units_fmt_ms(ms, text));
}

static const char *outcome(struct page *p, json_t *m)
{
  unsigned long long status = doc_count(m, "status");
  struct buf out;
  if(!m)
    return "not measured";
  if(!status)
    return "no answer";
  if(status != 200)
    return page_say(p, "status %llu", status);
  buf_init(&out, 0);
  add_events(&out, m);
  add_time(&out, m, "cut_ms", "cut after ");
  add_time(&out, m, "told_ms", "the application was told after ");
  buf_adds(&out, doc_text(m, "end"));
  return page_take(p, &out);
}

static void probes(struct page *p, json_t *target)
{
  json_t *fixed = json_object_get(target, "fixed"), *m;
  json_t *list = doc_array(target, "measurements");
  struct page_block *b;
  size_t i;
  if(!json_array_size(list))
    return;
  b = page_block(
      p, PAGE_TABLE,
      page_say(p, "All that was measured on %s", doc_text(target, "uri")));
  b->where = PAGE_ON_PAGES;
  b->folded = true;
  page_columns(p, &b->table,
               json_is_object(fixed) ? "probe|what|as it is|with the fix"
                                     : "probe|what|as it is");
  json_array_foreach(list, i, m)
  {
    struct page_row *r = page_row(p, &b->table);
    json_t *after = find(doc_array(fixed, "measurements"),
                         doc_text(m, "transport"), doc_text(m, "probe"));
    r->cell[0].text = doc_text(m, "probe");
    r->cell[1].text =
        page_say(p, "%s, %s", doc_text(m, "text"), doc_text(m, "transport"));
    r->cell[2].text = outcome(p, m);
    r->cell[3].text = outcome(p, after);
  }
}

void nginx_page_measured(struct page *p, json_t *doc)
{
  json_t *t;
  size_t i;
  json_array_foreach(doc_array(doc, "targets"), i, t)
  {
    timelines(p, t);
    probes(p, t);
  }
}
