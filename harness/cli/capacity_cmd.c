/* SPDX-License-Identifier: MIT
 * weir capacity: the largest load that holds, and what ran out above it. */
#include <stdio.h>

#include "base/file.h"
#include "base/log.h"
#include "base/units.h"
#include "capacity/measure.h"
#include "cli/capacity_args.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/load_once.h"
#include "cli/places.h"
#include "cli/progress.h"
#include "result/capacity_phrases.h"
#include "scenario/keys.h"

static const char intro[] =
    "Usage: weir capacity URL|SCENARIO.yaml [options]\n"
    "\n"
    "Finds the largest load at which the objectives hold: doubles it until "
    "they\nbreak, narrows down to 5%, confirms with a longer run, and says "
    "what ran out.\nweir-server runs beside the target and is searched in "
    "turn, so that the\nfigure can be compared with other machines.\n"
    "\n"
    "  weir capacity 'http://127.0.0.1:8080/events'\n"
    "  weir capacity 'http://127.0.0.1:8080/events' --server-name nginx \\\n"
    "      --slo 'latency.p99 < 100ms; events.lost == 0' -o capacity.json\n"
    "  weir capacity 'http://127.0.0.1:8080/stream?rate={rate}' --axis rate "
    "\\\n"
    "      -c 500 --budget 5m\n"
    "  weir capacity http://127.0.0.1:8080/sub --axis publish -c 1000 \\\n"
    "      --publish.url http://127.0.0.1:8080/pub\n"
    "  weir capacity http://127.0.0.1:8080/events --max 5000 --require 5000 "
    "\\\n"
    "      --no-reference -q -o junit.xml\n"
    "\n"
    "Server cost: --server-pid PID or --server-name NAME adds memory, CPU "
    "and\ndescriptors of the process and its children to each step, and what "
    "one\nmore stream costs.\n"
    "\n"
    "All options of weir load are taken as well (weir load --help).\n"
    "\n"
    "Exit codes: 0 found, 1 nothing holds, or less than is required, 2 bad "
    "usage,\n3 target not reachable, 4 invalid (the generator was the limit), "
    "130\ninterrupted, with what was known by then.\n"
    "\n";

static int print_help(void)
{
  const struct help_page page = {
      .intro = intro,
      .table = {&capacity_options, &common_options},
      .further = {scenario_options(), &load_options},
      .lists = "scenarios"};
  return help_print_page(&page);
}

struct session {
  const struct capacity_args *a;
  struct progress progress;
  uint32_t number; /* of the step that runs */
  uint64_t load;
  bool reference;
};

static void on_begin(const struct capacity_step *step, void *ctx)
{
  struct session *s = ctx;
  s->number = step->number;
  s->load = step->probe.load;
  s->reference = step->reference;
}

static void on_progress(const struct load_progress *p, void *ctx)
{
  struct session *s = ctx;
  struct load_progress now = *p;
  char phase[80], load[UNITS_MAX];
  snprintf(phase, sizeof(phase), "step %u, %s%s: %s", s->number,
           s->reference ? "reference at " : "", units_fmt_count(s->load, load),
           p->phase);
  now.phase = phase;
  progress_show(&now, &s->progress);
}

/* What has become known stays on the screen, one line a step. */
static void on_step(json_t *step, void *ctx)
{
  struct session *s = ctx;
  struct buf line;
  progress_end(&s->progress);
  progress_init(&s->progress, s->a->load.common.quiet);
  if(s->a->load.common.quiet)
    return;
  buf_init(&line, 0);
  if(capacity_step_line(step, &line) == 0 && buf_addc(&line, '\n') == 0) {
    if(s->number == 1)
      fputs(CAPACITY_STEP_HEADING "\n", stderr);
    common_print(&line, stderr);
  }
  buf_free(&line);
}

static int search(struct session *s, const struct capacity_facts *f)
{
  struct err e = {0};
  json_t *doc;
  int code;
  progress_init(&s->progress, s->a->load.common.quiet);
  doc = capacity_measure(f, on_step, &e);
  progress_end(&s->progress);
  if(!doc) {
    log_error("%s", e.text);
    return e.code == E_MISMATCH ? EXIT_USAGE : load_exit_of(e.code);
  }
  code = capacity_doc_exit_code(doc);
  if(common_publish(&s->a->load.common, doc, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}

static int run(const struct capacity_args *a, const char *command)
{
  struct session s = {.a = a};
  struct capacity_options o = a->options;
  const struct load_doc_context context = load_context(command);
  const struct capacity_facts facts = {.scenario = a->load.scenario,
                                       .options = &o,
                                       .context = &context,
                                       .slo_is_default = a->slo_is_default,
                                       .required = a->required};
  struct buf server;
  char program[4096];
  int code;
  if(file_self(program, sizeof(program))) {
    log_error("/proc/self/exe cannot be read: is /proc mounted?");
    return EXIT_INVALID;
  }
  buf_init(&server, 0);
  if(!a->no_reference && places_program("weir-server", &server) == 0)
    o.server_program = buf_text(&server);
  o.program = program;
  o.begin = on_begin;
  o.on_progress = on_progress;
  o.ctx = o.progress_ctx = &s;
  o.live = a->load.watched ? &a->load.live : NULL;
  code = search(&s, &facts);
  buf_free(&server);
  return code;
}

static int print_plan(const struct capacity_args *a)
{
  const struct capacity_options *o = &a->options;
  const struct scenario *s = a->load.scenario;
  char from[UNITS_MAX], to[UNITS_MAX], step[UNITS_MAX], budget[UNITS_MAX];
  uint32_t i;
  printf("target       %s\n", s->endpoint.url);
  printf("search       %s from %s to %s %s\n", capacity_axis_name(o->axis),
         units_fmt_count(o->search.start, from),
         units_fmt_count(o->search.max, to), capacity_axis_unit(o->axis));
  printf("steps        of %s, at most %s in all\n",
         units_fmt_duration(o->step_ns, step),
         units_fmt_duration(o->budget_ns, budget));
  for(i = 0; i < s->threshold_count; i++)
    printf("objective    %s\n", s->threshold[i].expression);
  printf("reference    %s\n", a->no_reference ? "none" : "weir-server");
  return EXIT_PASS;
}

static int run_logged(struct capacity_args *a, int argc, char **argv)
{
  struct buf command;
  struct err e;
  int code;
  if(load_watch(&a->load, &e)) {
    log_error("%s", e.text);
    return EXIT_USAGE;
  }
  buf_init(&command, 0);
  common_command_line(argc, argv, &command);
  code = run(a, buf_text(&command));
  buf_free(&command);
  load_unwatch(&a->load);
  return code;
}

int capacity_cmd(int argc, char **argv)
{
  struct capacity_args a;
  struct err e = {0};
  int code;
  if(capacity_args_read(&a, argc, argv, &e)) {
    capacity_args_free(&a);
    log_error("%s", e.text);
    return EXIT_USAGE;
  }
  if(a.load.common.verbose)
    log_set_level(LOG_INFO);
  if(a.load.common.help) {
    code = print_help();
  } else if(a.load.print_scenario)
    code = load_print_scenario(a.load.scenario);
  else if(a.load.dry_run)
    code = print_plan(&a);
  else
    code = run_logged(&a, argc, argv);
  capacity_args_free(&a);
  return code;
}
