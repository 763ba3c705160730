/* SPDX-License-Identifier: MIT
 * Replacing runs of bytes; see text_edit.h. */
#include "confedit/text_edit.h"

#include <stdlib.h>
#include <string.h>

void text_edits_init(struct text_edits *e)
{
  memset(e, 0, sizeof(*e));
}

void text_edits_free(struct text_edits *e)
{
  for(size_t i = 0; i < e->n; i++)
    free(e->at[i].text);
  free(e->at);
  text_edits_init(e);
}

int text_edits_add(struct text_edits *e, size_t start, size_t end,
                   struct slice text)
{
  struct text_edit *grown;
  size_t cap = e->cap ? 2 * e->cap : 16;
  char *copy;
  if(e->n == e->cap) {
    grown = realloc(e->at, cap * sizeof(*grown));
    if(!grown)
      return E_NOMEM;
    e->at = grown;
    e->cap = cap;
  }
  copy = slice_dup(text);
  if(!copy)
    return E_NOMEM;
  e->at[e->n] = (struct text_edit){start, end, e->n, copy};
  e->n++;
  return 0;
}

/* By place, the wider first, inserts in the order they were added. */
static int compare(const void *pa, const void *pb)
{
  const struct text_edit *a = pa, *b = pb;
  if(a->start != b->start)
    return a->start < b->start ? -1 : 1;
  if((a->end == a->start) != (b->end == b->start))
    return a->end == a->start ? -1 : 1;
  if(a->end != b->end)
    return a->end > b->end ? -1 : 1;
  return a->order < b->order ? -1 : a->order > b->order;
}

static bool is_same(const struct text_edit *a, const struct text_edit *b)
{
  return a->start == b->start && a->end == b->end &&
         strcmp(a->text, b->text) == 0;
}

static bool said_before(const struct text_edits *e, size_t i)
{
  for(size_t k = i; k-- > 0;) {
    if(e->at[k].start != e->at[i].start)
      return false;
    if(is_same(&e->at[k], &e->at[i]))
      return true;
  }
  return false;
}

int text_edits_apply(struct text_edits *e, struct slice text, struct buf *out,
                     size_t *made)
{
  size_t done = 0; /* of text */
  int rc = 0;
  *made = 0;
  if(e->n)
    qsort(e->at, e->n, sizeof(*e->at), compare);
  for(size_t i = 0; !rc && i < e->n; i++) {
    const struct text_edit *t = &e->at[i];
    if(t->start > t->end || t->end > text.n)
      return E_RANGE;
    if(t->start < done || said_before(e, i))
      continue;
    rc = buf_add(out, text.p + done, t->start - done);
    rc = rc ? rc : buf_adds(out, t->text);
    done = t->end;
    (*made)++;
  }
  return rc ? rc : buf_add(out, text.p + done, text.n - done);
}
