/* SPDX-License-Identifier: MIT
 * What the pages of all documents have in common; see pages.h. */
#include "result/pages.h"

#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "load/fields.h"

void pages_finish(json_t *doc, struct page *p)
{
  p->sentence = doc_text(doc, "sentence");
  p->host = doc_text(doc, "environment.host");
  p->started = doc_text(doc, "started");
  p->elapsed_ms = doc_number(doc, "elapsed_ms", 0);
}

enum page_grade pages_grade(const char *verdict)
{
  if(strcmp(verdict, "PASS") == 0)
    return PAGE_GOOD;
  return strcmp(verdict, "FAIL") == 0 ? PAGE_BAD : PAGE_WARN;
}

static const char *cell(struct page *p, json_t *v)
{
  if(json_is_string(v))
    return json_string_value(v);
  if(json_is_integer(v))
    return page_say(p, "%" PRId64, (int64_t)json_integer_value(v));
  if(json_is_real(v))
    return page_say(p, "%.3f", json_real_value(v));
  if(json_is_boolean(v))
    return json_is_true(v) ? "1" : "0";
  return "";
}

static void rows(struct page *p, json_t *list,
                 const char *const path[PAGE_COLUMNS_MAX])
{
  json_t *j;
  size_t i, c;
  json_array_foreach(list, i, j)
  {
    struct page_row *r = page_row(p, &p->data);
    for(c = 0; c < p->data.columns; c++)
      r->cell[c].text = cell(p, json_dotted_get(j, path[c]));
  }
}

void pages_data(struct page *p, json_t *list, const char *paths)
{
  page_columns(p, &p->data, paths);
  rows(p, list, p->data.column);
}

void pages_table(struct page *p, json_t *list, const char *const (*column)[2],
                 size_t columns)
{
  const char *path[PAGE_COLUMNS_MAX];
  size_t c;
  for(c = 0; c < columns && c < PAGE_COLUMNS_MAX; c++) {
    p->data.column[c] = column[c][0];
    path[c] = column[c][1];
  }
  p->data.columns = c;
  rows(p, list, path);
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

void pages_phrase(struct page *p, struct page_block *b, const char *label,
                  json_t *doc, phrase_fn *fn)
{
  struct buf text;
  buf_init(&text, 0);
  fn(doc, &text);
  page_fact(p, b, label, page_take(p, &text));
}

#define DASH "\xe2\x80\x93"

const char *pages_ms(struct page *p, json_t *doc, const char *path)
{
  char text[UNITS_MAX];
  double v;
  return doc_find(doc, path, &v) ? page_say(p, "%s", units_fmt_ms(v, text))
                                 : DASH;
}

const char *pages_count(struct page *p, json_t *doc, const char *path)
{
  char text[UNITS_MAX];
  double v;
  return doc_find(doc, path, &v)
             ? page_say(p, "%s", units_fmt_count(doc_count(doc, path), text))
             : DASH;
}

void pages_number(struct page *p, size_t at, const char *label,
                  const char *text)
{
  p->number[at].label = label;
  p->number[at].text = text;
}

void pages_pictures(struct page *p, size_t from, size_t to)
{
  size_t i;
  for(i = from; i < to && i < p->drawings; i++) {
    struct page_block *b = page_block(p, PAGE_PICTURE, p->drawing[i].title);
    b->text = p->drawing[i].svg;
    b->caption = p->drawing[i].caption;
  }
}

struct page_block *pages_machine(struct page *p, json_t *doc)
{
  struct page_block *b = page_block(p, PAGE_FACTS, "Where");
  b->where = PAGE_ON_PAGES;
  if(page_has(p->host))
    page_fact(p, b, "machine",
              page_say(p, "%s, %s, %.0f CPUs", p->host,
                       doc_text(doc, "environment.kernel"),
                       doc_number(doc, "environment.cpus", 0)));
  page_fact(p, b, "command", doc_text(doc, "command"));
  page_fact(p, b, "weir", doc_text(doc, "weir"));
  return b;
}

void pages_definitions(struct page *p)
{
  struct page_block *b =
      page_block(p, PAGE_TABLE, "Definition of every metric");
  size_t i;
  b->where = PAGE_ON_PAGES;
  b->folded = true;
  page_columns(p, &b->table, "metric|unit|definition");
  for(i = 0; i < fields_count(); i++) {
    const struct field *f = fields_at(i);
    struct page_row *r = page_row(p, &b->table);
    struct buf text;
    buf_init(&text, 0);
    fields_definition(f, &text);
    r->cell[0].text = f->name;
    r->cell[1].text = fields_unit(f);
    r->cell[2].text = page_take(p, &text);
  }
}
