/* SPDX-License-Identifier: MIT
 * weir test: flows from files, what must arrive after what. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rng.h"
#include "ci/server.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/test_args.h"
#include "cli/test_files.h"
#include "cli/test_record.h"
#include "document/doc.h"
#include "document/exit_code.h"
#include "flow/flow_doc.h"

static const char intro[] =
    "Usage: weir test FILE|DIR... [options]\n"
    "\n"
    "Tests what a server sends after what: each file is a flow of users, "
    "streams,\nrequests, and what must arrive, in time, once, and at nobody "
    "else's.\n"
    "\n"
    "  weir: flow/1\n"
    "  flow: an order is announced once\n"
    "  target: http://127.0.0.1:8080\n"
    "  steps:\n"
    "    - subscribe: {as: inbox, GET: /events}\n"
    "    - request: {POST: /orders, json: {item: 7}, status: 201, take: {id: "
    "/id}}\n"
    "    - expect: {stream: inbox, within: 2s, event: order.created,\n"
    "               data: {/id: \"{{id}}\"}, times: 1}\n"
    "\n"
    "  weir test orders.yaml\n"
    "  weir test flows/ -j 4 -o results.xml -o results.html\n"
    "  weir test orders.yaml --repeat 50          how often does it fail?\n"
    "  weir test flows/ --start 'npm start'       with a server of its own\n"
    "  weir test orders.yaml --check              read it, ask nobody\n"
    "\n"
    "Steps: subscribe, request, expect, wait, cut, resume, pause, go, close, "
    "run,\nrepeat, parallel.  \"within\" counts from the moment the request "
    "before was\nsent, an event that overtakes its answer counts, and each "
    "event satisfies one\nexpect.\n"
    "expect says: a pattern (event, id, is, text, data, where, comment) and "
    "times,\nor in-order, any-order, none, only, every, silence, ends, "
    "open.\n"
    "\n"
    "Exit codes: 0 green, 1 red, 2 a file or the usage is wrong, 3 nobody "
    "there,\n4 uncertain since weir itself was held up, 130 interrupted.\n"
    "\n";

static bool is_chosen(const struct test_args *a, const struct flow *f)
{
  bool chosen = a->name_count == 0;
  uint32_t i;
  for(i = 0; i < a->name_count; i++)
    chosen |= flow_has_tag(f, a->name[i]);
  for(i = 0; i < a->skip_count; i++)
    chosen &= !flow_has_tag(f, a->skip[i]);
  return chosen;
}

static void on_over(json_t *flow, void *ctx)
{
  const struct test_args *a = ctx;
  if(!a->common.quiet && isatty(STDERR_FILENO))
    fprintf(stderr, "%-9s  %s\n", doc_text(flow, "verdict"),
            doc_text(flow, "name"));
}

static struct flow_job *choose(const struct test_args *a,
                               const struct test_files *t, uint32_t *jobs)
{
  struct flow_job *job =
      calloc((size_t)t->count * a->repeat + 1, sizeof(*job));
  uint32_t i;
  uint64_t turn;
  *jobs = 0;
  for(turn = 1; job && turn <= a->repeat; turn++) {
    for(i = 0; i < t->count; i++) {
      if(is_chosen(a, t->flow[i]))
        job[(*jobs)++] = (struct flow_job){t->flow[i], turn};
    }
  }
  return job;
}

static int publish(const struct test_args *a, json_t *runs,
                   struct flow_doc_input *in)
{
  struct err e = {0};
  json_t *doc;
  int code;
  in->runs = runs;
  in->elapsed_ns = clock_real_ns() - in->started_ns;
  doc = flow_doc_build(in);
  code = flow_doc_exit_code(doc);
  if(common_publish(&a->common, doc, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}

static int run(struct test_args *a, const struct test_files *t,
               const char *command)
{
  struct flow_plan plan = {.side_by_side = (uint32_t)a->jobs,
                           .fail_fast = a->fail_fast,
                           .on_over = on_over,
                           .ctx = a};
  struct flow_doc_input in = {.command = command,
                              .started_ns = clock_real_ns(),
                              .options = &plan.options,
                              .empty_allowed = a->empty_allowed,
                              .repeated = a->repeat > 1};
  struct flow_job *job;
  struct err e = {0};
  json_t *runs;
  int code = EXIT_INVALID;
  plan.options =
      (struct flow_options){.timeout_scale = a->timeout_scale,
                            .seed = a->seed ? a->seed : rng_fresh_seed(),
                            .strict = a->strict,
                            .target = a->target};
  plan.options.seed &= INT64_MAX;
  job = choose(a, t, &plan.jobs);
  plan.job = job;
  runs = job ? flow_run(&plan, &in.interrupted, &e) : NULL;
  if(runs)
    code = publish(a, runs, &in);
  else
    log_error("%s", e.text);
  json_decref(runs);
  free(job);
  return code;
}

/* Where the server is to serve: at --target, or where the first flow says. */
static const char *place_of_server(const struct test_args *a,
                                   const struct test_files *t)
{
  const char *url = a->target;
  uint32_t i;
  for(i = 0; i < t->count && !url; i++)
    url = is_chosen(a, t->flow[i]) ? t->flow[i]->target : NULL;
  return url && url[0] ? url : NULL;
}

/* What a server that died took along is no proof of anything. */
static int run_with(const struct server_plan *plan, struct test_args *a,
                    const struct test_files *t, const char *command)
{
  struct server s;
  struct err e = {0};
  int code;
  if(server_start(&s, plan, &e)) {
    log_error("%s", e.text);
    code = EXIT_UNREACHABLE;
  } else {
    code = run(a, t, command);
    if(!server_lives(&s, &e)) {
      log_error("%s", e.text);
      code = code == EXIT_PASS ? EXIT_FAIL : code;
    }
  }
  if(server_end(&s, &e))
    log_error("%s", e.text);
  return code;
}

static int run_started(struct test_args *a, const struct test_files *t,
                       const char *command)
{
  char log[] = "/tmp/weir-test-XXXXXX"; /* its last words, for errors */
  const struct server_plan plan = {.command = a->start,
                                   .log = log,
                                   .url = place_of_server(a, t),
                                   .ready_ns = SERVER_READY_NS,
                                   .grace_ns = SERVER_GRACE_NS};
  int code, fd;
  if(!plan.url) {
    log_error("--start: where the server is to serve is not said; --target "
              "URL does");
    return EXIT_USAGE;
  }
  fd = mkostemp(log, O_CLOEXEC);
  if(fd < 0) {
    log_error("%s: %s", log, strerror(errno));
    return EXIT_USAGE;
  }
  close(fd);
  code = run_with(&plan, a, t, command);
  unlink(log);
  return code;
}

static int read_files(const struct test_args *a, struct test_files *t,
                      struct err *e)
{
  size_t i;
  int rc = 0;
  for(i = 0; i < a->paths && !rc; i++)
    rc = test_files_add(t, a->path[i], e);
  return rc;
}

/* A look at the files alone. */
static int tell(const struct test_args *a, const struct test_files *t)
{
  struct buf text;
  uint32_t i;
  buf_init(&text, 0);
  for(i = 0; i < t->count; i++) {
    if(!is_chosen(a, t->flow[i]))
      continue;
    if(a->dry_run)
      flow_plan_text(t->flow[i], &text);
    else
      buf_addf(&text, "%s: %s: %u steps\n", t->flow[i]->file, t->flow[i]->name,
               t->flow[i]->steps);
  }
  fputs(buf_text(&text), stdout);
  buf_free(&text);
  return EXIT_PASS;
}

static int test(struct test_args *a, const char *command)
{
  struct test_files t = {.run_allowed = a->run_allowed};
  struct err e = {0};
  int code;
  if(read_files(a, &t, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  } else if(t.bad)
    code = EXIT_USAGE;
  else if(a->check || a->dry_run)
    code = tell(a, &t);
  else
    code = a->start ? run_started(a, &t, command) : run(a, &t, command);
  test_files_free(&t);
  return code;
}

static int listen_to(const struct test_args *a)
{
  struct buf text;
  struct err e = {0};
  int rc;
  buf_init(&text, 0);
  rc = test_record(a->record, a->record_for_ns, &text, &e);
  if(rc)
    log_error("%s", e.text);
  else
    fputs(buf_text(&text), stdout);
  buf_free(&text);
  return rc == 0               ? EXIT_PASS
         : rc == E_UNREACHABLE ? EXIT_UNREACHABLE
         : rc == E_MISMATCH    ? EXIT_FAIL
                               : EXIT_USAGE;
}

int test_cmd(int argc, char **argv)
{
  struct test_args a;
  struct buf command;
  struct err e = {0};
  int code;
  buf_init(&command, 0);
  common_command_line(argc, argv, &command);
  if(test_args_read(&a, argc, argv, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  } else
    code = a.common.help ? help_print(intro, &test_options, &common_options)
           : a.record    ? listen_to(&a)
                         : test(&a, buf_text(&command));
  test_args_free(&a);
  buf_free(&command);
  return code;
}
