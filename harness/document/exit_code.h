/* SPDX-License-Identifier: MIT
 * What weir's commands exit with, the same everywhere. */
#ifndef WEIR_DOCUMENT_EXIT_CODE_H
#define WEIR_DOCUMENT_EXIT_CODE_H

enum exit_code {
  EXIT_PASS = 0,
  EXIT_FAIL = 1,        /* the target failed */
  EXIT_USAGE = 2,       /* bad usage, bad input file */
  EXIT_UNREACHABLE = 3, /* nothing could be measured */
  EXIT_INVALID = 4,     /* the generator was the limit */
  EXIT_INTERRUPTED = 130
};

#endif
