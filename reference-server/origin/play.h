/* SPDX-License-Identifier: MIT
 * The exact origin behind a proxy under test (weir-server --origin): a request
 * on any path with weir-run=ID and weir-play=STEPS in its query (or X-Weir-Run
 * and X-Weir-Play among its headers, where the query may not differ) is
 * answered step by step, and all of it is logged byte by byte.
 *
 * GET /origin/plays?run=PREFIX gives the log of runs that begin so, at least
 * PLAY_RUN_MIN bytes of them: an id that cannot be guessed is what keeps
 * others from reading it through the proxy.  The response says X-Weir-Serial,
 * the number of the request that it answers. */
#ifndef WEIR_SERVER_ORIGIN_PLAY_H
#define WEIR_SERVER_ORIGIN_PLAY_H
#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct conn;

/* play_answers begins the play that the request asks for, if it does. */
bool play_answers(struct conn *c, struct slice query);
/* play_log_get answers /origin/plays. */
void play_log_get(struct conn *c, struct slice query);

#endif
