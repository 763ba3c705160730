/* SPDX-License-Identifier: MIT
 * Private to patch*.c: where exactly an edit goes, so that the result looks as
 * if its author had written it. */
#ifndef WEIR_CONFEDIT_PATCH_PLACE_H
#define WEIR_CONFEDIT_PATCH_PLACE_H
#include "confedit/patch.h"
#include "confedit/text_edit.h"

/* patch_place adds an edit of text, which has its bytes, to those of *to: a
 * removed directive takes its line with it when nothing else is there, an
 * inserted one gets a line of its own with its neighbours' indentation.  0 or
 * E_NOMEM. */
int patch_place(struct slice text, const struct conf_edit *edit,
                struct text_edits *to);

#endif
