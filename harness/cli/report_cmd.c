/* SPDX-License-Identifier: MIT
 * weir report: results of any kind as a page. */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "document/exit_code.h"
#include "option/command.h"
#include "reports/render/report.h"
#include "result/output.h"

#define REPORT_MAX_OUT 8

static const char intro[] =
    "Usage: weir report RESULT.json... [-o PAGE.html]\n"
    "\n"
    "Makes one page of results: of weir load, check, test, nginx, capacity\n"
    "and compare, in any mix.  The HTML file holds everything in itself and "
    "asks "
    "the\n"
    "network for nothing; its plots are drawn by gnuplot.  Results of weir "
    "check\n"
    "alone are put side by side: a column each, every cell leads to its\n"
    "evidence and wire log.  One of weir nginx alone shows each event as it\n"
    "is and with the fix.\n"
    "\n"
    "  weir report run.json -o run.html\n"
    "  weir report base.json now.json change.json -o report.html --png\n"
    "  weir report a.check.json b.check.json -o matrix.html\n"
    "\n"
    "Exit codes: 0 written, 2 bad usage or a file that is no result.\n"
    "\n";

struct report {
  const char *out[REPORT_MAX_OUT];
  size_t outs;
  struct report_input in[REPORT_MAX_DOCS]; /* documents owned */
  size_t count;
  struct report_options options;
  bool png, help;
};

static int set_out(void *object, const struct option_row *o, struct slice text,
                   const struct option_source *from, struct err *e)
{
  struct report *r = object;
  enum output_format f;
  int rc;
  (void)o;
  if(r->outs == REPORT_MAX_OUT)
    return err_set(e, E_TOO_LONG, "%s: at most %d files", from->where,
                   REPORT_MAX_OUT);
  r->out[r->outs++] = text.p;
  rc = output_by_suffix(text.p, &f, e);
  if(rc || f == OUTPUT_HTML || f == OUTPUT_MARKDOWN || f == OUTPUT_CSV)
    return rc;
  return err_set(e, E_UNSUPPORTED, "%s: a report is .html, .md or .csv",
                 text.p);
}

static int take_file(void *ctx, const char *path, struct err *e)
{
  struct report *r = ctx;
  if(r->count == REPORT_MAX_DOCS)
    return err_set(e, E_TOO_LONG, "at most %d results on one page",
                   REPORT_MAX_DOCS);
  r->in[r->count++].name = path;
  return 0;
}

static const struct option_row rows[] = {
    {.name = "out",
     .letter = 'o',
     .type = OPTION_OWN_LIST,
     .set = set_out,
     .group = "Output",
     .argument = "FILE",
     .help = ".html, .md or .csv; repeatable (default: HTML on standard "
             "output)"},
    {.name = "png",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct report, png),
     .help = "Write each plot as FILE-A-NAME.png beside the first FILE"},
    {.name = "no-plots",
     .type = OPTION_BOOL,
     OPTION_MEMBER(struct report, options.no_plots),
     .help = "HTML without pictures"},
    COMMAND_HELP(struct report),
};

static const struct option_table options = {rows,
                                            sizeof(rows) / sizeof(rows[0])};

static int parse(struct report *r, int argc, char **argv, struct err *e)
{
  const struct command_part part = {&options, r, NULL};
  const struct command_line line = {&part, 1, take_file, r, false};
  int rc = command_read(&line, argc, argv, e);
  if(rc || r->help)
    return rc;
  if(!r->count)
    return err_set(e, E_SYNTAX, "no result given; see weir report --help");
  if(r->png && !r->outs)
    return err_set(e, E_SYNTAX, "--png puts pictures beside a file: add -o");
  return 0;
}

static int read_all(struct report *r, struct err *e)
{
  size_t i;
  for(i = 0; i < r->count; i++) {
    r->in[i].doc = report_read(r->in[i].name, e);
    if(!r->in[i].doc)
      return e->code;
  }
  return 0;
}

static int html(const struct report *r, struct buf *page, struct err *e)
{
  char note[200];
  int rc;
  rc = report_html(r->in, r->count, &r->options, page, note, e);
  if(!rc && note[0])
    log_warn("report: no plots: %s", note);
  return rc;
}

static int render(const struct report *r, enum output_format f,
                  struct buf *page, struct err *e)
{
  int rc;
  if(f == OUTPUT_HTML)
    return html(r, page, e);
  rc = f == OUTPUT_CSV ? report_csv(r->in, r->count, page)
                       : report_markdown(r->in, r->count, page);
  return rc ? err_set(e, rc, "%s", err_name(rc)) : 0;
}

static int write_one(const struct report *r, const char *path, struct err *e)
{
  enum output_format f = OUTPUT_HTML;
  struct buf page;
  int rc = strcmp(path, "-") == 0 ? 0 : output_by_suffix(path, &f, e);
  buf_init(&page, 0);
  if(!rc)
    rc = render(r, f, &page, e);
  if(!rc)
    rc = file_write(path, buf_slice(&page), e);
  buf_free(&page);
  return rc;
}

static int write_pictures(const struct report *r, struct err *e)
{
  struct buf base;
  const char *dot = strrchr(r->out[0], '.');
  int rc;
  buf_init(&base, 0);
  rc = buf_add(&base, r->out[0], (size_t)(dot - r->out[0]));
  if(!rc)
    rc = report_pngs(r->in, r->count, buf_text(&base), e);
  buf_free(&base);
  return rc;
}

static int write_all(const struct report *r, struct err *e)
{
  size_t i;
  int rc = r->outs ? 0 : write_one(r, "-", e);
  for(i = 0; i < r->outs && !rc; i++)
    rc = write_one(r, r->out[i], e);
  return rc || !r->png ? rc : write_pictures(r, e);
}

int report_cmd(int argc, char **argv)
{
  struct report r = {.count = 0};
  struct err e = {0};
  size_t i;
  int rc = parse(&r, argc, argv, &e);
  if(!rc && r.help)
    return help_print(intro, &options, NULL);
  if(!rc)
    rc = read_all(&r, &e);
  if(!rc)
    rc = write_all(&r, &e);
  for(i = 0; i < r.count; i++)
    json_decref(r.in[i].doc);
  if(rc)
    log_error("report: %s", e.text);
  return rc ? EXIT_USAGE : EXIT_PASS;
}
