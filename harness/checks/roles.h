/* SPDX-License-Identifier: MIT
 * Finding the recordings of a script by the role that their detail names; see
 * plan/script_roles.h.  Pure. */
#ifndef WEIR_CHECKS_ROLES_H
#define WEIR_CHECKS_ROLES_H
#include "checks/check.h"
#include "plan/script_roles.h"

/* The n-th recording (from 0) of the script that has the role; NULL. */
const struct recording *role_find(const struct check_input *in,
                                  enum script_id id, const char *role,
                                  size_t n);
size_t role_count(const struct check_input *in, enum script_id id,
                  const char *role);
bool role_is(const struct recording *r, const char *role);
/* The value of an attribute in the detail ("cut"), empty when absent. */
struct slice role_attribute(const struct recording *r, const char *key);
/* A number attribute; 0 when absent. */
uint64_t role_number(const struct recording *r, const char *key);
/* role_stream finds the n-th recording of the role when it is a stream;
 * otherwise sets UNTESTABLE with what happened instead and returns NULL. */
const struct recording *role_stream(const struct check_input *in,
                                    enum script_id id, const char *role,
                                    struct finding *f);

/* The value of a header line as it was sent; p NULL when there was none. */
struct slice sent_header(const struct recording *r, const char *name);

#endif
