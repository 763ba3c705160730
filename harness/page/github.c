/* SPDX-License-Identifier: MIT
 * GitHub's workflow commands; see write.h. */
#include "page/cases.h"
#include "page/escape.h"
#include "page/write.h"

/* What passed, and what is told for information at no line of a file, is no
 * annotation. */
static const char *level_of(const struct page_finding *f)
{
  if(f->outcome == PAGE_FAILED || f->outcome == PAGE_ERROR)
    return "error";
  if(f->outcome != PAGE_NOTED)
    return NULL;
  if(f->grade == PAGE_WARN || f->grade == PAGE_BAD)
    return "warning";
  return page_has(f->place.file) ? "notice" : NULL;
}

static void line_of(const char *before, const char *text, struct buf *out)
{
  if(text[0])
    buf_addf(out, "%s%s%s", out->n ? "\n" : "", before, text);
}

static void annotation(const struct page_finding *f, struct buf *out)
{
  const char *level = level_of(f);
  bool placed = page_has(f->place.file);
  struct buf text, fix;
  if(!level || (f->case_only && !page_has(f->notice)))
    return;
  buf_init(&text, 0);
  buf_init(&fix, 0);
  page_add_fix(f, &fix);
  line_of("",
          !placed && page_has(f->line) ? f->line
                                       : page_term_text(f, PAGE_SEEN),
          &text);
  line_of("", page_term_text(f, PAGE_EVIDENCE), &text);
  line_of("Why: ", page_term_text(f, PAGE_WHY), &text);
  line_of("Fix: ", buf_text(&fix), &text);
  buf_fail(out, text.rc ? text.rc : fix.rc);
  buf_free(&fix);
  buf_addf(out, "::%s ", level);
  if(placed) {
    buf_adds(out, "file=");
    escape_github(f->place.file, true, out);
    buf_addf(out, ",line=%llu,col=%llu,", (unsigned long long)f->place.line,
             (unsigned long long)f->place.column);
  }
  buf_adds(out, "title=");
  escape_github(page_has(f->notice) ? f->notice : f->id, true, out);
  buf_adds(out, "::");
  escape_github(buf_text(&text), false, out);
  buf_addc(out, '\n');
  buf_free(&text);
}

int page_github(const struct page *p, bool colour, struct buf *out)
{
  const struct page_finding *f;
  struct cases c;
  (void)colour;
  escape_verdict(p->grade == PAGE_GOOD || p->grade == PAGE_WARN, p->command,
                 p->verdict, p->sentence, out);
  for(f = cases_first(&c, p); f; f = cases_next(&c))
    annotation(f, out);
  return out->rc;
}
