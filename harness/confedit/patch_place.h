/* SPDX-License-Identifier: MIT
 * Private to patch*.c: where exactly an edit goes, so that the result looks as
 * if its author had written it. */
#ifndef WEIR_CONFEDIT_PATCH_PLACE_H
#define WEIR_CONFEDIT_PATCH_PLACE_H
#include "confedit/patch.h"

/* patch_place turns an edit into bytes [*start, *end) to be replaced by piece:
 * a removed directive takes its line with it when nothing else is there, an
 * inserted one gets a line of its own with its neighbours' indentation.  0 or
 * E_NOMEM. */
int patch_place(struct slice text, const struct conf_edit *edit, size_t *start,
                size_t *end, struct buf *piece);

#endif
