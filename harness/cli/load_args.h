/* SPDX-License-Identifier: MIT
 * The command line of weir load: a target, scenario keys as options. */
#ifndef WEIR_CLI_LOAD_ARGS_H
#define WEIR_CLI_LOAD_ARGS_H
#include "cli/common.h"
#include "load/live.h"
#include "result/compare.h"
#include "scenario/scenario.h"

#define LOAD_MAX_GATES 32

/* The rows that are no keys of a scenario; the object is a struct load_args.
 */
extern const struct option_table load_options;

struct load_args {
  struct common common;
  struct scenario *scenario; /* owned */
  bool dry_run, print_scenario;
  /* Repeated runs; what is NULL or 0 was not asked for.  All borrowed. */
  uint32_t repeat;
  const char *against, *save_runs;
  const char *server[2]; /* --interleave */
  struct compare_gate gate[LOAD_MAX_GATES];
  size_t gates;
  /* --metrics: its port as given, until load_cmd has opened the socket. */
  bool watched;
  struct live_socket live;
};

/* load_args_read fills a; E_* with a sentence.  Every scenario key may be
 * given as --KEY; what comes from a file is overridden. */
int load_args_read(struct load_args *a, int argc, char **argv, struct err *e);
/* The two halves of it, for a command with more options (may be NULL): what
 * was said, and what follows from it.  The second is for lines without help.
 */
int load_args_parse(struct load_args *a, const struct command_part *more,
                    int argc, char **argv, struct err *e);
int load_args_finish(struct load_args *a, struct err *e);
/* load_args_scenario reads a line whose target is a URL, a file or the name of
 * a ready scenario: the options of `more`, which a part without a table ends
 * (at most COMMAND_PARTS_MAX - 1), and those of the scenario.  *out is the
 * caller's to free, also behind an E_*. */
int load_args_scenario(struct scenario **out, const struct command_part *more,
                       int argc, char **argv, struct err *e);
void load_args_free(struct load_args *a);

#endif
