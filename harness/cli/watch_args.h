/* SPDX-License-Identifier: MIT
 * weir watch's command line: its own options, and a scenario's. */
#ifndef WEIR_CLI_WATCH_ARGS_H
#define WEIR_CLI_WATCH_ARGS_H
#include "option/option.h"
#include "scenario/scenario.h"

struct watch_args {
  struct scenario *scenario; /* owned; finished, unless help was asked for */
  char *until;               /* owned; an expression, or NULL */
  uint64_t within_ns;        /* after the stream opened; 0: no limit */
  uint64_t duration_ns;      /* 0: until it is stopped */
  uint64_t most;             /* events; 0: no limit */
  bool reconnect, reconnect_given;
  bool json, help;
};

/* Its own rows; the object is a struct watch_args. */
extern const struct option_table watch_options;

/* watch_args_read fills a; E_* with a sentence. */
int watch_args_read(struct watch_args *a, int argc, char **argv,
                    struct err *e);
void watch_args_free(struct watch_args *a);

#endif
