/* SPDX-License-Identifier: MIT
 * The rows of weir check's options, private to check_args.c and
 * check_options.c: those of its endpoint, and its own. */
#ifndef WEIR_CLI_CHECK_OPTIONS_H
#define WEIR_CLI_CHECK_OPTIONS_H
#include "cli/check_args.h"

enum check_row {
  CHECK_BEFORE_OWN = ENDPOINT_ROWS - 1,
#define CHECK_OPTION(id, ...) id,
#include "cli/check_rows.h"
#undef CHECK_OPTION
  CHECK_ROWS
};

#endif
