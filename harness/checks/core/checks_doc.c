/* SPDX-License-Identifier: MIT
 * The page of all checks, made from their rows; see check.h. */
#include <string.h>

#include "base/markdown.h"
#include "checks/core/check.h"

static const char intro[] =
    "# The checks of `weir check`\n\n"
    "Made by `weir list checks --markdown`. `weir explain ID` prints the same "
    "of one check.\n\n"
    "Severity: **F** a MUST is broken, or events are lost (FAIL); **W** a "
    "SHOULD, or\ncommon clients break (WARN); **I** worth knowing (INFO). "
    "Side: S server, P proxy.\nMode: L passive, A extra requests, W waits, R "
    "reconnects, N many connections, K\nneeds the target's help, O weir's own "
    "origin behind a proxy (--via-origin). A check whose "
    "exchange was not made, or not answered, is\nUNTESTABLE, never PASS.\n";

static const char contribute[] =
    "\nA new check is one function, one row, one fault of weir-server that "
    "trips it.\n\n"
    "Not judged from outside, since they need an origin of ours behind the "
    "target:\n`http.error.midstream`, `http.coding.no-transform` and "
    "`http.hdr.host-independent`.\n";

static bool begins_group(size_t i)
{
  return i == 0 ||
         strcmp(check_group_at(i)->name, check_group_at(i - 1)->name) != 0;
}

static int add_table(struct buf *out, const struct check_group *g)
{
  size_t i;
  int rc = 0;
  for(i = 0; rc == 0 && i < g->count; i++) {
    const struct check *c = &g->check[i];
    rc = buf_addf(out, "| [%s](#%s) | %s | %s | ", c->id, c->id,
                  severity_name(c->severity), c->modes);
    if(rc == 0)
      rc = markdown_text(c->title, out);
    if(rc == 0)
      rc = buf_adds(out, " |\n");
  }
  return rc;
}

static int add_overview(struct buf *out)
{
  size_t i;
  int rc = 0;
  for(i = 0; rc == 0 && i < check_group_count(); i++) {
    const struct check_group *g = check_group_at(i);
    if(begins_group(i))
      rc = buf_addf(out,
                    "\n## %s\n\n| check | severity | mode | requirement |\n"
                    "| --- | --- | --- | --- |\n",
                    g->name);
    if(rc == 0)
      rc = add_table(out, g);
  }
  return rc;
}

static int add_fixes(struct buf *out, const struct check *c)
{
  int i, rc = buf_addc(out, '\n');
  for(i = 0; rc == 0 && i < CHECK_MAX_FIXES && c->fix[i].stack; i++) {
    rc = buf_addf(out, "- %s: ", c->fix[i].stack);
    if(rc == 0)
      rc = markdown_text(c->fix[i].text, out);
    if(rc == 0)
      rc = buf_addc(out, '\n');
  }
  return rc;
}

/* An id of its own, since readers build anchors of headings differently. */
static int add_check(struct buf *out, const struct check *c)
{
  int rc = buf_addf(out, "\n### <a id=\"%s\"></a>%s\n\n", c->id, c->id);
  if(rc == 0)
    rc = markdown_text(c->title, out);
  if(rc == 0)
    rc = buf_addf(out, ". Severity %s, side %s, mode %s. [%s](%s)\n",
                  severity_name(c->severity), c->side, c->modes,
                  c->reference[0] ? c->reference : "clause", c->anchor);
  if(rc == 0)
    rc =
        markdown_labelled("Why it matters:", c->rationale, markdown_text, out);
  if(rc == 0)
    rc = markdown_labelled("Typical causes:", c->causes, markdown_text, out);
  if(rc == 0)
    rc = add_fixes(out, c);
  if(rc == 0)
    rc = buf_addf(out, "\n```sh\n%s\n```\n", c->reproduce);
  return rc;
}

int checks_markdown(struct buf *out)
{
  size_t i;
  int rc = buf_adds(out, intro);
  if(rc == 0)
    rc = buf_adds(out, contribute);
  if(rc == 0)
    rc = add_overview(out);
  if(rc == 0)
    rc = buf_adds(out, "\n## Each check\n");
  for(i = 0; rc == 0 && i < check_count(); i++)
    rc = add_check(out, check_at(i));
  return rc;
}
