/* SPDX-License-Identifier: MIT
 * YAML text as a small tree with positions: the only file that knows
 * libfyaml.  Anchors, aliases, tags and several documents are refused.
 *
 * Values (not keys) take variables of the environment: "${NAME}" and
 * "${NAME:-text}"; "$${" is "${" as it stands.  What comes in is text,
 * whatever it looks like. */
#ifndef WEIR_YAML_YAML_H
#define WEIR_YAML_YAML_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

#define YAML_MAX_DEPTH    24
#define YAML_MAX_NODES    100000
#define YAML_ENV_NAME_MAX 127 /* bytes of a variable's name */

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_mark {
  unsigned int line, column; /* from 1 */
};

struct yaml_node {
  enum yaml_kind kind;
  struct yaml_mark at;
  bool quoted;       /* a scalar in quotes or a block scalar */
  struct slice text; /* scalar: owned bytes, NUL behind them */
  struct slice raw;  /* owned: the scalar before the environment filled it in;
                        p NULL where it did not */
  struct slice key;  /* where it stands in a map: likewise */
  struct yaml_mark key_at;
  struct yaml_node *child; /* owned: first item or member */
  struct yaml_node *next;  /* owned: the next one beside it */
};

/* yaml_parse returns the document's root, or NULL with a sentence that begins
 * "name:line:column: ".  An empty document is an error, and so is a variable
 * that the environment does not have. */
struct yaml_node *yaml_parse(struct slice text, const char *name,
                             struct err *e);
void yaml_free(struct yaml_node *n);
/* yaml_get is the member of that name, or NULL; map may be NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map,
                                 const char *name);
/* yaml_first is the member of map with the key of its member n that stands
 * first: n itself, unless the key was given before. */
const struct yaml_node *yaml_first(const struct yaml_node *map,
                                   const struct yaml_node *n);
/* With its article: "a map". */
const char *yaml_kind_name(enum yaml_kind kind);
/* yaml_quote appends UTF-8 text as a double-quoted scalar on one line, which
 * yaml_parse reads back as it is. */
int yaml_quote(struct slice text, struct buf *out);

#endif
