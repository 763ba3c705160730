/* SPDX-License-Identifier: MIT
 * The rows of weir check's options, private to check_args.c and
 * check_options.c: those of its endpoint, and its own. */
#ifndef WEIR_CLI_CHECK_OPTIONS_H
#define WEIR_CLI_CHECK_OPTIONS_H
#include "cli/check_args.h"

enum check_row {
  CHECK_MODE = ENDPOINT_ROWS,
  CHECK_FAST,
  CHECK_WINDOW,
  CHECK_IDLE_WINDOW,
  CHECK_TIME,
  CHECK_ONLY,
  CHECK_SKIP,
  CHECK_STRICT,
  CHECK_SEED,
  CHECK_APP,
  CHECK_VAR,
  CHECK_ORIGIN,
  CHECK_USER_A,
  CHECK_USER_B,
  CHECK_HEARTBEAT,
  CHECK_CLIENT,
  CHECK_STREAM,
  CHECK_RESUME,
  CHECK_HISTORY,
  CHECK_MIN_EVENTS,
  CHECK_CUTS,
  CHECK_PUBLISH,
  CHECK_PUBLISH_METHOD,
  CHECK_MAX_CONNECTIONS,
  CHECK_VIA_ORIGIN,
  /* Of this very run: no descriptor may say them. */
  CHECK_OWNED,
  CHECK_DRY_RUN,
  CHECK_SAVE,
  CHECK_FROM,
  CHECK_KEEP_SECRETS,
  CHECK_PROFILE,
  CHECK_ROWS
};

#endif
