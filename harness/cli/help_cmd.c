/* SPDX-License-Identifier: MIT
 * weir help; see help_cmd.h. */
#include "cli/help_cmd.h"

#include "base/log.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "document/exit_code.h"

int help_overview(FILE *to)
{
  const struct weir_command *c;
  fprintf(to,
          "weir %s: load testing and conformance for Server-Sent Events\n\n"
          "Usage: weir COMMAND [arguments]\n\n",
          WEIR_VERSION);
  for(c = commands; c->name; c++)
    fprintf(to, "  weir %-8s %s\n", c->name, c->summary);
  fprintf(to, "\nweir help COMMAND tells more.  A server to try it on: "
              "weir-server --help\n");
  return EXIT_PASS;
}

int help_cmd(int argc, char **argv)
{
  const struct weir_command *c = argc > 1 ? commands_find(argv[1]) : NULL;
  const char *near;
  if(argc < 2)
    return help_overview(stdout);
  if(c)
    return help_of(c->name, c->run);
  near = commands_nearest(argv[1]);
  log_error("help: there is no command \"%s\"%s%s%s", argv[1],
            near ? " (did you mean \"" : "", near ? near : "",
            near ? "\"?)" : "; weir help lists what there is");
  return EXIT_USAGE;
}
