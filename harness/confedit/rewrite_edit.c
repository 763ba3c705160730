/* SPDX-License-Identifier: MIT
 * The single steps that a private copy is made of: an edit, and the note that
 * tells of it; see rewrite.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "confedit/rewrite.h"

void rewrite_note(struct rewrite *r, const struct conf_directive *d,
                  bool refused, const char *fmt, ...)
{
  struct edit_note *n;
  va_list ap;
  if(!r->notes || r->notes->n >= EDIT_NOTES_MAX)
    return;
  n = &r->notes->at[r->notes->n];
  memset(n, 0, sizeof(*n));
  n->file = d && d->file ? d->file->path : NULL;
  n->line = d ? d->line : 0;
  n->refused = refused;
  va_start(ap, fmt);
  vsnprintf(n->text, sizeof(n->text), fmt, ap);
  va_end(ap);
  for(size_t i = 0; i < r->notes->n; i++) {
    const struct edit_note *o = &r->notes->at[i];
    if(o->file == n->file && o->line == n->line &&
       strcmp(o->text, n->text) == 0)
      return;
  }
  r->notes->n++;
}

/* Lines behind it keep their numbers. */
int rewrite_replace(struct rewrite *r, const struct conf_directive *d,
                    size_t start, size_t end, const char *text)
{
  struct buf b;
  int rc;
  buf_init(&b, 0);
  rc = buf_adds(&b, text);
  for(size_t i = start; !rc && i < end; i++) {
    if(d->file->text.p[i] == '\n')
      rc = buf_addc(&b, '\n');
  }
  if(!rc)
    rc = text_edits_add(&r->edits[d->file->index], start, end, buf_slice(&b));
  buf_free(&b);
  return rc;
}

int rewrite_insert(struct rewrite *r, const struct conf_directive *block,
                   const char *text)
{
  return text_edits_add(&r->edits[block->file->index], block->body_start,
                        block->body_start, slice_of(text));
}

int rewrite_remove(struct rewrite *r, const struct conf_directive *d,
                   const char *why)
{
  if(why)
    rewrite_note(r, d, false, "%s %s", d->name, why);
  return rewrite_replace(r, d, d->start, d->end, "");
}
