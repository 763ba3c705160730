/* SPDX-License-Identifier: MIT
 * Made-up capacity searches for the tests of this folder, one of each end,
 * from the made-up load runs of synthetic.h. */
#ifndef WEIR_CAPACITY_CAPACITY_SYNTHETIC_H
#define WEIR_CAPACITY_CAPACITY_SYNTHETIC_H
#include "capacity/capacity_doc.h"

/* X(enumerator, name) */
#define CAPACITY_SYNTHETIC_LIST(X)                                            \
  X(CAPACITY_SYNTHETIC_KNEE, "capacity-knee") /* loss; reference beside it */ \
  X(CAPACITY_SYNTHETIC_MAX, "capacity-max")                                   \
  X(CAPACITY_SYNTHETIC_GENERATOR, "capacity-generator")                       \
  X(CAPACITY_SYNTHETIC_NOTHING, "capacity-nothing")                           \
  X(CAPACITY_SYNTHETIC_GONE, "capacity-gone")                                 \
  X(CAPACITY_SYNTHETIC_INTERRUPTED, "capacity-interrupted")

enum capacity_synthetic {
#define X(id, name) id,
  CAPACITY_SYNTHETIC_LIST(X)
#undef X
      CAPACITY_SYNTHETIC_COUNT
};

const char *capacity_synthetic_name(enum capacity_synthetic kind);
/* capacity_synthetic_doc makes one; required as in struct capacity_facts. */
json_t *capacity_synthetic_doc(enum capacity_synthetic kind,
                               uint64_t required);

#endif
