/* SPDX-License-Identifier: MIT
 * weir nginx: what in an nginx configuration holds, cuts, changes or merges
 * an event stream, which line does it, and which line mends it. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/nginx_effective.h"
#include "cli/nginx_run.h"
#include "document/exit_code.h"
#include "result/nginx_doc.h"

static const char intro[] =
    "Usage: weir nginx CONF [options]\n"
    "\n"
    "Says which line of an nginx configuration holds, cuts, changes or breaks "
    "an\nevent stream, and which directive in which block mends it.\n"
    "\n"
    "  weir nginx /etc/nginx/nginx.conf --location /events\n"
    "  nginx -T 2>/dev/null | weir nginx - --location /events --heartbeat "
    "15s\n"
    "  weir nginx - < snippet            (a pasted location{} or server{})\n"
    "  weir nginx /etc/nginx --effective /events\n"
    "\n"
    "CONF is a file, a folder with nginx.conf, a dump of nginx -T, or - for\n"
    "standard input.  Nothing of a running nginx is touched.\n"
    "\n"
    "Exit codes: 0 nothing wrong (warnings allowed without --strict), 1 an "
    "error was\nfound, 2 bad usage or a configuration that cannot be read, 4 "
    "weir's own trouble,\n130 interrupted.\n"
    "\n"
    "Doctor:\n";

static int print_help(void)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = nginx_options_text(&text);
  printf("%s%s\n%s", intro, buf_text(&text), common_help_text);
  buf_free(&text);
  return rc ? EXIT_USAGE : EXIT_PASS;
}

static int exit_code_of(int rc)
{
  return rc == E_NOMEM || rc == E_INTERNAL || rc == E_LIMIT ? EXIT_INVALID
                                                            : EXIT_USAGE;
}

static int fail(int rc, const struct err *e)
{
  log_error("%s", e->text[0] ? e->text : err_name(rc));
  return exit_code_of(rc);
}

static int publish(const struct nginx_run *r, const char *command)
{
  json_t *doc = nginx_run_document(r, command);
  struct err e = {0};
  int code;
  if(!doc) {
    log_error("out of memory while writing the result");
    return EXIT_INVALID;
  }
  code = nginx_doc_exit_code(doc);
  if(common_publish(&r->args->common, doc, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}

static int print_effective(struct nginx_run *r, struct err *e)
{
  struct nginx_effective ask = {.version = r->version};
  bool json = r->args->common.format == OUTPUT_JSON;
  size_t i;
  int rc = nginx_run_choose(r, e);
  for(i = 0; i < r->targets && !rc; i++) {
    if(i && !json)
      putchar('\n');
    ask.request = r->target[i].request;
    rc = nginx_effective_print(r->conf, &ask, json, e);
  }
  return rc;
}

static int examine(struct nginx_run *r, const char *command, struct err *e)
{
  uint64_t began = clock_mono_ns();
  int rc = nginx_run_refused(r, e);
  if(!rc)
    rc = nginx_run_choose(r, e);
  /* A text without a place to judge is refused all the same. */
  if(r->refused.n && rc != E_NOMEM)
    rc = 0;
  if(!rc)
    rc = nginx_run_judge(r, e);
  nginx_run_hold_back(r);
  if(!rc && !r->static_why[0] && !r->interrupted)
    rc = nginx_run_live(r, e);
  if(!rc)
    rc = nginx_run_fix(r, e);
  r->elapsed_ns = clock_mono_ns() - began;
  return rc ? fail(rc, e) : publish(r, command);
}

static int run(const struct nginx_args *a, const char *command)
{
  struct nginx_run r;
  struct err e = {0};
  int rc = nginx_run_open(&r, a, &e), code;
  if(rc)
    code = fail(rc, &e);
  else if(a->effective) {
    rc = print_effective(&r, &e);
    code = rc ? fail(rc, &e) : EXIT_PASS;
  } else
    code = examine(&r, command, &e);
  nginx_run_free(&r);
  return code;
}

int nginx_cmd(int argc, char **argv)
{
  struct nginx_args a;
  struct buf command;
  struct err e = {0};
  int code;
  if(nginx_args_read(&a, argc, argv, &e)) {
    log_error("%s", e.text);
    return EXIT_USAGE;
  }
  if(a.common.help)
    return print_help();
  if(a.effective) {
    a.location = a.effective;
    a.static_only = !a.binary;
  }
  if(a.common.verbose)
    log_set_level(LOG_INFO);
  a.common.verbose = a.explain;
  buf_init(&command, 0);
  common_command_line(argc, argv, &command);
  code = run(&a, buf_text(&command));
  buf_free(&command);
  return code;
}
