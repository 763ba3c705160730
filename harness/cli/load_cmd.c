/* SPDX-License-Identifier: MIT
 * weir load: hold streams, count what arrives, judge. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/log.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/load_args.h"
#include "cli/progress.h"
#include "load/load.h"
#include "result/load_doc.h"
#include "scenario/keys.h"
#include "transport/caps.h"

static const char intro[] =
    "Usage: weir load URL|SCENARIO.yaml [options]\n"
    "\n"
    "Holds many event streams at once and says how many stood, what "
    "arrived,\nwhat was lost, and how late.\n"
    "\n"
    "  weir load http://127.0.0.1:8080/events -c 1000 -d 30s\n"
    "  weir load http://127.0.0.1:8080/events -c 5000 --ramp 20s \\\n"
    "      --threshold 'latency.p99 < 250ms' --threshold 'events.lost == 0' "
    "\\\n"
    "      -o run.json -o run.xml\n"
    "  weir load http://127.0.0.1:8080/sub -c 1000 --publish.rate 100/s \\\n"
    "      --publish.url http://127.0.0.1:8080/pub\n"
    "  weir load scenarios/load/fanout.yaml --url http://10.0.0.5/events\n"
    "\n"
    "Exit codes: 0 passed, 1 a threshold failed, 2 bad usage, 3 target not\n"
    "reachable, 4 invalid (the generator was the limit), 130 interrupted.\n"
    "\n";

static const char own_options[] =
    "Run:\n"
    "      --dry-run          check everything, say what would be started, "
    "stop\n"
    "      --print-scenario   print the whole scenario as YAML, stop\n"
    "\n";

static int print_help(void)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = scenario_keys_text(&text);
  printf("%s%s%s\n%s", intro, buf_text(&text), own_options, common_help_text);
  buf_free(&text);
  return rc ? EXIT_USAGE : EXIT_PASS;
}

static int print_scenario(const struct scenario *s)
{
  struct buf text;
  buf_init(&text, 0);
  if(scenario_print(s, &text) == 0)
    fputs(buf_text(&text), stdout);
  buf_free(&text);
  return EXIT_PASS;
}

static int exit_code_of(int rc)
{
  switch(rc) {
  case E_LIMIT:
    return EXIT_INVALID;
  case E_UNREACHABLE:
  case E_NOT_FOUND:
    return EXIT_UNREACHABLE;
  case E_CLOSED:
    return EXIT_INTERRUPTED;
  case E_SYNTAX:
  case E_RANGE:
  case E_UNSUPPORTED:
    return EXIT_USAGE;
  default:
    return EXIT_INVALID;
  }
}

static int print_plan(const struct scenario *s)
{
  struct load_plan p;
  struct err e;
  char count[UNITS_MAX], time[UNITS_MAX], memory[UNITS_MAX];
  int rc = load_plan_make(s, &p, &e);
  if(rc) {
    log_error("%s", e.text);
    return exit_code_of(rc);
  }
  printf("target       %s\n", s->url);
  printf("streams      %s at once, in %u worker(s)%s\n",
         units_fmt_count(p.streams, count), p.workers,
         p.publisher ? " and a publisher" : "");
  printf("addresses    from %u source address(es)\n", p.source_addresses);
  printf("memory       about %s\n",
         units_fmt_bytes((double)(p.streams * p.bytes_per_stream), memory));
  printf("time         about %s\n", units_fmt_duration(p.expected_ns, time));
  return EXIT_PASS;
}

static void join_arguments(int argc, char **argv, struct buf *out)
{
  int i;
  buf_adds(out, "weir");
  for(i = 0; i < argc; i++)
    buf_addf(out, " %s", argv[i]);
}

static int publish_outcome(const struct load_args *a,
                           const struct load_outcome *outcome,
                           const char *command)
{
  struct load_doc_context context;
  struct caps caps;
  struct err e;
  json_t *doc;
  int code;
  caps_read(&caps);
  context.libcurl = caps.curl_version;
  context.libuv = uv_version_string();
  context.command_line = command;
  doc = load_doc_build(outcome, &context);
  if(!doc) {
    log_error("out of memory while writing the result");
    return EXIT_INVALID;
  }
  code = load_doc_exit_code(doc);
  if(common_publish(&a->common, doc, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}

static int self_path(char *out, size_t size)
{
  ssize_t n = readlink("/proc/self/exe", out, size - 1);
  if(n <= 0)
    return E_NOT_FOUND;
  out[n] = '\0';
  return 0;
}

static int run(const struct load_args *a, const char *command)
{
  struct load_options options;
  struct load_outcome outcome;
  struct progress progress;
  struct err e;
  char program[4096];
  int rc, code;
  if(self_path(program, sizeof(program))) {
    log_error("/proc/self/exe cannot be read: is /proc mounted?");
    return EXIT_INVALID;
  }
  progress_init(&progress, a->common.quiet);
  memset(&options, 0, sizeof(options));
  options.program = program;
  options.on_progress = progress_show;
  options.progress_ctx = &progress;
  rc = load_run(a->scenario, &options, &outcome, &e);
  progress_end(&progress);
  if(rc) {
    log_error("%s", e.text);
    return exit_code_of(rc);
  }
  code = publish_outcome(a, &outcome, command);
  load_outcome_free(&outcome);
  return code;
}

int load_cmd(int argc, char **argv)
{
  struct load_args a;
  struct buf command;
  struct err e;
  int code;
  if(load_args_read(&a, argc, argv, &e)) {
    load_args_free(&a);
    log_error("%s", e.text);
    return EXIT_USAGE;
  }
  if(a.common.verbose)
    log_set_level(LOG_INFO);
  buf_init(&command, 0);
  join_arguments(argc, argv, &command);
  if(a.common.help)
    code = print_help();
  else if(a.print_scenario)
    code = print_scenario(a.scenario);
  else if(a.dry_run)
    code = print_plan(a.scenario);
  else
    code = run(&a, buf_text(&command));
  buf_free(&command);
  load_args_free(&a);
  return code;
}
