/* SPDX-License-Identifier: MIT
 * The text of a location of the stream's own; see carve.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "confedit/carve.h"
#include "confedit/patch_place.h"

/* The edits of the copy, by the file that they are for. */
static int gather(const struct conf_carve *c,
                  const struct conf_edit *const *edit, size_t n,
                  struct text_edits *own)
{
  int rc = 0;
  for(size_t i = 0; !rc && i < n; i++) {
    const struct conf_file *file =
        edit[i]->carve == c ? conf_file_of(c->conf, edit[i]->file) : NULL;
    if(file)
      rc = patch_place(file->text, edit[i], &own[file->index]);
  }
  if(!rc && c->pass[0])
    rc = text_edits_add(&own[c->handler->file->index],
                        c->handler->args[0].start, c->handler->args[0].end,
                        slice_of(c->pass));
  return rc;
}

/* Locations inside are of other paths. */
static int leave_out(const struct conf_carve *c, struct text_edits *own)
{
  int rc = 0;
  for(const struct conf_directive *d = c->from->child; !rc && d; d = d->next) {
    struct conf_edit out = {.kind = EDIT_REMOVE, .end_bytes = d->end};
    out.start_bytes = d->start;
    if(conf_is(d, "location") || conf_is(d, "internal"))
      rc = patch_place(d->file->text, &out, &own[d->file->index]);
  }
  return rc;
}

/* An include of which something is changed stands in the copy as its text. */
static int inline_changed(const struct conf_carve *c, struct text_edits *own)
{
  size_t home = c->from->file->index, made;
  int rc = 0;
  for(const struct conf_directive *d = c->from->child; !rc && d; d = d->next) {
    size_t i = d->file ? d->file->index : home;
    struct buf text;
    if(i == home || !own[i].n || !d->via)
      continue;
    buf_init(&text, 0);
    rc = text_edits_apply(&own[i], d->file->text, &text, &made);
    rc = rc ? rc
            : text_edits_add(&own[home], d->via->start, d->via->end,
                             slice_trim(buf_slice(&text)));
    buf_free(&text);
    text_edits_free(&own[i]);
  }
  return rc;
}

static struct slice indentation(const struct conf_directive *d)
{
  struct slice text = d->file->text;
  size_t at = d->start, n = 0;
  while(at > 0 && text.p[at - 1] != '\n')
    at--;
  while(at + n < d->start && (text.p[at + n] == ' ' || text.p[at + n] == '\t'))
    n++;
  return (struct slice){text.p + at, n};
}

/* "location = /x {", the body as it is mended, "}". */
static int compose(const struct conf_carve *c, struct text_edits *own,
                   struct buf *out)
{
  const struct conf_directive *from = c->from;
  struct slice whole = from->file->text, ind = indentation(from);
  struct buf text;
  size_t made, n = from->body_end - from->body_start;
  int rc;
  buf_init(&text, 0);
  rc = text_edits_apply(own, whole, &text, &made);
  if(!rc) {
    n = n + text.n - whole.n;
    buf_addf(out, "\n%.*slocation %s {", (int)ind.n, ind.p, c->match);
    if(c->rewrite[0])
      buf_addf(out, "\n%.*s    %s", (int)ind.n, ind.p, c->rewrite);
    buf_add(out, text.p + from->body_start, n);
    rc = buf_addc(out, '}');
  }
  buf_free(&text);
  return rc;
}

int carve_write(const struct conf_carve *c,
                const struct conf_edit *const *edit, size_t n,
                struct text_edits *all)
{
  const struct conf_directive *at = c->beside ? c->from : c->server;
  struct text_edits *own = calloc(c->conf->nfiles + 1, sizeof(*own));
  size_t place = c->beside ? at->end : at->body_start;
  struct buf text;
  int rc;
  if(!own)
    return E_NOMEM;
  buf_init(&text, 0);
  rc = gather(c, edit, n, own);
  rc = rc ? rc : leave_out(c, own);
  rc = rc ? rc : inline_changed(c, own);
  rc = rc ? rc : compose(c, &own[c->from->file->index], &text);
  rc = rc ? rc
          : text_edits_add(&all[at->file->index], place, place,
                           buf_slice(&text));
  for(size_t i = 0; i < c->conf->nfiles; i++)
    text_edits_free(&own[i]);
  buf_free(&text);
  free(own);
  return rc;
}
