/* SPDX-License-Identifier: MIT
 * The command line of weir test. */
#ifndef WEIR_CLI_TEST_ARGS_H
#define WEIR_CLI_TEST_ARGS_H
#include "cli/common.h"

struct test_args {
  struct common common;
  const char **path; /* owned; borrowed from argv: files and folders */
  size_t paths;
  char *target; /* owned, as the lists; in place of the files' */
  char *start;  /* owned; NULL: others start the server */
  char *record; /* owned; NULL: flows are run */
  uint64_t record_for_ns;
  char **name, **skip;
  uint32_t name_count, skip_count;
  uint64_t jobs, repeat, seed;
  double timeout_scale;
  bool check, dry_run, fail_fast, strict, run_allowed, empty_allowed;
};

/* test_args_read: 0, or E_* with a sentence; test_args_free in any case. */
int test_args_read(struct test_args *a, int argc, char **argv, struct err *e);
void test_args_free(struct test_args *a);
/* The command's own rows, for --help. */
extern const struct option_table test_options;

#endif
