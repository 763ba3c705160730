/* SPDX-License-Identifier: MIT
 * What a comparison has to say; see pages.h. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "result/compare_text.h"
#include "result/pages.h"

static const char *side(struct page *p, json_t *s)
{
  double runs = doc_number(s, "runs", 0), out = doc_number(s, "left_out", 0);
  if(runs <= 0)
    return page_say(p, "%s: %s, %s", doc_text(s, "name"),
                    doc_text(s, "target"), doc_text(s, "started"));
  return page_say(
      p, "%s: %.0f run%s of %s%s, %s", doc_text(s, "name"), runs,
      runs > 1 ? "s" : "", doc_text(s, "target"),
      out > 0 ? page_say(p, ", %.0f more left out as not valid", out) : "",
      doc_text(s, "started"));
}

/* How changes are told, worst first. */
static const struct {
  const char *verdict, *word;
  enum page_grade grade;
  enum page_outcome outcome;
} changes[] = {
    {"worse", "worse", PAGE_BAD, PAGE_FAILED},
    {"improved", "improved", PAGE_GOOD, PAGE_PASSED},
    {"too noisy to say", "too noisy", PAGE_WARN, PAGE_SKIPPED},
    {"same", "same", PAGE_PLAIN, PAGE_PASSED},
};

#define CHANGES (sizeof(changes) / sizeof(changes[0]))

typedef int text_fn(json_t *m, const char *side, struct buf *out);

static int percent(json_t *m, const char *unused, struct buf *out)
{
  (void)unused;
  return compare_text_percent(m, out);
}

static int change(json_t *m, const char *unused, struct buf *out)
{
  (void)unused;
  return compare_text_change(m, out);
}

static const char *text_of(struct page *p, json_t *m, const char *which,
                           text_fn *fn)
{
  struct buf text;
  buf_init(&text, 0);
  fn(m, which, &text);
  return page_take(p, &text);
}

/* Counts that are nothing on both sides take no line. */
static bool empty(json_t *m)
{
  double a, b;
  return doc_find(m, "base.sum", &a) && doc_find(m, "now.sum", &b) &&
         a + b <= 0;
}

static void row(struct page *p, struct page_table *t, json_t *m)
{
  struct page_row *r = page_row(p, t);
  double low, high;
  r->cell[0].text = doc_text(m, "metric");
  r->cell[1].text = text_of(p, m, "base", compare_text_value);
  r->cell[2].text = text_of(p, m, "now", compare_text_value);
  r->cell[3].text = text_of(p, m, NULL, percent);
  if(doc_find(m, "ratio_low", &low) && doc_find(m, "ratio_high", &high))
    r->cell[4].text =
        page_say(p, "%+.1f to %+.1f %%", 100 * (low - 1), 100 * (high - 1));
  r->cell[5].text = doc_text(m, "verdict");
  if(strcmp(r->cell[5].text, "worse") == 0)
    r->cell[5].grade = PAGE_BAD;
}

static void metric(struct page *p, struct page_block *b, json_t *m)
{
  const char *verdict = doc_text(m, "verdict"), *why = doc_text(m, "why");
  bool judged = doc_bool(m, "judged");
  struct page_finding *f;
  unsigned i = 0;
  while(i < CHANGES && strcmp(changes[i].verdict, verdict) != 0)
    i++;
  if(i == CHANGES)
    return;
  f = page_finding(p, b, changes[i].word, doc_text(m, "metric"));
  f->message = text_of(p, m, NULL, change);
  f->line = page_say(p, "%s%s%s%s", f->message, why[0] ? ": " : "", why,
                     judged ? "" : " [not judged]");
  f->title = "changed against the base";
  f->group = "weir.compare";
  f->notice = "weir compare: worse";
  f->rank = i;
  f->grade = changes[i].grade;
  f->outcome = judged ? changes[i].outcome : PAGE_PASSED;
  f->no_case = !judged;
  f->show = empty(m) ? PAGE_NOT : PAGE_LINE;
  row(p, &b->table, m);
}

static void metrics(struct page *p, json_t *one)
{
  struct page_block *b = page_block(p, PAGE_FINDINGS, "Changes");
  json_t *m;
  size_t i, quiet = 0;
  page_columns(p, &b->table,
               "metric|>base|>now|>change|>95 % interval|>verdict");
  json_array_foreach(doc_array(one, "metrics"), i, m)
  {
    metric(p, b, m);
    quiet += empty(m);
  }
  if(!quiet)
    return;
  b = page_block(p, PAGE_FACTS, "");
  b->where = PAGE_NOT_ON_PAGES;
  b->tight = true;
  page_fact(p, b, "same",
            page_say(p, "%zu counts that are nothing on both sides", quiet));
}

static void gates(struct page *p, json_t *one)
{
  struct page_block *b = page_block(p, PAGE_FACTS, "Gates");
  json_t *g;
  size_t i;
  b->tight = true;
  json_array_foreach(doc_array(one, "gates"), i, g)
  {
    const char *state = doc_text(g, "state");
    bool pass = doc_bool(g, "pass");
    page_fact(p, b, pass ? "gate" : "gate failed", doc_text(g, "expression"))
        ->grade = !pass                        ? PAGE_BAD
                  : strcmp(state, "held") == 0 ? PAGE_GOOD
                                               : PAGE_WARN;
    page_fact(p, b, "", state);
  }
}

/* What became of checks. */
static const struct {
  const char *key, *word;
  enum page_grade grade;
  enum page_outcome outcome;
} lists[] = {
    {"newly_failing", "newly failing", PAGE_BAD, PAGE_FAILED},
    {"newly_warning", "newly warned of", PAGE_WARN, PAGE_NOTED},
    {"newly_passing", "newly passing", PAGE_GOOD, PAGE_PASSED},
    {"no_longer_judged", "no longer judged", PAGE_WARN, PAGE_SKIPPED},
};

static void checks(struct page *p, struct page_block *b, json_t *one,
                   unsigned which)
{
  json_t *c;
  size_t i;
  json_array_foreach(doc_array(one, lists[which].key), i, c)
  {
    struct page_finding *f =
        page_finding(p, b, lists[which].word, doc_text(c, "id"));
    f->title = page_say(p, "%s before, now %s", doc_text(c, "was"),
                        doc_text(c, "verdict"));
    f->line = page_say(p, "%s: %s: %s", f->id, f->title, doc_text(c, "text"));
    f->group = "weir.compare";
    f->message = doc_text(c, "text");
    f->notice = page_say(p, "weir compare: %s", f->word);
    f->rank = which;
    f->grade = lists[which].grade;
    f->outcome = lists[which].outcome;
    f->show = PAGE_LINE;
    page_term(p, f, PAGE_SEEN, doc_text(c, "text"));
  }
}

static void comparison(struct page *p, json_t *doc, json_t *one, size_t at)
{
  struct page_block *b = page_block(p, PAGE_FACTS, "What is compared");
  json_t *note;
  size_t i;
  unsigned which;
  page_fact(p, b, "base", side(p, json_object_get(doc, "base")));
  page_fact(p, b, "now", side(p, json_object_get(one, "now")));
  json_array_foreach(doc_array(one, "notes"), i, note)
  {
    page_fact(p, b, "note", json_string_value(note))->grade = PAGE_WARN;
  }
  pages_pictures(p, at, at + 1);
  metrics(p, one);
  gates(p, one);
  b = page_block(p, PAGE_FINDINGS, "Checks");
  b->tight = true;
  for(which = 0; which < sizeof(lists) / sizeof(lists[0]); which++)
    checks(p, b, one, which);
}

/* CSV: every metric that was measured and every check that changed. */
static void data(struct page *p, json_t *one)
{
  static const char *const path[] = {"base.median", "now.median", "base.sum",
                                     "now.sum",     "difference", "ratio",
                                     "ratio_low",   "ratio_high", "p_worse"};
  json_t *m;
  size_t i, k;
  json_array_foreach(doc_array(one, "metrics"), i, m)
  {
    struct page_row *r;
    if(strcmp(doc_text(m, "verdict"), "not measured") == 0)
      continue;
    r = page_row(p, &p->data);
    r->cell[0].text = doc_text(one, "now.name");
    r->cell[1].text = doc_text(m, "metric");
    r->cell[2].text = doc_text(m, "unit");
    r->cell[3].text = doc_text(m, "verdict");
    for(k = 0; k < sizeof(path) / sizeof(path[0]); k++) {
      double v;
      if(doc_find(m, path[k], &v))
        r->cell[4 + k].text = page_say(p, "%.6g", v);
    }
  }
  for(k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
    json_array_foreach(doc_array(one, lists[k].key), i, m)
    {
      struct page_row *r = page_row(p, &p->data);
      r->cell[0].text = lists[k].word;
      r->cell[1].text = doc_text(m, "id");
      r->cell[2].text = doc_text(m, "was");
      r->cell[3].text = doc_text(m, "verdict");
    }
  }
}

/* How many metrics are told to be that, how many checks a list has. */
static const char *number(struct page *p, json_t *doc, bool load,
                          const char *what)
{
  json_t *one, *m;
  size_t i, k, n = 0;
  json_array_foreach(doc_array(doc, "comparisons"), i, one)
  {
    n += load ? 0 : json_array_size(doc_array(one, what));
    json_array_foreach(doc_array(one, "metrics"), k, m)
    {
      n += load && doc_bool(m, "judged") &&
           strcmp(doc_text(m, "verdict"), what) == 0;
    }
  }
  return page_say(p, "%zu", n);
}

static void head(struct page *p, json_t *doc)
{
  static const char *const told[][2][2] = {
      {{"checks newly failing", "newly_failing"}, {"metrics worse", "worse"}},
      {{"checks newly passing", "newly_passing"},
       {"metrics improved", "improved"}},
      {{"checks no longer judged", "no_longer_judged"},
       {"too noisy to say", "too noisy to say"}}};
  bool load = strcmp(doc_text(doc, "kind"), "load") == 0;
  size_t i;
  for(i = 0; i < PAGE_NUMBERS; i++)
    pages_number(p, i, told[i][load][0],
                 number(p, doc, load, told[i][load][1]));
}

void compare_page(json_t *doc, bool more, struct page *p)
{
  bool pass = strcmp(doc_text(doc, "verdict"), "pass") == 0;
  struct page_block *b;
  json_t *one;
  size_t i;
  (void)more;
  p->verdict = pass ? "HELD" : "WORSE";
  p->grade = pass ? PAGE_GOOD : PAGE_BAD;
  p->heading = "weir report";
  p->suite = "weir.compare";
  pages_finish(doc, p);
  head(p, doc);
  page_columns(p, &p->data,
               "now|metric|unit|verdict|base_median|now_median|base_sum|"
               "now_sum|difference|ratio|ratio_low|ratio_high|p_worse");
  json_array_foreach(doc_array(doc, "comparisons"), i, one)
  {
    comparison(p, doc, one, i);
    data(p, one);
  }
  b = page_block(p, PAGE_FACTS, "How this was compared");
  page_fact(p, b, "method", doc_text(doc, "method"));
  pages_machine(p, doc);
}
