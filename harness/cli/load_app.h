/* SPDX-License-Identifier: MIT
 * The protocol of a load in requests: what it asks becomes what the scenario's
 * streams ask. */
#ifndef WEIR_CLI_LOAD_APP_H
#define WEIR_CLI_LOAD_APP_H
#include "scenario/scenario.h"

/* load_app_ask, before scenario_finish, for a scenario with app and url:
 * method, path, headers and body are the profile's where nothing else was said
 * of them, with the scenario's variables and the columns of its users filled
 * in.  0 or E_* with a sentence. */
int load_app_ask(struct scenario *s, struct err *e);

#endif
