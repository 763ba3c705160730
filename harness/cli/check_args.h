/* SPDX-License-Identifier: MIT
 * The command line of weir check: a target and what is declared of it.  A
 * descriptor file (YAML) holds the same options under the same names, saved
 * recordings bring their target; the command line comes on top. */
#ifndef WEIR_CLI_CHECK_ARGS_H
#define WEIR_CLI_CHECK_ARGS_H
#include "cli/common.h"
#include "probe/probe.h"

#define CHECK_ARGS_MAX 256 /* options in all, globs included */

struct check_option; /* a row of the table */

/* One option as it was given, by whichever way. */
struct check_setting {
  const struct check_option *option;
  char *value; /* owned */
  char *where; /* owned: "--mode", "site.yaml:3:7" */
};

struct check_args {
  struct common common;
  struct check_setting setting[CHECK_ARGS_MAX];
  size_t settings;
  struct target *target;      /* owned; NULL with --help */
  struct probe_result loaded; /* owned: the recordings of --from */
  /* Borrowed from settings. */
  const char *only[CHECK_ARGS_MAX], *skip[CHECK_ARGS_MAX];
  size_t onlys, skips;
  const char *save, *from, *profile, *url;
  const char *via; /* where the proxy under test forwards to; NULL */
  bool dry_run, owned, keep_secrets, fast;
  uint64_t window_ns, idle_window_ns; /* 0 = the default */
};

/* check_args_read fills a; E_* with a sentence. */
int check_args_read(struct check_args *a, int argc, char **argv,
                    struct err *e);
void check_args_free(struct check_args *a);
/* check_options_text appends the options for --help. */
int check_options_text(struct buf *out);

#endif
