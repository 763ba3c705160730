/* SPDX-License-Identifier: MIT
 * weir nginx: what in an nginx configuration holds, cuts, changes or merges
 * an event stream, which line does it, and which line mends it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/nginx_args.h"
#include "cli/nginx_effective.h"
#include "cli/places.h"
#include "cli/terminal.h"
#include "doctor/document.h"
#include "doctor/run.h"
#include "document/exit_code.h"

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
    "error was\nfound, 2 bad usage or a file that cannot be read, 3 nothing "
    "of a stream could\nbe judged, 4 weir's own trouble, 130 interrupted.\n"
    "\n";

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

static int publish(const struct doctor_run *r, const struct nginx_args *a,
                   const char *command)
{
  json_t *doc = doctor_run_document(r, command);
  struct err e = {0};
  int code;
  if(!doc) {
    log_error("out of memory while writing the result");
    return EXIT_INVALID;
  }
  code = doctor_exit_code(doc);
  if(common_publish(&a->common, doc, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}

static int print_effective(struct doctor_run *r, bool json, struct err *e)
{
  struct nginx_effective ask = {.version = r->version,
                                .keep_secrets = r->order->keep_secrets};

  size_t i;
  int rc = r->fault.line ? err_set(e, r->fault.e.code, "%s", r->fault.e.text)
                         : doctor_run_choose(r, e);
  if(!rc && r->unjudged[0])
    rc = err_set(e, E_NOT_FOUND, "%s", r->unjudged);
  for(i = 0; i < r->targets && !rc; i++) {
    if(i && !json)
      putchar('\n');
    ask.request = r->target[i].request;
    rc = nginx_effective_print(r->conf, &ask, json, e);
  }
  return rc;
}

/* ---- Ctrl-C and the progress line ---- */

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
  (void)number;
  stopped = 1;
}

static bool is_stopped(void *ctx)
{
  (void)ctx;
  return stopped != 0;
}

static void on_progress(const char *what, void *ctx)
{
  const struct nginx_args *a = ctx;
  if(!a->common.quiet)
    terminal_line(what);
}

static void watch_signals(void)
{
  struct sigaction now;
  memset(&now, 0, sizeof(now));
  now.sa_handler = on_signal;
  sigaction(SIGINT, &now, NULL);
  sigaction(SIGTERM, &now, NULL);
}

/* ---- The run ---- */

static int examine(struct doctor_run *r, struct nginx_args *a,
                   const char *command, struct err *e)
{
  int rc;
  if(!a->static_only)
    watch_signals();
  rc = doctor_run_examine(r, e);
  on_progress("", a);
  return rc ? fail(rc, e) : publish(r, a, command);
}

static int order_of(struct nginx_args *a, struct buf *server,
                    struct doctor_order *out)
{
  int rc = places_program("weir-server", server);
  *out = (struct doctor_order){
      .path = a->path,
      .places = a->places,
      .location = a->location,
      .host = a->host,
      .fix = a->fix,
      .version = a->version,
      .version_given = a->version_text != NULL,
      .declared = a->declared,
      .static_only = a->static_only,
      .strict = a->strict,
      .force = a->force,
      .keep_secrets = a->keep_secrets,
      .box = {.nginx_binary = a->binary,
              .server_binary = rc ? NULL : buf_text(server),
              .keep = a->keep,
              .plain = a->plain_lab,
              .trust_code = a->trust_code,
              .trust_modules = a->trust_modules,
              .is_stopped = is_stopped,
              .on_progress = on_progress,
              .ctx = a}};
  return rc;
}

static int run(struct nginx_args *a, const char *command)
{
  struct doctor_order order;
  struct doctor_run r;
  struct buf server;
  struct err e = {0};
  int rc, code;
  memset(&r, 0, sizeof(r));
  buf_init(&server, 0);
  rc = order_of(a, &server, &order);
  rc = rc ? rc : doctor_run_open(&r, &order, &e);
  if(rc)
    code = fail(rc, &e);
  else if(a->effective) {
    rc = print_effective(&r, a->common.format == OUTPUT_JSON, &e);
    code = rc ? fail(rc, &e) : EXIT_PASS;
  } else
    code = examine(&r, a, command, &e);
  doctor_run_free(&r);
  buf_free(&server);
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
    return help_print(intro, &nginx_options, &common_options);
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
