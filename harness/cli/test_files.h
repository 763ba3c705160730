/* SPDX-License-Identifier: MIT
 * The flow files that a command line names: files, and all *.yaml of folders
 * whose first key is "weir: flow/...". */
#ifndef WEIR_CLI_TEST_FILES_H
#define WEIR_CLI_TEST_FILES_H
#include "flow/flow.h"

#define TEST_FILES_MAX 10000

struct test_files {
  struct flow **flow; /* owned */
  uint32_t count, room;
  bool run_allowed; /* of files that a folder holds, too */
  uint32_t bad;     /* files that cannot be read, each told by log_error */
};

/* test_files_add reads a file, or all flow files of a folder and below it, in
 * the order of their names.  0; E_NOT_FOUND, E_NOMEM, E_LIMIT with a sentence.
 */
int test_files_add(struct test_files *t, const char *path, struct err *e);
void test_files_free(struct test_files *t);

#endif
