/* SPDX-License-Identifier: MIT
 * Runs a command in a process of its own and keeps what it printed, for the
 * tests of this folder. */
#ifndef WEIR_CLI_CAPTURED_H
#define WEIR_CLI_CAPTURED_H
#include "base/buf.h"

struct captured {
  int code;        /* exit code, or -1 after a signal */
  struct buf text; /* stdout and stderr, in order */
};

/* captured_run calls cmd with argv (NULL-ended) in a child; the child is
 * ended by a signal after 20 s.  Free the text with buf_free. */
struct captured captured_run(int (*cmd)(int, char **), char **argv);

#endif
