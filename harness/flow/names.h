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

#endif
