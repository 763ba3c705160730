/* SPDX-License-Identifier: MIT
 * weir merge: results of several machines, counted as one. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "load/gate.h"
#include "load/load_doc.h"
#include "load/load_read.h"
#include "result/merge.h"
#include "result/output.h"

#define MERGE_MAX_OUT 16

static const char help[] =
    "Usage: weir merge RESULT RESULT... [options]\n"
    "\n"
    "Merges results of the same scenario, made on several machines, into "
    "one:\n"
    "counts are added, histograms bucket by bucket, thresholds and verdict "
    "are\n"
    "made anew.  The exit code is that of the merged verdict.\n"
    "\n"
    "  -o, --out FILE     write the merged result; the suffix chooses the "
    "format:\n"
    "                     .json .txt .xml (JUnit) .csv (timeline) .md; "
    "repeatable\n"
    "  -f, --format NAME  on stdout: text (default), json, junit, csv, "
    "markdown,\n"
    "                     github\n"
    "  -q, --quiet        nothing on stdout\n"
    "      --no-color     plain text\n"
    "  -h, --help         this text\n";

struct options {
  const char *out[MERGE_MAX_OUT];
  size_t out_count;
  enum output_format format;
  bool quiet, plain, help;
  char **file; /* borrowed from argv */
  size_t file_count;
};

static int add_out(struct options *o, const char *path, struct err *e)
{
  enum output_format f;
  int rc;
  if(o->out_count == MERGE_MAX_OUT)
    return err_set(e, E_RANGE, "at most %d output files", MERGE_MAX_OUT);
  o->out[o->out_count++] = path;
  rc = output_by_suffix(path, &f, e);
  if(!rc && f == OUTPUT_HTML)
    rc = err_set(e, E_UNSUPPORTED,
                 "%s: the suffix chooses the format, and loads have .txt "
                 ".json .xml (JUnit) .csv and .md",
                 path);
  return rc;
}

static int set_option(struct options *o, int c, struct err *e)
{
  switch(c) {
  case 'o':
    return add_out(o, optarg, e);
  case 'f':
    return output_by_name(optarg, &o->format, e);
  case 'q':
    o->quiet = true;
    return 0;
  case 'p':
    o->plain = true;
    return 0;
  case 'h':
    o->help = true;
    return 0;
  default:
    return err_set(e, E_SYNTAX, "see weir merge --help");
  }
}

static int parse(int argc, char **argv, struct options *o, struct err *e)
{
  static const struct option options[] = {
      {"out", required_argument, NULL, 'o'},
      {"format", required_argument, NULL, 'f'},
      {"quiet", no_argument, NULL, 'q'},
      {"no-color", no_argument, NULL, 'p'},
      {"help", no_argument, NULL, 'h'},
      {NULL, 0, NULL, 0}};
  int c;
  optind = 0; /* glibc: start afresh, for a command behind a command */
  for(;;) {
    int rc;
    c = getopt_long(argc, argv, "o:f:qh", options, NULL);
    if(c == -1)
      break;
    rc = set_option(o, c, e);
    if(rc)
      return rc;
  }
  o->file = argv + optind;
  o->file_count = (size_t)(argc - optind);
  if(!o->help && o->file_count < 2)
    return err_set(e, E_SYNTAX,
                   "two or more result files are needed; see weir merge "
                   "--help");
  return 0;
}

static json_t *read_and_merge(const struct options *o, struct err *e)
{
  struct merge_input *in = calloc(o->file_count, sizeof(*in));
  json_t *merged = NULL;
  size_t i, n = 0;
  if(!in) {
    err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
    return NULL;
  }
  while(n < o->file_count) {
    in[n].name = o->file[n];
    in[n].doc = load_read(o->file[n], e);
    if(!in[n].doc)
      break;
    n++;
  }
  if(n == o->file_count)
    merged = merge_docs(in, n, e);
  for(i = 0; i < n; i++)
    json_decref(in[i].doc);
  free(in);
  return merged;
}

static int print(json_t *doc, const struct options *o, struct err *e)
{
  struct buf text;
  const char *no_color = getenv("NO_COLOR");
  bool colour =
      !o->plain && isatty(STDOUT_FILENO) && !(no_color && no_color[0]);
  int rc;
  buf_init(&text, 0);
  rc = output_render(doc, o->format, colour, &text);
  if(!rc)
    rc = file_write("-", buf_slice(&text), e);
  else
    err_set(e, rc, "%s", err_name(rc));
  buf_free(&text);
  return rc;
}

int merge_cmd(int argc, char **argv)
{
  struct options o = {.format = OUTPUT_TEXT};
  struct err e = {0};
  json_t *doc;
  int rc = parse(argc, argv, &o, &e);
  int code;
  if(!rc && o.help)
    return fputs(help, stdout) < 0 ? EXIT_USAGE : EXIT_PASS;
  doc = rc ? NULL : read_and_merge(&o, &e);
  if(!doc) {
    log_error("merge: %s", e.text);
    return EXIT_USAGE;
  }
  code = load_doc_exit_code(doc);
  rc = output_write_all(doc, o.out, o.out_count, output_write, &e);
  if(!rc && !o.quiet)
    rc = print(doc, &o, &e);
  if(rc) {
    log_error("merge: %s", e.text);
    code = EXIT_USAGE;
  }
  json_decref(doc);
  return code;
}
