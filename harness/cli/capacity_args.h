/* SPDX-License-Identifier: MIT
 * The command line of weir capacity: its own options, and every option of
 * weir load, since each step is a load. */
#ifndef WEIR_CLI_CAPACITY_ARGS_H
#define WEIR_CLI_CAPACITY_ARGS_H
#include "capacity/capacity.h"
#include "cli/load_args.h"

struct capacity_args {
  struct load_args load;
  struct capacity_options options; /* filled but for programs and callbacks */
  bool slo_is_default, no_reference;
  uint64_t required;   /* 0 = nothing */
  uint64_t from, max;  /* 0 = not said */
  uint32_t objectives; /* of --slo */
};

/* Its own rows; the object is a struct capacity_args. */
extern const struct option_table capacity_options;

/* capacity_args_read fills a; E_* with a sentence.  On success with
 * load.common.help only that is meaningful. */
int capacity_args_read(struct capacity_args *a, int argc, char **argv,
                       struct err *e);
void capacity_args_free(struct capacity_args *a);

#endif
