/* SPDX-License-Identifier: MIT
 * The page of results of any kind; see report.h.  What is told of one result
 * is in report_result.c. */
#include "reports/render/html.h"

#include <stdio.h>
#include <string.h>

#include "base/b64.h"
#include "document/doc.h"
#include "load/fields.h"

#define CONTENT_MARK "@CONTENT@"

/* reports/page/report.html, embedded by the build. */
extern const unsigned char report_page[];

void report_base64(struct html *h, struct slice s)
{
  if(!h->rc)
    h->rc = b64_encode(h->out, s);
}

char report_letter(size_t i)
{
  return (char)('A' + i % 26);
}

/* Of every field that thresholds, comparisons and this page name. */
static void definitions(struct html *h)
{
  size_t i;
  hx_add(h, "<section class=\"result\"><h2>What the figures mean</h2>\n"
            "<details><summary>Definition of every metric</summary>\n"
            "<section class=\"scroll\" tabindex=\"0\" "
            "aria-label=\"metrics\"><table><thead><tr><th scope=\"col\">"
            "metric</th><th scope=\"col\">unit</th><th scope=\"col\">"
            "definition</th></tr></thead><tbody>\n");
  for(i = 0; i < fields_count(); i++) {
    const struct field *f = fields_at(i);
    struct buf text;
    buf_init(&text, 0);
    if(!h->rc)
      h->rc = fields_definition(f, &text);
    hx_wrap(h, "<tr><th scope=\"row\"><code>", f->name, "</code></th>");
    hx_wrap(h, "<td>", fields_unit(f), "</td>");
    hx_wrap(h, "<td>", buf_text(&text), "</td></tr>\n");
    buf_free(&text);
  }
  hx_add(h, "</tbody></table></section></details></section>\n");
}

static void contents(struct html *h, const struct report_input *in,
                     size_t count)
{
  size_t i;
  hx_add(h, "<nav aria-label=\"results\"><ul>");
  for(i = 0; i < count && !h->rc; i++) {
    char link[40];
    snprintf(link, sizeof(link), "<li><a href=\"#%c\">%c</a> ",
             report_letter(i), report_letter(i));
    hx_add(h, link);
    hx_wrap(h, "<b>", in[i].name, "</b>: ");
    hx_wrap(h, "", doc_text(in[i].doc, "sentence"), "</li>\n");
  }
  hx_add(h, "</ul></nav>\n");
}

int report_html(const struct report_input *in, size_t count,
                const struct report_options *o, struct buf *out, char *note,
                struct err *e)
{
  const char *page = (const char *)report_page;
  const char *mark = strstr(page, CONTENT_MARK);
  struct html h = {.out = out};
  size_t i;
  note[0] = '\0';
  h.rc = buf_add(out, page, (size_t)(mark - page));
  hx_add(&h, "<h1>weir report</h1>\n");
  if(count > 1)
    contents(&h, in, count);
  for(i = 0; i < count && !h.rc; i++)
    report_result(&h, &in[i], i, o, note);
  definitions(&h);
  hx_add(&h, mark + strlen(CONTENT_MARK));
  return h.rc ? err_set(e, h.rc, "%s", err_name(h.rc)) : 0;
}
