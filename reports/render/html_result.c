/* SPDX-License-Identifier: MIT
 * One result on the page: its plots, and the order of what is told; see
 * html.h. */
#include <stdio.h>
#include <string.h>

#include "document/doc.h"
#include "reports/render/html.h"
#include "result/output.h"

#define NOTE_SIZE 200

static void figure(struct html *h, const struct plot *p, struct slice svg)
{
  hx_wrap(h, "<figure><h3>", p->title, "</h3><img alt=\"");
  hx_text(h, p->caption);
  hx_add(h, "\" width=\"640\" height=\"360\" "
            "src=\"data:image/svg+xml;base64,");
  report_base64(h, svg);
  hx_wrap(h, "\"><figcaption>", p->caption, "</figcaption></figure>\n");
}

/* Draws one; the first failure is kept as the note, and no more are tried. */
static void draw(struct html *h, const struct plot *p, char *note)
{
  struct buf svg;
  struct err e = {0};
  if(note[0])
    return;
  buf_init(&svg, 0);
  if(plot_draw(p, "svg", &svg, &e))
    snprintf(note, NOTE_SIZE, "%.199s", e.text);
  else
    figure(h, p, buf_slice(&svg));
  buf_free(&svg);
}

static void pictures(struct html *h, const struct plot_list *l, size_t from,
                     size_t to, char *note)
{
  size_t i;
  for(i = from; i < to && i < l->count && !h->rc; i++)
    draw(h, &l->item[i], note);
}

static void as_text(struct html *h, json_t *doc)
{
  struct buf text;
  buf_init(&text, 0);
  if(!h->rc)
    h->rc = output_render(doc, OUTPUT_TEXT, false, &text);
  hx_wrap(h,
          "<details><summary>The result as text</summary><pre "
          "tabindex=\"0\">",
          buf_text(&text), "</pre></details>\n");
  buf_free(&text);
}

void report_result(struct html *h, const struct report_input *in, size_t at,
                   const struct report_options *o, char *note)
{
  struct plot_list plots = {.count = 0};
  char open[64];
  snprintf(open, sizeof(open), "<section class=\"result\" id=\"%c\">\n",
           report_letter(at));
  hx_add(h, open);
  report_head(h, in, at);
  if(!h->rc && !o->no_plots)
    h->rc = report_plots(in->doc, &plots);
  pictures(h, &plots, 0, 1, note);
  if(note[0])
    hx_wrap(h, "<p class=\"soft\">No plots: ", note, ".</p>\n");
  report_tables(h, in->doc);
  if(plots.count > 1 && !note[0]) {
    hx_add(h, "<h3>More pictures</h3>\n<div class=\"plots\">\n");
    pictures(h, &plots, 1, plots.count, note);
    hx_add(h, "</div>\n");
  }
  report_facts(h, in->doc);
  as_text(h, in->doc);
  hx_add(h, "</section>\n");
  report_plots_free(&plots);
}
