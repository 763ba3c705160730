/* SPDX-License-Identifier: MIT
 * weir ci init: what a project needs to have its stream tested with every
 * commit. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "ci/init.h"
#include "cli/ci_init.h"
#include "cli/commands.h"
#include "cli/common.h"
#include "cli/help.h"
#include "cli/test_record.h"
#include "document/exit_code.h"
#include "endpoint/endpoint.h"

#define ASKED_NS (2 * NS_PER_SEC) /* for one that runs already */

static const char intro[] =
    "Usage: weir ci init URL [options]\n"
    "\n"
    "Asks the stream what it offers and writes what tests it with every "
    "commit:\n"
    "a job, the file that weir ci run reads, and a first flow.  Limits leave "
    "room\n"
    "above what is measured now; what the stream cannot be asked for is left "
    "out.\n"
    "A server that does not run yet is started for it, and ended.  Files "
    "that are\n"
    "there are left alone.\n"
    "\n"
    "  weir ci init http://127.0.0.1:8080/events --start 'node server.js'\n"
    "  weir ci init http://127.0.0.1:8080/events --gitlab --package "
    "ci/weir.deb\n"
    "\n"
    "Exit codes: 0 written, 2 bad usage, or nothing could be written, 3 no "
    "stream\n"
    "there.\n"
    "\n";

struct init_args {
  const char *start, *dir, *package;
  bool gitlab, attach, help;
  struct command_word url;
};

#define ARG(n, m) .name = n, OPTION_MEMBER(struct init_args, m)

static const struct option_row rows[] = {
    {ARG("start", start), .type = OPTION_ARGUMENT,
     .group = "Options of weir ci init", .argument = "COMMAND",
     .help = "Shell command that runs the server in the project's folder "
             "(else npm start, where package.json has it)"},
    {ARG("attach", attach), .type = OPTION_BOOL,
     .help = "Others start it, as docker compose does"},
    {ARG("package", package), .type = OPTION_ARGUMENT, .argument = "DEB",
     .help = "Debian package of weir, a URL or a file of the project, that "
             "the job installs (else its machine must have weir)"},
    {ARG("gitlab", gitlab), .type = OPTION_BOOL,
     .help = "For GitLab instead of GitHub"},
    {ARG("dir", dir), .type = OPTION_ARGUMENT, .argument = "DIR",
     .fallback = ".", .help = "The project"},
    COMMAND_HELP(struct init_args),
};

const struct option_table ci_init_options = {rows,
                                             sizeof(rows) / sizeof(rows[0])};

static int parse(struct init_args *a, int argc, char **argv, struct err *e)
{
  const struct command_part part = {&ci_init_options, a, NULL};
  const struct command_line line = {&part, 1, command_one, &a->url, false};
  int rc;
  *a = (struct init_args){.url = {"URLs", NULL}};
  rc = option_set_default(a, &ci_init_options);
  if(!rc)
    rc = command_read(&line, argc, argv, e);
  if(rc || a->help)
    return rc;
  if(!a->url.text || !endpoint_is_url(a->url.text))
    return err_set(e, E_SYNTAX, "which stream? weir ci init URL");
  if(a->start && a->attach)
    return err_set(e, E_SYNTAX, "--start and --attach: give one of them");
  if(!a->start && !a->attach)
    a->start = init_start(a->dir);
  if(!a->start && !a->attach)
    return err_set(e, E_SYNTAX,
                   "--start is needed, the shell command that runs the server "
                   "(or --attach, where others start it)");
  return chdir(a->dir) ? err_set(e, E_IO, "%s: %s", a->dir, strerror(errno))
                       : 0;
}

/* --- files --- */

static int put(const char *path, struct buf *text, struct err *e)
{
  int rc = text->rc;
  if(rc)
    return err_set(e, rc, "%s", err_name(rc));
  if(access(path, F_OK) == 0) {
    printf("kept     %s (it was there)\n", path);
    return 0;
  }
  rc = file_ready(path, e);
  if(!rc)
    rc = file_write(path, buf_slice(text), e);
  if(!rc)
    printf("written  %s\n", path);
  return rc;
}

typedef int write_fn(const struct ci_project *p, struct buf *out);

static int put_made(const char *path, write_fn *make,
                    const struct ci_project *p, struct err *e)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = make(p, &text);
  if(rc)
    err_set(e, rc, "%s", err_name(rc));
  else if(text.n)
    rc = put(path, &text, e);
  buf_free(&text);
  return rc;
}

static int put_all(const struct init_args *a, const struct ci_project *p,
                   struct ci_answer *answer, struct err *e)
{
  int rc = a->gitlab
               ? put_made(".gitlab-ci.weir.yml", init_gitlab, p, e)
               : put_made(".github/workflows/stream.yml", init_github, p, e);
  if(!rc)
    rc = put_made(CI_FILE_NAME, init_file, p, e);
  if(!rc)
    rc = put_made(CI_PROFILE, init_profile, p, e);
  if(!rc && answer->flow.n)
    rc = put(CI_FLOWS "/stream.yaml", &answer->flow, e);
  return rc;
}

static void say_next(const struct init_args *a)
{
  if(a->gitlab)
    puts("\nInclude it in .gitlab-ci.yml:  include: .gitlab-ci.weir.yml");
  if(!a->package)
    puts("\nThe job takes weir as its machine has it; --package DEB has it "
         "installed.");
  puts("\nTry it here: weir ci run " CI_FILE_NAME);
}

/* --- asking --- */

/* One that answers already is asked as it is; else it is started. */
static int begin(const struct init_args *a, struct server_plan *plan,
                 struct server *s, struct err *e)
{
  struct err first = {0};
  int rc;
  plan->command = NULL;
  plan->ready_ns = ASKED_NS;
  rc = server_start(s, plan, &first);
  if(!rc || !a->start) {
    if(rc)
      *e = first;
    return rc;
  }
  server_end(s, &first);
  plan->command = a->start;
  plan->ready_ns = SERVER_READY_NS;
  printf("started  %s\n", a->start);
  return server_start(s, plan, e);
}

static int ask(const struct init_args *a, const char *folder,
               struct ci_answer *answer, struct err *e)
{
  const struct ci_tools tools = {.check = check_cmd, .load = load_cmd};
  struct server_plan plan = {.url = a->url.text, .grace_ns = SERVER_GRACE_NS};
  struct ci_question q = {.url = a->url.text,
                          .folder = folder,
                          .tools = &tools,
                          .record = test_record};
  struct err left = {0};
  struct server s;
  struct buf log;
  int rc;
  buf_init(&log, 0);
  buf_addf(&log, "%s/server.log", folder);
  plan.log = buf_text(&log);
  rc = begin(a, &plan, &s, e);
  q.server = &s;
  if(!rc) {
    printf("asking   %s, for half a minute\n", a->url.text);
    fflush(stdout);
    rc = ci_ask(&q, answer, e);
  }
  if(server_end(&s, &left))
    log_warn("ci: %s", left.text);
  unlink(plan.log);
  buf_free(&log);
  return rc;
}

static int init(const struct init_args *a, struct err *e)
{
  char folder[] = "/tmp/weir-ci-XXXXXX";
  struct ci_answer answer = {.load = NULL};
  const struct ci_project p = {.folder = ".",
                               .url = a->url.text,
                               .start = a->attach ? NULL : a->start,
                               .package = a->package,
                               .answer = &answer};
  int rc;
  if(!mkdtemp(folder))
    return err_set(e, E_IO, "%s: %s", folder, strerror(errno));
  rc = ask(a, folder, &answer, e);
  rmdir(folder);
  if(!rc)
    rc = put_all(a, &p, &answer, e);
  if(!rc)
    say_next(a);
  ci_answer_free(&answer);
  return rc;
}

int ci_init(int argc, char **argv)
{
  struct init_args a;
  struct err e = {0};
  int rc = parse(&a, argc, argv, &e);
  if(!rc && a.help)
    return help_print(intro, &ci_init_options, NULL);
  if(!rc)
    rc = init(&a, &e);
  if(rc)
    log_error("ci init: %s", e.text);
  return !rc ? EXIT_PASS : rc == E_UNREACHABLE ? EXIT_UNREACHABLE : EXIT_USAGE;
}
