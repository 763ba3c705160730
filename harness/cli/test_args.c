/* SPDX-License-Identifier: MIT
 * The command line of weir test; see test_args.h. */
#include "cli/test_args.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"

static int set_scale(void *object, const struct option_row *o,
                     struct slice text, const struct option_source *from,
                     struct err *e)
{
  struct test_args *a = object;
  double v = 0;
  if(units_number(text, &v) || v < 0.1 || v > 100)
    return option_wrong(o, text, from->where, NULL, e);
  a->timeout_scale = v;
  return 0;
}

static const struct option_row rows[] = {
    {.name = "target",
     .type = OPTION_URL,
     OPTION_MEMBER(struct test_args, target),
     .group = "Test",
     .argument = "URL",
     .help = "Where paths begin, in place of what the files say"},
    {.name = "start",
     .type = OPTION_TEXT,
     OPTION_MEMBER(struct test_args, start),
     .argument = "COMMAND",
     .help = "Shell command that runs the server there: started and awaited, "
             "and ended with all that it started"},
    {.name = "only",
     .also = "name tag",
     .type = OPTION_TEXTS,
     OPTION_LIST(struct test_args, name),
     .argument = "WORD",
     .help = "Only flows of this name or with this tag; repeatable"},
    {.name = "skip",
     .type = OPTION_TEXTS,
     OPTION_LIST(struct test_args, skip),
     .argument = "WORD",
     .help = "No flows of this name or with this tag; repeatable"},
    {.name = "jobs",
     .letter = 'j',
     .type = OPTION_COUNT,
     OPTION_MEMBER(struct test_args, jobs),
     .fallback = "1",
     .least = 1,
     .most = 1000,
     .argument = "N",
     .help = "So many flows side by side"},
    {.name = "repeat",
     .type = OPTION_COUNT,
     OPTION_MEMBER(struct test_args, repeat),
     .fallback = "1",
     .least = 1,
     .most = 100000,
     .argument = "N",
     .help = "Run each flow so often; the rate of failures is told, and any "
             "red is red"},
    {.name = "fail-fast",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct test_args, fail_fast),
     .help = "Begin no flow behind one that is not green"},
    {.name = "strict",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct test_args, strict),
     .help = "What is unproven is red: the silence of a stream that never "
             "said anything"},
    {.name = "timeout-scale",
     .type = OPTION_OWN,
     .set = set_scale,
     .argument = "FACTOR",
     .expected = "a factor from 0.1 to 100, such as 3",
     .help = "Lengthen all times that are waited, for slow machines"},
    {.name = "seed",
     .type = OPTION_SEED,
     OPTION_MEMBER(struct test_args, seed),
     .argument = "N",
     .help = "Of {{uuid}} and {{random}}; the result tells it"},
    {.name = "allow-run",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct test_args, run_allowed),
     .help = "Flows of folders, too, may run programs; those of files that "
             "are named may anyway"},
    {.name = "check",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct test_args, check),
     .help = "Read the files and connect to nobody"},
    {.name = "dry-run",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct test_args, dry_run),
     .help = "Tell rounds and windows in words, and connect to nobody"},
    {.name = "record",
     .type = OPTION_URL,
     OPTION_MEMBER(struct test_args, record),
     .argument = "URL",
     .help = "Listen to a stream and print a first flow that expects what "
             "came: weir test --record URL > flow.yaml"},
    {.name = "record-for",
     .type = OPTION_DURATION,
     OPTION_MEMBER(struct test_args, record_for_ns),
     .fallback = "5s",
     .least = 1e6,
     .most = 50e9,
     .argument = "TIME",
     .help = "How long"},
    {.name = "allow-empty",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct test_args, empty_allowed),
     .help = "No flow, or one that expects nothing, is not red"},
};

const struct option_table test_options = {rows,
                                          sizeof(rows) / sizeof(rows[0])};

static int take_path(void *ctx, const char *text, struct err *e)
{
  struct test_args *a = ctx;
  (void)e;
  a->path[a->paths++] = text;
  return 0;
}

int test_args_read(struct test_args *a, int argc, char **argv, struct err *e)
{
  const struct command_part parts[] = {{&test_options, a, NULL},
                                       {&common_options, &a->common, NULL}};
  const struct command_line line = {
      .part = parts, .parts = 2, .positional = take_path, .ctx = a};
  int rc;
  memset(a, 0, sizeof(*a));
  a->timeout_scale = 1;
  common_init(&a->common);
  a->common.has_html = true;
  a->path = calloc((size_t)argc + 1, sizeof(*a->path));
  if(!a->path || option_set_default(a, &test_options))
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  rc = command_read(&line, argc, argv, e);
  if(!rc && !a->common.help && !a->paths && !a->record)
    return err_set(e, E_SYNTAX,
                   "which flows? weir test FILE|DIR...; see weir test --help");
  return rc;
}

void test_args_free(struct test_args *a)
{
  option_free(a, &test_options);
  free(a->path);
}
