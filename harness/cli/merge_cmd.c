/* SPDX-License-Identifier: MIT
 * weir merge: results of several machines, counted as one. */
#include <stdlib.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/common.h"
#include "cli/help.h"
#include "load/gate.h"
#include "load/load_doc.h"
#include "load/load_read.h"
#include "result/merge.h"

static const char intro[] =
    "Usage: weir merge RESULT RESULT... [options]\n"
    "\n"
    "Merges results of the same scenario, made on several machines, into "
    "one:\n"
    "counts are added, histograms bucket by bucket, thresholds and verdict "
    "are\n"
    "made anew.  The exit code is that of the merged verdict.  --quiet "
    "leaves\n"
    "standard output empty.\n"
    "\n";

struct command {
  struct common common;
  const char **file; /* owned; borrowed from argv */
  size_t files;
};

static int take_file(void *ctx, const char *text, struct err *e)
{
  struct command *c = ctx;
  (void)e;
  c->file[c->files++] = text;
  return 0;
}

static int parse(int argc, char **argv, struct command *c, struct err *e)
{
  const struct command_part parts[] = {{&common_options, &c->common, NULL}};
  const struct command_line line = {parts, 1, take_file, c, false};
  int rc;
  common_init(&c->common);
  c->files = 0;
  c->file = calloc((size_t)argc, sizeof(*c->file));
  if(!c->file)
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  rc = command_read(&line, argc, argv, e);
  c->common.silent = c->common.quiet;
  if(!rc && !c->common.help && c->files < 2)
    return err_set(e, E_SYNTAX,
                   "two or more result files are needed; see weir merge "
                   "--help");
  return rc;
}

static json_t *read_and_merge(const struct command *c, struct err *e)
{
  struct merge_input *in = calloc(c->files, sizeof(*in));
  json_t *merged = NULL;
  size_t i, n = 0;
  if(!in) {
    err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
    return NULL;
  }
  while(n < c->files) {
    in[n].name = c->file[n];
    in[n].doc = load_read(c->file[n], e);
    if(!in[n].doc)
      break;
    n++;
  }
  if(n == c->files)
    merged = merge_docs(in, n, e);
  for(i = 0; i < n; i++)
    json_decref(in[i].doc);
  free(in);
  return merged;
}

static int run(const struct command *c)
{
  struct err e = {0};
  json_t *doc = read_and_merge(c, &e);
  int code = doc ? load_doc_exit_code(doc) : EXIT_USAGE;
  if(!doc || common_publish(&c->common, doc, &e)) {
    log_error("merge: %s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}

int merge_cmd(int argc, char **argv)
{
  struct command c;
  struct err e = {0};
  int code = EXIT_USAGE, rc = parse(argc, argv, &c, &e);
  if(rc)
    log_error("merge: %s", e.text);
  else if(c.common.help)
    code = help_print(intro, &common_options, NULL);
  else
    code = run(&c);
  free(c.file);
  return code;
}
