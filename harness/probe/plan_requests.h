/* SPDX-License-Identifier: MIT
 * From a row of the exchange plan to a request.  Private to probe/. */
#ifndef WEIR_PROBE_PLAN_REQUESTS_H
#define WEIR_PROBE_PLAN_REQUESTS_H
#include "probe/recorder.h"

/* plan_applies: false where the target lacks what the exchange is about (an
 * origin, credentials): it is not performed. */
bool plan_applies(const struct target *t, enum exchange_id id);
/* plan_request fills q; text holds what q points into and must outlive it.  0
 * or E_NOMEM. */
int plan_request(const struct target *t, enum exchange_id id,
                 struct probe_request *q, struct buf text[2]);
/* plan_head_ns: how long it waits for the response head.  The ordinary one has
 * the most patience, to tell a head that is late from one that never comes. */
uint64_t plan_head_ns(const struct target *t, enum exchange_id id);
/* plan_expected_ns: how long it takes on a server that answers at once. */
uint64_t plan_expected_ns(const struct target *t, enum exchange_id id);

#endif
