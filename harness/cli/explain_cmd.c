/* SPDX-License-Identifier: MIT
 * weir explain: what a check or a rule of the doctor means, what it rests on,
 * how to mend what it finds. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "checks/app/app.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/profiles.h"
#include "document/exit_code.h"
#include "option/command.h"
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

/* Rules of the profile p that glob names. */
static int explain_rows(const struct profile *p, const char *glob)
{
  struct app_checks *rows = malloc(sizeof(*rows));
  int code = EXIT_PASS;
  size_t i, n = 0;
  if(!rows)
    return EXIT_INVALID;
  app_checks_fill(rows, p);
  for(i = 0; i < rows->count && code == EXIT_PASS; i++) {
    if(!check_matches(rows->check[i], glob))
      continue;
    if(n++)
      putchar('\n');
    code = explain(rows->check[i]);
  }
  free(rows);
  if(n || code != EXIT_PASS)
    return code;
  log_error("%s has no rule \"%s\"; weir explain app.%s shows all", p->name,
            glob, p->name);
  return EXIT_USAGE;
}

/* "app.openai-chat" and "app.openai-chat.order". */
static int explain_app(const char *glob)
{
  struct slice rest = slice_of(glob + strlen("app."));
  char *name = slice_dup(slice_cut(&rest, '.'));
  struct profile *p;
  struct err e = {0};
  int code;
  if(!name)
    return EXIT_INVALID;
  p = profiles_load(name, &e);
  code = p ? explain_rows(p, glob) : EXIT_USAGE;
  if(!p)
    log_error("%s", e.text);
  profile_free(p);
  free(name);
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

static const char intro[] =
    "Usage: weir explain ID\n\n"
    "Says what a check of weir check means: the clause it rests on, who\n"
    "breaks, typical causes, fixes; or a rule of weir nginx.  ID may be a\n"
    "group (http.ct, app.openai-chat) or a pattern (frame.*, "
    "nginx.cache*).\n\n";

struct asked {
  bool help;
};

static const struct option_row rows[] = {COMMAND_HELP(struct asked)};
static const struct option_table options = {rows, 1};

static int print_help(void)
{
  const struct help_page page = {
      .intro = intro, .table = {&options}, .lists = "checks rules"};
  return help_print_page(&page);
}

int explain_cmd(int argc, char **argv)
{
  struct asked s = {.help = false};
  struct command_word id = {"names", NULL};
  const struct command_part part = {&options, &s, NULL};
  const struct command_line line = {&part, 1, command_one, &id, false};
  struct err e = {0};
  int rc = command_read(&line, argc, argv, &e);
  if(!rc && s.help)
    return print_help();
  if(!rc && id.text && strncmp(id.text, "app.", 4) == 0)
    return explain_app(id.text);
  if(!rc && id.text)
    return explain_all(id.text);
  log_error("explain: %s", rc ? e.text : "of what?  See weir explain --help");
  return EXIT_USAGE;
}
