/* SPDX-License-Identifier: MIT
 * weir check: record what a server does, judge it, say how to mend it. */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/check_args.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/places.h"
#include "cli/terminal.h"
#include "conformance/check_doc.h"
#include "conformance/check_run.h"
#include "document/exit_code.h"

static const char intro[] =
    "Usage: weir check URL|DESCRIPTOR.yaml [options]\n"
    "\n"
    "Says what is wrong with an event stream, why it matters, and how to mend "
    "it.\n"
    "\n"
    "  weir check http://127.0.0.1:8080/events\n"
    "  weir check http://127.0.0.1:8080/events --mode full -o check.html\n"
    "  weir check https://example.org/events        (lint: one connection)\n"
    "  weir check --from recordings/                (judge again, offline)\n"
    "\n"
    "Exit codes: 0 passed (warnings allowed without --strict), 1 a check\n"
    "failed, 2 bad usage, 3 no event stream there, or one that said nothing\n"
    "and was not judged, 4 weir's own trouble, 130 interrupted.\n"
    "\n"
    "A check that applies but could not be tested is counted apart, never as\n"
    "passed; --strict fails it unless a profile expects it.\n"
    "\n"
    "All but those of this run and of the output may stand in "
    "DESCRIPTOR.yaml.\n"
    "\n";

static int exit_code_of(int rc)
{
  switch(rc) {
  case E_SYNTAX:
  case E_RANGE:
  case E_UNSUPPORTED:
  case E_NOT_FOUND:
  case E_TOO_LONG:
  case E_MISMATCH:
  case E_IO:
    return EXIT_USAGE;
  case E_UNREACHABLE:
    return EXIT_UNREACHABLE;
  default:
    return EXIT_INVALID;
  }
}

static int fail(const struct err *e)
{
  log_error("%s", e->text);
  return exit_code_of(e->code);
}

/* On a terminal a line will do, unless somebody wants to know. */
static void print_plan(const struct check_run *r, bool brief, FILE *to)
{
  struct buf text;
  buf_init(&text, 0);
  if(check_run_plan(r, brief, &text) == 0)
    common_print(&text, to);
  buf_free(&text);
}

static void on_progress(size_t over, size_t total, const char *name, void *ctx)
{
  const struct check_args *a = ctx;
  struct buf text;
  if(a->common.quiet)
    return;
  buf_init(&text, 0);
  if(name)
    buf_addf(&text, "%zu of %zu: %s", over, total, name);
  terminal_line(buf_text(&text));
  buf_free(&text);
}

static void on_plan(const char *line, void *ctx)
{
  const struct check_args *a = ctx;
  struct buf text;
  if(a->common.quiet)
    return;
  buf_init(&text, 0);
  buf_addf(&text, "%s\n", line);
  common_print(&text, stderr);
  buf_free(&text);
}

static int publish(const struct check_args *a, json_t *doc)
{
  struct err e;
  int code = check_doc_exit_code(doc);
  if(common_publish(&a->common, doc, &e) == 0)
    return code;
  log_error("%s", e.text);
  return EXIT_USAGE;
}

static int perform(const struct check_args *a, struct check_run *r)
{
  struct err e = {0};
  json_t *doc = NULL;
  int code;
  if(!a->common.quiet)
    print_plan(r, isatty(STDERR_FILENO) && !a->common.verbose, stderr);
  e.code = check_run_perform(r, &e);
  if(!e.code)
    e.code = check_run_save(r, &e);
  if(!e.code)
    doc = check_run_document(r, &e);
  code = doc ? publish(a, doc) : fail(&e);
  json_decref(doc);
  return code;
}

static int run(struct check_args *a, const struct check_job *job)
{
  struct check_run r;
  struct err e = {0};
  int code = EXIT_PASS;
  e.code = check_run_select(&r, job, &e);
  if(e.code)
    code = fail(&e);
  else if(a->dry_run)
    print_plan(&r, false, stdout);
  else
    code = perform(a, &r);
  check_run_free(&r);
  return code;
}

static int run_job(struct check_args *a, const char *command)
{
  struct check_job job = {.target = a->target,
                          .loaded = &a->loaded,
                          .only = (const char *const *)a->only,
                          .skip = (const char *const *)a->skip,
                          .onlys = a->only_count,
                          .skips = a->skip_count,
                          .from = a->from,
                          .save = a->save,
                          .profile = a->profile,
                          .via = a->via,
                          .command = command,
                          .time_ns = a->time_ns,
                          .owned = a->owned,
                          .keep_secrets = a->keep_secrets,
                          .app = a->protocol,
                          .guess = a->guess,
                          .guesses = a->guesses,
                          .watcher = {on_progress, on_plan, a}};
  struct buf server;
  int code;
  buf_init(&server, 0);
  (void)places_program("weir-server", &server);
  job.server_program = buf_text(&server);
  code = run(a, &job);
  buf_free(&server);
  return code;
}

int check_cmd(int argc, char **argv)
{
  struct check_args a;
  struct buf command;
  struct err e = {0};
  int code;
  if(check_args_read(&a, argc, argv, &e)) {
    check_args_free(&a);
    log_error("%s", e.text);
    return EXIT_USAGE;
  }
  if(a.common.verbose)
    log_set_level(LOG_INFO);
  buf_init(&command, 0);
  common_command_line(argc, argv, &command);
  code = a.common.help ? help_print(intro, check_options(), &common_options)
                       : run_job(&a, buf_text(&command));
  buf_free(&command);
  check_args_free(&a);
  return code;
}
