/* SPDX-License-Identifier: MIT
 * The options of a scenario: those of its endpoint, and its own.
 *
 * YAML loading, the command line, --help, the reference page, printing and
 * "did you mean" all read these rows; a new key is a new row of
 * key_rows.h. */
#ifndef WEIR_SCENARIO_KEYS_H
#define WEIR_SCENARIO_KEYS_H
#include "endpoint/endpoint.h"

#define KEY_DAY_NS   86400e9
#define KEY_MONTH_NS (30 * KEY_DAY_NS)

enum key_id { /* of the endpoint's those alone that are asked for here */
              KEY_URL = ENDPOINT_URL,
              KEY_METHOD = ENDPOINT_METHOD,
              KEY_HEADERS = ENDPOINT_HEADERS,
              KEY_USER = ENDPOINT_USER,
              KEY_BODY = ENDPOINT_BODY,
              KEY_TLS_KEY = ENDPOINT_TLS_KEY,
              KEY_TLS_INSECURE = ENDPOINT_TLS_INSECURE,
              KEY_PROXY = ENDPOINT_PROXY,
              KEY_SOURCE_IP = ENDPOINT_SOURCE_IP,
              KEY_RESOLVE = ENDPOINT_RESOLVE,
              KEY_BEFORE_OWN = ENDPOINT_ROWS - 1,
#define KEY(id, ...) id,
#include "scenario/key_rows.h"
#undef KEY
              KEY_COUNT
};

/* All rows; each option's values stand in struct scenario. */
const struct option_table *scenario_options(void);
/* key_at returns row i, 0 <= i < KEY_COUNT, in the order of the page. */
const struct option_row *key_at(size_t i);
/* key_id is the place of a row of the table. */
enum key_id key_id(const struct option_row *o);

#endif
