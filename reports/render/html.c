/* SPDX-License-Identifier: MIT
 * The page of results of any kind, with their plots; see report.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/check_doc.h"
#include "document/doc.h"
#include "reports/render/report.h"
#include "result/output.h"
#include "result/pages.h"

#define NOTE_SIZE 200

/* The plots of one result, drawn. */
struct sheet {
  struct plot_list plots;
  struct buf svg[REPORT_MAX_PLOTS];
  struct page_drawing drawing[REPORT_MAX_PLOTS];
  size_t drawn;
};

/* Draws all; the first failure is kept as the note, and no more are tried. */
static int draw(struct sheet *s, json_t *doc, char *note)
{
  int rc = report_plots(doc, &s->plots);
  while(!rc && !note[0] && s->drawn < s->plots.count) {
    const struct plot *p = &s->plots.item[s->drawn];
    struct buf *svg = &s->svg[s->drawn];
    struct err e = {0};
    buf_init(svg, 0);
    if(plot_draw(p, "svg", svg, &e)) {
      snprintf(note, NOTE_SIZE, "%.199s", e.text);
      buf_free(svg);
      break;
    }
    s->drawing[s->drawn++] =
        (struct page_drawing){p->title, p->caption, buf_text(svg)};
  }
  return rc;
}

/* The doctor's page draws its own pictures; a conformance run has none. */
static bool has_plots(json_t *doc)
{
  return !check_doc_is(doc) &&
         strncmp(doc_text(doc, "schema"), "weir.nginx/", 11) != 0;
}

struct book {
  struct sheet sheet[REPORT_MAX_DOCS];
  struct page page[REPORT_MAX_DOCS];
  const struct page *all[REPORT_MAX_DOCS];
  size_t count;
};

static int add(struct book *b, const struct report_input *in, bool alone,
               const struct report_options *o, char *note)
{
  struct sheet *s = &b->sheet[b->count];
  struct page *p = &b->page[b->count];
  int rc = !o->no_plots && has_plots(in->doc) ? draw(s, in->doc, note) : 0;
  int filled = output_fill(in->doc, false, s->drawing, s->drawn, p);
  b->all[b->count++] = p;
  p->file = in->name;
  if(!alone)
    p->heading = "weir report";
  if(note[0])
    page_fact(p, page_block(p, PAGE_FACTS, ""), "no plots",
              page_say(p, "No plots: %s.", note));
  return rc ? rc : filled;
}

static void close_book(struct book *b)
{
  size_t i, k;
  for(i = 0; i < b->count; i++) {
    for(k = 0; k < b->sheet[i].drawn; k++)
      buf_free(&b->sheet[i].svg[k]);
    report_plots_free(&b->sheet[i].plots);
    page_free(&b->page[i]);
  }
  free(b);
}

static bool any_metrics(const struct report_input *in, size_t count)
{
  size_t i;
  for(i = 0; i < count; i++) {
    if(has_plots(in[i].doc))
      return true;
  }
  return false;
}

int report_html(const struct report_input *in, size_t count,
                const struct report_options *o, struct buf *out, char *note,
                struct err *e)
{
  struct book *b = calloc(1, sizeof(*b));
  int rc = b ? 0 : E_NOMEM;
  size_t i;
  note[0] = '\0';
  for(i = 0; !rc && i < count; i++)
    rc = add(b, &in[i], count == 1, o, note);
  if(!rc && any_metrics(in, count))
    pages_definitions(&b->page[count - 1]);
  if(!rc)
    rc = page_html_all(b->all, count, out);
  if(b)
    close_book(b);
  return rc ? err_set(e, rc, "%s", err_name(rc)) : 0;
}
