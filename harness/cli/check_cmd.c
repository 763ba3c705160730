/* SPDX-License-Identifier: MIT
 * weir check: record what a server does, judge it, say how to mend it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/check_run.h"
#include "cli/check_via.h"
#include "cli/commands.h"
#include "document/exit_code.h"
#include "result/check_doc.h"
#include "transport/caps.h"

#define PROFILE_MAX_BYTES (1u << 20)
#define MAX_ASSUMPTIONS   32

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
    "failed, 2 bad usage, 3 no event stream there, 4 weir's own trouble,\n"
    "130 interrupted.\n"
    "\n"
    "A check that applies but could not be tested is counted apart, never as\n"
    "passed; --strict fails it unless a profile expects it.\n"
    "\n"
    "Check:\n";

static int print_help(void)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = check_options_text(&text);
  printf("%s%s\n%s", intro, buf_text(&text), common_help_text);
  buf_free(&text);
  return rc ? EXIT_USAGE : EXIT_PASS;
}

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

/* Lines of the probe's sentences, cut in place. */
static size_t assumptions_of(char *text, const char **line)
{
  size_t n = 0;
  char *rest = text, *end;
  while(rest && *rest && n < MAX_ASSUMPTIONS) {
    end = strchr(rest, '\n');
    if(end)
      *end = '\0';
    if(*rest)
      line[n++] = rest;
    rest = end ? end + 1 : NULL;
  }
  return n;
}

static json_t *build(const struct check_run *r, const char *command)
{
  const char *line[MAX_ASSUMPTIONS];
  char *text = slice_dup(buf_slice(&r->first.assumptions));
  struct check_result *result = calloc(r->checks + 1, sizeof(*result));
  struct check_doc_input in = {.target = r->args->target,
                               .result = result,
                               .assumption = line,
                               .started_real_ns = r->started_real_ns,
                               .elapsed_ns = r->elapsed_ns,
                               .from = r->args->from,
                               .libuv = uv_version_string(),
                               .command = command,
                               .keep_secrets = r->args->keep_secrets,
                               .stack = check_via_stack(r),
                               .interrupted = r->interrupted};
  struct caps caps;
  json_t *doc = NULL;
  size_t i;
  caps_read(&caps);
  in.libcurl = caps.curl_version;
  in.exchanges = (uint32_t)(r->first.recordings + r->again.recordings);
  in.stopped = r->stopped[0] ? r->stopped : NULL;
  in.results = r->checks;
  if(text && result) {
    in.assumptions = in.stopped ? 0 : assumptions_of(text, line);
    for(i = 0; i < r->checks; i++)
      result[i] = (struct check_result){r->check[i], &r->finding[i]};
    doc = check_doc_build(&in);
  }
  free(result);
  free(text);
  return doc;
}

static int expect(json_t *doc, const char *path, struct err *e)
{
  struct buf text;
  int rc;
  if(!path)
    return 0;
  buf_init(&text, 0);
  rc = file_read(path, PROFILE_MAX_BYTES, &text, e);
  if(!rc)
    rc = check_doc_expect(doc, buf_slice(&text), path, e);
  buf_free(&text);
  return rc;
}

static int publish(const struct check_run *r, const char *command)
{
  json_t *doc = build(r, command);
  struct err e = {0};
  int code;
  if(!doc) {
    log_error("out of memory while writing the result");
    return EXIT_INVALID;
  }
  if(expect(doc, r->args->profile, &e)) {
    json_decref(doc);
    log_error("%s", e.text);
    return EXIT_USAGE;
  }
  code = check_doc_exit_code(doc);
  if(common_publish(&r->args->common, doc, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}

static void print_plan(const struct check_run *r, FILE *to)
{
  struct buf text;
  buf_init(&text, 0);
  if(check_run_plan(r, &text) == 0)
    fputs(buf_text(&text), to);
  buf_free(&text);
}

static int run(struct check_args *a, const char *command)
{
  struct check_run r;
  struct err e = {0};
  int rc = check_run_select(&r, a, &e), code;
  if(!rc && a->dry_run) {
    print_plan(&r, stdout);
    check_run_free(&r);
    return EXIT_PASS;
  }
  if(!rc && !a->common.quiet)
    print_plan(&r, stderr);
  if(!rc)
    rc = check_run_perform(&r, &e);
  if(!rc)
    rc = check_run_save(&r, &e);
  e.code = rc;
  code = rc ? fail(&e) : publish(&r, command);
  check_run_free(&r);
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
  code = a.common.help ? print_help() : run(&a, buf_text(&command));
  buf_free(&command);
  check_args_free(&a);
  return code;
}
