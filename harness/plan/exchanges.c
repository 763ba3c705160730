/* SPDX-License-Identifier: MIT
 * The rows of the exchange plan; see exchange_plan.h. */
#include "plan/exchanges.h"

#include <string.h>

static const struct exchange_row exchanges[EXCHANGE_COUNT] = {
#define X(id, name, mode, method, window, http10, headers, purpose)           \
  [id] = {name, mode, method, window, http10, headers},
    EXCHANGE_LIST(X)
#undef X
};

static const struct {
  const char *name;
  enum plan_mode mode;
} scripts[SCRIPT_COUNT] = {
#define X(id, name, mode, purpose) [id] = {name, mode},
    SCRIPT_LIST(X)
#undef X
};

_Static_assert(EXCHANGE_COUNT <= 64, "exchange_set.exchanges has 64 bits");

const struct exchange_row *exchange_row(enum exchange_id id)
{
  return &exchanges[id];
}

bool exchange_may_change(enum exchange_id id)
{
  static const char *const unsafe[] = {"POST", "PUT", "DELETE", "PATCH"};
  size_t i;
  for(i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++) {
    if(strcmp(exchanges[id].method, unsafe[i]) == 0)
      return true;
  }
  return false;
}

const char *script_name(enum script_id id)
{
  return scripts[id].name;
}

enum plan_mode script_mode(enum script_id id)
{
  return scripts[id].mode;
}

bool script_is_proxied(enum script_id id)
{
  return strncmp(scripts[id].name, "proxy-", 6) == 0;
}

struct script_set script_set_of(enum script_id id)
{
  struct script_set s = {{false}};
  s.has[id] = true;
  return s;
}

struct script_set script_set_all(void)
{
  struct script_set s;
  size_t i;
  for(i = 0; i < SCRIPT_COUNT; i++)
    s.has[i] = true;
  return s;
}

bool script_set_is_empty(const struct script_set *s)
{
  size_t i;
  for(i = 0; i < SCRIPT_COUNT; i++) {
    if(s->has[i])
      return false;
  }
  return true;
}

bool script_set_equal(const struct script_set *a, const struct script_set *b)
{
  size_t i;
  for(i = 0; i < SCRIPT_COUNT; i++) {
    if(a->has[i] != b->has[i])
      return false;
  }
  return true;
}
