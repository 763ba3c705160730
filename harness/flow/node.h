/* SPDX-License-Identifier: MIT
 * Values of a flow file that was checked: what stands at a key, or what holds
 * where it does not.  Pure. */
#ifndef WEIR_FLOW_NODE_H
#define WEIR_FLOW_NODE_H
#include <stdint.h>

#include "content/condition.h"
#include "yaml/yaml.h"

#define NODE_MANY UINT32_MAX

/* How often: N, N.., N..M, ..M. */
struct node_times {
  uint32_t least, most; /* NODE_MANY: no end */
  bool exact;           /* there is an upper end */
};

/* The text of a member, or otherwise. */
const char *node_text(const struct yaml_node *map, const char *name,
                      const char *otherwise);
uint64_t node_time_ns(const struct yaml_node *map, const char *name,
                      uint64_t otherwise);
uint64_t node_count(const struct yaml_node *map, const char *name,
                    uint64_t otherwise);
bool node_bool(const struct yaml_node *map, const char *name, bool otherwise);
/* A member that is one value or a list of them: its items, one by one; start
 * with NULL. */
const struct yaml_node *node_each(const struct yaml_node *one_or_list,
                                  const struct yaml_node *before);

/* Readers of texts: 0 or E_SYNTAX, E_RANGE. */
int node_read_time(struct slice text, uint64_t *ns);
int node_read_times(struct slice text, struct node_times *out);
/* "..2s", "1s..2s", "1s.." or "1s", which is the most. */
int node_read_spans(struct slice text, uint64_t *least, uint64_t *most);
int node_read_bool(struct slice text, bool *out);

/* node_kind is what a scalar is in YAML 1.2's core schema: null, bool, number
 * as JSON writes it, or a string. */
enum value_kind node_kind(const struct yaml_node *scalar);

#endif
