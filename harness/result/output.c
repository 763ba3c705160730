/* SPDX-License-Identifier: MIT
 * Forms of a document; see output.h. */
#include "result/output.h"

#include <string.h>

#include "base/file.h"
#include "capacity/capacity_doc.h"
#include "conformance/check_doc.h"
#include "doctor/document.h"
#include "result/capacity_render.h"
#include "result/compare.h"
#include "result/compare_text.h"
#include "result/pages.h"
#include "result/render.h"

/* The kinds of documents, and what fills in a page of each. */
static const struct {
  bool (*is)(json_t *doc);
  void (*fill)(json_t *doc, bool more, struct page *p);
  const char *command;
} kinds[] = {
    {check_doc_is, check_page, "weir check"},
    {nginx_doc_is, nginx_page, "weir nginx"},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Fills in a page of doc, to be freed; E_UNSUPPORTED where it has none. */
static int make(json_t *doc, bool more, struct page *p)
{
  size_t i = 0;
  while(i < KINDS && !kinds[i].is(doc))
    i++;
  page_init(p, i < KINDS ? kinds[i].command : "weir");
  if(i == KINDS)
    return E_UNSUPPORTED;
  kinds[i].fill(doc, more, p);
  return p->rc;
}

int output_text(json_t *doc, bool colour, struct buf *out)
{
  struct page p;
  int rc = make(doc, true, &p);
  if(!rc)
    rc = page_text(&p, colour, out);
  page_free(&p);
  return rc;
}

#define PAGES_MAX 64

int output_page(json_t *const *docs, size_t count, struct buf *out)
{
  struct page page[PAGES_MAX];
  const struct page *all[PAGES_MAX] = {NULL};
  size_t i, made;
  int rc = !count || count > PAGES_MAX ? E_RANGE : 0;
  for(made = 0; !rc && made < count; made++) {
    rc = make(docs[made], false, &page[made]);
    all[made] = &page[made];
  }
  if(!rc)
    rc = page_html_all(all, count, out);
  for(i = 0; i < made; i++)
    page_free(&page[i]);
  return rc;
}

static int render_capacity(json_t *doc, enum output_format f, bool colour,
                           struct buf *out)
{
  switch(f) {
  case OUTPUT_TEXT:
    return capacity_render_text(doc, colour, out);
  case OUTPUT_JUNIT:
    return capacity_render_junit(doc, out);
  case OUTPUT_CSV:
    return capacity_render_csv(doc, out);
  case OUTPUT_MARKDOWN:
    return capacity_render_markdown(doc, out);
  case OUTPUT_GITHUB:
    return capacity_render_github(doc, out);
  case OUTPUT_HTML:
    return E_UNSUPPORTED;
  case OUTPUT_JSON:
  case OUTPUT_TAP:
  case OUTPUT_SARIF:
    break;
  }
  return E_UNSUPPORTED;
}

static int render_compare(json_t *doc, enum output_format f, bool colour,
                          struct buf *out)
{
  switch(f) {
  case OUTPUT_TEXT:
    return compare_render_text(doc, colour, out);
  case OUTPUT_JUNIT:
    return compare_render_junit(doc, out);
  case OUTPUT_CSV:
    return compare_render_csv(doc, out);
  case OUTPUT_MARKDOWN:
    return compare_render_markdown(doc, out);
  case OUTPUT_GITHUB:
    return compare_render_github(doc, out);
  case OUTPUT_HTML:
  case OUTPUT_JSON:
  case OUTPUT_TAP:
  case OUTPUT_SARIF:
    break;
  }
  return E_UNSUPPORTED;
}

int output_render(json_t *doc, enum output_format f, bool colour,
                  struct buf *out)
{
  struct page p;
  int rc;
  if(f == OUTPUT_JSON) {
    rc = json_print(doc, true, out);
    return rc ? rc : buf_addc(out, '\n');
  }
  rc = make(doc, false, &p);
  if(!rc)
    rc = page_write(&p, f, colour, out);
  page_free(&p);
  if(rc != E_UNSUPPORTED)
    return rc;
  if(compare_doc_is(doc))
    return render_compare(doc, f, colour, out);
  if(series_doc_is(doc))
    return f == OUTPUT_TEXT ? series_render_text(doc, colour, out)
                            : E_UNSUPPORTED;
  if(capacity_doc_is(doc))
    return render_capacity(doc, f, colour, out);
  switch(f) {
  case OUTPUT_TEXT:
    return render_text(doc, colour, out);
  case OUTPUT_JUNIT:
    return render_junit(doc, out);
  case OUTPUT_CSV:
    return render_csv(doc, out);
  case OUTPUT_MARKDOWN:
    return render_markdown(doc, out);
  case OUTPUT_GITHUB:
    return render_github(doc, out);
  case OUTPUT_HTML:
    return E_UNSUPPORTED;
  case OUTPUT_JSON:
  case OUTPUT_TAP:
  case OUTPUT_SARIF:
    break;
  }
  return E_UNSUPPORTED;
}

int output_write(json_t *doc, enum output_format f, const char *path,
                 struct err *e)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = output_render(doc, f, false, &text);
  if(rc)
    err_set(e, rc, "%s: %s", path, err_name(rc));
  else
    rc = file_write(path, buf_slice(&text), e);
  buf_free(&text);
  return rc;
}

int output_write_all(json_t *doc, const char *const *paths, size_t count,
                     output_write_fn *write, struct err *e)
{
  size_t i;
  int first = 0;
  for(i = 0; i < count; i++) {
    enum output_format f = OUTPUT_JSON;
    struct err one = {0};
    int rc = output_by_suffix(paths[i], &f, &one);
    if(!rc)
      rc = write(doc, f, paths[i], &one);
    if(rc && !first) {
      first = rc;
      *e = one;
    }
  }
  return first;
}
