/* SPDX-License-Identifier: MIT
 * The Test Anything Protocol, version 14; see write.h. */
#include "base/json.h"
#include "page/cases.h"
#include "page/escape.h"
#include "page/write.h"

/* "#" begins a directive and "\" an escape in a description. */
static void description(const char *text, struct buf *out)
{
  struct buf line;
  const char *at;
  buf_init(&line, 0);
  if(escape_line(text, &line))
    buf_fail(out, line.rc);
  for(at = buf_text(&line); *at; at++) {
    if(*at == '#' || *at == '\\')
      buf_addc(out, '\\');
    buf_addc(out, *at);
  }
  buf_free(&line);
}

/* A string of JSON is one of YAML, once what nobody sees is shown. */
static void value(const char *key, const char *text, struct buf *out)
{
  struct buf safe;
  if(!text[0])
    return;
  buf_init(&safe, 0);
  if(escape_visible(slice_of(text), &safe))
    buf_fail(out, safe.rc);
  buf_addf(out, "  %s: ", key);
  json_quote(out, buf_slice(&safe));
  buf_addc(out, '\n');
  buf_free(&safe);
}

static void diagnosis(const struct page_finding *f, struct buf *out)
{
  struct buf place;
  buf_init(&place, 0);
  cases_place(f, &place);
  buf_adds(out, "  ---\n");
  value("severity", f->word, out);
  value("title", f->title ? f->title : "", out);
  value("message", cases_message(f), out);
  value("at", buf_text(&place), out);
  value("evidence", page_term_text(f, PAGE_EVIDENCE), out);
  value("why", page_term_text(f, PAGE_WHY), out);
  value("fix", page_term_text(f, PAGE_FIX), out);
  buf_adds(out, "  ...\n");
  buf_fail(out, place.rc);
  buf_free(&place);
}

static void test(const struct page_finding *f, size_t number, struct buf *out)
{
  bool bad = f->outcome == PAGE_FAILED || f->outcome == PAGE_ERROR;
  buf_addf(out, "%s %zu - ", bad ? "not ok" : "ok", number);
  description(cases_name(f), out);
  if(f->outcome == PAGE_SKIPPED) {
    buf_adds(out, " # SKIP ");
    description(page_term_text(f, PAGE_SEEN), out);
  }
  buf_addc(out, '\n');
  if(bad || f->outcome == PAGE_NOTED)
    diagnosis(f, out);
}

int page_tap(const struct page *p, bool colour, struct buf *out)
{
  const struct page_finding *f;
  struct cases c;
  size_t n = 0;
  (void)colour;
  for(f = cases_first(&c, p); f; f = cases_next(&c))
    n += !f->no_case;
  buf_addf(out, "TAP version 14\n1..%zu\n# %s: %s: ", n, p->command,
           p->verdict);
  escape_line(p->sentence, out);
  buf_addc(out, '\n');
  n = 0;
  for(f = cases_first(&c, p); f; f = cases_next(&c)) {
    if(!f->no_case)
      test(f, ++n, out);
  }
  return out->rc;
}
