/* SPDX-License-Identifier: MIT
 * Private to flow/: where a text has {{...}}, and what stands in it.  Pure. */
#ifndef WEIR_FLOW_BRACES_H
#define WEIR_FLOW_BRACES_H
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"

/* braces_next finds the next {{...}} of text at or behind *at: what stands
 * between the braces, and *at its beginning, *end behind it.  1: found; 0: no
 * more; E_SYNTAX: it is not closed. */
int braces_next(struct slice text, size_t *at, size_t *end,
                struct slice *inside);
/* braces_builtin: uuid, now, n, "random 1..9". */
bool braces_builtin(struct slice inside);
/* braces_split takes "|url" and its like off; KIND of escape in *escape, empty
 * for none. */
struct slice braces_split(struct slice inside, struct slice *escape);

#endif
