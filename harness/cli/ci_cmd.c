/* SPDX-License-Identifier: MIT
 * weir ci init: what a project needs to have its stream tested in CI. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "document/exit_code.h"
#include "option/command.h"

/* scenarios/ci, embedded by the build. */
extern const unsigned char ci_github[], ci_gitlab[], ci_regress[],
    ci_scenario[];

#define ACTION     "OWNER/weir/.github/actions/weir@main"
#define REPOSITORY "https://github.com/OWNER/weir"

static const char intro[] =
    "Usage: weir ci init --start COMMAND --url URL [options]\n"
    "\n"
    "Writes a workflow that tests an SSE server with every commit: it starts\n"
    "the server, checks its conformance, loads it, compares it with stored "
    "runs,\n"
    "and keeps a report.  Files that are there already are left alone.\n"
    "\n"
    "  weir ci init --start 'node server.js' "
    "--url http://127.0.0.1:8080/events\n"
    "\n"
    "Exit codes: 0 written, 2 bad usage, or nothing could be written.\n"
    "\n";

struct ci {
  const char *start, *url, *dir, *action, *repository;
  bool gitlab, help;
};

#define ARG(n, m) .name = n, OPTION_MEMBER(struct ci, m)

static const struct option_row rows[] = {
    {ARG("start", start), .type = OPTION_ARGUMENT, .group = "Options",
     .argument = "COMMAND", .help = "Shell command that runs the server"},
    {ARG("url", url), .type = OPTION_ARGUMENT, .argument = "URL",
     .help = "Its stream, on this machine"},
    {ARG("gitlab", gitlab), .type = OPTION_BOOL,
     .help = "For GitLab instead of GitHub"},
    {ARG("dir", dir), .type = OPTION_ARGUMENT, .argument = "DIR",
     .fallback = ".", .help = "The project"},
    {ARG("action", action), .type = OPTION_ARGUMENT, .argument = "REF",
     .fallback = ACTION, .help = "The GitHub action to use"},
    {ARG("repository", repository), .type = OPTION_ARGUMENT, .argument = "URL",
     .fallback = REPOSITORY, .help = "Where GitLab clones weir from"},
    COMMAND_HELP(struct ci),
};

static const struct option_table options = {rows,
                                            sizeof(rows) / sizeof(rows[0])};

static int parse(struct ci *c, int argc, char **argv, struct err *e)
{
  const struct command_part part = {&options, c, NULL};
  struct command_word verb = {"things to do", NULL};
  const struct command_line line = {&part, 1, command_one, &verb, false};
  int rc;
  *c = (struct ci){.help = false};
  rc = option_set_default(c, &options);
  if(!rc)
    rc = command_read(&line, argc, argv, e);
  if(rc || c->help)
    return rc;
  if(!verb.text || strcmp(verb.text, "init") != 0)
    return err_set(e, E_SYNTAX, "weir ci knows one thing to do: weir ci init");
  if(!c->start || !c->url)
    return err_set(e, E_SYNTAX,
                   "--start and --url are needed: how the server is run and "
                   "where its stream is");
  return 0;
}

/* A double-quoted YAML scalar. */
static int quoted(const char *text, struct buf *out)
{
  buf_addc(out, '"');
  for(; *text; text++) {
    unsigned char ch = (unsigned char)*text;
    if(ch == '"' || ch == '\\')
      buf_addf(out, "\\%c", ch);
    else if(ch < 0x20)
      buf_addf(out, "\\x%02X", ch);
    else
      buf_addc(out, *text);
  }
  return buf_addc(out, '"');
}

/* text with its @MARKS@ replaced. */
static int fill(const struct ci *c, const char *text, struct buf *out)
{
  const struct {
    const char *mark, *value;
    bool plain;
  } marks[] = {{"@START@", c->start, false},
               {"@URL@", c->url, false},
               {"@ACTION@", c->action, true},
               {"@REPOSITORY@", c->repository, true}};
  size_t i;
  while(*text) {
    for(i = 0; i < 4; i++) {
      if(strncmp(text, marks[i].mark, strlen(marks[i].mark)) == 0)
        break;
    }
    if(i == 4) {
      buf_addc(out, *text++);
      continue;
    }
    if(marks[i].plain)
      buf_adds(out, marks[i].value);
    else
      quoted(marks[i].value, out);
    text += strlen(marks[i].mark);
  }
  return out->rc;
}

/* The folders of a relative path inside dir. */
static int make_folders(const char *dir, const char *path, struct err *e)
{
  const char *slash = path;
  for(slash = strchr(slash, '/'); slash; slash = strchr(slash + 1, '/')) {
    struct buf folder;
    int rc;
    buf_init(&folder, 0);
    rc = buf_addf(&folder, "%s/%.*s", dir, (int)(slash - path), path);
    if(!rc && mkdir(buf_text(&folder), 0777) && errno != EEXIST)
      rc = err_set(e, E_IO, "%s: %s", buf_text(&folder), strerror(errno));
    buf_free(&folder);
    if(rc)
      return rc;
  }
  return 0;
}

static int put(const struct ci *c, const char *name, const unsigned char *text,
               mode_t mode, struct err *e)
{
  struct buf path, content;
  int rc;
  buf_init(&path, 0);
  buf_init(&content, 0);
  rc = buf_addf(&path, "%s/%s", c->dir, name);
  if(!rc && access(buf_text(&path), F_OK) == 0)
    printf("kept     %s (it was there)\n", buf_text(&path));
  else if(!rc) {
    rc = make_folders(c->dir, name, e);
    if(!rc)
      rc = fill(c, (const char *)text, &content);
    if(!rc)
      rc = file_write(buf_text(&path), buf_slice(&content), e);
    if(!rc && chmod(buf_text(&path), mode))
      rc = err_set(e, E_IO, "%s: %s", buf_text(&path), strerror(errno));
    if(!rc)
      printf("written  %s\n", buf_text(&path));
  }
  buf_free(&path);
  buf_free(&content);
  return rc;
}

static int init(const struct ci *c, struct err *e)
{
  int rc = c->gitlab
               ? put(c, ".gitlab-ci.weir.yml", ci_gitlab, 0644, e)
               : put(c, ".github/workflows/stream.yml", ci_github, 0644, e);
  if(!rc)
    rc = put(c, "weir.yaml", ci_scenario, 0644, e);
  if(!rc)
    rc = put(c, "weir-regress.sh", ci_regress, 0755, e);
  if(rc)
    return rc;
  if(c->gitlab)
    puts("\nInclude it in .gitlab-ci.yml:  include: .gitlab-ci.weir.yml");
  if(strstr(c->gitlab ? c->repository : c->action, "OWNER"))
    puts("\nOWNER in it stands for where your copy of weir is "
         "(--action, --repository).");
  puts("\nTry it here, with WEIR_START and WEIR_URL set: ./weir-regress.sh");
  puts("The first run keeps weir-out/runs.json: commit it as "
       "weir-baseline.json.");
  return 0;
}

int ci_cmd(int argc, char **argv)
{
  struct ci c;
  struct err e = {0};
  int rc = parse(&c, argc, argv, &e);
  if(!rc && c.help)
    return help_print(intro, &options, NULL);
  if(!rc)
    rc = init(&c, &e);
  if(rc)
    log_error("ci: %s", e.text[0] ? e.text : err_name(rc));
  return rc ? EXIT_USAGE : EXIT_PASS;
}
