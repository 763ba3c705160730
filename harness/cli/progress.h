/* SPDX-License-Identifier: MIT
 * The progress of a run on stderr: one live line on a terminal that draws, one
 * plain line every ten seconds elsewhere. */
#ifndef WEIR_CLI_PROGRESS_H
#define WEIR_CLI_PROGRESS_H
#include "load/load.h"

struct progress {
  bool tty, quiet, drawn;
  double next_plain_s;
};

void progress_init(struct progress *p, bool quiet);
/* progress_show is a load_progress_fn; ctx is the struct progress. */
void progress_show(const struct load_progress *now, void *ctx);
/* progress_end removes the live line. */
void progress_end(struct progress *p);

#endif
