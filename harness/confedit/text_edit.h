/* SPDX-License-Identifier: MIT
 * Replacing runs of bytes of a text.  Pure. */
#ifndef WEIR_CONFEDIT_TEXT_EDIT_H
#define WEIR_CONFEDIT_TEXT_EDIT_H
#include "base/buf.h"
#include "base/err.h"

struct text_edit {
  size_t start, end; /* [start, end) of the text; equal to insert */
  size_t order;      /* among inserts at one place */
  char *text;        /* owned */
};

struct text_edits {
  struct text_edit *at; /* owned */
  size_t n, cap;
};

void text_edits_init(struct text_edits *e);
void text_edits_free(struct text_edits *e);
/* text_edits_add copies text; 0 or E_NOMEM. */
int text_edits_add(struct text_edits *e, size_t start, size_t end,
                   struct slice text);
/* text_edits_apply appends the edited text.  What lies inside of an edit that
 * begins before it (or is wider at the same place) is dropped; the same edit
 * twice counts once.  Sorts the edits.  0, E_NOMEM, or E_RANGE when one lies
 * outside of the text; *made counts those that were done. */
int text_edits_apply(struct text_edits *e, struct slice text, struct buf *out,
                     size_t *made);

#endif
