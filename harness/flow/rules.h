/* SPDX-License-Identifier: MIT
 * Private to flow/: what the keys of one step say beside each other, where
 * each for itself is right.  All return 0, or E_SYNTAX with a sentence that
 * begins with the place in `file`. */
#ifndef WEIR_FLOW_RULES_H
#define WEIR_FLOW_RULES_H
#include "base/err.h"
#include "yaml/yaml.h"

/* rules_expect: an expect says one thing, a negative has a window, ... */
int rules_expect(const char *file, const struct yaml_node *map, struct err *e);
/* rules_until: asking again must not do anything again. */
int rules_until(const char *file, const struct yaml_node *map, struct err *e);
/* rules_parallel: a map whose keys are given once. */
int rules_parallel(const char *file, const struct yaml_node *map,
                   struct err *e);
/* rules_name: the key is a name. */
int rules_name(const char *file, const struct yaml_node *n, const char *what,
               struct err *e);

#endif
