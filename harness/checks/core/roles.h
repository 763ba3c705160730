/* SPDX-License-Identifier: MIT
 * Finding the recordings of a script by their role; see plan/roles.h.  Pure.
 */
#ifndef WEIR_CHECKS_CORE_ROLES_H
#define WEIR_CHECKS_CORE_ROLES_H
#include "checks/core/check.h"

/* The n-th recording (from 0) of the script that has the role; NULL. */
const struct recording *role_find(const struct check_input *in,
                                  enum script_id id, enum role role, size_t n);
size_t role_count(const struct check_input *in, enum script_id id,
                  enum role role);
/* How many of the role are streams; the first others become evidence of f. */
size_t role_count_streams(const struct check_input *in, enum script_id id,
                          enum role role, struct finding *f);
/* role_stream finds the n-th recording of the role when it is a stream;
 * otherwise sets UNTESTABLE with what happened instead and returns NULL. */
const struct recording *role_stream(const struct check_input *in,
                                    enum script_id id, enum role role,
                                    struct finding *f);

/* times_sort puts what was measured of many in order, the least first. */
void times_sort(int64_t *ns, size_t n);

/* The value of a header line as it was sent; p NULL when there was none. */
struct slice sent_header(const struct recording *r, const char *name);

#endif
