/* SPDX-License-Identifier: MIT
 * GitHub workflow commands; see render.h. */
#include <string.h>

#include "result/doc.h"
#include "result/gate.h"
#include "result/phrases.h"
#include "result/render.h"

/* Data of a command: percent, CR and LF are escaped; in properties colon and
 * comma too. */
static int escape(const char *text, bool property, struct buf *out)
{
  int rc = 0;
  for(; *text && !rc; text++) {
    unsigned char c = (unsigned char)*text;
    if(c == '%' || c == '\r' || c == '\n' ||
       (property && (c == ':' || c == ',')))
      rc = buf_addf(out, "%%%02X", c);
    else
      rc = buf_addc(out, *text);
  }
  return rc;
}

static int command(const char *level, const char *title, const char *text,
                   struct buf *out)
{
  int rc = buf_addf(out, "::%s title=", level);
  if(!rc)
    rc = escape(title, true, out);
  if(!rc)
    rc = buf_adds(out, "::");
  if(!rc)
    rc = escape(text, false, out);
  return rc ? rc : buf_addc(out, '\n');
}

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
    rc =
        command("error", "weir load: threshold not met", buf_text(&text), out);
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
    rc = command("error", "weir load: run is invalid", buf_text(&text), out);
  buf_free(&text);
  return rc;
}

int render_github(json_t *doc, struct buf *out)
{
  bool pass = strcmp(doc_text(doc, "verdict"), "pass") == 0;
  struct buf title;
  json_t *j;
  size_t i;
  int rc;
  buf_init(&title, 0);
  rc = buf_addf(&title, "weir load: %s", phrases_verdict(doc));
  if(!rc)
    rc = command(pass ? "notice" : "error", buf_text(&title),
                 doc_text(doc, "sentence"), out);
  buf_free(&title);
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
