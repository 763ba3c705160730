/* SPDX-License-Identifier: MIT
 * The list members of a scenario: headers, stages, addresses, thresholds.
 *
 * Private to this room. */
#ifndef WEIR_SCENARIO_LIST_H
#define WEIR_SCENARIO_LIST_H
#include "scenario/keys.h"
#include "scenario/scenario.h"

#define LIST_MAX 1000 /* entries of one list */

/* list_add appends what one command-line argument or one YAML item says:
 * "Name: value", "1000:10s:30s", an address, thresholds parted by ';'.  The
 * word none empties the list. */
int list_add(struct scenario *s, const struct key *k, struct slice text,
             const char *where, struct err *e);
/* list_add_header appends one header.  Where the command line repeats a name
 * that the file gave, it replaces that one's value. */
int list_add_header(struct scenario *s, const struct key *k,
                    struct name_value header, const char *where,
                    struct err *e);
int list_add_stage(struct scenario *s, const struct stage *stage,
                   const char *where, struct err *e);
/* list_stage_field sets "connections", "ramp" or "hold" of one stage. */
int list_stage_field(struct stage *stage, struct slice name, struct slice text,
                     const char *where, struct err *e);
void list_clear(struct scenario *s, const struct key *k);
uint32_t list_count(const struct scenario *s, const struct key *k);

#endif
