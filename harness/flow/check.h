/* SPDX-License-Identifier: MIT
 * Private to flow/: is a map of the file what its table says? */
#ifndef WEIR_FLOW_CHECK_H
#define WEIR_FLOW_CHECK_H
#include "flow/keys.h"
#include "yaml/yaml.h"

/* All return 0, or E_SYNTAX with a sentence that begins with the place in
 * `file`. */
int check_fail(const char *file, struct yaml_mark at, struct err *e,
               const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* check_is_name: letters, digits, - and _. */
bool check_is_name(struct slice text);
/* check_map looks at a map and all below it but steps. */
int check_map(const char *file, const struct flow_keys *t,
              const struct yaml_node *map, struct err *e);

#endif
