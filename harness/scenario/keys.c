/* SPDX-License-Identifier: MIT
 * The table; see keys.h. */
#include "scenario/keys.h"

#include "scenario/own.h"
#include "scenario/scenario.h"

static const char *const carrier_words[] = {"auto", "lean", "libcurl", NULL};
static const char *const shape_words[] = {"constant", "poisson", NULL};
static const char *const how_words[] = {"fin", "rst", NULL};
static const char *const unit_words[] = {"auto", "ns", "us", "ms", "s", NULL};

static const struct option_row rows[KEY_COUNT] = {
    ENDPOINT_OPTIONS(struct scenario, endpoint),
#define KEY(id, ...) [id] = {__VA_ARGS__},
#include "scenario/key_rows.h"
#undef KEY
};

static const struct option_table table = {rows, KEY_COUNT};

const struct option_table *scenario_options(void)
{
  return &table;
}

const struct option_row *key_at(size_t i)
{
  return &rows[i];
}

enum key_id key_id(const struct option_row *o)
{
  return (enum key_id)(o - rows);
}
