/* SPDX-License-Identifier: MIT
 * Private to flow/: which variables there are, and whether a file uses one
 * before it is taken, or takes one twice. */
#ifndef WEIR_FLOW_NAMES_H
#define WEIR_FLOW_NAMES_H
#include "flow/flow.h"

/* All add what is taken to f->taken; 0, or E_* with a sentence and place. */
int names_check_vars(struct flow *f, struct err *e);
int names_check_user(struct flow *f, uint32_t user, struct err *e);
int names_check_step(struct flow *f, const struct flow_step *s, struct err *e);
/* names_take_counter takes the name that "as" gives, of a repeat. */
int names_take_counter(struct flow *f, const struct yaml_node *as,
                       struct err *e);

/* names_next finds the next {{...}} of text at or behind *at: what stands
 * between the braces, and *at its beginning, *end behind it.  1: found; 0: no
 * more; E_SYNTAX: it is not closed. */
int names_next(struct slice text, size_t *at, size_t *end,
               struct slice *inside);
/* names_builtin: uuid, now, n, "random 1..9". */
bool names_builtin(struct slice inside);
/* names_split takes "|url" and its like off; KIND of escape in *escape, empty
 * for none. */
struct slice names_split(struct slice inside, struct slice *escape);

#endif
