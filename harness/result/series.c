/* SPDX-License-Identifier: MIT
 * Repeated runs in one file, and sides read from files; see compare.h. */
#include <string.h>

#include "document/doc.h"
#include "load/fields.h"
#include "load/load_read.h"
#include "result/compare.h"
#include "result/pages.h"

bool series_doc_is(json_t *doc)
{
  return strcmp(doc_text(doc, "schema"), SERIES_SCHEMA) == 0;
}

/* Smallest, middle and largest of one metric over the runs. */
static void spread(struct page *p, struct page_block *b, json_t *runs,
                   const char *metric)
{
  const struct field *f = fields_find(metric);
  double v[RANK_MAX], middle;
  size_t i, n = 0;
  json_t *run;
  json_array_foreach(runs, i, run)
  {
    struct err ignored;
    if(n < RANK_MAX && fields_observe(json_object_get(run, "summary"), metric,
                                      'n', &v[n], &ignored) == 0)
      n++;
  }
  if(n == 0)
    return;
  middle = rank_median(v, n);
  page_fact(p, b, metric,
            page_say(p, "median %.4g %s, from %.4g to %.4g over %zu runs",
                     middle, fields_unit(f), v[0], v[n - 1], n));
}

void series_page(json_t *doc, bool more, struct page *p)
{
  static const char *const metrics[] = {"latency.p50", "latency.p99",
                                        "first_event.p50", "events.per_second",
                                        "events.lost"};
  json_t *runs = doc_array(doc, "runs"), *run;
  struct page_block *b = page_block(p, PAGE_FACTS, "Runs");
  size_t i, passed = 0;
  (void)more;
  b->tight = true;
  json_array_foreach(runs, i, run)
  {
    const char *word = phrases_verdict(run);
    bool pass = strcmp(word, "PASS") == 0;
    page_fact(p, b, word, doc_text(run, "sentence"))->grade =
        pass ? PAGE_GOOD : PAGE_BAD;
    passed += pass;
  }
  p->verdict = passed == json_array_size(runs) ? "PASS" : "FAIL";
  p->grade = pages_grade(p->verdict);
  p->heading = "weir report";
  p->sentence =
      page_say(p, "%zu of %zu runs passed", passed, json_array_size(runs));
  b = page_block(p, PAGE_FACTS, "Over all runs");
  for(i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
    spread(p, b, runs, metrics[i]);
}

json_t *series_new(json_t *const *run, size_t count)
{
  json_t *doc = json_pack("{s:s, s:s, s:[]}", "schema", SERIES_SCHEMA, "weir",
                          WEIR_VERSION, "runs");
  size_t i;
  for(i = 0; doc && i < count; i++) {
    if(json_array_append(json_object_get(doc, "runs"), run[i])) {
      json_decref(doc);
      return NULL;
    }
  }
  return doc;
}

/* Each run is checked as a file of its own would be, with its number for the
 * messages. */
static int take_run(struct compare_side *s, json_t *run, const char *path,
                    struct err *e)
{
  struct buf name;
  int rc;
  buf_init(&name, 0);
  rc = buf_addf(&name, "%s: run %zu", path, s->runs + 1);
  rc = rc ? err_set(e, rc, "%s", err_name(rc))
          : load_read_verify(run, buf_text(&name), e);
  if(!rc)
    s->run[s->runs++] = json_incref(run);
  buf_free(&name);
  return rc;
}

static int take_series(struct compare_side *s, json_t *doc, const char *path,
                       struct err *e)
{
  json_t *runs = doc_array(doc, "runs"), *run;
  size_t i;
  if(!runs || json_array_size(runs) == 0)
    return err_set(e, E_MISMATCH, "%s: damaged: it has no \"runs\"", path);
  if(json_array_size(runs) > RANK_MAX)
    return err_set(e, E_TOO_LONG, "%s: %zu runs; at most %d are compared",
                   path, json_array_size(runs), RANK_MAX);
  json_array_foreach(runs, i, run)
  {
    int rc = take_run(s, run, path, e);
    if(rc)
      return rc;
  }
  return 0;
}

int compare_side_take(struct compare_side *s, json_t *doc, const char *path,
                      struct err *e)
{
  int rc;
  memset(s, 0, sizeof(*s));
  s->name = path;
  s->owned = true;
  if(series_doc_is(doc))
    rc = take_series(s, doc, path, e);
  else {
    rc = load_read_verify(doc, path, e);
    if(!rc)
      s->run[s->runs++] = json_incref(doc);
  }
  if(rc)
    compare_side_free(s);
  return rc;
}

int compare_side_read(struct compare_side *s, const char *path, struct err *e)
{
  json_t *doc = load_read_any(path, e);
  int rc = doc ? compare_side_take(s, doc, path, e) : e->code;
  json_decref(doc);
  return rc;
}

void compare_side_free(struct compare_side *s)
{
  while(s->owned && s->runs)
    json_decref(s->run[--s->runs]);
  s->runs = 0;
}
