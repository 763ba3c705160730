/* SPDX-License-Identifier: MIT
 * weir report: several results on one page. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "result/check_read.h"
#include "result/check_render.h"
#include "result/exit_code.h"

static const char help[] =
    "Usage: weir report RESULT.json... [-o PAGE.html]\n"
    "\n"
    "Puts results of weir check side by side: one column each, every cell\n"
    "leads to its evidence and wire log.  One HTML file that asks the "
    "network\n"
    "for nothing.\n"
    "\n"
    "  -o, --out FILE   write the page there (default: standard output)\n"
    "  -h, --help       this text\n";

struct report {
  const char *out;
  const char *file[CHECK_RENDER_MAX_DOCS]; /* borrowed from argv */
  json_t *doc[CHECK_RENDER_MAX_DOCS];      /* owned */
  size_t count;
  bool help;
};

static int take(struct report *r, struct options *o,
                const struct option_found *f, struct err *e)
{
  if(f->positional) {
    if(r->count == CHECK_RENDER_MAX_DOCS)
      return err_set(e, E_TOO_LONG, "at most %d results on one page",
                     CHECK_RENDER_MAX_DOCS);
    r->file[r->count++] = f->text;
    return 0;
  }
  if(slice_eq_cstr(f->name, "help") || f->letter == 'h')
    r->help = true;
  else if(slice_eq_cstr(f->name, "out") || f->letter == 'o')
    r->out = options_value(o, f, e);
  else
    return err_set(e, E_SYNTAX, "unknown option %s", f->text);
  return r->help || r->out ? 0 : E_SYNTAX;
}

static int parse(struct report *r, int argc, char **argv, struct err *e)
{
  struct options o;
  struct option_found f;
  int rc = 0;
  options_init(&o, argc, argv);
  while(!rc && options_next(&o, &f))
    rc = take(r, &o, &f, e);
  if(!rc && !r->help && !r->count)
    rc = err_set(e, E_SYNTAX, "no result given; see weir report --help");
  return rc;
}

static int write_page(struct report *r, struct err *e)
{
  struct buf page;
  size_t i;
  int rc = 0;
  for(i = 0; i < r->count && !rc; i++) {
    r->doc[i] = check_read(r->file[i], e);
    if(!r->doc[i])
      rc = e->code;
  }
  buf_init(&page, 0);
  if(!rc) {
    rc = check_render_html(r->doc, r->count, &page);
    if(rc)
      err_set(e, rc, "%s", err_name(rc));
  }
  if(!rc)
    rc = file_write(r->out ? r->out : "-", buf_slice(&page), e);
  buf_free(&page);
  return rc;
}

int report_cmd(int argc, char **argv)
{
  struct report r = {0};
  struct err e = {0};
  size_t i;
  int rc = parse(&r, argc, argv, &e);
  if(!rc && r.help)
    fputs(help, stdout);
  else if(!rc)
    rc = write_page(&r, &e);
  for(i = 0; i < r.count; i++)
    json_decref(r.doc[i]);
  if(rc)
    log_error("%s", e.text);
  return rc ? EXIT_USAGE : EXIT_PASS;
}
