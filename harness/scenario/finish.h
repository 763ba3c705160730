/* SPDX-License-Identifier: MIT
 * What spans several keys.  Private to this room. */
#ifndef WEIR_SCENARIO_FINISH_H
#define WEIR_SCENARIO_FINISH_H
#include "scenario/keys.h"
#include "scenario/scenario.h"

/* finish_pick_workload finds which of connections, stages and arrival.rate
 * counts: the one of the highest layer.  Two of one layer are an error that
 * names both positions. */
int finish_pick_workload(const struct scenario *s, enum key_id *picked,
                         struct err *e);
/* finish_check judges combinations of values; users are loaded already. */
int finish_check(const struct scenario *s, struct err *e);
/* finish_check_templates checks every {{name}}, and that fields which go into
 * a URL or a header have no line breaks. */
int finish_check_templates(const struct scenario *s, struct err *e);

#endif
