/* SPDX-License-Identifier: MIT
 * weir: picks the command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/help_cmd.h"
#include "cli/manual_cmd.h"
#include "document/exit_code.h"
#include "document/values.h"
#include "load/load.h"

static int unknown(const char *name)
{
  const char *near = commands_nearest(name);
  if(near)
    log_error("unknown command \"%s\" (did you mean \"%s\"?)", name, near);
  else
    log_error("unknown command \"%s\"; weir --help lists what there is", name);
  return EXIT_USAGE;
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
  return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

int main(int argc, char **argv)
{
  const struct weir_command *command;
  log_set_mask(values_mask);
  if(argc < 2) {
    help_overview(stderr);
    return EXIT_USAGE;
  }
  if(is_one_of(argv[1], "--help", "-h"))
    return help_overview(stdout);
  if(is_one_of(argv[1], "--version", "-V")) {
    printf("weir %s\n", WEIR_VERSION);
    return EXIT_PASS;
  }
  if(strcmp(argv[1], "help") == 0)
    return help_cmd(argc - 1, argv + 1);
  /* These two are weir's own and its build's. */
  if(strcmp(argv[1], "worker-process") == 0 && argc == 3)
    return load_worker_process((int)strtol(argv[2], NULL, 10));
  if(strcmp(argv[1], "write-manual") == 0)
    return manual_cmd(argc - 1, argv + 1);
  command = commands_find(argv[1]);
  return command ? command->run(argc - 1, argv + 1) : unknown(argv[1]);
}
