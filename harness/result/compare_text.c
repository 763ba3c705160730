/* SPDX-License-Identifier: MIT
 * Phrases of a comparison; see compare_text.h. */
#include "result/compare_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"

static int quantity(double v, const char *unit, struct buf *out)
{
  char text[UNITS_MAX];
  if(strcmp(unit, "ms") == 0)
    return buf_adds(out, units_fmt_ms(v, text));
  if(strcmp(unit, "bytes") == 0)
    return buf_adds(out, units_fmt_bytes(v, text));
  if(v >= 0 && v < 9e15 && floor(v) >= v)
    return buf_addf(out, "%s%s", units_fmt_count((uint64_t)v, text), unit);
  return buf_addf(out, "%.4g%s%s", v, unit[0] && unit[0] != '/' ? " " : "",
                  unit);
}

int compare_text_value(json_t *m, const char *side, struct buf *out)
{
  json_t *s = json_object_get(m, side);
  double v;
  if(doc_find(s, "sum", &v) || doc_find(s, "median", &v))
    return quantity(v, doc_text(m, "unit"), out);
  return buf_adds(out, "-");
}

int compare_text_percent(json_t *m, struct buf *out)
{
  double ratio, difference;
  if(doc_find(m, "ratio", &ratio))
    return buf_addf(out, "%+.1f %%", 100 * (ratio - 1));
  if(!doc_find(m, "difference", &difference))
    return buf_adds(out, "-");
  return buf_addf(out, "%+.4g", difference);
}

static void between(json_t *m, struct buf *out)
{
  double low, high;
  if(!doc_find(m, "ratio_low", &low) || !doc_find(m, "ratio_high", &high))
    return;
  buf_addf(out, ", 95 %%: %+.1f to %+.1f %%", 100 * (low - 1),
           100 * (high - 1));
}

int compare_text_change(json_t *m, struct buf *out)
{
  buf_addf(out, "%s ", doc_text(m, "metric"));
  compare_text_value(m, "base", out);
  buf_adds(out, " -> ");
  compare_text_value(m, "now", out);
  buf_adds(out, " (");
  compare_text_percent(m, out);
  between(m, out);
  return buf_addc(out, ')');
}
