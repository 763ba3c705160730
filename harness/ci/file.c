/* SPDX-License-Identifier: MIT
 * The file and its keys; see file.h. */
#include "ci/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ci/server.h"
#include "metrics/rank.h"
#include "scenario/keys.h"
#include "scenario/scenario.h"
#include "settings/settings.h"

#define LOAD "load."

static const char *const formats[] = {CI_FORMAT, NULL};
static const char *const modes[] = {"fast", "lint", "probe", "full", NULL};

#define AT(m)   OPTION_MEMBER(struct ci_file, m)
#define LIST(m) OPTION_LIST(struct ci_file, m)

static const struct option_row own[] = {
    {.name = "weir",
     .type = OPTION_CHOICE,
     AT(format),
     .choice = formats,
     .group = "File",
     .expected = CI_FORMAT,
     .help = "The version of this format; required"},
    {.name = "url",
     .type = OPTION_URL,
     AT(url),
     .help = "The stream; required"},
    {.name = "out",
     .type = OPTION_PATH,
     AT(out),
     .fallback = "weir-out",
     .help = "Folder of all results"},
    {.name = "server.start",
     .type = OPTION_TEXT,
     AT(start),
     .group = "Server",
     .help = "Shell command that runs it, in the folder of this file"},
    {.name = "server.attach",
     .type = OPTION_BOOL,
     AT(attach),
     .fallback = "false",
     .help = "It is started by others, as docker compose does, and only "
             "awaited"},
    {.name = "server.ready",
     .type = OPTION_DURATION,
     AT(ready_ns),
     .fallback = "30s",
     .least = 1e6,
     .most = 3600e9,
     .help = "How long it may take to begin"},
    {.name = "server.ready-url",
     .type = OPTION_URL,
     AT(ready_url),
     .help = "Ready is what answers 2xx there; else what answers anything but "
             "502, 503 and 504 at the url"},
    {.name = "server.stop",
     .type = OPTION_DURATION,
     AT(stop_ns),
     .fallback = "5s",
     .least = 0,
     .most = 600e9,
     .help = "How long it may take to end, before it is killed"},
    {.name = "check",
     .path = "check.enabled",
     .type = OPTION_BOOL,
     AT(check),
     .fallback = "true",
     .group = "Check",
     .help = "Judge the stream by weir check"},
    {.name = "check.mode",
     .type = OPTION_CHOICE,
     AT(check_mode),
     .fallback = "fast",
     .choice = modes,
     .expected = "fast, lint, probe or full",
     .help = "How much is asked: fast is probe with shorter windows"},
    {.name = "check.profile",
     .type = OPTION_PATH,
     AT(profile),
     .help = "File of findings that are expected, lines of \"check.id FAIL "
             "reason\""},
    {.name = "check.options",
     .type = OPTION_TEXTS,
     LIST(check_option),
     .help = "Further options of weir check, such as --app=mcp"},
    {.name = "flows",
     .type = OPTION_TEXTS,
     LIST(flow),
     .group = "Flows",
     .help = "Files and folders for weir test"},
    {.name = "compare.baseline",
     .type = OPTION_PATH,
     AT(baseline),
     .group = "Comparison",
     .help = "Series of runs to compare with; where there is none yet, the "
             "one of this run is kept for it"},
    {.name = "compare.runs",
     .type = OPTION_COUNT,
     AT(runs),
     .fallback = "7",
     .least = CI_RUNS_LEAST,
     .most = RANK_MAX,
     .help = "How many runs"},
    {.name = "compare.duration",
     .type = OPTION_DURATION,
     AT(run_ns),
     .fallback = "3s",
     .least = 1e8,
     .most = 3600e9,
     .help = "How long each is"},
    {.name = "compare.gates",
     .type = OPTION_TEXTS,
     LIST(gate),
     .help = "What may not become worse, such as \"latency.min worse than "
             "30%\"; without any, no judged metric may"},
    {.name = "load",
     .path = "load.enabled",
     .type = OPTION_BOOL,
     AT(load),
     .fallback = "true",
     .group = "Load",
     .help = "Hold the stream under load by weir load"},
    {.name = "load.scenario",
     .type = OPTION_PATH,
     AT(scenario),
     .help = "Scenario file that the keys below come on top of"},
};

#define OWN (sizeof(own) / sizeof(own[0]))

/* Where what is said of the load is kept. */
static const struct option_row arguments = {
    .name = "load", .type = OPTION_TEXTS, LIST(load_option)};

/* A value of a load is tried where it stands, and kept as an argument. */
static int set_load(void *object, const struct option_row *o,
                    struct slice text, const struct option_source *from,
                    struct err *e)
{
  const char *key = o->name + strlen(LOAD);
  struct scenario *tried = scenario_default();
  struct buf argument;
  int rc = tried ? scenario_set(tried, key, text.p, from->where, e)
                 : err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  scenario_free(tried);
  if(rc)
    return rc;
  buf_init(&argument, 0);
  buf_addf(&argument, "--%s=", key);
  rc = buf_add(&argument, text.p, text.n);
  rc = rc ? err_set(e, rc, "%s", err_name(rc))
          : option_set(object, &arguments, buf_slice(&argument), from, e);
  buf_free(&argument);
  return rc;
}

/* Names that stand where others end: "load.connections". */
static struct {
  struct option_row row[OWN + KEY_COUNT];
  char name[KEY_COUNT][2][OPTION_NAME_MAX];
  struct option_table table;
} keys;

static void add_load_key(const struct option_row *o)
{
  struct option_row *row = &keys.row[keys.table.count];
  size_t i = keys.table.count - OWN;
  snprintf(keys.name[i][0], OPTION_NAME_MAX, LOAD "%s", o->name);
  snprintf(keys.name[i][1], OPTION_NAME_MAX, LOAD "%s", option_path(o));
  *row = *o;
  row->name = keys.name[i][0];
  row->path = keys.name[i][1];
  row->also = NULL;
  row->type_name = option_type_name(o);
  row->expected = option_expected(o);
  row->fallback = NULL;
  row->group = NULL;
  row->type = option_is_list(o) ? OPTION_OWN_LIST : OPTION_OWN;
  row->set = set_load;
  row->anew = false;
  if(option_is_list(o)) {
    row->at = arguments.at;
    row->count_at = arguments.count_at;
  }
  keys.table.count++;
}

const struct option_table *ci_file_keys(void)
{
  size_t i;
  if(keys.table.row)
    return &keys.table;
  memcpy(keys.row, own, sizeof(own));
  keys.table.count = OWN;
  for(i = 0; i < KEY_COUNT; i++) {
    if(i != KEY_URL && i != KEY_SERVER_PID)
      add_load_key(key_at(i));
  }
  keys.table.row = keys.row;
  return &keys.table;
}

static const struct settings_owner owner = {
    .what = "file", .keys_page = "weir list ci shows all"};

static size_t row_of(const char *name)
{
  return (size_t)(option_find(ci_file_keys(), slice_of(name)) - keys.row);
}

static int missing(const char *file, const char *what, struct err *e)
{
  return err_set(e, E_MISMATCH, "%s:1:1: %s", file, what);
}

/* What spans several keys. */
static int judge(const struct ci_file *f, const struct settings *s,
                 const char *name, struct err *e)
{
  if(!settings_given(s, row_of("weir")))
    return missing(name, "the key \"weir\" is missing; write weir: " CI_FORMAT,
                   e);
  if(!f->url)
    return missing(name,
                   "the key \"url\" is missing: the stream that is "
                   "tested",
                   e);
  if(f->start && f->attach)
    return settings_error(s, row_of("server.attach"), e,
                          "the server is started here, or by others");
  if(!f->start && !f->attach)
    return missing(name,
                   "nothing says how the server is run: server.start, a shell "
                   "command, or server.attach: true where others start it",
                   e);
  if(!f->check && !f->load && !f->flow_count)
    return missing(name,
                   "there is nothing to do: check, load and flows are "
                   "off",
                   e);
  if(f->baseline && !f->load)
    return settings_error(s, row_of("compare.baseline"), e,
                          "what is compared are loads, and load is off");
  return 0;
}

int ci_file_read(struct ci_file *f, struct slice text, const char *name,
                 struct err *e)
{
  struct settings *s;
  int rc;
  memset(f, 0, sizeof(*f));
  rc = option_set_default(f, ci_file_keys());
  s = rc ? NULL : settings_new(f, ci_file_keys(), &owner);
  if(!s)
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  rc = settings_read(s, text, name, e);
  if(!rc)
    rc = judge(f, s, name, e);
  settings_free(s);
  return rc;
}

void ci_file_free(struct ci_file *f)
{
  const struct option_table all = {own, OWN};
  const struct option_table load = {&arguments, 1};
  option_free(f, &all);
  option_free(f, &load);
}
