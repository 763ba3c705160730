/* SPDX-License-Identifier: MIT
 * Every probe in one table, and what to change; see nginx_html.h. */
#include <string.h>

#include "base/buf.h"
#include "base/units.h"
#include "result/doc.h"
#include "result/nginx_html.h"

static void events(struct html *h, json_t *m)
{
  uint64_t sent = doc_count(m, "sent"), came = doc_count(m, "received");
  uint64_t bursts = doc_count(m, "bursts");
  char late[UNITS_MAX];
  double p50;
  if(!sent)
    return;
  hx_number(h, "", (size_t)came);
  hx_number(h, " of ", (size_t)sent);
  hx_add(h, " events");
  if(came > 1 && bursts < came) {
    hx_number(h, " in ", (size_t)bursts);
    hx_add(h, bursts == 1 ? " burst" : " bursts");
  }
  if(came && doc_find(m, "p50_ms", &p50))
    hx_wrap(h, ", p50 ", units_fmt_ms(p50, late), " late");
  hx_add(h, "; ");
}

/* A duration that was measured, in words; nothing where it was not. */
static void time_of(struct html *h, json_t *m, const char *key,
                    const char *words)
{
  char text[UNITS_MAX];
  double ms;
  if(doc_find(m, key, &ms))
    hx_wrap(h, words, units_fmt_ms(ms, text), "; ");
}

static void outcome(struct html *h, json_t *m)
{
  uint64_t status = doc_count(m, "status");
  hx_add(h, "<td>");
  if(!m) {
    hx_add(h, "not measured");
  } else if(status == 200) {
    events(h, m);
    time_of(h, m, "cut_ms", "cut after ");
    time_of(h, m, "told_ms", "the application was told after ");
    hx_text(h, doc_text(m, "end"));
  } else if(!status) {
    hx_add(h, "no answer");
  } else {
    hx_number(h, "status ", (size_t)status);
  }
  hx_add(h, "</td>");
}

static void row(struct html *h, json_t *m, json_t *fixed)
{
  hx_wrap(h, "<tr><th scope=\"row\" class=\"id\">", doc_text(m, "probe"),
          "</th>");
  hx_wrap(h, "<td>", doc_text(m, "text"), "");
  hx_wrap(h, ", ", doc_text(m, "transport"), "</td>");
  outcome(h, m);
  if(fixed)
    outcome(h,
            nginx_html_find(doc_array(fixed, "measurements"),
                            doc_text(m, "transport"), doc_text(m, "probe")));
  hx_add(h, "</tr>\n");
}

static void table(struct html *h, json_t *target)
{
  json_t *fixed = json_object_get(target, "fixed"), *m;
  size_t i;
  fixed = json_is_object(fixed) ? fixed : NULL;
  hx_wrap(h, "<details><summary>All that was measured on <code>",
          doc_text(target, "uri"), "</code></summary>\n");
  hx_add(h, "<div class=\"scroll\"><table class=\"matrix\"><thead><tr>"
            "<th scope=\"col\">probe</th><th scope=\"col\">what</th>"
            "<th scope=\"col\">as it is</th>");
  if(fixed)
    hx_add(h, "<th scope=\"col\">with the fix</th>");
  hx_add(h, "</tr></thead><tbody>\n");
  json_array_foreach(doc_array(target, "measurements"), i, m)
  {
    row(h, m, fixed);
  }
  hx_add(h, "</tbody></table></div></details>\n");
}

void nginx_html_measured(struct html *h, json_t *doc)
{
  json_t *t;
  size_t i;
  bool any = false;
  json_array_foreach(doc_array(doc, "targets"), i, t)
  {
    if(!json_array_size(doc_array(t, "measurements")))
      continue;
    if(!any)
      hx_add(h, "<h2>Measurements</h2>\n");
    any = true;
    table(h, t);
  }
}

static void diff_line(struct html *h, const char *text)
{
  bool title = strncmp(text, "--- ", 4) == 0 || strncmp(text, "+++ ", 4) == 0;
  const char *tag = title          ? "b"
                    : *text == '+' ? "ins"
                    : *text == '-' ? "del"
                                   : "span";
  hx_wrap(h, "<", tag, ">");
  hx_text(h, text);
  hx_wrap(h, "</", tag, ">\n");
}

void nginx_html_diff(struct html *h, const char *diff)
{
  struct buf line;
  buf_init(&line, 0);
  hx_add(h, "<pre class=\"diff\">");
  while(*diff && !h->rc) {
    size_t n = strcspn(diff, "\n");
    buf_clear(&line);
    h->rc = buf_add(&line, diff, n);
    diff_line(h, buf_text(&line));
    diff += n + (diff[n] == '\n');
  }
  hx_add(h, "</pre>\n");
  buf_free(&line);
}
