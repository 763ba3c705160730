/* SPDX-License-Identifier: MIT
 * weir ci: is the stream what it was? run it all, or begin. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "ci/run.h"
#include "cli/ci_init.h"
#include "cli/commands.h"
#include "cli/common.h"
#include "cli/help.h"
#include "document/exit_code.h"
#include "document/secrets.h"
#include "document/values.h"
#include "page/escape.h"

static const char intro[] =
    "Usage: weir ci run [FILE.yaml]\n"
    "       weir ci init URL [options]\n"
    "\n"
    "run starts the server that FILE.yaml (" CI_FILE_NAME ") names, makes "
    "sure that it\n"
    "is the one that answers, checks the stream, loads it, runs the flows,\n"
    "compares with stored runs, and ends it with all that it started.  The "
    "last\n"
    "line says which step failed and why.\n"
    "\n"
    "  weir: " CI_FORMAT "\n"
    "  url: http://127.0.0.1:8080/events\n"
    "  server: {start: npm start}\n"
    "  load: {connections: 100, duration: 10s,\n"
    "         thresholds: [connections.broken == 0, gap.p99 < 2s]}\n"
    "  flows: [flows]\n"
    "\n"
    "Names of files in it are relative to it.  weir list ci shows all keys.\n"
    "\n"
    "Exit codes: 0 all held, 1 a step failed, 2 bad usage or file, 3 the "
    "server did\n"
    "not start or its address was taken, 4 weir's own trouble, 130 "
    "interrupted.\n"
    "\n";

static const struct help_page page = {
    .intro = intro, .table = {&ci_init_options}, .words = "run init"};

struct ci_args {
  bool help;
  struct command_word file;
};

static const struct option_row rows[] = {COMMAND_HELP(struct ci_args)};
static const struct option_table options = {rows, 1};

/* Options may hold what the environment keeps secret; logs are read by many.
 */
static void on_step(const char *name, int words, char **word, void *ctx)
{
  struct buf line, masked, text;
  (void)ctx;
  buf_init(&line, 0);
  buf_init(&masked, 0);
  buf_init(&text, 0);
  if(words > 1)
    common_command_line(words, word, &line);
  else
    buf_adds(&line, words ? word[0] : "(others start it)");
  buf_fail(&text, secrets_mask(buf_slice(&line), &masked));
  buf_addf(&text, "\n== %s: ", name);
  escape_line(buf_text(&masked), &text);
  buf_addc(&text, '\n');
  common_print(&text, stdout);
  fflush(stdout);
  buf_free(&line);
  buf_free(&masked);
  buf_free(&text);
}

/* --- the end --- */

static void print_result(const struct ci_file *f, const struct ci_result *r)
{
  const char *actions = getenv("GITHUB_ACTIONS");
  struct buf text;
  buf_init(&text, 0);
  if(r->note[0])
    buf_addf(&text, "\n%s\n", r->note);
  if(actions && strcmp(actions, "true") == 0)
    ci_annotations(f, r, &text);
  buf_adds(&text, "\nweir ci: ");
  escape_line(r->sentence, &text);
  buf_addc(&text, '\n');
  common_print(&text, stdout);
  buf_free(&text);
}

static int append(const char *path, struct slice text, struct err *e)
{
  FILE *f = fopen(path, "ae");
  size_t n = f ? fwrite(text.p, 1, text.n, f) : 0;
  if(!f || fclose(f) || n < text.n)
    return err_set(e, E_IO, "%s: %s", path, strerror(errno));
  return 0;
}

/* Into the results, and to GitHub's page of the job. */
static int write_summary(const struct ci_file *f, const struct ci_result *r,
                         struct err *e)
{
  const char *shown = getenv("GITHUB_STEP_SUMMARY");
  struct buf text, path;
  int rc;
  buf_init(&text, 0);
  buf_init(&path, 0);
  rc = ci_summary(f, r, &text);
  if(!rc)
    rc = file_path_join(&path, f->out, "summary.md");
  if(rc)
    err_set(e, rc, "%s", err_name(rc));
  else {
    values_mask(text.p, text.n);
    rc = file_write(buf_text(&path), buf_slice(&text), e);
  }
  if(!rc && shown && shown[0])
    rc = append(shown, buf_slice(&text), e);
  buf_free(&text);
  buf_free(&path);
  return rc;
}

/* --- run --- */

/* Everything in the file is relative to it. */
static int enter_folder(const char *path, struct err *e)
{
  size_t n = file_dir_of(path);
  char *folder = n ? slice_dup((struct slice){path, n}) : NULL;
  int rc = 0;
  if(folder && chdir(folder))
    rc = err_set(e, E_IO, "%s: %s", folder, strerror(errno));
  free(folder);
  return rc;
}

static int read_file(struct ci_file *f, const char *path, struct err *e)
{
  const char *slash = strrchr(path, '/');
  struct buf text;
  int rc;
  memset(f, 0, sizeof(*f));
  buf_init(&text, 0);
  rc = file_read(path, CI_FILE_MAX, &text, e);
  if(!rc)
    rc = enter_folder(path, e);
  if(!rc)
    rc = ci_file_read(f, buf_slice(&text), slash ? slash + 1 : path, e);
  buf_free(&text);
  return rc;
}

static int run_file(const struct ci_file *f)
{
  const struct ci_tools tools = {.check = check_cmd,
                                 .load = load_cmd,
                                 .test = test_cmd,
                                 .report = report_cmd,
                                 .on_step = on_step};
  struct ci_result r;
  struct err e = {0};
  int code = EXIT_USAGE, rc = ci_run(f, &tools, &r, &e);
  if(!rc) {
    code = r.code;
    rc = write_summary(f, &r, &e);
    print_result(f, &r);
  }
  if(rc) {
    log_error("ci: %s", e.text);
    code = code == EXIT_PASS ? EXIT_USAGE : code;
  }
  ci_result_free(&r);
  return code;
}

static int run(int argc, char **argv)
{
  struct ci_args a = {.file = {"files", NULL}};
  const struct command_part part = {&options, &a, NULL};
  const struct command_line line = {&part, 1, command_one, &a.file, false};
  struct ci_file f = {.url = NULL};
  struct err e = {0};
  int code, rc = command_read(&line, argc, argv, &e);
  if(!rc && a.help)
    return help_print_page(&page);
  if(!rc)
    rc = read_file(&f, a.file.text ? a.file.text : CI_FILE_NAME, &e);
  if(rc) {
    log_error("ci: %s", e.text);
    code = EXIT_USAGE;
  } else
    code = run_file(&f);
  ci_file_free(&f);
  return code;
}

int ci_cmd(int argc, char **argv)
{
  const char *verb = argc > 1 ? argv[1] : "";
  if(strcmp(verb, "run") == 0)
    return run(argc - 1, argv + 1);
  if(strcmp(verb, "init") == 0)
    return ci_init(argc - 1, argv + 1);
  if(strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0)
    return help_print_page(&page);
  log_error("ci: weir ci run, or weir ci init; see weir ci --help");
  return EXIT_USAGE;
}
