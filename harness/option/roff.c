/* SPDX-License-Identifier: MIT
 * Tables of options for man pages; see roff.h. */
#include "option/roff.h"

#include <string.h>

/* What roff would set as something else. */
static const struct {
  char c;
  const char *as;
} special[] = {{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"},
               {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"}};

static const char *escape_of(char c)
{
  for(size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
    if(special[i].c == c)
      return special[i].as;
  }
  return NULL;
}

int roff_add(struct buf *out, struct slice text)
{
  bool begins = out->n == 0 || out->p[out->n - 1] == '\n';
  for(size_t i = 0; i < text.n; i++) {
    const char *as = escape_of(text.p[i]);
    if(begins && text.p[i] == '.')
      buf_adds(out, "\\&");
    if(as)
      buf_adds(out, as);
    else
      buf_addc(out, text.p[i]);
    begins = text.p[i] == '\n';
  }
  return out->rc;
}

static void add_bold(struct buf *out, const char *before, const char *name)
{
  buf_adds(out, "\\fB");
  roff_add(out, slice_of(before));
  roff_add(out, slice_of(name));
  buf_adds(out, "\\fR");
}

static void add_option(struct buf *out, const struct option_row *o)
{
  const char letter[] = {o->letter, '\0'};
  buf_adds(out, ".TP\n");
  if(o->letter) {
    add_bold(out, "-", letter);
    buf_adds(out, ", ");
  }
  add_bold(out, option_defaults_on(o) ? "--[no-]" : "--", o->name);
  if(o->argument) {
    buf_adds(out, " \\fI");
    roff_add(out, slice_of(o->argument));
    buf_adds(out, "\\fR");
  }
  buf_addc(out, '\n');
  roff_add(out, slice_of(o->help));
  if(o->fallback && o->type != OPTION_BOOL) {
    buf_adds(out, " [");
    roff_add(out, slice_of(o->fallback));
    buf_addc(out, ']');
  }
  buf_addc(out, '\n');
}

int roff_options(const struct option_table *t, struct buf *out)
{
  for(size_t i = 0; i < t->count; i++) {
    const char *heading = option_heading(t, i);
    if(heading) {
      buf_adds(out, ".SS ");
      roff_add(out, slice_of(heading));
      buf_addc(out, '\n');
    }
    if(t->row[i].help)
      add_option(out, &t->row[i]);
  }
  return out->rc;
}
