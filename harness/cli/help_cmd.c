/* SPDX-License-Identifier: MIT
 * weir help; see help_cmd.h. */
#include "cli/help_cmd.h"

#include <string.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/topic.h"
#include "document/exit_code.h"

int help_overview(FILE *to)
{
  const struct weir_command *c;
  const struct topic *t;
  fprintf(to,
          "weir %s: load testing and conformance for Server-Sent Events\n\n"
          "Usage: weir COMMAND [arguments]\n\n",
          WEIR_VERSION);
  for(c = commands; c->name; c++)
    fprintf(to, "  weir %-8s %s\n", c->name, c->summary);
  fprintf(to, "\n");
  for(t = topics; t->name; t++)
    fprintf(to, "  weir help %s  %s\n", t->name, t->summary);
  fprintf(to, "\nweir help COMMAND tells more.  A server to try it on: "
              "weir-server --help\n");
  return EXIT_PASS;
}

static int show(const struct topic *t)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = topic_text(t->text, &text);
  fputs(buf_text(&text), stdout);
  buf_free(&text);
  return rc ? EXIT_INVALID : EXIT_PASS;
}

int help_cmd(int argc, char **argv)
{
  const struct topic *t = argc > 1 ? topic_find(argv[1]) : NULL;
  const struct weir_command *c = argc > 1 ? commands_find(argv[1]) : NULL;
  const char *near;
  if(argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
    return help_overview(stdout);
  if(c)
    return help_of(c->name, c->run);
  if(t)
    return show(t);
  near = commands_nearest(argv[1]);
  log_error("help: there is no command or topic \"%s\"%s%s%s", argv[1],
            near ? " (did you mean \"" : "", near ? near : "",
            near ? "\"?)" : "; weir help lists what there is");
  return EXIT_USAGE;
}
