/* SPDX-License-Identifier: MIT
 * Reading documents of any kind, and the plain forms of a report; see
 * report.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "capacity/capacity_doc.h"
#include "conformance/check_read.h"
#include "document/doc.h"
#include "load/fields.h"
#include "load/load_doc.h"
#include "load/load_read.h"
#include "page/escape.h"
#include "reports/render/report.h"
#include "result/compare.h"
#include "result/output.h"

/* Kinds of documents without a reader of their own, and what each must
 * have. */
static const struct {
  const char *schema, *array;
} kinds[] = {
    {CAPACITY_SCHEMA, "steps"},
    {COMPARE_SCHEMA, "comparisons"},
    {"weir.nginx/1", "findings"},
    {"weir.test/1", "flows"},
};

static json_t *dropped(json_t *doc)
{
  json_decref(doc);
  return NULL;
}

static json_t *damaged(json_t *doc, const char *path, const char *why,
                       struct err *e)
{
  err_set(e, E_MISMATCH, "%s: %s", path, why);
  return dropped(doc);
}

static json_t *read_other(json_t *doc, const char *path, struct err *e)
{
  const char *schema = doc_text(doc, "schema");
  size_t i;
  char why[160];
  for(i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    if(strcmp(schema, kinds[i].schema) == 0)
      return doc_array(doc, kinds[i].array) && doc_text(doc, "verdict")[0]
                 ? doc
                 : damaged(doc, path, "damaged: a part is missing", e);
  }
  if(strcmp(schema, SERIES_SCHEMA) == 0)
    return damaged(doc, path,
                   "a series of runs; compare it with another (weir compare) "
                   "and report that, or report single runs",
                   e);
  if(strncmp(schema, "weir.", 5) != 0)
    return damaged(doc, path, "not a result of weir", e);
  snprintf(why, sizeof(why),
           "a \"%.60s\" document, of another version of weir than this one",
           schema);
  return damaged(doc, path, why, e);
}

json_t *report_read(const char *path, struct err *e)
{
  json_t *doc = load_read_any(path, e);
  const char *schema = doc ? doc_text(doc, "schema") : "";
  if(!doc)
    return NULL;
  if(strncmp(schema, "weir.load/", 10) == 0)
    return load_read_verify(doc, path, e) ? dropped(doc) : doc;
  if(strncmp(schema, "weir.check/", 11) == 0)
    return check_read_verify(doc, path, e) ? dropped(doc) : doc;
  return read_other(doc, path, e);
}

int report_markdown(const struct report_input *in, size_t count,
                    struct buf *out)
{
  size_t i;
  int rc = 0;
  for(i = 0; i < count && !rc; i++) {
    if(count > 1)
      rc = buf_addf(out, "%s<!-- %s -->\n", i ? "\n" : "", in[i].name);
    if(!rc)
      rc = output_render(in[i].doc, OUTPUT_MARKDOWN, false, out);
  }
  return rc;
}

/* Every figure of a load's summary as a row. */
static int summary_rows(const struct report_input *in, struct buf *out)
{
  json_t *summary = json_object_get(in->doc, "summary");
  size_t i;
  for(i = 0; i < fields_count(); i++) {
    const struct field *f = fields_at(i);
    struct err ignored;
    double v;
    if(fields_observe(summary, f->name, 'n', &v, &ignored))
      continue;
    escape_csv(in->name, out);
    buf_addf(out, ",%s,%.10g,%s\r\n", f->name, v, fields_unit(f));
  }
  return out->rc;
}

int report_csv(const struct report_input *in, size_t count, struct buf *out)
{
  size_t i;
  int rc = 0;
  bool loads = false;
  for(i = 0; i < count && !rc; i++) {
    bool load = strcmp(doc_text(in[i].doc, "schema"), LOAD_SCHEMA) == 0;
    if(load && !loads)
      rc = buf_adds(out, "result,metric,value,unit\r\n");
    loads |= load;
    if(!rc)
      rc = load ? summary_rows(&in[i], out)
                : output_render(in[i].doc, OUTPUT_CSV, false, out);
  }
  return rc;
}

int report_pngs(const struct report_input *in, size_t count, const char *base,
                struct err *e)
{
  struct plot_list plots;
  size_t i, k;
  int rc = 0;
  for(i = 0; i < count && !rc; i++) {
    rc = report_plots(in[i].doc, &plots);
    for(k = 0; k < plots.count && !rc; k++) {
      struct buf picture, path;
      buf_init(&picture, 0);
      buf_init(&path, 0);
      rc = buf_addf(&path, "%s-%c-%s%s.png", base, (char)('A' + i % 26),
                    plot_name(plots.item[k].kind),
                    plots.item[k].kind == PLOT_DELAY && k ? "-more" : "");
      if(!rc)
        rc = plot_draw(&plots.item[k], "png", &picture, e);
      if(!rc)
        rc = file_write(buf_text(&path), buf_slice(&picture), e);
      buf_free(&picture);
      buf_free(&path);
    }
    report_plots_free(&plots);
  }
  return rc;
}
