/* SPDX-License-Identifier: MIT
 * The nesting of a scenario when it is written out: which keys have
 * something to say, and the sections they stand in.
 *
 * Private to this room; YAML and JSON printing share it. */
#ifndef WEIR_SCENARIO_SHAPE_H
#define WEIR_SCENARIO_SHAPE_H
#include "scenario/keys.h"
#include "scenario/scenario.h"

struct shape_place {
  struct slice name;            /* last part of the path: "rate" */
  const struct option_row *key; /* NULL for a section that opens */
  unsigned int depth;           /* 0 = top level */
};

/* Returns 0 to go on; anything else ends the walk with that result. */
typedef int (*shape_place_fn)(void *ctx, const struct scenario *s,
                              const struct shape_place *at);

int shape_walk(const struct scenario *s, shape_place_fn fn, void *ctx);

#endif
