/* SPDX-License-Identifier: MIT
 * Users from a CSV file (RFC 4180): a header line names the fields. */
#ifndef WEIR_SCENARIO_FEEDER_H
#define WEIR_SCENARIO_FEEDER_H
#include "scenario/scenario.h"

#define FEEDER_MAX_USERS  1000000u
#define FEEDER_MAX_FIELDS 64u
#define FEEDER_MAX_RECORD 65536u /* bytes of one line, quotes removed */

/* feeder_load reads s->users_file into user_field and user, in pieces.
 * Errors begin with file:line. */
int feeder_load(struct scenario *s, struct err *e);
void feeder_free(struct scenario *s);
/* feeder_field returns the column of a name in {{user.NAME}}, or -1.  "id" is
 * the first column where none has that name. */
int feeder_field(const struct scenario *s, struct slice name);

#endif
