/* SPDX-License-Identifier: MIT
 * The command line of weir check: a target and what is declared of it.  A
 * descriptor file (YAML) holds the same options under the same names, saved
 * recordings bring their target; the command line comes on top. */
#ifndef WEIR_CLI_CHECK_ARGS_H
#define WEIR_CLI_CHECK_ARGS_H
#include "cli/common.h"
#include "probe/probe.h"
#include "profile/profile.h"
#include "settings/settings.h"

struct check_args {
  struct common common;
  const char *given;          /* the target as it was given; borrowed */
  struct settings *settings;  /* owned: which options were given, and where */
  struct target *target;      /* owned; NULL with --help */
  struct probe_result loaded; /* owned: the recordings of --from */
  /* Values of the options; what the target says instead is moved there. */
  struct endpoint endpoint;
  char **only, **skip;
  uint32_t only_count, skip_count;
  char *save, *from, *profile;
  char *via; /* where the proxy under test forwards to; NULL */
  char *origin, *user_a, *user_b, *publish_url, *publish_method;
  char *app;  /* name or file of the protocol on top; NULL */
  char **var; /* NAME=VALUE */
  uint32_t var_count;
  struct profile *protocol;   /* owned: of app; NULL */
  struct profile_asked asked; /* with it */
  struct profile **guess;     /* owned: of app "auto", and unasked; NULL */
  size_t guesses;
  bool dry_run, owned, keep_secrets, fast, strict;
  enum plan_mode mode;
  unsigned client, stream, resume;    /* words of their choice */
  uint64_t time_ns;                   /* of the whole run; 0 = as planned */
  uint64_t window_ns, idle_window_ns; /* 0 = the default */
  uint64_t heartbeat_ns, history, min_events, seed;
  uint32_t cuts, max_connections;
};

/* check_args_read fills a; E_* with a sentence. */
int check_args_read(struct check_args *a, int argc, char **argv,
                    struct err *e);
void check_args_free(struct check_args *a);
/* All options, of the command line and of descriptors. */
const struct option_table *check_options(void);

#endif
