/* SPDX-License-Identifier: MIT
 * What a load run has to say; see pages.h. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "load/gate.h"
#include "load/offenders.h"
#include "metrics/snapshot.h"
#include "result/pages.h"
#include "result/phrases.h"

/* For CI systems: that streams were opened, that the run tells something. */
static void run_cases(struct page *p, struct page_block *b, json_t *doc,
                      const char *group)
{
  const char *verdict = doc_text(doc, "verdict");
  struct page_finding *f = page_finding(p, b, p->verdict, "streams opened");
  f->group = group;
  f->type = "unreachable";
  f->message = p->sentence;
  f->case_only = true;
  f->outcome = gate_nothing_opened(doc) ? PAGE_FAILED : PAGE_PASSED;
  f = page_finding(p, b, p->verdict, "run is valid and complete");
  f->group = group;
  f->type = verdict;
  f->message = p->sentence;
  f->case_only = true;
  f->outcome =
      strcmp(verdict, "invalid") == 0 || strcmp(verdict, "interrupted") == 0
          ? PAGE_ERROR
          : PAGE_PASSED;
}

static void threshold(struct page *p, struct page_block *b, json_t *t,
                      const char *group)
{
  bool pass = doc_bool(t, "pass"), blind = pass && doc_text(t, "why")[0];
  const char *why = doc_text(t, "why"), *seen;
  struct page_finding *f;
  struct page_row *r = page_row(p, &b->table);
  struct buf text;
  buf_init(&text, 0);
  gate_observed(t, &text);
  if(why[0])
    buf_addf(&text, ", %s", why);
  seen = page_take(p, &text);
  f = page_finding(p, b,
                   blind  ? "- no data"
                   : pass ? "\xe2\x9c\x93 met"
                          : "\xe2\x9c\x97 not met",
                   doc_text(t, "expression"));
  f->title = doc_bool(t, "default") ? "default threshold" : "threshold";
  f->line = page_say(p, "%s: %s%s", f->id, seen,
                     doc_bool(t, "default") ? " (default)" : "");
  f->group = group;
  f->type = "threshold";
  f->message = page_say(p, "observed %s", seen);
  f->notice = "weir load: threshold not met";
  f->grade = blind ? PAGE_PLAIN : pass ? PAGE_GOOD : PAGE_BAD;
  f->outcome = blind ? PAGE_SKIPPED : pass ? PAGE_PASSED : PAGE_FAILED;
  f->show = PAGE_LINE;
  r->cell[0].text = f->id;
  r->cell[1].text = seen;
  r->cell[2].text = blind ? "no data" : pass ? "met" : "not met";
  r->cell[2].grade = f->grade;
}

/* What makes the run say nothing certain: an annotation, and advice. */
static void reasons(struct page *p, struct page_block *facts, json_t *doc,
                    struct page_block *cases)
{
  bool said = strcmp(doc_text(doc, "verdict"), "invalid") == 0;
  json_t *r;
  size_t i;
  json_array_foreach(doc_array(doc, "summary.generator.reasons"), i, r)
  {
    const char *sentence = doc_text(r, "sentence");
    const char *advice = doc_text(r, "advice");
    struct page_finding *f = page_finding(p, cases, "invalid", sentence);
    f->notice = "weir load: run is invalid";
    f->line = page_say(p, "%s\n%s", sentence, advice);
    f->case_only = f->no_case = true;
    f->outcome = PAGE_ERROR;
    page_fact(p, facts, i || !said ? "invalid too" : "invalid", sentence)
        ->grade = PAGE_WARN;
    page_fact(p, facts, "  to do", advice);
  }
}

static void offenders(struct page *p, struct page_block *b, json_t *doc)
{
  json_t *o;
  size_t i;
  json_array_foreach(doc_array(doc, "first_offenders"), i, o)
  {
    struct buf text;
    buf_init(&text, 0);
    offenders_sentence(o, &text);
    page_fact(p, b, i ? "" : "offenders", page_take(p, &text));
  }
}

static void times_row(struct page *p, struct page_block *b, json_t *doc,
                      const char *label, const char *path)
{
  static const char *const stats[] = {"p50", "p90", "p99", "p999", "max"};
  json_t *h = json_dotted_get(doc, path);
  struct page_row *r;
  size_t i;
  if(doc_count(h, "count") == 0)
    return;
  r = page_row(p, &b->table);
  r->cell[0].text = label;
  for(i = 0; i < 5; i++)
    r->cell[1 + i].text = pages_ms(p, h, stats[i]);
  r->cell[6].text = pages_count(p, h, "count");
}

static void times(struct page *p, json_t *doc)
{
  static const char *const rows[][2] = {
      {"TTFT", "summary.ttft_ms"},
      {"TTFT, since sent", "summary.ttft_sent_ms"},
      {"first of the answer", "summary.tto_ms"},
      {"ITL", "summary.itl_ms"},
      {"wait to be sent", "summary.wait_ms"},
      {"latency", "summary.latency_ms"},
      {"latency, uncorrected", "summary.latency_ms.uncorrected"},
      {"connect", "summary.connect_ms"},
      {"headers", "summary.headers_ms"},
      {"first event", "summary.first_event_ms"},
      {"gap", "summary.gap_ms"},
      {"tail", "summary.tail_ms"},
      {"reconnect", "summary.reconnect_ms"}};
  struct page_block *b = page_block(p, PAGE_TABLE, "Times");
  size_t i;
  b->tight = true;
  page_columns(p, &b->table, "time|>p50|>p90|>p99|>p99.9|>max|>values");
  for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    times_row(p, b, doc, rows[i][0], rows[i][1]);
}

static void before_times(struct page *p, json_t *doc, bool opened)
{
  struct page_block *b = page_block(p, PAGE_FACTS, "What came");
  page_fact(p, b, "target", p->about);
  pages_phrase(p, b, "run", doc, phrases_run);
  pages_phrase(p, b, "requests", doc, phrases_requests);
  pages_phrase(p, b, "goodput", doc, phrases_goodput);
  pages_phrase(p, b, "tokens", doc, phrases_tokens);
  pages_phrase(p, b, "streams", doc, phrases_streams);
  pages_phrase(p, b, "endings", doc, phrases_endings);
  pages_phrase(p, b, "causes", doc, phrases_causes);
  if(opened) {
    pages_phrase(p, b, "events", doc, phrases_events);
    if(!phrases_of_requests(doc))
      pages_phrase(p, b, "delivery", doc, phrases_delivery);
    offenders(p, b, doc);
  }
}

static void busy(struct page *p, struct page_block *b, json_t *doc)
{
  json_t *m = json_object_get(doc, "machine");
  struct buf text;
  double waited, stolen;
  if(!json_is_object(m))
    return;
  buf_init(&text, 0);
  buf_addf(&text, "load average %.1f, all CPUs %.0f%% busy",
           doc_number(m, "load_average", 0), doc_number(m, "busy_percent", 0));
  if(doc_find(m, "waited_percent", &waited))
    buf_addf(&text, ", something waited for one %.0f%% of the time", waited);
  if(doc_find(m, "stolen_percent", &stolen) && stolen >= 0.5)
    buf_addf(&text, ", %.0f%% stolen by other machines", stolen);
  page_fact(p, b, "meanwhile", page_take(p, &text));
}

static void behind_times(struct page *p, json_t *doc, bool opened)
{
  struct page_block *b = page_block(p, PAGE_FACTS, "How this was measured");
  b->tight = opened;
  if(opened)
    pages_phrase(p, b, "latency is", doc, phrases_clock);
  pages_phrase(p, b, "generator", doc, phrases_generator);
  pages_phrase(p, b, "server", doc, phrases_server);
  pages_list(p, b, "assumed", doc_array(doc, "assumptions"));
  b = pages_machine(p, doc);
  busy(p, b, doc);
  if(json_is_object(json_dotted_get(doc, "summary.generator")) &&
     !json_array_size(doc_array(doc, "summary.generator.reasons")))
    page_fact(p, b, "validity",
              "the generator kept up: its CPU, event loop, schedule and "
              "receive queues stayed within their limits");
}

/* The timeline, a row a slice. */
static void data(struct page *p, json_t *doc)
{
  static const char *const latency[][2] = {
      {"latency_count", "latency_ms.count"},
      {"latency_p50_ms", "latency_ms.p50"},
      {"latency_p99_ms", "latency_ms.p99"},
      {"latency_max_ms", "latency_ms.max"}};
  const char *column[SLICE_COUNTER_COUNT + 5][2] = {{"t_s", "t"}};
  size_t c;
  for(c = 0; c < SLICE_COUNTER_COUNT; c++)
    column[c + 1][0] = column[c + 1][1] =
        slice_counter_key((enum slice_counter)c);
  memcpy(column + 1 + SLICE_COUNTER_COUNT, latency, sizeof(latency));
  pages_table(p, doc_array(doc, "timeline"), (const char *const(*)[2])column,
              SLICE_COUNTER_COUNT + 5);
}

static void head(struct page *p, json_t *doc)
{
  if(phrases_of_requests(doc)) {
    pages_number(p, 0, "time to first token, 99th percentile",
                 pages_ms(p, doc, "summary.ttft_ms.p99"));
    pages_number(p, 1, "tokens per second",
                 pages_count(p, doc, "summary.tokens.per_second"));
    pages_number(p, 2, "requests failed",
                 pages_count(p, doc, "summary.requests.failed"));
    return;
  }
  pages_number(p, 0, "latency, 99th percentile",
               pages_ms(p, doc, "summary.latency_ms.p99"));
  pages_number(p, 1, "events per second",
               pages_count(p, doc, "summary.events.per_second"));
  pages_number(p, 2, "events lost",
               pages_count(p, doc, "summary.events.lost"));
}

void load_page(json_t *doc, bool more, struct page *p)
{
  const char *name = doc_text(doc, "scenario.name");
  bool opened = !gate_nothing_opened(doc);
  struct page_block *cases, *facts;
  json_t *t;
  size_t i;
  (void)more;
  name = name[0] ? name : "load";
  p->verdict = phrases_verdict(doc);
  p->grade = pages_grade(p->verdict);
  p->heading = "weir report";
  p->about = doc_text(doc, "target.url");
  p->suite = page_say(p, "weir load %s", name);
  pages_finish(doc, p);
  head(p, doc);
  facts = page_block(p, PAGE_FACTS, "");
  facts->tight = true;
  cases = page_block(p, PAGE_FINDINGS, "Thresholds");
  cases->tight = true;
  page_columns(p, &cases->table, "threshold|>observed|>met");
  run_cases(p, cases, doc, name);
  json_array_foreach(doc_array(doc, "thresholds"), i, t)
  {
    threshold(p, cases, t, name);
  }
  reasons(p, facts, doc, cases);
  pages_pictures(p, 0, 1);
  before_times(p, doc, opened);
  if(opened)
    times(p, doc);
  pages_pictures(p, 1, PAGES_PICTURES);
  behind_times(p, doc, opened);
  data(p, doc);
}
