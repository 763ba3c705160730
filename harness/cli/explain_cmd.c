/* SPDX-License-Identifier: MIT
 * weir explain: what a check or a rule of the doctor means, what it rests on,
 * how to mend what it finds. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "checks/check.h"
#include "cli/commands.h"
#include "document/exit_code.h"
#include "rules/rule.h"

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
  for(i = 0; i < doctor_rule_count(); i++) {
    int d = units_distance(id, doctor_rule_at(i)->id);
    if(d < least) {
      least = d;
      best = doctor_rule_at(i)->id;
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

static int explain_rule(const struct doctor_rule *r)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = doctor_rule_explain(r, &text);
  if(!rc)
    fputs(buf_text(&text), stdout);
  buf_free(&text);
  return rc ? EXIT_INVALID : EXIT_PASS;
}

/* Rules of weir nginx: "nginx.read-timeout", "nginx.*". */
static int explain_rules(const char *glob, size_t *n)
{
  size_t i;
  int code = EXIT_PASS;
  for(i = 0; i < doctor_rule_count() && code == EXIT_PASS; i++) {
    if(fnmatch(glob, doctor_rule_at(i)->id, 0) != 0)
      continue;
    if((*n)++)
      putchar('\n');
    code = explain_rule(doctor_rule_at(i));
  }
  return code;
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
  if(code == EXIT_PASS)
    code = explain_rules(glob, &n);
  if(!n) {
    const char *near = nearest(glob);
    log_error(
        "there is no check or rule \"%s\"%s%s%s; weir list checks and weir "
        "list rules show all",
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
  fputs(
      "Usage: weir explain ID\n\n"
      "Says what a check of weir check means: the clause it rests on, who\n"
      "breaks, typical causes, fixes; or a rule of weir nginx.  ID may be a\n"
      "group (http.ct) or a pattern (frame.*, nginx.cache*).\n",
      help ? stdout : stderr);
  return help ? EXIT_PASS : EXIT_USAGE;
}
