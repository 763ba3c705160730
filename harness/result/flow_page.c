/* SPDX-License-Identifier: MIT
 * What flows have to say; see pages.h.  A flow is a finding, a failed one with
 * the step to blame, what came nearest, and all that happened when. */
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "result/pages.h"

static const struct kind {
  const char *verdict, *word;
  enum page_grade grade;
  enum page_outcome outcome;
  enum page_show show;
} kinds[] = {
    {"fail", "FAIL", PAGE_BAD, PAGE_FAILED, PAGE_WHOLE},
    {"error", "ERROR", PAGE_BAD, PAGE_ERROR, PAGE_WHOLE},
    {"empty", "EMPTY", PAGE_BAD, PAGE_FAILED, PAGE_WHOLE},
    {"uncertain", "UNCERTAIN", PAGE_WARN, PAGE_ERROR, PAGE_WHOLE},
    {"pass", "PASS", PAGE_GOOD, PAGE_PASSED, PAGE_LINE},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static size_t kind_of(json_t *flow)
{
  size_t i = 0;
  while(i + 1 < KINDS &&
        strcmp(kinds[i].verdict, doc_text(flow, "verdict")) != 0)
    i++;
  return i;
}

static json_t *blamed_step(json_t *flow)
{
  uint64_t number = doc_count(flow, "blamed");
  json_t *step;
  size_t i;
  json_array_foreach(doc_array(flow, "steps"), i, step)
  {
    if(number && doc_count(step, "number") == number)
      return step;
  }
  return NULL;
}

/* The line of the file, and a caret below the step. */
static const char *source(struct page *p, json_t *flow, json_t *step)
{
  struct buf text;
  unsigned long long line = doc_count(step, "line");
  uint64_t column = doc_count(step, "column"), i;
  buf_init(&text, 0);
  buf_addf(&text, "%5llu | %s\n      | ", line, doc_text(flow, "source"));
  for(i = 1; i < column && i < 200; i++)
    buf_addc(&text, ' ');
  for(i = 0; i < strlen(doc_text(step, "verb")); i++)
    buf_addc(&text, '^');
  return page_take(p, &text);
}

static void nearest(struct page *p, struct page_finding *f, json_t *step)
{
  json_t *line;
  size_t i;
  json_array_foreach(doc_array(step, "nearest"), i, line)
  {
    page_term(p, f, "nearest", json_string_value(line));
  }
}

static const char *timeline(struct page *p, json_t *flow)
{
  struct buf text;
  json_t *t;
  size_t i;
  buf_init(&text, 0);
  json_array_foreach(doc_array(flow, "timeline"), i, t)
  {
    buf_addf(&text, "%s%9.3f s  %-10s %s", i ? "\n" : "",
             doc_number(t, "t_ms", 0) / 1000, doc_text(t, "who"),
             doc_text(t, "what"));
  }
  return page_take(p, &text);
}

static const char *streams(struct page *p, json_t *flow)
{
  struct buf text;
  json_t *s;
  size_t i;
  buf_init(&text, 0);
  json_array_foreach(doc_array(flow, "streams"), i, s)
  {
    unsigned long long n = doc_count(s, "events");
    buf_addf(&text, "%s%s", i ? "; " : "", doc_text(s, "name"));
    if(doc_text(s, "user")[0])
      buf_addf(&text, " (%s)", doc_text(s, "user"));
    buf_addf(&text, ": %llu event%s, %s", n, n == 1 ? "" : "s",
             doc_bool(s, "open") ? "open" : "ended");
  }
  return page_take(p, &text);
}

static void blame(struct page *p, struct page_finding *f, json_t *flow,
                  json_t *step)
{
  f->place.line = doc_count(step, "line");
  f->place.column = doc_count(step, "column");
  f->type = doc_text(step, "class");
  f->message = page_say(p, "step %llu, %s: %s",
                        (unsigned long long)doc_count(step, "number"),
                        doc_text(step, "text"), doc_text(step, "sentence"));
  page_term(p, f, "step",
            page_say(p, "%s:%llu:%llu  %s  (step %llu, round %llu, %s)",
                     doc_text(flow, "file"), (unsigned long long)f->place.line,
                     (unsigned long long)f->place.column,
                     doc_text(step, "text"),
                     (unsigned long long)doc_count(step, "number"),
                     (unsigned long long)doc_count(step, "round"),
                     doc_text(step, "phase")));
  page_term(p, f, "line", source(p, flow, step))->kind = PAGE_CODE;
  page_term(p, f, PAGE_SEEN, doc_text(step, "sentence"));
  page_term(p, f, "class", doc_text(step, "class"));
  nearest(p, f, step);
  page_term(p, f, "counted", doc_text(step, "counts"));
}

static void finding(struct page *p, struct page_block *b, json_t *flow,
                    bool more)
{
  size_t rank = kind_of(flow);
  json_t *step = blamed_step(flow);
  struct page_finding *f =
      page_finding(p, b, kinds[rank].word, doc_text(flow, "name"));
  char took[UNITS_MAX];
  units_fmt_ms(doc_number(flow, "elapsed_ms", 0), took);
  f->title = page_copy(p, slice_of(took));
  f->rank = (unsigned)rank;
  f->grade = kinds[rank].grade;
  f->outcome = kinds[rank].outcome;
  f->show = more ? PAGE_WHOLE : kinds[rank].show;
  f->line = page_say(p, "%s  (%s)", f->id, f->title);
  f->group = doc_text(flow, "file");
  f->name = f->id;
  f->place.file = doc_text(flow, "file");
  f->notice = page_say(p, "weir test: %s %s", f->word, f->id);
  if(step)
    blame(p, f, flow, step);
  else
    page_term(p, f, PAGE_SEEN, doc_text(flow, "sentence"));
  if(kinds[rank].show == PAGE_WHOLE) {
    page_term(p, f, "time", timeline(p, flow))->kind = PAGE_CODE;
    page_term(p, f, "streams", streams(p, flow));
  }
  page_term(p, f, PAGE_REPRODUCE, doc_text(step, "again"))->kind = PAGE_SHELL;
}

static void steps_table(struct page *p, json_t *flow)
{
  struct page_block *b = page_block(
      p, PAGE_TABLE, page_say(p, "Steps of %s", doc_text(flow, "name")));
  json_t *step;
  size_t i;
  b->where = PAGE_ON_PAGES;
  b->folded = strcmp(doc_text(flow, "verdict"), "pass") == 0;
  page_columns(p, &b->table, "|step|verdict|>after|class|what");
  json_array_foreach(doc_array(flow, "steps"), i, step)
  {
    struct page_row *row = page_row(p, &b->table);
    row->cell[0].text =
        page_say(p, "%llu", (unsigned long long)doc_count(step, "number"));
    row->cell[1].text = doc_text(step, "text");
    row->cell[2].text = doc_text(step, "verdict");
    row->cell[3].text = json_is_null(json_object_get(step, "latency_ms"))
                            ? ""
                            : pages_ms(p, step, "latency_ms");
    row->cell[4].text = doc_text(step, "class");
    row->cell[5].text = doc_text(step, "sentence");
  }
}

/* Of flows that ran several times. */
static void rates(struct page *p, json_t *doc)
{
  json_t *list = doc_array(doc, "rates"), *rate;
  struct page_block *b;
  size_t i;
  if(!list)
    return;
  b = page_block(p, PAGE_TABLE, "How often it failed");
  page_columns(p, &b->table, "flow|>runs|>not passed|>share|>95 % between");
  json_array_foreach(list, i, rate)
  {
    struct page_row *row = page_row(p, &b->table);
    row->cell[0].text = doc_text(rate, "name");
    row->cell[1].text = pages_count(p, rate, "runs");
    row->cell[2].text = pages_count(p, rate, "not_passed");
    row->cell[3].text =
        page_say(p, "%.3g %%", doc_number(rate, "share", 0) * 100);
    row->cell[4].text =
        page_say(p, "%.3g %% and %.3g %%", doc_number(rate, "low", 0) * 100,
                 doc_number(rate, "high", 0) * 100);
  }
}

void flow_page(json_t *doc, bool more, struct page *p)
{
  const char *verdict = doc_text(doc, "verdict");
  struct page_block *b;
  json_t *flow;
  size_t i;
  p->verdict = strcmp(verdict, "pass") == 0          ? "PASS"
               : strcmp(verdict, "fail") == 0        ? "FAIL"
               : strcmp(verdict, "uncertain") == 0   ? "UNCERTAIN"
               : strcmp(verdict, "unreachable") == 0 ? "UNREACHABLE"
                                                     : "INTERRUPTED";
  p->grade = pages_grade(p->verdict);
  p->heading = "Flows of events";
  pages_finish(doc, p);
  b = page_block(p, PAGE_FINDINGS, "Flows");
  json_array_foreach(doc_array(doc, "flows"), i, flow)
  {
    if(!json_is_null(flow))
      finding(p, b, flow, more);
  }
  rates(p, doc);
  json_array_foreach(doc_array(doc, "flows"), i, flow)
  {
    if(!json_is_null(flow))
      steps_table(p, flow);
  }
  pages_data(p, doc_array(doc, "flows"),
             "file|name|verdict|sentence|elapsed_ms|blamed|events");
}
