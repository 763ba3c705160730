/* SPDX-License-Identifier: MIT
 * Forms of a document; see output.h. */
#include "result/output.h"

#include <string.h>

#include "base/file.h"
#include "capacity/capacity_doc.h"
#include "conformance/check_doc.h"
#include "doctor/document.h"
#include "flow/flow_doc.h"
#include "result/compare.h"
#include "result/pages.h"

/* The kinds of documents, and what fills in a page of each. */
static const struct {
  bool (*is)(json_t *doc);
  void (*fill)(json_t *doc, bool more, struct page *p);
  const char *command;
} kinds[] = {
    {check_doc_is, check_page, "weir check"},
    {nginx_doc_is, nginx_page, "weir nginx"},
    {compare_doc_is, compare_page, "weir compare"},
    {series_doc_is, series_page, "weir load"},
    {capacity_doc_is, capacity_page, "weir capacity"},
    {flow_doc_is, flow_page, "weir test"},
    {NULL, load_page, "weir load"},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* A document of no known kind is told as a load's, which any member may be
 * missing of. */
int output_fill(json_t *doc, bool more, const struct page_drawing *drawing,
                size_t drawings, struct page *p)
{
  size_t i = 0;
  while(i + 1 < KINDS && !kinds[i].is(doc))
    i++;
  page_init(p, kinds[i].command);
  p->drawing = drawing;
  p->drawings = drawings;
  kinds[i].fill(doc, more, p);
  return p->rc;
}

int output_text(json_t *doc, bool colour, struct buf *out)
{
  struct page p;
  int rc = output_fill(doc, true, NULL, 0, &p);
  if(!rc)
    rc = page_text(&p, colour, out);
  page_free(&p);
  return rc;
}

int output_render(json_t *doc, enum output_format f, bool colour,
                  struct buf *out)
{
  struct page p;
  int rc;
  if(f == OUTPUT_JSON) {
    json_print(doc, true, out);
    return buf_addc(out, '\n');
  }
  rc = output_fill(doc, false, NULL, 0, &p);
  if(!rc)
    rc = page_write(&p, f, colour, out);
  page_free(&p);
  return rc;
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
