/* SPDX-License-Identifier: MIT
 * weir explain: what a check means, which clause it rests on, how to mend
 * what it finds. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "checks/check.h"
#include "cli/commands.h"
#include "result/exit_code.h"

static const char *nearest(const char *id)
{
  const char *best = NULL;
  int least = 6;
  size_t i;
  for(i = 0; i < check_count(); i++) {
    int d = units_distance(id, check_at(i)->id);
    if(d < least) {
      least = d;
      best = check_at(i)->id;
    }
  }
  return best;
}

static int explain(const struct check *c)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = check_explain(c, &text);
  if(!rc)
    fputs(buf_text(&text), stdout);
  buf_free(&text);
  return rc ? EXIT_INVALID : EXIT_PASS;
}

/* "http.ct" and "frame.*" explain all they name. */
static int explain_all(const char *glob)
{
  size_t i, n = 0;
  int code = EXIT_PASS;
  for(i = 0; i < check_count() && code == EXIT_PASS; i++) {
    if(!check_matches(check_at(i), glob))
      continue;
    if(n++)
      putchar('\n');
    code = explain(check_at(i));
  }
  if(!n) {
    const char *near = nearest(glob);
    log_error("there is no check \"%s\"%s%s%s; weir list checks shows all",
              glob, near ? " (did you mean \"" : "", near ? near : "",
              near ? "\"?)" : "");
    return EXIT_USAGE;
  }
  return code;
}

int explain_cmd(int argc, char **argv)
{
  bool help = argc == 2 &&
              (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
  if(argc == 2 && !help)
    return explain_all(argv[1]);
  fputs("Usage: weir explain ID\n\n"
        "Says what a check of weir check means: the clause it rests on, who\n"
        "breaks, typical causes, fixes.  ID may be a group (http.ct) or a\n"
        "pattern (frame.*).\n",
        help ? stdout : stderr);
  return help ? EXIT_PASS : EXIT_USAGE;
}
