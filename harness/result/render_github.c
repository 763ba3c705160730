/* SPDX-License-Identifier: MIT
 * GitHub workflow commands; see render.h. */
#include <string.h>

#include "document/doc.h"
#include "load/gate.h"
#include "page/escape.h"
#include "result/phrases.h"
#include "result/render.h"

static int threshold(json_t *t, struct buf *out)
{
  struct buf text;
  int rc;
  if(doc_bool(t, "pass"))
    return 0;
  buf_init(&text, 0);
  rc = buf_addf(&text, "%s, but observed ", doc_text(t, "expression"));
  if(!rc)
    rc = gate_observed(t, &text);
  if(!rc && doc_text(t, "why")[0])
    rc = buf_addf(&text, ": %s", doc_text(t, "why"));
  if(!rc)
    rc = escape_annotation("error", "weir load: threshold not met",
                           buf_text(&text), out);
  buf_free(&text);
  return rc;
}

static int reason(json_t *r, struct buf *out)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = buf_addf(&text, "%s\n%s", doc_text(r, "sentence"),
                doc_text(r, "advice"));
  if(!rc)
    rc = escape_annotation("error", "weir load: run is invalid",
                           buf_text(&text), out);
  buf_free(&text);
  return rc;
}

int render_github(json_t *doc, struct buf *out)
{
  bool pass = strcmp(doc_text(doc, "verdict"), "pass") == 0;
  json_t *j;
  size_t i;
  int rc = escape_verdict(pass, "weir load", phrases_verdict(doc),
                          doc_text(doc, "sentence"), out);
  json_array_foreach(doc_array(doc, "summary.generator.reasons"), i, j)
  {
    if(!rc)
      rc = reason(j, out);
  }
  json_array_foreach(doc_array(doc, "thresholds"), i, j)
  {
    if(!rc)
      rc = threshold(j, out);
  }
  return rc;
}
