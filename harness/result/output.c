/* SPDX-License-Identifier: MIT
 * Forms of a document; see output.h. */
#include "result/output.h"

#include <string.h>

#include "base/file.h"
#include "result/capacity_doc.h"
#include "result/capacity_render.h"
#include "result/check_doc.h"
#include "result/check_render.h"
#include "result/compare.h"
#include "result/compare_text.h"
#include "result/nginx_doc.h"
#include "result/nginx_render.h"
#include "result/render.h"

static const struct {
  const char *name, *suffix;
} formats[] = {
#define X(id, name, suffix) {name, suffix},
    OUTPUT_LIST(X)
#undef X
};

#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

int output_by_name(const char *name, enum output_format *out, struct err *e)
{
  size_t i;
  for(i = 0; i < FORMAT_COUNT; i++) {
    if(strcmp(formats[i].name, name) == 0) {
      *out = (enum output_format)i;
      return 0;
    }
  }
  return err_set(e, E_UNSUPPORTED,
                 "unknown format \"%s\": there are text, json, junit, csv, "
                 "markdown, html and github",
                 name);
}

static bool ends_with(const char *path, const char *suffix)
{
  size_t n = strlen(path), m = strlen(suffix);
  return m && n > m && strcmp(path + n - m, suffix) == 0;
}

int output_by_suffix(const char *path, enum output_format *out, struct err *e)
{
  size_t i;
  for(i = 0; i < FORMAT_COUNT; i++) {
    if(ends_with(path, formats[i].suffix)) {
      *out = (enum output_format)i;
      return 0;
    }
  }
  return err_set(e, E_UNSUPPORTED,
                 "%s: the suffix chooses the format, and there are .txt "
                 ".json .xml (JUnit) .csv .md and .html",
                 path);
}

static int render_check(json_t *doc, enum output_format f, bool colour,
                        struct buf *out)
{
  switch(f) {
  case OUTPUT_TEXT:
    return check_render_text(doc, colour, false, out);
  case OUTPUT_JUNIT:
    return check_render_junit(doc, out);
  case OUTPUT_CSV:
    return check_render_csv(doc, out);
  case OUTPUT_MARKDOWN:
    return check_render_markdown(doc, out);
  case OUTPUT_GITHUB:
    return check_render_github(doc, out);
  case OUTPUT_HTML:
    return check_render_html(&doc, 1, out);
  case OUTPUT_JSON:
    break;
  }
  return E_INTERNAL;
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
    break;
  }
  return E_INTERNAL;
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
    break;
  }
  return E_UNSUPPORTED;
}

static int render_nginx(json_t *doc, enum output_format f, bool colour,
                        struct buf *out)
{
  switch(f) {
  case OUTPUT_TEXT:
    return nginx_render_text(doc, colour, false, out);
  case OUTPUT_JUNIT:
    return nginx_render_junit(doc, out);
  case OUTPUT_CSV:
    return nginx_render_csv(doc, out);
  case OUTPUT_MARKDOWN:
    return nginx_render_markdown(doc, out);
  case OUTPUT_GITHUB:
    return nginx_render_github(doc, out);
  case OUTPUT_HTML:
    return nginx_render_html(doc, out);
  case OUTPUT_JSON:
    break;
  }
  return E_INTERNAL;
}

int output_render(json_t *doc, enum output_format f, bool colour,
                  struct buf *out)
{
  int rc = 0;
  if(f == OUTPUT_JSON) {
    rc = json_print(doc, true, out);
    return rc ? rc : buf_addc(out, '\n');
  }
  if(check_doc_is(doc))
    return render_check(doc, f, colour, out);
  if(nginx_doc_is(doc))
    return render_nginx(doc, f, colour, out);
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
    break;
  }
  return E_INTERNAL;
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
