/* SPDX-License-Identifier: MIT
 * What a conformance run has to say; see pages.h. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "result/pages.h"

/* Worst first; what warned or is worse is told in full. */
static const struct {
  const char *verdict;
  enum page_grade grade;
  enum page_outcome outcome;
  enum page_show show;
} ranks[] = {
    {"FAIL", PAGE_BAD, PAGE_NOTED, PAGE_WHOLE},
    {"ERROR", PAGE_BAD, PAGE_ERROR, PAGE_WHOLE},
    {"WARN", PAGE_WARN, PAGE_NOTED, PAGE_WHOLE},
    {"UNTESTABLE", PAGE_DIM, PAGE_SKIPPED, PAGE_LINE},
    {"INFO", PAGE_INFO, PAGE_NOTED, PAGE_LINE},
    {"SKIP", PAGE_DIM, PAGE_SKIPPED, PAGE_NOT},
    {"PASS", PAGE_GOOD, PAGE_PASSED, PAGE_NOT},
};

#define RANKS     (sizeof(ranks) / sizeof(ranks[0]))
#define RANK_WARN 2
#define RANK_PASS 6

static unsigned rank_of(const char *verdict)
{
  unsigned i;
  for(i = 0; i < RANKS; i++) {
    if(strcmp(ranks[i].verdict, verdict) == 0)
      return i;
  }
  return 1;
}

static const char *verdict_of(json_t *doc)
{
  static const char *const words[][2] = {{"pass", "PASS"},
                                         {"fail", "FAIL"},
                                         {"unreachable", "UNREACHABLE"},
                                         {"unjudged", "UNJUDGED"},
                                         {"interrupted", "INTERRUPTED"}};
  size_t i;
  for(i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if(strcmp(doc_text(doc, "verdict"), words[i][0]) == 0)
      return words[i][1];
  }
  return "ERROR";
}

/* What only pages tell of a check that is not blamed. */
static void helpful(struct page *p, struct page_finding *f, bool blamed,
                    const char *label, const char *text)
{
  struct page_term *t = page_term(p, f, label, text);
  if(!blamed)
    t->kind = PAGE_DETAIL;
}

static void fixes(struct page *p, struct page_finding *f, json_t *check,
                  bool blamed)
{
  json_t *fix;
  size_t i;
  json_array_foreach(doc_array(check, "fix"), i, fix)
  {
    struct page_term *t = page_term(p, f, PAGE_FIX, doc_text(fix, "text"));
    const char *stack = doc_text(fix, "stack");
    t->kind = blamed ? PAGE_TEXT : PAGE_DETAIL;
    t->whose = strcmp(stack, "any") == 0 ? "" : stack;
  }
}

static void terms(struct page *p, struct page_finding *f, json_t *check)
{
  bool blamed = f->rank <= RANK_WARN;
  const char *reference = doc_text(check, "clause.reference");
  const char *url = doc_text(check, "clause.url");
  page_term(p, f, PAGE_SEEN, doc_text(check, "text"));
  page_term(p, f, "expected", doc_text(check, "expected"));
  page_term(p, f, PAGE_EVIDENCE, doc_text(check, "evidence"))->kind =
      PAGE_CODE;
  page_term(p, f, "wire log", doc_text(check, "recording"))->kind =
      PAGE_RECORD;
  helpful(p, f, blamed, PAGE_WHY, doc_text(check, "why"));
  helpful(p, f, blamed, "causes", doc_text(check, "causes"));
  fixes(p, f, check, blamed);
  page_term(p, f, PAGE_REPRODUCE, doc_text(check, "reproduce"))->kind =
      blamed ? PAGE_SHELL : PAGE_DETAIL;
  page_term(p, f, "clause", reference[0] ? reference : url)->url = url;
}

static void finding(struct page *p, struct page_block *b, json_t *check,
                    bool more)
{
  const char *verdict = doc_text(check, "verdict");
  unsigned rank = rank_of(verdict);
  bool fails = doc_bool(check, "fails");
  struct page_finding *f = page_finding(p, b, verdict, doc_text(check, "id"));
  f->title = doc_text(check, "title");
  f->mark = page_say(p, "%s%s", doc_bool(check, "flaky") ? " (flaky 1/2)" : "",
                     doc_text(check, "expected")[0] ? " (expected)" : "");
  f->rank = rank;
  f->grade = ranks[rank].grade;
  f->outcome = fails ? PAGE_FAILED : ranks[rank].outcome;
  f->show = ranks[rank].show;
  if(more)
    f->show = rank == RANK_PASS ? PAGE_LINE : PAGE_WHOLE;
  f->alike = strcmp(verdict, "UNTESTABLE") == 0;
  f->message = page_say(p, "%s: %s", verdict, doc_text(check, "text"));
  f->notice = page_say(p, "weir check: %s %s", verdict, f->id);
  terms(p, f, check);
}

/* For CI systems: that something was judged at all. */
static void run_case(struct page *p, struct page_block *b, json_t *doc)
{
  const char *verdict = doc_text(doc, "verdict");
  struct page_finding *f = page_finding(p, b, p->verdict, "run");
  f->group = "weir";
  f->type = verdict;
  f->message = p->sentence;
  f->case_only = true;
  f->outcome = strcmp(verdict, "pass") == 0 || strcmp(verdict, "fail") == 0
                   ? PAGE_PASSED
                   : PAGE_ERROR;
}

/* What a profile expects and is no longer so: a fact for people, a failed
 * case for CI systems. */
static void stale(struct page *p, json_t *doc, struct page_block *facts)
{
  json_t *entry;
  size_t i;
  json_array_foreach(doc_array(doc, "baseline.stale"), i, entry)
  {
    const char *id = doc_text(entry, "id");
    struct page_finding *f = page_finding(p, facts, "STALE", id);
    f->group = "weir.profile";
    f->type = "stale-profile";
    f->notice = "weir check: stale profile";
    f->line = id;
    f->message =
        page_say(p,
                 "the profile expects %s, found %s: take the line out "
                 "(it said: %s)",
                 doc_text(entry, "listed"), doc_text(entry, "found"),
                 doc_text(entry, "reason"));
    f->case_only = true;
    f->outcome = PAGE_FAILED;
    page_fact(p, facts, "STALE", id)->grade = PAGE_BAD;
    page_fact(p, facts, "", f->message);
  }
}

static void about(struct page *p, json_t *doc)
{
  struct page_block *b = page_block(p, PAGE_FACTS, "How this was found");
  unsigned long long n = doc_count(doc, "exchanges");
  char took[UNITS_MAX];
  units_fmt_ms(doc_number(doc, "elapsed_ms", 0), took);
  stale(p, doc, b);
  page_fact(p, b, "target", p->about);
  page_fact(p, b, "run",
            page_say(p, "%s%s, %llu exchange%s, %s, seed %llu",
                     doc_text(doc, "target.mode"),
                     doc_bool(doc, "target.fast") ? " --fast" : "", n,
                     n == 1 ? "" : "s", took,
                     (unsigned long long)doc_count(doc, "seed")));
  pages_list(p, b, "assumed", doc_array(doc, "assumptions"));
  p->circumstances =
      page_say(p, "%s mode, %llu exchange%s, %s, %s, weir %s",
               doc_text(doc, "target.mode"), n, n == 1 ? "" : "s", took,
               doc_text(doc, "started"), doc_text(doc, "weir"));
}

static void logs(struct page *p, json_t *doc)
{
  json_t *r, *line;
  size_t i, k;
  json_array_foreach(doc_array(doc, "recordings"), i, r)
  {
    struct page_block *b = page_block(p, PAGE_LOG, doc_text(r, "name"));
    b->caption = page_say(p, "from %s, end: %s", doc_text(r, "local"),
                          doc_text(r, "end"));
    json_array_foreach(doc_array(r, "log"), k, line)
    {
      double t;
      page_log_line(p, b,
                    doc_find(line, "t_ms", &t) ? page_say(p, "%.3f", t) : "",
                    doc_text(line, "from"), doc_text(line, "text"));
    }
  }
}

void check_page(json_t *doc, bool more, struct page *p)
{
  struct page_block *b;
  json_t *check;
  size_t i;
  p->verdict = verdict_of(doc);
  p->grade = strcmp(p->verdict, "PASS") == 0   ? PAGE_GOOD
             : strcmp(p->verdict, "FAIL") == 0 ? PAGE_BAD
                                               : PAGE_WARN;
  p->heading = "Conformance of event streams";
  p->about = doc_text(doc, "target.url");
  p->property[0] = "target";
  p->property[1] = p->about;
  p->matrix = true;
  pages_finish(doc, p);
  b = page_block(p, PAGE_FINDINGS, "Findings");
  run_case(p, b, doc);
  json_array_foreach(doc_array(doc, "checks"), i, check)
  {
    finding(p, b, check, more);
  }
  about(p, doc);
  logs(p, doc);
  pages_data(p, doc_array(doc, "checks"),
             "id|verdict|severity|title|text|recording|expected");
}
