/* SPDX-License-Identifier: MIT
 * weir list: what there is to run, to inject, to compare and to read. */
#include <dirent.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "checks/core/check.h"
#include "ci/file.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/places.h"
#include "flow/schema.h"
#include "load/fields.h"
#include "load/gate.h"
#include "metrics/snapshot.h"
#include "option/command.h"
#include "rules/rule.h"
#include "scenario/keys.h"

#define SCENARIO_MAX_BYTES (1024u * 1024)

static int is_scenario(const struct dirent *d)
{
  size_t n = strlen(d->d_name);
  return n > 5 && d->d_name[0] != '.' &&
         strcmp(d->d_name + n - 5, ".yaml") == 0;
}

/* The first comment line with words in it: the question that the scenario
 * answers. */
static struct slice question(struct slice text)
{
  while(text.n) {
    struct slice line = slice_trim(slice_cut(&text, '\n'));
    if(line.n && line.p[0] != '#')
      break;
    while(line.n && line.p[0] == '#') {
      line.p++;
      line.n--;
    }
    line = slice_trim(line);
    if(line.n)
      return line;
  }
  return (struct slice){NULL, 0};
}

static void print_scenario(const char *dir, const char *file)
{
  struct buf path, text;
  struct slice q;
  buf_init(&path, 0);
  buf_init(&text, 0);
  if(file_path_join(&path, dir, file) == 0 &&
     file_read(buf_text(&path), SCENARIO_MAX_BYTES, &text, NULL) == 0) {
    q = question(buf_slice(&text));
    printf("%-18.*s %.*s\n", (int)strlen(file) - 5, file, (int)q.n,
           q.p ? q.p : "");
  }
  buf_free(&text);
  buf_free(&path);
}

/* The files of a folder; use is how to name one. */
static int list_files(const char *folder, const char *use)
{
  struct dirent **entry = NULL;
  struct buf dir;
  int n = -1, i;
  buf_init(&dir, 0);
  if(places_data(folder, &dir) == 0)
    n = scandir(buf_text(&dir), &entry, is_scenario, alphasort);
  if(n < 0)
    log_error("list: there is no %s in %s", folder, WEIR_DATADIR);
  else
    printf("# %s; the files are in %s\n", use, buf_text(&dir));
  for(i = 0; i < n; i++) {
    print_scenario(buf_text(&dir), entry[i]->d_name);
    free(entry[i]);
  }
  free(entry);
  buf_free(&dir);
  return n < 0 ? EXIT_USAGE : EXIT_PASS;
}

static int list_scenarios(void)
{
  return list_files("scenarios/load", "weir load NAME");
}

static int list_profiles(void)
{
  return list_files("scenarios/profiles", "weir check URL --app NAME");
}

/* The faults are the reference server's own: it shares no code with weir, so
 * it is asked. */
static int list_faults(void)
{
  char name[] = "weir-server", option[] = "--list-faults";
  char *args[] = {name, option, NULL};
  struct buf path;
  pid_t pid;
  int rc, status = -1;
  buf_init(&path, 0);
  fflush(stdout);
  rc = places_program(name, &path);
  if(!rc)
    rc = posix_spawnp(&pid, buf_text(&path), NULL, NULL, args, environ);
  if(rc) {
    log_error("list: weir-server is neither beside weir nor in PATH: %s",
              rc > 0 ? strerror(rc) : err_name(rc));
    buf_free(&path);
    return EXIT_USAGE;
  }
  while(waitpid(pid, &status, 0) < 0 && errno == EINTR)
    continue;
  buf_free(&path);
  if(!WIFEXITED(status) || WEXITSTATUS(status)) {
    log_error("list: weir-server --list-faults failed");
    return EXIT_USAGE;
  }
  return EXIT_PASS;
}

static int list_fields(void)
{
  struct buf text;
  size_t i;
  int rc = 0;
  buf_init(&text, 0);
  for(i = 0; i < fields_count() && !rc; i++) {
    const struct field *f = fields_at(i);
    buf_clear(&text);
    rc = fields_definition(f, &text);
    printf("%-35s %-6s %s", f->name, fields_unit(f), buf_text(&text));
    if(f->base != BASE_NONE)
      printf(" (%% of %s)", fields_base_text(f->base));
    putchar('\n');
  }
  buf_free(&text);
  return rc ? EXIT_USAGE : EXIT_PASS;
}

static int list_metrics(void)
{
  int i;
  for(i = 0; i < COUNTER_COUNT; i++)
    printf("%-20s counter    %s\n", counter_key((enum counter)i),
           counter_definition((enum counter)i));
  for(i = 0; i < HIST_COUNT; i++)
    printf("%-20s histogram  %s\n", histogram_key((enum histogram)i),
           histogram_definition((enum histogram)i));
  return EXIT_PASS;
}

static int list_checks(void)
{
  size_t i;
  for(i = 0; i < check_count(); i++) {
    const struct check *c = check_at(i);
    printf("%-32s %s  %s\n", c->id, severity_name(c->severity), c->title);
  }
  return EXIT_PASS;
}

static int list_rules(void)
{
  size_t i;
  for(i = 0; i < doctor_rule_count(); i++) {
    const struct doctor_rule *r = doctor_rule_at(i);
    printf("%-38s %-5s  %s\n", r->id, doctor_severity_name(r->severity),
           r->title);
  }
  return EXIT_PASS;
}

static int list_keys(void)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = option_help(scenario_options(), &text);
  fputs(buf_text(&text), stdout);
  buf_free(&text);
  return rc ? EXIT_INVALID : EXIT_PASS;
}

static int keys_markdown(struct buf *out)
{
  buf_adds(out, "# The keys of a scenario\n\nWhat a YAML file of `weir load` "
                "may say, and each is an option, too.\n\n");
  return option_markdown(scenario_options(), out);
}

#define KEY_COLUMNS 19

/* Those of a load are a list of their own. */
static int list_ci(void)
{
  const struct option_table *t = ci_file_keys();
  struct buf text;
  size_t i;
  int rc;
  buf_init(&text, 0);
  for(i = 0; i < t->count; i++) {
    const struct option_row *o = &t->row[i];
    if(o->type == OPTION_OWN || o->type == OPTION_OWN_LIST)
      continue;
    buf_addf(&text, "%s%s%s%-*s", o->group && i ? "\n" : "",
             o->group ? o->group : "", o->group ? ":\n" : "", KEY_COLUMNS,
             o->name);
    buf_add_wrapped(&text, KEY_COLUMNS, o->help);
  }
  rc = buf_adds(&text, "load.KEY           Each of weir list keys\n");
  fputs(buf_text(&text), stdout);
  buf_free(&text);
  return rc ? EXIT_INVALID : EXIT_PASS;
}

static int list_flows(void)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = flow_keys_text(&text);
  fputs(buf_text(&text), stdout);
  buf_free(&text);
  return rc ? EXIT_INVALID : EXIT_PASS;
}

static int print_json(json_t *(*make)(void))
{
  struct buf text;
  json_t *list = make();
  int rc;
  buf_init(&text, 0);
  rc = list ? json_print(list, true, &text) : E_NOMEM;
  if(!rc)
    puts(buf_text(&text));
  buf_free(&text);
  json_decref(list);
  return rc ? EXIT_INVALID : EXIT_PASS;
}

static int print_markdown(int (*make)(struct buf *out))
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = make(&text);
  if(!rc)
    fputs(buf_text(&text), stdout);
  buf_free(&text);
  return rc ? EXIT_INVALID : EXIT_PASS;
}

static const struct {
  const char *name, *text;
  int (*run)(void);
  json_t *(*json)(void); /* either may be NULL */
  int (*markdown)(struct buf *out);
} lists[] = {
    {"scenarios", "ready load scenarios, with the question each answers",
     list_scenarios, NULL, NULL},
    {"keys", "what a scenario can say", list_keys, NULL, keys_markdown},
    {"profiles",
     "protocols on top of event streams that weir check --app knows",
     list_profiles, NULL, NULL},
    {"checks", "what weir check judges", list_checks, check_list_json,
     checks_markdown},
    {"rules", "what weir nginx judges", list_rules, doctor_rules_json,
     doctor_rules_markdown},
    {"flows", "keys of weir test's files; --json is their schema, for editors",
     list_flows, flow_schema, flow_keys_markdown},
    {"ci", "keys of weir ci run's file", list_ci, NULL, NULL},
    {"faults", "what weir-server can be told to do wrong", list_faults, NULL,
     NULL},
    {"fields", "what thresholds can name", list_fields, NULL, NULL},
    {"metrics", "what weir counts and times, with definitions", list_metrics,
     NULL, NULL},
};

#define LIST_COUNT (sizeof(lists) / sizeof(lists[0]))

struct asked {
  bool json, markdown, help;
};

static const struct option_row rows[] = {
    {.name = "json",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct asked, json),
     .group = "Output",
     .help = "All that there is to know of checks, rules or flows"},
    {.name = "markdown",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct asked, markdown),
     .help = "The same as a page: weir list checks --markdown > CHECKS.md"},
    COMMAND_HELP(struct asked),
};

static const struct option_table options = {rows,
                                            sizeof(rows) / sizeof(rows[0])};

static int help(void)
{
  struct help_page page = {.table = {&options}};
  struct buf text, words;
  size_t i;
  int code;
  buf_init(&text, 0);
  buf_init(&words, 0);
  buf_adds(&text, "Usage: weir list WHAT [--json|--markdown]\n\n");
  for(i = 0; i < LIST_COUNT; i++) {
    buf_addf(&text, "  %-10s %s\n", lists[i].name, lists[i].text);
    buf_addf(&words, "%s%s", i ? " " : "", lists[i].name);
  }
  buf_addc(&text, '\n');
  page.intro = buf_text(&text);
  page.words = buf_text(&words);
  code = help_print_page(&page);
  buf_free(&words);
  buf_free(&text);
  return code;
}

/* There is no such list; these are. */
static int refuse(const char *what)
{
  size_t i;
  if(what)
    log_error("list: there is no list of \"%s\"; there are", what);
  else
    log_error("list: of what?  There are");
  for(i = 0; i < LIST_COUNT; i++)
    fprintf(stderr, "  %-10s %s\n", lists[i].name, lists[i].text);
  return EXIT_USAGE;
}

static int list_one(size_t i, const struct asked *s)
{
  if(s->json && lists[i].json)
    return print_json(lists[i].json);
  if(s->markdown && lists[i].markdown)
    return print_markdown(lists[i].markdown);
  if(!s->json && !s->markdown)
    return lists[i].run();
  log_error("list: %s have no form --%s; see weir list --help", lists[i].name,
            s->json ? "json" : "markdown");
  return EXIT_USAGE;
}

int list_cmd(int argc, char **argv)
{
  struct asked s = {.help = false};
  struct command_word what = {"lists", NULL};
  const struct command_part part = {&options, &s, NULL};
  const struct command_line line = {&part, 1, command_one, &what, false};
  struct err e = {0};
  size_t i;
  if(command_read(&line, argc, argv, &e)) {
    log_error("list: %s", e.text);
    return EXIT_USAGE;
  }
  if(s.help)
    return help();
  for(i = 0; i < LIST_COUNT && what.text; i++) {
    if(strcmp(lists[i].name, what.text) == 0)
      return list_one(i, &s);
  }
  return refuse(what.text);
}
