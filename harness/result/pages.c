/* SPDX-License-Identifier: MIT
 * What the pages of all documents have in common; see pages.h. */
#include "result/pages.h"

#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"

void pages_finish(json_t *doc, struct page *p)
{
  p->sentence = doc_text(doc, "sentence");
  p->host = doc_text(doc, "environment.host");
  p->started = doc_text(doc, "started");
  p->elapsed_ms = doc_number(doc, "elapsed_ms", 0);
}

static const char *cell(struct page *p, json_t *v)
{
  if(json_is_string(v))
    return json_string_value(v);
  if(json_is_integer(v))
    return page_say(p, "%" PRId64, (int64_t)json_integer_value(v));
  if(json_is_real(v))
    return page_say(p, "%.3f", json_real_value(v));
  return "";
}

void pages_data(struct page *p, json_t *list, const char *paths)
{
  json_t *j;
  size_t i, c;
  page_columns(p, &p->data, paths);
  json_array_foreach(list, i, j)
  {
    struct page_row *r = page_row(p, &p->data);
    for(c = 0; c < p->data.columns; c++)
      r->cell[c].text = cell(p, json_dotted_get(j, p->data.column[c]));
  }
}

void pages_list(struct page *p, struct page_block *b, const char *label,
                json_t *list)
{
  json_t *j;
  size_t i;
  json_array_foreach(list, i, j)
  {
    page_fact(p, b, i ? "" : label, json_string_value(j))->grade = PAGE_DIM;
  }
}

void pages_number(struct page *p, size_t at, const char *label, json_t *doc,
                  const char *path)
{
  char text[UNITS_MAX];
  double v;
  p->number[at].label = label;
  p->number[at].text = "\xe2\x80\x93";
  if(doc_find(doc, path, &v))
    p->number[at].text =
        page_say(p, "%s", units_fmt_count(doc_count(doc, path), text));
}
