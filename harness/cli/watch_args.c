/* SPDX-License-Identifier: MIT
 * weir watch's command line; see watch_args.h. */
#include "cli/watch_args.h"

#include <string.h>

#include "cli/load_args.h"

static int set_reconnect(void *object, const struct option_row *o,
                         struct slice text, const struct option_source *from,
                         struct err *e)
{
  struct option_row plain = *o;
  plain.set = NULL;
  ((struct watch_args *)object)->reconnect_given = true;
  return option_set(object, &plain, text, from, e);
}

#define ARG(n, m) .name = n, OPTION_MEMBER(struct watch_args, m)

/* They are looked up before a scenario's: two of those have another meaning
 * where one stream is followed. */
static const struct option_row rows[] = {
    {ARG("json", json), .type = OPTION_BOOL, .group = "Watch",
     .help = "One JSON object per event, whole data"},
    {ARG("count", most), .type = OPTION_COUNT, .least = 1, .most = 1e15,
     .argument = "N", .help = "Stop after so many events"},
    {ARG("until", until), .type = OPTION_TEXT, .argument = "EXPR",
     .help = "Stop at the first event of which this holds"},
    {ARG("within", within_ns), .type = OPTION_DURATION, .least = 1e6,
     .most = 86400e9, .argument = "TIME",
     .help = "For --until and --count: so long after it opened"},
    {ARG("duration", duration_ns), .letter = 'd', .type = OPTION_DURATION,
     .least = 1e6, .most = 30 * 86400e9, .argument = "TIME",
     .help = "Stop after this time"},
    {ARG("reconnect", reconnect), .type = OPTION_BOOL, .fallback = "true",
     .set = set_reconnect,
     .help = "Come back when the stream ends; with --until only where it is "
             "given"},
    COMMAND_HELP(struct watch_args),
};

const struct option_table watch_options = {rows,
                                           sizeof(rows) / sizeof(rows[0])};

int watch_args_read(struct watch_args *a, int argc, char **argv, struct err *e)
{
  const struct command_part parts[] = {{&watch_options, a, NULL}, {0}};
  int rc;
  memset(a, 0, sizeof(*a));
  rc = load_args_scenario(&a->scenario, parts, argc, argv, e);
  if(rc || a->help)
    return rc;
  if(a->within_ns && !a->until && !a->most)
    return err_set(e, E_SYNTAX,
                   "--within is a limit for --until or --count: "
                   "give one (-d TIME stops after a time)");
  return scenario_finish(a->scenario, e);
}

void watch_args_free(struct watch_args *a)
{
  option_free(a, &watch_options);
  scenario_free(a->scenario);
  a->scenario = NULL;
}
