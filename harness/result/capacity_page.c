/* SPDX-License-Identifier: MIT
 * What a capacity search has to say; see pages.h. */
#include <string.h>

#include "base/units.h"
#include "capacity/capacity_close.h"
#include "document/doc.h"
#include "result/capacity_phrases.h"
#include "result/pages.h"

static struct page_finding *add_case(struct page *p, struct page_block *b,
                                     const char *name, bool failed)
{
  struct page_finding *f = page_finding(p, b, p->verdict, name);
  f->group = "weir.capacity";
  f->message = p->sentence;
  f->case_only = true;
  f->outcome = failed ? PAGE_FAILED : PAGE_PASSED;
  return f;
}

/* For CI systems.  What the target failed is a failure, what the generator or
 * an interruption kept from being known an error. */
static void cases(struct page *p, json_t *doc)
{
  struct page_block *b = page_block(p, PAGE_FINDINGS, "");
  const char *verdict = doc_text(doc, "verdict");
  uint64_t held = doc_count(doc, "knee.load");
  uint64_t wanted = doc_count(doc, "required");
  struct page_finding *f =
      add_case(p, b, "a capacity was found",
               !held || strcmp(doc_text(doc, "knee.end"), "gone") == 0);
  b->tight = true;
  if(strcmp(verdict, "invalid") == 0 || strcmp(verdict, "interrupted") == 0)
    f->outcome = PAGE_ERROR;
  f->type = verdict;
  if(wanted) {
    struct buf name;
    buf_init(&name, 0);
    buf_adds(&name, "holds ");
    capacity_load(doc, wanted, &name);
    add_case(p, b, page_take(p, &name), held < wanted)->type = verdict;
  }
  f = add_case(p, b, "compared with the reference server", false);
  f->message = "no ratio is known";
  if(!json_is_number(json_dotted_get(doc, "ratio.value")))
    f->outcome = PAGE_SKIPPED;
}

static int search(json_t *doc, struct buf *out)
{
  char from[UNITS_MAX], to[UNITS_MAX], step[UNITS_MAX], all[UNITS_MAX];
  return buf_addf(
      out, "%s from %s to %s at most; %zu steps of %s in %s, to %.0f%%",
      doc_text(doc, "method.axis"),
      units_fmt_count(doc_count(doc, "method.start"), from),
      units_fmt_count(doc_count(doc, "method.max"), to),
      json_array_size(doc_array(doc, "steps")),
      units_fmt_duration(
          (uint64_t)(doc_number(doc, "method.step_ms", 0) * 1e6), step),
      units_fmt_duration((uint64_t)(doc_number(doc, "elapsed_ms", 0) * 1e6),
                         all),
      100 * doc_number(doc, "method.tolerance", 0));
}

static int knee(json_t *doc, struct buf *out)
{
  char text[UNITS_MAX];
  uint64_t load = doc_count(doc, "knee.load");
  double v;
  if(!load)
    return out->rc;
  capacity_load(doc, load, out);
  if(doc_find(doc, "knee.events_per_second", &v))
    buf_addf(out, ", %s events/s", units_fmt_count((uint64_t)v, text));
  if(doc_find(doc, "knee.latency_p99_ms", &v))
    buf_addf(out, ", p99 %s", units_fmt_ms(v, text));
  if(doc_bool(doc, "knee.confirmed"))
    buf_addf(
        out, ", confirmed over %s",
        units_fmt_duration(
            (uint64_t)(doc_number(doc, "method.confirm_ms", 0) * 1e6), text));
  return out->rc;
}

static int costs(json_t *doc, struct buf *out)
{
  return capacity_costs_text(json_object_get(doc, "slopes"), out);
}

static void about(struct page *p, json_t *doc)
{
  struct page_block *b = page_block(p, PAGE_FACTS, "How this was measured");
  json_t *other = json_object_get(doc, "reference");
  page_fact(p, b, "target", p->about);
  pages_phrase(p, b, "objectives", doc, capacity_slo_text);
  pages_phrase(p, b, "search", doc, search);
  pages_phrase(p, b, "knee", doc, knee);
  page_fact(p, b, "limited by", doc_text(doc, "limited_by.code"));
  page_fact(p, b, "", doc_text(doc, "limited_by.sentence"));
  pages_phrase(p, b, "server", doc, costs);
  pages_phrase(p, b, "compared", doc, capacity_ratio_text);
  if(json_is_object(other)) {
    page_fact(p, b, " limited by", doc_text(other, "limited_by.sentence"));
    pages_phrase(p, b, "reference server", other, costs);
  }
  pages_list(p, b, "note", doc_array(doc, "assumptions"));
}

static void steps(struct page *p, json_t *doc)
{
  struct page_block *b = page_block(p, PAGE_TABLE, "Steps of the search");
  json_t *s;
  size_t i;
  page_columns(p, &b->table,
               "step|server|phase|>load|>failed|>lost|>events/s|>p99|verdict");
  json_array_foreach(doc_array(doc, "steps"), i, s)
  {
    struct page_row *r = page_row(p, &b->table);
    r->cell[0].text = page_say(p, "%.0f", doc_number(s, "number", 0));
    r->cell[1].text = doc_text(s, "side");
    r->cell[2].text = doc_text(s, "phase");
    r->cell[3].text = pages_count(p, s, "load");
    r->cell[4].text = pages_count(p, s, "summary.connections.failed");
    r->cell[5].text = pages_count(p, s, "summary.events.lost");
    r->cell[6].text = pages_count(p, s, "summary.events.per_second");
    r->cell[7].text = pages_ms(p, s, "summary.latency_ms.p99");
    r->cell[8].text = doc_text(s, "verdict");
  }
}

static void head(struct page *p, json_t *doc)
{
  const char *relation = doc_text(doc, "ratio.relation");
  double ratio;
  pages_number(p, 0, page_say(p, "%s held", doc_text(doc, "method.unit")),
               pages_count(p, doc, "knee.load"));
  pages_number(p, 1, "of weir-server on this machine", "not compared");
  if(doc_find(doc, "ratio.value", &ratio))
    p->number[1].text =
        page_say(p, "%s%.2f",
                 strcmp(relation, "at_most") == 0    ? "at most "
                 : strcmp(relation, "at_least") == 0 ? "at least "
                                                     : "",
                 ratio);
  pages_number(p, 2, "what ran out", doc_text(doc, "limited_by.code"));
}

/* Column titles for CSV and where they stand in a step. */
static const char *const columns[][2] = {
    {"step", "number"},
    {"side", "side"},
    {"phase", "phase"},
    {"repeat", "repeat"},
    {"verdict", "verdict"},
    {"load", "load"},
    {"streams", "summary.connections.peak"},
    {"failed", "summary.connections.failed"},
    {"refused", "summary.connections.refused"},
    {"lost", "summary.events.lost"},
    {"events_per_second", "summary.events.per_second"},
    {"bytes_per_second", "summary.events.bytes_per_second"},
    {"latency_p50_ms", "summary.latency_ms.p50"},
    {"latency_p99_ms", "summary.latency_ms.p99"},
    {"latency_max_ms", "summary.latency_ms.max"},
    {"generator_cpu_percent", "summary.generator.cpu_percent"},
    {"server_cpu_percent", "server.cpu_percent"},
    {"server_rss_bytes", "server.rss_bytes"},
    {"server_fds", "server.fds"}};

void capacity_page(json_t *doc, bool more, struct page *p)
{
  struct page_block *b;
  (void)more;
  p->verdict = phrases_verdict(doc);
  p->grade = pages_grade(p->verdict);
  p->heading = "weir report";
  p->about = doc_text(doc, "target.url");
  pages_finish(doc, p);
  head(p, doc);
  b = page_block(p, PAGE_FACTS, "");
  b->tight = true;
  page_fact(p, b, "  to do", doc_text(doc, "limited_by.advice"));
  cases(p, doc);
  pages_pictures(p, 0, PAGES_PICTURES);
  about(p, doc);
  steps(p, doc);
  pages_machine(p, doc);
  pages_table(p, doc_array(doc, "steps"), columns,
              sizeof(columns) / sizeof(columns[0]));
}
