/* SPDX-License-Identifier: MIT
 * The table of commands; see commands.h. */
#include "cli/commands.h"

#include <stddef.h>
#include <string.h>

#include "base/units.h"

#define NEAR 4 /* edits that no typing mistake takes */

const struct weir_command commands[] = {
    {"load", load_cmd, "hold many streams; delivery, latency, thresholds"},
    {"check", check_cmd,
     "what is wrong with a stream, why, and how to mend it"},
    {"capacity", capacity_cmd,
     "the largest load that holds, and what ran out"},
    {"nginx", nginx_cmd,
     "which line of an nginx configuration breaks a stream"},
    {"watch", watch_cmd, "follow one stream as it comes"},
    {"test", test_cmd, "what must arrive after what: flows from files"},
    {"parse", parse_cmd, "bytes in, one JSON object per event out"},
    {"merge", merge_cmd, "add up results of several machines, exactly"},
    {"compare", compare_cmd, "did it become worse? base against now"},
    {"report", report_cmd, "one page of results of any kind"},
    {"ci", ci_cmd,
     "is it what it was? server, steps and verdict from one file"},
    {"explain", explain_cmd, "what a check or rule means, and how to mend it"},
    {"list", list_cmd, "what there is: scenarios, checks, rules, metrics ..."},
    {NULL, NULL, NULL},
};

const struct weir_command *commands_find(const char *name)
{
  const struct weir_command *c = commands;
  while(c->name && strcmp(c->name, name) != 0)
    c++;
  return c->name ? c : NULL;
}

const char *commands_nearest(const char *name)
{
  const struct weir_command *c;
  const char *best = NULL;
  int least = NEAR;
  for(c = commands; c->name; c++) {
    int d = units_distance(name, c->name);
    if(d < least) {
      least = d;
      best = c->name;
    }
  }
  return best;
}
