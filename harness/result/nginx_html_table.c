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
  html_number(h, "", (size_t)came);
  html_number(h, " of ", (size_t)sent);
  html_add(h, " events");
  if(came > 1 && bursts < came) {
    html_number(h, " in ", (size_t)bursts);
    html_add(h, bursts == 1 ? " burst" : " bursts");
  }
  if(came && doc_find(m, "p50_ms", &p50))
    html_wrap(h, ", p50 ", units_fmt_ms(p50, late), " late");
  html_add(h, "; ");
}

/* A duration that was measured, in words; nothing where it was not. */
static void time_of(struct html *h, json_t *m, const char *key,
                    const char *words)
{
  char text[UNITS_MAX];
  double ms;
  if(doc_find(m, key, &ms))
    html_wrap(h, words, units_fmt_ms(ms, text), "; ");
}

static void outcome(struct html *h, json_t *m)
{
  uint64_t status = doc_count(m, "status");
  html_add(h, "<td>");
  if(!m) {
    html_add(h, "not measured");
  } else if(status == 200) {
    events(h, m);
    time_of(h, m, "cut_ms", "cut after ");
    time_of(h, m, "told_ms", "the application was told after ");
    html_text(h, doc_text(m, "end"));
  } else if(!status) {
    html_add(h, "no answer");
  } else {
    html_number(h, "status ", (size_t)status);
  }
  html_add(h, "</td>");
}

static void row(struct html *h, json_t *m, json_t *fixed)
{
  html_wrap(h, "<tr><th scope=\"row\" class=\"id\">", doc_text(m, "probe"),
            "</th>");
  html_wrap(h, "<td>", doc_text(m, "text"), "");
  html_wrap(h, ", ", doc_text(m, "transport"), "</td>");
  outcome(h, m);
  if(fixed)
    outcome(h,
            nginx_html_find(doc_array(fixed, "measurements"),
                            doc_text(m, "transport"), doc_text(m, "probe")));
  html_add(h, "</tr>\n");
}

static void table(struct html *h, json_t *target)
{
  json_t *fixed = json_object_get(target, "fixed"), *m;
  size_t i;
  fixed = json_is_object(fixed) ? fixed : NULL;
  html_wrap(h, "<details><summary>All that was measured on <code>",
            doc_text(target, "uri"), "</code></summary>\n");
  html_add(h, "<div class=\"scroll\"><table class=\"matrix\"><thead><tr>"
              "<th scope=\"col\">probe</th><th scope=\"col\">what</th>"
              "<th scope=\"col\">as it is</th>");
  if(fixed)
    html_add(h, "<th scope=\"col\">with the fix</th>");
  html_add(h, "</tr></thead><tbody>\n");
  json_array_foreach(doc_array(target, "measurements"), i, m)
  {
    row(h, m, fixed);
  }
  html_add(h, "</tbody></table></div></details>\n");
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
      html_add(h, "<h2>Measurements</h2>\n");
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
  html_wrap(h, "<", tag, ">");
  html_text(h, text);
  html_wrap(h, "</", tag, ">\n");
}

void nginx_html_diff(struct html *h, const char *diff)
{
  struct buf line;
  buf_init(&line, 0);
  html_add(h, "<pre class=\"diff\">");
  while(*diff && !h->rc) {
    size_t n = strcspn(diff, "\n");
    buf_clear(&line);
    h->rc = buf_add(&line, diff, n);
    diff_line(h, buf_text(&line));
    diff += n + (diff[n] == '\n');
  }
  html_add(h, "</pre>\n");
  buf_free(&line);
}
