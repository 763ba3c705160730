/* SPDX-License-Identifier: MIT
 * What the doctor has to say; see pages.h. */
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "result/nginx_page.h"
#include "result/pages.h"

static bool is(json_t *j, const char *path, const char *word)
{
  return strcmp(doc_text(j, path), word) == 0;
}

/* "nginx.conf:21:9, location /events"; "" where a finding has no place. */
static const char *place(struct page *p, json_t *finding)
{
  const char *block = doc_text(finding, "block");
  if(!doc_text(finding, "file")[0])
    return "";
  return page_say(p, "%s:%llu:%llu%s%s", doc_text(finding, "file"),
                  (unsigned long long)doc_count(finding, "line"),
                  (unsigned long long)doc_count(finding, "column"),
                  block[0] ? ", " : "", block);
}

/* The line as it stands, and a caret below the column. */
static const char *source(struct page *p, json_t *finding)
{
  const char *text = doc_text(finding, "source");
  size_t column = (size_t)doc_count(finding, "column"), i;
  struct buf out;
  if(!text[0])
    return "";
  buf_init(&out, 0);
  buf_addf(&out, "%4llu | %s\n",
           (unsigned long long)doc_count(finding, "line"), text);
  if(column && column <= strlen(text)) {
    buf_adds(&out, "     | ");
    for(i = 0; i + 1 < column; i++)
      buf_addc(&out, text[i] == '\t' ? '\t' : ' ');
    buf_adds(&out, "^\n");
  }
  return page_take(p, &out);
}

/* Rules of later findings that the first edit of this one mends too.  Only the
 * first finding with an edit lists the others. */
static const char *also(struct page *p, json_t *doc, json_t *finding)
{
  json_t *edit = json_array_get(doc_array(finding, "edits"), 0), *j;
  struct buf out;
  bool behind = false;
  size_t i;
  if(doc_text(finding, "same_fix_as")[0] || !edit)
    return "";
  buf_init(&out, 0);
  json_array_foreach(doc_array(doc, "findings"), i, j)
  {
    if(behind && json_equal(json_array_get(doc_array(j, "edits"), 0), edit))
      buf_addf(&out, "%s%s", out.n ? ", " : "", doc_text(j, "rule"));
    behind = behind || j == finding;
  }
  return page_take(p, &out);
}

static void term(struct page *p, struct page_finding *f, const char *label,
                 const char *text)
{
  page_term(p, f, label, text);
}

/* For those who ask. */
static void long_terms(struct page *p, struct page_finding *f, json_t *finding,
                       bool more)
{
  static const char *const all[][2] = {{PAGE_WHY, "why"},
                                       {"mind", "caveats"},
                                       {"graded", "graded"},
                                       {"nginx.org", "doc"}};
  size_t i;
  for(i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
    struct page_term *t =
        page_term(p, f, all[i][0], doc_text(finding, all[i][1]));
    t->kind = more ? PAGE_TEXT : PAGE_DETAIL;
    t->url = strcmp(all[i][1], "doc") == 0 ? t->text : "";
  }
}

static void terms(struct page *p, struct page_finding *f, json_t *doc,
                  json_t *finding, bool more)
{
  term(p, f, "at", place(p, finding));
  page_term(p, f, "source", source(p, finding))->kind = PAGE_CODE;
  term(p, f, PAGE_SEEN, doc_text(finding, "symptom"));
  term(p, f, "measured", doc_text(finding, "measured.before.text"));
  term(p, f, "with the fix", doc_text(finding, "measured.after.text"));
  term(p, f, PAGE_FIX, doc_text(finding, "fix"));
  term(p, f, "proof",
       is(finding, "proof", "proven") ? "proven: measured again, and well"
       : is(finding, "proof", "none") ? ""
                                      : doc_text(finding, "proof"));
  term(p, f, "mends too", also(p, doc, finding));
  long_terms(p, f, finding, more);
}

static void edits(struct page *p, struct page_finding *f, json_t *finding)
{
  json_t *j;
  size_t i;
  json_array_foreach(doc_array(finding, "edits"), i, j)
  {
    struct page_edit *e = page_edit(p, f);
    e->file = doc_text(j, "file");
    e->text = doc_text(j, "text");
    e->start = doc_count(j, "start");
    e->end = doc_count(j, "end");
    if(e->end < e->start)
      e->end = e->start;
  }
}

/* What a worse finding's fix mends already is named there; its own text is for
 * those who ask. */
static void finding(struct page *p, struct page_block *b, json_t *doc,
                    json_t *j, bool more)
{
  const char *fix = doc_text(j, "fix"), *severity = doc_text(j, "severity");
  unsigned long long line = doc_count(j, "line");
  struct page_finding *f = page_finding(p, b, severity, doc_text(j, "rule"));
  bool info = strcmp(severity, "info") == 0;
  f->title = doc_text(j, "title");
  f->mark = page_say(p, " (%s)", doc_text(j, "confidence"));
  f->line = page_say(p, "%s (line %llu): %s%s%s", f->id, line,
                     doc_text(j, "symptom"), fix[0] ? " Fix: " : "", fix);
  f->group = "weir.nginx";
  f->name = page_say(p, "%s line %llu", f->id, line);
  f->message = f->title;
  f->place =
      (struct page_place){doc_text(j, "file"), line, doc_count(j, "column")};
  f->grade = strcmp(severity, "error") == 0 ? PAGE_BAD
             : info                         ? PAGE_INFO
                                            : PAGE_WARN;
  f->outcome = doc_bool(j, "fails") ? PAGE_FAILED : PAGE_NOTED;
  f->show = more                            ? PAGE_WHOLE
            : info                          ? PAGE_LINE
            : doc_text(j, "same_fix_as")[0] ? PAGE_NOT
                                            : PAGE_WHOLE;
  terms(p, f, doc, j, more);
  edits(p, f, j);
}

static void findings(struct page *p, json_t *doc, bool more)
{
  struct page_block *b = page_block(p, PAGE_FINDINGS, "Findings");
  struct page_finding *run = page_finding(p, b, p->verdict, "run");
  json_t *j;
  size_t i;
  run->group = "weir.nginx";
  run->type = is(doc, "verdict", "unjudged") ? "unjudged" : "interrupted";
  run->message = p->sentence;
  run->case_only = true;
  run->outcome =
      is(doc, "verdict", "interrupted") || is(doc, "verdict", "unjudged")
          ? PAGE_ERROR
          : PAGE_PASSED;
  json_array_foreach(doc_array(doc, "findings"), i, j)
  {
    finding(p, b, doc, j, more);
  }
}

static void judged(struct page *p, struct page_block *b, json_t *doc)
{
  json_t *t;
  size_t i;
  json_array_foreach(doc_array(doc, "targets"), i, t)
  {
    const char *host = doc_text(t, "host"), *file = doc_text(t, "file");
    page_fact(
        p, b, i ? "" : "judged",
        page_say(p, "%s%s%s is handled by %s%s%s (%s)%s", doc_text(t, "uri"),
                 host[0] ? " of " : "", host, doc_text(t, "location"),
                 file[0] ? " in " : "", file, doc_text(t, "family"),
                 doc_bool(t, "certain") ? "" : ", as far as the text tells"));
  }
}

static void neighbours(struct page *p, struct page_block *b, json_t *doc)
{
  unsigned long long all = doc_count(doc, "neighbours.asked");
  unsigned long long changed = doc_count(doc, "neighbours.changed");
  if(!all)
    return;
  if(changed)
    page_fact(p, b, "neighbours",
              page_say(p, "%llu of %llu do not answer as before: %s", changed,
                       all, doc_text(doc, "neighbours.first")));
  else
    page_fact(p, b, "neighbours",
              page_say(p,
                       "%llu other path%s of the configuration: answered "
                       "as before, by the text",
                       all, all == 1 ? "" : "s"));
}

static void about(struct page *p, json_t *doc, bool more)
{
  struct page_block *b = page_block(p, PAGE_FACTS, "How this was found");
  const char *binary = doc_text(doc, "nginx.binary");
  judged(p, b, doc);
  page_fact(p, b, "nginx",
            page_say(p, "%s (%s)%s%s", doc_text(doc, "nginx.version"),
                     doc_text(doc, "nginx.version_from"),
                     binary[0] ? ", " : "", binary));
  if(is(doc, "mode", "static"))
    page_fact(p, b, "static only",
              page_say(p, "%s; what only a run can tell is not known",
                       doc_text(doc, "static_why")));
  neighbours(p, b, doc);
  page_fact(p, b, "written", doc_text(doc, "written"));
  pages_list(p, b, "assumed", doc_array(doc, "assumptions"));
  pages_list(p, b, "note", doc_array(doc, "config.notes"));
  if(json_array_size(doc_array(doc, "findings")) && !more)
    page_fact(p, b, "more", "weir explain RULE, or --explain for all of it")
        ->grade = PAGE_DIM;
}

void nginx_page(json_t *doc, bool more, struct page *p)
{
  bool fail = is(doc, "verdict", "fail"), pass = is(doc, "verdict", "pass");
  bool warned = doc_count(doc, "summary.warn") > 0;
  bool unjudged = is(doc, "verdict", "unjudged");
  p->verdict = fail       ? "FAIL"
               : unjudged ? "UNJUDGED"
               : !pass    ? "INTERRUPTED"
               : warned   ? "WARN"
                          : "PASS";
  p->grade = !pass ? PAGE_BAD : warned ? PAGE_WARN : PAGE_GOOD;
  p->heading = "nginx and event streams";
  p->about = doc_text(doc, "config.path");
  p->property[0] = "config";
  p->property[1] = p->about;
  p->circumstances =
      page_say(p, "nginx %s (%s), weir %s, %s", doc_text(doc, "nginx.version"),
               doc_text(doc, "nginx.version_from"), doc_text(doc, "weir"),
               doc_text(doc, "started"));
  pages_finish(doc, p);
  pages_number(p, 0, "errors", pages_count(p, doc, "summary.error"));
  pages_number(p, 1, "warnings", pages_count(p, doc, "summary.warn"));
  pages_number(p, 2, "for information", pages_count(p, doc, "summary.info"));
  findings(p, doc, more);
  if(doc_text(doc, "diff")[0])
    page_block(p, PAGE_DIFF, "What to change")->text = doc_text(doc, "diff");
  nginx_page_measured(p, doc);
  about(p, doc, more);
  pages_data(p, doc_array(doc, "findings"),
             "line|rule|severity|confidence|file|directive|effective|block|"
             "symptom|fix|proof");
}
