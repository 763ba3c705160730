/* SPDX-License-Identifier: MIT
 * One load run from scenario to document, with progress on stderr. */
#ifndef WEIR_CLI_LOAD_ONCE_H
#define WEIR_CLI_LOAD_ONCE_H
#include "base/json.h"
#include "cli/load_args.h"
#include "load/load_doc.h"

/* load_once returns the weir.load/1 document of a run (also of one that was
 * interrupted or is invalid), new reference; or NULL with a sentence, where
 * nothing could be run. */
json_t *load_once(const struct load_args *a, const char *command,
                  struct err *e);
/* load_watch opens what --metrics asks for and says where it is; 0, or E_IO
 * with a sentence.  load_unwatch closes it.  Both do nothing without it. */
int load_watch(struct load_args *a, struct err *e);
void load_unwatch(struct load_args *a);
/* load_context is what documents say of this program; borrows command. */
struct load_doc_context load_context(const char *command);
/* load_print_scenario prints the whole scenario as YAML.  Returns the exit
 * code. */
int load_print_scenario(const struct scenario *s);
/* What weir load exits with when load_run failed with rc. */
int load_exit_of(int rc);

/* load_series makes --repeat runs, by turns against the two servers where
 * --interleave names them, compares where --against or --interleave asks for
 * it, and prints.  Returns the exit code. */
int load_series(const struct load_args *a, const char *command);

#endif
