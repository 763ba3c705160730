/* SPDX-License-Identifier: MIT
 * What weir-server was told on its command line. */
#ifndef WEIR_SERVER_OPTIONS_H
#define WEIR_SERVER_OPTIONS_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "behaviours/faults.h"

struct server_options {
  char host[64]; /* literal IPv4 or IPv6 address */
  uint16_t port; /* 0 = any free one */
  int ready_fd;  /* -1 = none */
  uint32_t workers;
  uint64_t history;         /* events per topic */
  uint64_t history_bytes;   /* bytes of published events per topic */
  uint64_t max_queue;       /* bytes per stream */
  uint64_t max_connections; /* of all workers; 0 = what the fds allow */
  uint64_t max_body;        /* bytes of a request body */
  uint64_t head_ns;         /* a whole request must come within */
  uint64_t heartbeat_ns;    /* of streams that do not ask; 0 = none */
  uint64_t fd_limit;        /* per process */
  uint64_t seed;
  bool origin; /* answer any path as its query says */
  struct fault_set faults;
  char answer_log[256]; /* file of when answers were written; "" = none */
  char cors[256];       /* the one origin that may read; "" = all */
};

enum options_action {
  OPTIONS_RUN,
  OPTIONS_HELP,
  OPTIONS_VERSION,
  OPTIONS_LIST_FAULTS
};

/* server_options_parse reads argv.  0, or E_SYNTAX / E_RANGE with the
 * sentence for the user.  Raises the soft fd limit to the hard one, because
 * the number of workers follows from it. */
int server_options_parse(struct server_options *o, int argc, char **argv,
                         enum options_action *action, struct err *e);
/* server_options_help is the whole help text. */
const char *server_options_help(void);

#endif
