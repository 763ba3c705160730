/* SPDX-License-Identifier: MIT
 * Walking the keys that matter; see shape.h. */
#include "scenario/shape.h"

#include <string.h>

#include "scenario/own.h"

static bool in_section(const struct option_row *k, const char *name)
{
  size_t n = strlen(name);
  return strncmp(k->name, name, n) == 0 && k->name[n] == '.';
}

/* What only a load in requests has. */
static bool of_requests(const struct option_row *k)
{
  switch((int)key_id(k)) {
  case KEY_APP:
  case KEY_REQUESTS:
  case KEY_THINK:
  case KEY_STALL:
  case KEY_GOODPUT:
  case KEY_MAX_INFLIGHT:
  case KEY_ARRIVAL_SHAPE:
    return true;
  default:
    return false;
  }
}

/* Sections that are off, and what belongs to another workload or protocol,
 * stay out: read back, they would switch it on or be refused. */
static bool section_is_on(const struct scenario *s, const struct option_row *k)
{
  bool other = s->stage_count > 0 || s->arrival_rate > 0;
  if(key_id(k) == KEY_VAR) /* the request has them */
    return false;
  if(of_requests(k) && !s->app)
    return false;
  if(in_section(k, "publish"))
    return s->publish.enabled;
  if(in_section(k, "storm"))
    return s->storm.enabled;
  if(in_section(k, "slow"))
    return s->slow.share > 0 || s->slow.bytes_per_second > 0;
  if(in_section(k, "arrival"))
    return s->arrival_rate > 0;
  if(key_id(k) == KEY_CONNECTIONS || key_id(k) == KEY_RAMP)
    return !other;
  if(key_id(k) == KEY_STREAMS_PER_CONNECTION)
    return s->endpoint.http != HTTP_1_1;
  return true;
}

static bool is_shown(const struct scenario *s, const struct option_row *k)
{
  if(!section_is_on(s, k))
    return false;
  if(option_is_list(k))
    return option_count_of(s, k) > 0;
  if(own_is_text(k))
    return own_text(s, k) != NULL;
  switch((int)key_id(k)) {
  case KEY_CLOCK_OFFSET:
    return s->clock_offset_set;
  case KEY_SERVER_PID:
    return s->server_pid != 0;
  case KEY_SEED:
    return s->seed != 0;
  default:
    return true;
  }
}

/* Length of what a and b share in whole parts, their dot included. */
static size_t shared_sections(const char *a, const char *b)
{
  size_t i, shared = 0;
  for(i = 0; a[i] && a[i] == b[i]; i++) {
    if(a[i] == '.')
      shared = i + 1;
  }
  return shared;
}

static unsigned int dots(const char *text, size_t n)
{
  unsigned int count = 0;
  size_t i;
  for(i = 0; i < n; i++)
    count += text[i] == '.';
  return count;
}

static int walk_key(const struct scenario *s, const struct option_row *k,
                    const char *previous, shape_place_fn fn, void *ctx)
{
  const char *path = option_path(k);
  size_t from = shared_sections(path, previous);
  struct shape_place at = {{NULL, 0}, NULL, dots(path, from)};
  const char *part = path + from;
  const char *dot = strchr(part, '.');
  int rc = 0;
  for(; dot && rc == 0; dot = strchr(part, '.')) {
    at.name = (struct slice){part, (size_t)(dot - part)};
    rc = fn(ctx, s, &at);
    at.depth++;
    part = dot + 1;
  }
  at.name = slice_of(part);
  at.key = k;
  return rc ? rc : fn(ctx, s, &at);
}

int shape_walk(const struct scenario *s, shape_place_fn fn, void *ctx)
{
  const char *previous = "";
  size_t i;
  int rc = 0;
  for(i = 0; i < KEY_COUNT && rc == 0; i++) {
    const struct option_row *k = key_at(i);
    if(!is_shown(s, k))
      continue;
    rc = walk_key(s, k, previous, fn, ctx);
    previous = option_path(k);
  }
  return rc;
}
