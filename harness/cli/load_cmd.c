/* SPDX-License-Identifier: MIT
 * weir load: hold streams, count what arrives, judge. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/load_args.h"
#include "cli/load_once.h"
#include "load/load.h"
#include "load/load_doc.h"
#include "scenario/keys.h"

static const char intro[] =
    "Usage: weir load URL|SCENARIO.yaml|NAME [options]\n"
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
    "  weir load http://127.0.0.1:8000 --app openai-chat -c 50 --requests "
    "1000\n"
    "  weir load fanout --url http://10.0.0.5/events   (weir list "
    "scenarios)\n"
    "  weir load scenario.yaml --repeat 7 --against base.json\n"
    "  weir load scenario.yaml --interleave './server-old' './server-new'\n"
    "\n"
    "Exit codes: 0 passed, 1 a threshold failed or it became worse, 2 bad "
    "usage, 3\n"
    "target not reachable, 4 invalid (the generator was the limit), 130\n"
    "interrupted.\n"
    "\n";

static int print_help(void)
{
  const struct help_page page = {
      .intro = intro,
      .table = {scenario_options(), &load_options, &common_options},
      .lists = "scenarios"};
  return help_print_page(&page);
}

static int print_plan(const struct scenario *s)
{
  struct load_plan p;
  struct err e;
  char count[UNITS_MAX], time[UNITS_MAX], memory[UNITS_MAX];
  int rc = load_plan_make(s, &p, &e);
  if(rc) {
    log_error("%s", e.text);
    return load_exit_of(rc);
  }
  printf("target       %s\n", s->endpoint.url);
  printf("streams      %s at once, in %u worker(s)%s\n",
         units_fmt_count(p.streams, count), p.workers,
         p.publisher ? " and a publisher" : "");
  printf("addresses    from %u source address(es)\n", p.source_addresses);
  printf("memory       about %s\n",
         units_fmt_bytes((double)(p.streams * p.bytes_per_stream), memory));
  printf("time         about %s\n", units_fmt_duration(p.expected_ns, time));
  return EXIT_PASS;
}

static int run(const struct load_args *a, const char *command)
{
  struct err e = {0};
  json_t *doc = load_once(a, command, &e);
  int code;
  if(!doc) {
    log_error("%s", e.text);
    return load_exit_of(e.code);
  }
  code = load_doc_exit_code(doc);
  if(common_publish(&a->common, doc, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}

static int run_all(struct load_args *a, const char *command)
{
  struct err e;
  int code;
  if(load_watch(a, &e)) {
    log_error("%s", e.text);
    return EXIT_USAGE;
  }
  code = a->repeat ? load_series(a, command) : run(a, command);
  load_unwatch(a);
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
  common_command_line(argc, argv, &command);
  if(a.common.help)
    code = print_help();
  else if(a.print_scenario)
    code = load_print_scenario(a.scenario);
  else if(a.dry_run)
    code = print_plan(a.scenario);
  else
    code = run_all(&a, buf_text(&command));
  buf_free(&command);
  load_args_free(&a);
  return code;
}
