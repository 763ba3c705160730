/* SPDX-License-Identifier: MIT
 * Members of JSON objects that somebody else wrote: right, absent, or an error
 * sentence that names the member.  Private to metrics/. */
#ifndef WEIR_METRICS_MEMBERS_H
#define WEIR_METRICS_MEMBERS_H
#include "base/json.h"

/* Readers leave *out alone when the member is absent or null and return 0, or
 * E_SYNTAX when it is of another kind. */
int members_u64(json_t *object, const char *key, uint64_t *out, struct err *e);
int members_i64(json_t *object, const char *key, int64_t *out, struct err *e);
/* A finite number of 0 or more. */
int members_real(json_t *object, const char *key, double *out, struct err *e);
/* A terminated copy, shortened to size - 1 bytes. */
int members_text(json_t *object, const char *key, char *out, size_t size,
                 struct err *e);
/* members_need returns the member (borrowed) if it is of that type, or NULL
 * with a sentence. */
json_t *members_need(json_t *object, const char *key, json_type type,
                     struct err *e);

/* members_put sets the member to value, which it takes; false when value is
 * NULL or memory is short. */
bool members_put(json_t *object, const char *key, json_t *value);
/* members_number is an integer, at most the largest that JSON takes here. */
json_t *members_number(uint64_t v);

#endif
