/* SPDX-License-Identifier: MIT
 * Options of weir check; see check_options.h. */
#include "cli/check_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define WINDOW_LEAST 1e9
#define WINDOW_MOST  3600e9

static const char *const mode_words[] = {"lint", "probe", "full", NULL};
static const char *const stream_words[] = {"endless", "finite", NULL};
static const char *const client_words[] = {"eventsource", "fetch", NULL};
static const char *const resume_words[] = {"none", "at-least-once",
                                           "exactly-once", NULL};

static int set_origin(void *object, const struct option_row *o,
                      struct slice text, const struct option_source *from,
                      struct err *e)
{
  if(slice_find(text, "://") < 0)
    return option_wrong(o, text, from->where, NULL, e);
  return option_put_text(object, o, text, from, e);
}

static int set_heartbeat(void *object, const struct option_row *o,
                         struct slice text, const struct option_source *from,
                         struct err *e)
{
  struct check_args *a = object;
  uint64_t ns = 0;
  if(!slice_ieq_cstr(text, "none") &&
     (units_duration_ns(slice_trim(text), &ns) || !ns))
    return option_wrong(o, text, from->where, NULL, e);
  a->heartbeat_ns = ns;
  return 0;
}

/* "PORT" or "ADDRESS:PORT", where the proxy forwards to. */
static int set_via(void *object, const struct option_row *o, struct slice text,
                   const struct option_source *from, struct err *e)
{
  size_t at = text.n;
  struct slice port;
  uint64_t n = 0;
  while(at && text.p[at - 1] != ':')
    at--;
  port = (struct slice){text.p + at, text.n - at};
  if(!port.n || port.n > 5 || strspn(port.p, "0123456789") < port.n ||
     units_count(port, &n) || n < 1 || n > 65535)
    return option_wrong(o, text, from->where, NULL, e);
  return option_put_text(object, o, text, from, e);
}

#define AT(field)   OPTION_MEMBER(struct check_args, field)
#define LIST(field) OPTION_LIST(struct check_args, field)

static const struct option_row rows[CHECK_ROWS] = {
    ENDPOINT_OPTIONS_BY(struct check_args, endpoint, "auto", "5s", "5s"),
#define CHECK_OPTION(id, ...) [id] = {__VA_ARGS__},
#include "cli/check_rows.h"
#undef CHECK_OPTION
};

const struct option_table *check_options(void)
{
  static const struct option_table table = {rows, CHECK_ROWS};
  return &table;
}
