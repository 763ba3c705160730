/* SPDX-License-Identifier: MIT
 * weir load's command line; see load_args.h. */
#include "cli/load_args.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/load_app.h"
#include "cli/places.h"
#include "document/values.h"
#include "load/fields.h"
#include "scenario/keys.h"
#include "transport/url.h"

static int set_gate(void *object, const struct option_row *o,
                    struct slice text, const struct option_source *from,
                    struct err *e)
{
  struct load_args *a = object;
  (void)o;
  if(a->gates == LOAD_MAX_GATES)
    return err_set(e, E_TOO_LONG, "%s: at most %d gates", from->where,
                   LOAD_MAX_GATES);
  return compare_gate_parse(&a->gate[a->gates++], text.p, e);
}

static int set_metrics(void *object, const struct option_row *o,
                       struct slice text, const struct option_source *from,
                       struct err *e)
{
  struct load_args *a = object;
  (void)o;
  (void)from;
  a->watched = true;
  return live_port(text.p, &a->live.port, e);
}

#define ARG(n, m) .name = n, OPTION_MEMBER(struct load_args, m)

/* Options that are not keys of the scenario. */
static const struct option_row rows[] = {
    {ARG("dry-run", dry_run), .type = OPTION_BOOL, .group = "Run",
     .help = "Check everything, say what would be started, stop"},
    {ARG("print-scenario", print_scenario), .type = OPTION_BOOL,
     .help = "Print the whole scenario as YAML, stop"},
    {ARG("repeat", repeat), .type = OPTION_COUNT, .least = 1, .most = RANK_MAX,
     .argument = "N",
     .help = "Make N runs; what is written is the series of them"},
    {ARG("against", against), .type = OPTION_ARGUMENT, .argument = "FILE",
     .help = "Compare with that result or series (7 runs unless --repeat says "
             "otherwise); see weir compare --help"},
    {ARG("interleave", server), .type = OPTION_ARGUMENT, .argument = "A B",
     .help = "Two shell commands that serve the target's address: started "
             "and stopped by turns, A B A B, 7 runs each, B compared with A"},
    {.name = "gate",
     .type = OPTION_OWN_LIST,
     .set = set_gate,
     .argument = "EXPR",
     .help = "For the comparison, as in weir compare"},
    {ARG("save-runs", save_runs), .type = OPTION_ARGUMENT, .argument = "FILE",
     .help = "The series of runs behind a comparison (with --interleave: "
             "B's; A's goes to FILE.base)"},
    {.name = "metrics",
     .type = OPTION_OWN,
     .set = set_metrics,
     .argument = "PORT",
     .help = "While it runs, serve a live page, OpenMetrics at /metrics and "
             "an event stream at /events on 127.0.0.1 (0: any free port, "
             "which is then printed)"},
};

const struct option_table load_options = {rows,
                                          sizeof(rows) / sizeof(rows[0])};

static int set_key(void *object, const struct option_row *o, struct slice text,
                   const struct option_source *from, struct err *e)
{
  return scenario_set(object, o->name, text.p, from->where, e);
}

/* What of the repeating belongs together. */
static int settle_series(struct load_args *a, struct err *e)
{
  if(a->server[0] && a->against)
    return err_set(e, E_SYNTAX,
                   "--against and --interleave: give one of them");
  if(a->gates && !a->against && !a->server[0])
    return err_set(e, E_SYNTAX,
                   "--gate compares: it needs --against FILE or --interleave "
                   "A B (a limit for one run is --threshold)");
  if(!a->repeat && (a->server[0] || a->against))
    a->repeat = COMPARE_DEFAULT_RUNS;
  if(a->save_runs && !a->repeat)
    return err_set(e, E_SYNTAX, "--save-runs needs --repeat");
  return 0;
}

/* A file, or one of the ready scenarios by its name: "hello". */
static int load_scenario(struct scenario **out, const char *target,
                         struct err *e)
{
  bool is_name = !strpbrk(target, "/.") && access(target, F_OK);
  struct buf name, path;
  int rc = 0;
  buf_init(&name, 0);
  buf_init(&path, 0);
  if(is_name)
    rc = buf_addf(&name, "scenarios/load/%s.yaml", target);
  if(is_name && !rc)
    rc = places_data(buf_text(&name), &path);
  if(rc)
    err_set(e, rc,
            "%s: neither a file nor a ready scenario; weir list scenarios "
            "shows those",
            target);
  else
    *out = scenario_load(is_name ? buf_text(&path) : target, e);
  buf_free(&path);
  buf_free(&name);
  return *out ? 0 : e->code;
}

static int open_scenario(struct scenario **out, const char *target,
                         struct err *e)
{
  if(target && !endpoint_is_url(target)) {
    int rc = common_refuse_bare(target, e);
    return rc ? rc : load_scenario(out, target, e);
  }
  *out = scenario_default();
  if(!*out)
    return err_set(e, E_NOMEM, "out of memory");
  return target ? scenario_set(*out, "url", target, "the target", e) : 0;
}

/* A scenario that publishes where it subscribes does so at another target,
 * too, unless it is told where to publish. */
static int move_publish(struct scenario *s, const char *url,
                        const char *publish, struct err *e)
{
  const char *now = s->endpoint.url;
  size_t n = url ? url_origin(url) : 0;
  struct buf moved;
  int rc;
  if(!n || !publish || !now || strcmp(now, url) == 0 ||
     strcmp(publish, s->publish.url) != 0 || url_origin(publish) != n ||
     strncmp(publish, url, n) != 0)
    return 0;
  buf_init(&moved, 0);
  buf_add(&moved, now, url_origin(now));
  rc = buf_adds(&moved, publish + n);
  if(!rc)
    rc = scenario_set(s, "publish.url", buf_text(&moved), "--url", e);
  buf_free(&moved);
  return rc;
}

static char *copy(const char *text)
{
  return text ? slice_dup(slice_of(text)) : NULL;
}

/* Options over what the scenario's file says. */
static int set_over(struct scenario *s, const struct command_line *line,
                    int argc, char **argv, struct err *e)
{
  char *url = copy(s->endpoint.url), *publish = copy(s->publish.url);
  int rc = command_read(line, argc, argv, e);
  if(!rc)
    rc = move_publish(s, url, publish, e);
  free(url);
  free(publish);
  return rc;
}

/* The target decides where the scenario comes from: it is looked for first. */
int load_args_scenario(struct scenario **out, const struct command_part *more,
                       int argc, char **argv, struct err *e)
{
  struct command_part part[COMMAND_PARTS_MAX];
  struct command_word target = {"targets", NULL};
  struct command_line line = {part, 0, command_one, &target, false};
  int rc;
  *out = NULL;
  for(; more->table; more++)
    part[line.parts++] = *more;
  part[line.parts] = (struct command_part){scenario_options(), NULL, set_key};
  line.parts++;
  rc = command_look(&line, argc, argv, e);
  if(!rc)
    rc = open_scenario(out, target.text, e);
  if(rc)
    return rc;
  part[line.parts - 1].object = *out;
  return set_over(*out, &line, argc, argv, e);
}

int load_args_parse(struct load_args *a, const struct command_part *more,
                    int argc, char **argv, struct err *e)
{
  struct command_part part[4] = {{&common_options, &a->common, NULL},
                                 {&load_options, a, NULL}};
  memset(a, 0, sizeof(*a));
  common_init(&a->common);
  if(more)
    part[2] = *more;
  return load_args_scenario(&a->scenario, part, argc, argv, e);
}

/* Users' fields are secrets by the names of their columns. */
static void learn(const struct scenario *s)
{
  uint32_t u, f;
  endpoint_learn(&s->endpoint);
  endpoint_learn_headers(s->publish.header, s->publish.header_count);
  if(s->publish.url)
    values_learn_url(slice_of(s->publish.url));
  if(s->publish.body)
    values_learn_body(slice_of(s->publish.body));
  for(u = 0; u < s->user_count; u++) {
    for(f = 0; f < s->user_field_count; f++)
      values_learn_named(slice_of(s->user_field[f]),
                         slice_of(s->user[u].field[f]));
  }
}

int load_args_finish(struct load_args *a, struct err *e)
{
  int rc = settle_series(a, e);
  if(!rc && a->scenario->app && a->scenario->endpoint.url)
    rc = load_app_ask(a->scenario, e);
  if(!rc)
    rc = scenario_finish(a->scenario, e);
  if(!rc)
    learn(a->scenario);
  return rc ? rc : fields_check_thresholds(a->scenario, e);
}

int load_args_read(struct load_args *a, int argc, char **argv, struct err *e)
{
  int rc = load_args_parse(a, NULL, argc, argv, e);
  return rc || a->common.help ? rc : load_args_finish(a, e);
}

void load_args_free(struct load_args *a)
{
  scenario_free(a->scenario);
  a->scenario = NULL;
}
