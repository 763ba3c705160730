/* SPDX-License-Identifier: MIT
 * weir compare: did it become worse? */
#include <string.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/common.h"
#include "cli/help.h"
#include "conformance/check_doc.h"
#include "conformance/check_read.h"
#include "document/doc.h"
#include "document/exit_code.h"
#include "load/load_read.h"
#include "result/compare.h"

#define COMPARE_MAX_NOW   16
#define COMPARE_MAX_GATES 32

static const char intro[] =
    "Usage: weir compare BASE NOW [NOW...] [options]\n"
    "\n"
    "Says what became worse between results of the same scenario: files of\n"
    "weir load (one run each, or a series made with --repeat), or of weir\n"
    "check.  Each metric is improved, same, worse, or too noisy to say; "
    "single\n"
    "runs can only show large changes, seven against seven show 10 %.\n"
    "\n"
    "  weir load http://127.0.0.1:8080/events --repeat 7 -o base.json\n"
    "  weir compare base.json now.json\n"
    "  weir compare base.json now.json --gate 'latency.p99 worse than 10%'\n"
    "  weir compare yesterday.check.json today.check.json\n"
    "\n"
    "Judged: latency.min, latency.p50, latency.p99, first_event.p50,\n"
    "events.per_second, server.cpu_us_per_event, "
    "server.bytes_per_connection\n"
    "(--server-pid of weir load), events.lost, duplicated, reordered, "
    "corrupt\n"
    "and foreign, connections.failed and broken, publish.failed.  Shown, and\n"
    "judged where a gate names them: latency.p999, first_event.p99, "
    "connect.p50,\n"
    "reconnect.p50.  What else runs on a machine only ever adds to a latency: "
    "the\n"
    "fastest event shows a slower server long before noisy medians do.\n"
    "\n"
    "Exit codes: 0 held, 1 worse, 2 bad usage or files that cannot be "
    "compared,\n"
    "4 a side has no valid run.\n"
    "\n";

struct command {
  struct common common;
  const char *file[1 + COMPARE_MAX_NOW]; /* base first; borrowed */
  size_t files;
  struct compare_gate gate[COMPARE_MAX_GATES];
  size_t gates;
  bool strict;
};

static int take_file(void *ctx, const char *path, struct err *e)
{
  struct command *c = ctx;
  if(c->files == 1 + COMPARE_MAX_NOW)
    return err_set(e, E_TOO_LONG, "at most %d results against one base",
                   COMPARE_MAX_NOW);
  c->file[c->files++] = path;
  return 0;
}

static int set_gate(void *object, const struct option_row *o,
                    struct slice text, const struct option_source *from,
                    struct err *e)
{
  struct command *c = object;
  (void)o;
  if(c->gates == COMPARE_MAX_GATES)
    return err_set(e, E_TOO_LONG, "%s: at most %d gates", from->where,
                   COMPARE_MAX_GATES);
  return compare_gate_parse(&c->gate[c->gates++], text.p, e);
}

static const struct option_row rows[] = {
    {.name = "gate",
     .type = OPTION_OWN_LIST,
     .set = set_gate,
     .group = "Compare",
     .argument = "EXPR",
     .help = "Fail only for this: \"METRIC worse\" or \"METRIC worse than "
             "N%\"; repeatable.  Without it, any judged metric that became "
             "worse fails"},
    {.name = "strict",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct command, strict),
     .help = "Too noisy to say fails too"},
};

static const struct option_table options = {rows,
                                            sizeof(rows) / sizeof(rows[0])};

static int parse(struct command *c, int argc, char **argv, struct err *e)
{
  const struct command_part parts[] = {{&common_options, &c->common, NULL},
                                       {&options, c, NULL}};
  const struct command_line line = {parts, 2, take_file, c, false};
  int rc;
  memset(c, 0, sizeof(*c));
  common_init(&c->common);
  rc = command_read(&line, argc, argv, e);
  if(!rc && !c->common.help && c->files < 2)
    rc = err_set(e, E_SYNTAX,
                 "a base and what is now are needed: weir compare BASE NOW");
  return rc;
}

static json_t *of_loads(struct command *c, json_t *base, struct err *e)
{
  struct compare_side side[1 + COMPARE_MAX_NOW];
  json_t *doc = NULL;
  size_t n = 0;
  int rc = 0;
  while(n < c->files && !rc) {
    rc = n ? compare_side_read(&side[n], c->file[n], e)
           : compare_side_take(&side[n], base, c->file[n], e);
    n += !rc;
  }
  if(!rc)
    doc = compare_loads(&side[0], &side[1], n - 1, c->gate, c->gates, e);
  while(n)
    compare_side_free(&side[--n]);
  return doc;
}

static json_t *of_checks(struct command *c, json_t *base, struct err *e)
{
  json_t *now, *doc = NULL;
  if(c->files > 2 || c->gates) {
    err_set(e, E_UNSUPPORTED,
            "results of weir check are compared one with one, without --gate");
    return NULL;
  }
  if(check_read_verify(base, c->file[0], e))
    return NULL;
  now = check_read(c->file[1], e);
  if(now)
    doc = compare_checks(base, c->file[0], now, c->file[1], e);
  json_decref(now);
  return doc;
}

/* The base tells which kind of results is compared. */
static json_t *compared(struct command *c, struct err *e)
{
  json_t *base = load_read_any(c->file[0], e), *doc = NULL;
  if(base)
    doc = check_doc_is(base) ? of_checks(c, base, e) : of_loads(c, base, e);
  json_decref(base);
  return doc;
}

int compare_cmd(int argc, char **argv)
{
  struct command c;
  struct err e = {0};
  json_t *doc;
  int code = 0, rc = parse(&c, argc, argv, &e);
  if(!rc && c.common.help)
    return help_print(intro, &options, &common_options);
  doc = rc ? NULL : compared(&c, &e);
  if(!doc) {
    log_error("compare: %s", e.text);
    return e.code == E_LIMIT ? EXIT_INVALID : EXIT_USAGE;
  }
  code = compare_exit_code(doc, c.strict);
  if(common_publish(&c.common, doc, &e)) {
    log_error("compare: %s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}
