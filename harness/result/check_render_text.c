/* SPDX-License-Identifier: MIT
 * Findings for a terminal; see check_render.h. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "result/check_render.h"
#include "result/doc.h"
#include "result/page.h"

#define EVIDENCE_LINES 24
#define ALIKE_NAMED    12

int check_render_rank(const char *verdict)
{
  static const char *const order[CHECK_RENDER_RANKS] = {
      "FAIL", "ERROR", "WARN", "UNTESTABLE", "INFO", "SKIP", "PASS"};
  int i;
  for(i = 0; i < CHECK_RENDER_RANKS; i++) {
    if(strcmp(order[i], verdict) == 0)
      return i;
  }
  return 1;
}

const char *check_render_verdict(json_t *doc)
{
  static const char *const words[][2] = {{"pass", "PASS"},
                                         {"fail", "FAIL"},
                                         {"unreachable", "UNREACHABLE"},
                                         {"interrupted", "INTERRUPTED"}};
  size_t i;
  for(i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if(strcmp(doc_text(doc, "verdict"), words[i][0]) == 0)
      return words[i][1];
  }
  return "ERROR";
}

static enum page_colour colour_of(const char *verdict)
{
  switch(check_render_rank(verdict)) {
  case 0:
  case 1:
    return PAGE_BAD;
  case 2:
    return PAGE_WARN;
  case 6:
    return PAGE_GOOD;
  default:
    return PAGE_DIM;
  }
}

static void optional_row(struct page *p, const char *label, const char *text)
{
  if(text[0])
    page_row(p, label, text);
}

/* Proof is not wrapped: columns mean something in it. */
static void evidence(struct page *p, json_t *check)
{
  struct slice rest = slice_of(doc_text(check, "evidence"));
  size_t lines = 0;
  while(rest.n && !p->rc) {
    struct slice line = slice_cut(&rest, '\n');
    if(++lines > EVIDENCE_LINES) {
      p->rc = buf_adds(p->out, "    ... (all of it in the JSON document)\n");
      return;
    }
    p->rc = buf_addf(p->out, "    %.*s\n", (int)line.n, line.p);
  }
}

static void fixes(struct page *p, json_t *check)
{
  json_t *fix;
  size_t i;
  json_array_foreach(doc_array(check, "fix"), i, fix)
  {
    const char *stack = doc_text(fix, "stack");
    bool any = strcmp(stack, "any") == 0;
    page_rowf(p, i ? "" : "  fix", "%s%s%s", any ? "" : stack, any ? "" : ": ",
              doc_text(fix, "text"));
  }
}

static void clause(struct page *p, json_t *check)
{
  const char *reference = doc_text(check, "clause.reference");
  page_rowf(p, "  clause", "%s%s%s", reference, reference[0] ? ", " : "",
            doc_text(check, "clause.url"));
}

static void head(struct page *p, json_t *check)
{
  const char *verdict = doc_text(check, "verdict");
  char title[300];
  snprintf(title, sizeof(title), "%s: %s%s%s", doc_text(check, "id"),
           doc_text(check, "title"),
           doc_bool(check, "flaky") ? " (flaky 1/2)" : "",
           doc_text(check, "expected")[0] ? " (expected)" : "");
  page_mark(p, colour_of(verdict), verdict, title);
}

static void whole(struct page *p, json_t *check)
{
  head(p, check);
  optional_row(p, "  seen", doc_text(check, "text"));
  optional_row(p, "  expected", doc_text(check, "expected"));
  evidence(p, check);
  if(check_render_rank(doc_text(check, "verdict")) <= 2) {
    optional_row(p, "  why", doc_text(check, "why"));
    optional_row(p, "  causes", doc_text(check, "causes"));
    fixes(p, check);
    optional_row(p, "  reproduce", doc_text(check, "reproduce"));
  }
  clause(p, check);
  page_blank(p);
}

static bool is_untestable(json_t *check)
{
  return strcmp(doc_text(check, "verdict"), "UNTESTABLE") == 0;
}

/* Checks that miss the same thing, on one row with the reason; of many, some.
 */
static void untestable_alike(struct page *p, json_t *checks, size_t from)
{
  const char *reason = doc_text(json_array_get(checks, from), "text");
  struct buf row;
  json_t *check;
  size_t i, n = 0;
  buf_init(&row, 0);
  json_array_foreach(checks, i, check)
  {
    if(p->rc || !is_untestable(check) ||
       strcmp(doc_text(check, "text"), reason) != 0)
      continue;
    if(i < from) {
      buf_free(&row);
      return;
    }
    if(n < ALIKE_NAMED)
      p->rc = buf_addf(&row, "%s%s", n ? ", " : "", doc_text(check, "id"));
    n++;
  }
  if(!p->rc && n > ALIKE_NAMED)
    p->rc = buf_addf(&row, " and %zu more (-v names all)", n - ALIKE_NAMED);
  if(!p->rc)
    p->rc = buf_addf(&row, ": %s", reason);
  page_mark(p, PAGE_DIM, "UNTESTABLE", buf_text(&row));
  buf_free(&row);
}

static void brief(struct page *p, json_t *check)
{
  const char *verdict = doc_text(check, "verdict");
  char text[700];
  snprintf(text, sizeof(text), "%s: %s", doc_text(check, "id"),
           doc_text(check, "text"));
  page_mark(p, colour_of(verdict), verdict, text);
}

/* In full: FAIL, ERROR and WARN.  On a line: UNTESTABLE and INFO.  Not at
 * all: SKIP and PASS, unless all was asked for. */
static void checks_of_rank(struct page *p, json_t *doc, int rank, bool verbose)
{
  json_t *check;
  size_t i;
  json_array_foreach(doc_array(doc, "checks"), i, check)
  {
    if(check_render_rank(doc_text(check, "verdict")) != rank)
      continue;
    if(rank <= 2 || (verbose && rank != 6))
      whole(p, check);
    else if(is_untestable(check))
      untestable_alike(p, doc_array(doc, "checks"), i);
    else if(rank <= 4 || verbose)
      brief(p, check);
  }
}

static void stale(struct page *p, json_t *doc)
{
  json_t *entry;
  size_t i;
  json_array_foreach(doc_array(doc, "baseline.stale"), i, entry)
  {
    page_mark(p, PAGE_BAD, "STALE", doc_text(entry, "id"));
    page_rowf(p, "",
              "the profile expects %s, found %s: take the line out "
              "(it said: %s)",
              doc_text(entry, "listed"), doc_text(entry, "found"),
              doc_text(entry, "reason"));
  }
}

static void target(struct page *p, json_t *doc)
{
  char took[UNITS_MAX];
  json_t *text;
  size_t i;
  page_row(p, "target", doc_text(doc, "target.url"));
  page_rowf(p, "run", "%s%s, %llu exchange%s, %s, seed %llu",
            doc_text(doc, "target.mode"),
            doc_bool(doc, "target.fast") ? " --fast" : "",
            (unsigned long long)doc_count(doc, "exchanges"),
            doc_count(doc, "exchanges") == 1 ? "" : "s",
            units_fmt_ms(doc_number(doc, "elapsed_ms", 0), took),
            (unsigned long long)doc_count(doc, "seed"));
  json_array_foreach(doc_array(doc, "assumptions"), i, text)
  {
    page_mark(p, PAGE_DIM, i ? "" : "assumed",
              json_string_value(text) ? json_string_value(text) : "");
  }
}

int check_render_text(json_t *doc, bool colour, bool verbose, struct buf *out)
{
  struct page p = {.out = out, .colour = colour};
  int rank;
  page_verdict(&p, check_render_verdict(doc), doc_text(doc, "sentence"));
  page_blank(&p);
  for(rank = 0; rank < CHECK_RENDER_RANKS; rank++)
    checks_of_rank(&p, doc, rank, verbose);
  stale(&p, doc);
  target(&p, doc);
  return p.rc;
}
