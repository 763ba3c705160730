/* SPDX-License-Identifier: MIT
 * Findings as test cases; see cases.h. */
#include "page/cases.h"

#include <string.h>

static const struct page_finding *settle(struct cases *c)
{
  while(!c->finding && c->block) {
    c->block = c->block->next;
    c->finding = c->block ? c->block->finding : NULL;
  }
  return c->finding;
}

const struct page_finding *cases_first(struct cases *c, const struct page *p)
{
  c->block = p->block;
  c->finding = c->block ? c->block->finding : NULL;
  return settle(c);
}

const struct page_finding *cases_next(struct cases *c)
{
  c->finding = c->finding->next;
  return settle(c);
}

void cases_group(const struct page_finding *f, struct buf *out)
{
  if(page_has(f->group))
    buf_adds(out, f->group);
  else
    buf_addf(out, "weir.%.*s", (int)page_group_length(f->id), f->id);
}

const char *cases_name(const struct page_finding *f)
{
  return page_has(f->name) ? f->name : f->id;
}

const char *cases_message(const struct page_finding *f)
{
  return page_has(f->message) ? f->message : page_term_text(f, PAGE_SEEN);
}

void cases_place(const struct page_finding *f, struct buf *out)
{
  if(page_has(f->place.file))
    buf_addf(out, "%s:%llu:%llu", f->place.file,
             (unsigned long long)f->place.line,
             (unsigned long long)f->place.column);
}

void cases_body(const struct page_finding *f, struct buf *out)
{
  const struct page_term *t;
  for(t = f->term; t; t = t->next) {
    bool bare = t->kind == PAGE_CODE || strcmp(t->label, PAGE_SEEN) == 0;
    if(strcmp(t->text, cases_message(f)) == 0)
      continue;
    if(!bare)
      buf_addf(out, "%s: ", t->label);
    if(page_has(t->whose))
      buf_addf(out, "%s: ", t->whose);
    buf_addf(out, "%s\n", t->text);
  }
}
