/* SPDX-License-Identifier: MIT
 * Options of all judging commands; see common.h. */
#include "cli/common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/units.h"
#include "conformance/check_doc.h"
#include "doctor/document.h"
#include "reports/render/report.h"
#include "result/compare.h"

const char common_help_text[] =
    "Output:\n"
    "  -o, --out FILE         also write the result there; the suffix says\n"
    "                         how: .json .xml (JUnit) .csv .md .txt .html\n"
    "                         .tap .sarif; repeatable\n"
    "  -f, --format FORMAT    what goes to standard output: text (default),\n"
    "                         json, junit, csv, markdown, html, github, tap,\n"
    "                         sarif\n"
    "  -q, --quiet            no progress\n"
    "  -v, --verbose          say more on standard error\n"
    "      --no-color         plain text, even on a terminal\n"
    "  -h, --help             this text\n";

void common_init(struct common *c)
{
  memset(c, 0, sizeof(*c));
  c->format = OUTPUT_TEXT;
}

static int take_out(struct common *c, const char *value, struct err *e)
{
  enum output_format f;
  int rc;
  if(c->out_count == COMMON_MAX_OUT)
    return err_set(e, E_TOO_LONG, "at most %d --out files", COMMON_MAX_OUT);
  /* A wrong suffix must be told before the run, not after it. */
  rc = output_by_suffix(value, &f, e);
  if(!rc)
    c->out[c->out_count++] = value;
  return rc;
}

static int take_format(struct common *c, const char *value, struct err *e)
{
  int rc = output_by_name(value, &c->format, e);
  if(!rc && c->format == OUTPUT_HTML && !c->has_html)
    return err_set(e, E_UNSUPPORTED,
                   "this command prints no HTML; -o FILE.html writes a page");
  return rc;
}

static bool is(const struct option_found *f, char letter, const char *name)
{
  return f->letter ? f->letter == letter : slice_eq_cstr(f->name, name);
}

static bool *flag_of(struct common *c, const struct option_found *f)
{
  if(is(f, 'q', "quiet"))
    return &c->quiet;
  if(is(f, 'v', "verbose"))
    return &c->verbose;
  if(is(f, 'h', "help"))
    return &c->help;
  if(is(f, 0, "no-color") || is(f, 0, "no-colour"))
    return &c->no_color;
  return NULL;
}

int common_take(struct common *c, struct options *o,
                const struct option_found *f, struct err *e)
{
  bool *flag = flag_of(c, f);
  bool out = is(f, 'o', "out");
  const char *value;
  int rc;
  if(flag) {
    *flag = true;
    rc = options_flag(o, f, e);
    return rc ? rc : 1;
  }
  if(!out && !is(f, 'f', "format"))
    return 0;
  value = options_value(o, f, e);
  if(!value)
    return E_SYNTAX;
  rc = out ? take_out(c, value, e) : take_format(c, value, e);
  return rc ? rc : 1;
}

const char *common_suggest(struct slice name)
{
  static const char *const names[] = {"out",     "format",   "quiet",
                                      "verbose", "no-color", "help"};
  char text[32];
  size_t i;
  if(name.n < 3 || name.n >= sizeof(text))
    return NULL;
  memcpy(text, name.p, name.n);
  text[name.n] = '\0';
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(units_distance(text, names[i]) <= (name.n < 5 ? 1 : 2))
      return names[i];
  }
  return NULL;
}

/* stdout is a terminal that wants colour. */
static bool colour(const struct common *c)
{
  return !c->no_color && !getenv("NO_COLOR") && isatty(STDOUT_FILENO);
}

static int print(const struct common *c, json_t *doc, struct buf *text)
{
  if(c->verbose && c->format == OUTPUT_TEXT &&
     (check_doc_is(doc) || nginx_doc_is(doc)))
    return output_text(doc, colour(c), text);
  return output_render(doc, c->format, colour(c), text);
}

static int write_whole(int fd, struct slice s, const char *name, struct err *e)
{
  while(s.n) {
    ssize_t n = write(fd, s.p, s.n);
    if(n <= 0)
      return err_set(e, E_IO, "%s: cannot be written", name);
    s = (struct slice){s.p + n, s.n - (size_t)n};
  }
  return 0;
}

/* GitHub names a file whose Markdown it shows as the job's summary. */
static int add_summary(const struct common *c, json_t *doc, struct err *e)
{
  const char *path = getenv("GITHUB_STEP_SUMMARY");
  struct buf text;
  int fd, rc;
  if(c->format != OUTPUT_GITHUB || !path || !path[0])
    return 0;
  fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if(fd < 0)
    return err_set(e, E_IO, "%s (GITHUB_STEP_SUMMARY): %s", path,
                   strerror(errno));
  buf_init(&text, 0);
  rc = output_render(doc, OUTPUT_MARKDOWN, false, &text);
  if(!rc)
    rc = buf_addc(&text, '\n');
  if(rc)
    err_set(e, rc, "%s", err_name(rc));
  else
    rc = write_whole(fd, buf_slice(&text), path, e);
  buf_free(&text);
  close(fd);
  return rc;
}

/* Checks and the doctor have pages of their own; the others' is made of the
 * same parts as a report. */
static bool has_own_page(json_t *doc)
{
  return check_doc_is(doc) || nginx_doc_is(doc);
}

static int write_page(json_t *doc, const char *path, struct err *e)
{
  struct report_input in = {path, doc};
  struct report_options options = {.no_plots = false};
  struct buf page;
  char note[200];
  int rc;
  if(series_doc_is(doc))
    return err_set(e, E_UNSUPPORTED,
                   "%s: a series of runs has no page; compare it, and report "
                   "that",
                   path);
  buf_init(&page, 0);
  rc = report_html(&in, 1, &options, &page, note, e);
  if(!rc && note[0])
    log_warn("%s: no plots: %s", path, note);
  if(!rc)
    rc = file_write(path, buf_slice(&page), e);
  buf_free(&page);
  return rc;
}

static int write_form(json_t *doc, enum output_format f, const char *path,
                      struct err *e)
{
  return f == OUTPUT_HTML && !has_own_page(doc)
             ? write_page(doc, path, e)
             : output_write(doc, f, path, e);
}

int common_publish(const struct common *c, json_t *doc, struct err *e)
{
  struct err one = {0};
  struct buf text;
  int rc, failed;
  buf_init(&text, 0);
  rc = print(c, doc, &text);
  if(rc)
    err_set(e, rc, "%s", err_name(rc));
  else
    rc = write_whole(STDOUT_FILENO, buf_slice(&text), "standard output", e);
  buf_free(&text);
  if(!rc)
    rc = add_summary(c, doc, e);
  failed = output_write_all(doc, c->out, c->out_count, write_form, &one);
  if(failed && !rc) {
    rc = failed;
    *e = one;
  }
  return rc;
}

void common_command_line(int argc, char **argv, struct buf *out)
{
  int i;
  buf_adds(out, "weir");
  for(i = 0; i < argc; i++)
    buf_addf(out, " %s", argv[i]);
}
