/* SPDX-License-Identifier: MIT
 * Options of all judging commands; see common.h. */
#include "cli/common.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "result/check_doc.h"
#include "result/check_render.h"

const char common_help_text[] =
    "Output:\n"
    "  -o, --out FILE         also write the result there; the suffix says\n"
    "                         how: .json .xml (JUnit) .csv .md .txt and, of\n"
    "                         weir check, .html; repeatable\n"
    "  -f, --format FORMAT    what goes to standard output: text (default),\n"
    "                         json, junit, csv, markdown, html, github\n"
    "  -q, --quiet            no progress\n"
    "  -v, --verbose          say more on standard error\n"
    "      --no-color         plain text, even on a terminal\n"
    "  -h, --help             this text\n";

void common_init(struct common *c)
{
  memset(c, 0, sizeof(*c));
  c->format = OUTPUT_TEXT;
}

static int refuse_html(const struct common *c, enum output_format f,
                       struct err *e)
{
  if(f != OUTPUT_HTML || c->has_html)
    return 0;
  return err_set(e, E_UNSUPPORTED, "this command has no HTML form");
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
    rc = refuse_html(c, f, e);
  if(!rc)
    c->out[c->out_count++] = value;
  return rc;
}

static int take_format(struct common *c, const char *value, struct err *e)
{
  int rc = output_by_name(value, &c->format, e);
  return rc ? rc : refuse_html(c, c->format, e);
}

static bool is(const struct option_found *f, char letter, const char *name)
{
  return f->letter ? f->letter == letter : slice_eq_cstr(f->name, name);
}

int common_take(struct common *c, struct options *o,
                const struct option_found *f, struct err *e)
{
  const char *value;
  int rc;
  if(is(f, 'q', "quiet"))
    c->quiet = true;
  else if(is(f, 'v', "verbose"))
    c->verbose = true;
  else if(is(f, 'h', "help"))
    c->help = true;
  else if(is(f, 0, "no-color") || is(f, 0, "no-colour"))
    c->no_color = true;
  else if(is(f, 'o', "out") || is(f, 'f', "format")) {
    value = options_value(o, f, e);
    if(!value)
      return E_SYNTAX;
    rc = is(f, 'o', "out") ? take_out(c, value, e) : take_format(c, value, e);
    return rc ? rc : 1;
  } else
    return 0;
  return 1;
}

bool common_colour(const struct common *c)
{
  return !c->no_color && !getenv("NO_COLOR") && isatty(STDOUT_FILENO);
}

int common_publish(const struct common *c, json_t *doc, struct err *e)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  if(c->verbose && c->format == OUTPUT_TEXT && check_doc_is(doc))
    rc = check_render_text(doc, common_colour(c), true, &text);
  else
    rc = output_render(doc, c->format, common_colour(c), &text);
  if(rc)
    err_set(e, rc, "%s", err_name(rc));
  else {
    struct slice s = buf_slice(&text);
    while(s.n && !rc) {
      ssize_t n = write(STDOUT_FILENO, s.p, s.n);
      if(n <= 0)
        rc = err_set(e, E_IO, "standard output: cannot be written");
      else
        s = (struct slice){s.p + n, s.n - (size_t)n};
    }
  }
  buf_free(&text);
  if(c->out_count) {
    int worse = output_write_all(doc, c->out, c->out_count, e);
    rc = rc ? rc : worse;
  }
  return rc;
}
