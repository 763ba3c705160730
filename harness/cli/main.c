/* SPDX-License-Identifier: MIT
 * weir: picks the command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "cli/commands.h"
#include "document/values.h"
#include "load/load.h"

static const struct command {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *summary;
} commands[] = {
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
    {"ci", ci_cmd, "write a workflow that tests a stream with every commit"},
    {"explain", explain_cmd, "what a check or rule means, and how to mend it"},
    {"list", list_cmd, "what there is: scenarios, checks, rules, metrics ..."},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *to)
{
  size_t i;
  fprintf(to,
          "weir %s: load testing and conformance for Server-Sent Events\n\n"
          "Usage: weir COMMAND [arguments]\n\n",
          WEIR_VERSION);
  for(i = 0; i < COMMANDS; i++)
    fprintf(to, "  weir %-8s %s\n", commands[i].name, commands[i].summary);
  fprintf(to, "\nweir COMMAND --help tells more.  A server to try it on: "
              "weir-server --help\n");
}

static int unknown(const char *name)
{
  const char *best = NULL;
  int least = 4;
  size_t i;
  for(i = 0; i < COMMANDS; i++) {
    int d = units_distance(name, commands[i].name);
    if(d < least) {
      least = d;
      best = commands[i].name;
    }
  }
  if(best)
    log_error("unknown command \"%s\" (did you mean \"%s\"?)", name, best);
  else
    log_error("unknown command \"%s\"; weir --help lists what there is", name);
  return 2;
}

int main(int argc, char **argv)
{
  size_t i;
  log_set_mask(values_mask);
  if(argc < 2) {
    print_help(stderr);
    return 2;
  }
  if(strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
     strcmp(argv[1], "help") == 0) {
    print_help(stdout);
    return 0;
  }
  if(strcmp(argv[1], "--version") == 0) {
    printf("weir %s\n", WEIR_VERSION);
    return 0;
  }
  if(strcmp(argv[1], "worker-process") == 0 && argc == 3)
    return load_worker_process((int)strtol(argv[2], NULL, 10));
  for(i = 0; i < COMMANDS; i++) {
    if(strcmp(argv[1], commands[i].name) == 0)
      return commands[i].run(argc - 1, argv + 1);
  }
  return unknown(argv[1]);
}
