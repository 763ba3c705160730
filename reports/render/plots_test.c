/* SPDX-License-Identifier: MIT
 * Tests of the plots: data of n points gives n points, in the data and in the
 * picture; captions carry the figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "load/load_doc.h"
#include "load/synthetic.h"
#include "reports/render/report.h"

static json_t *load(enum synthetic kind)
{
  static const struct load_doc_context context = {.libcurl = "7.88.1"};
  struct synthetic_run *r = synthetic_new(kind);
  json_t *doc = load_doc_build(&r->outcome, &context);
  synthetic_free(r);
  assert_non_null(doc);
  return doc;
}

/* A timeline of n seconds: streams rise, latency is the second itself. */
static void set_timeline(json_t *doc, int n)
{
  json_t *list = json_array();
  int t;
  for(t = 0; t < n; t++)
    json_array_append_new(
        list,
        json_pack("{s:f, s:i, s:i, s:i, s:i, s:i, s:i, s:{s:f, s:f, s:f}}",
                  "t", (double)t, "connections", t * 10, "events", 100,
                  "opened", 10, "closed", 0, "failed", 0, "reconnects", 1,
                  "latency_ms", "p50", t + 1.0, "p99", t + 2.0, "max",
                  t + 3.0));
  json_object_set_new(doc, "timeline", list);
  json_object_set_new(doc, "slice_ms", json_real(1000));
  json_object_set_new(doc, "elapsed_ms", json_real(n * 1000.0));
}

static struct plot *find(struct plot_list *l, enum plot_kind kind)
{
  size_t i;
  for(i = 0; i < l->count; i++) {
    if(l->item[i].kind == kind)
      return &l->item[i];
  }
  fail_msg("no %s plot", plot_name(kind));
  return NULL;
}

static size_t rows(const struct plot *p)
{
  const char *at = buf_text(&p->data);
  size_t n = 0;
  for(; *at; at++)
    n += *at == '\n';
  return n;
}

static void test_every_slice_is_a_point(void **state)
{
  static const enum plot_kind kinds[] = {PLOT_LATENCY_TIME, PLOT_STREAMS,
                                         PLOT_RATE};
  json_t *doc = load(SYNTHETIC_PASS);
  struct plot_list l;
  size_t i;
  (void)state;
  set_timeline(doc, 37);
  assert_int_equal(0, report_plots(doc, &l));
  for(i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    struct plot *p = find(&l, kinds[i]);
    assert_int_equal(37, p->points);
    assert_int_equal(37, rows(p));
    assert_true(strlen(p->caption) > 20);
  }
  report_plots_free(&l);
  json_decref(doc);
}

static void test_a_slice_that_is_not_whole_is_left_out(void **state)
{
  json_t *doc = load(SYNTHETIC_PASS);
  struct plot_list l;
  (void)state;
  set_timeline(doc, 10);
  json_object_set_new(doc, "elapsed_ms", json_real(9400));
  assert_int_equal(0, report_plots(doc, &l));
  assert_int_equal(9, find(&l, PLOT_STREAMS)->points);
  report_plots_free(&l);
  json_decref(doc);
}

/* All gaps within a tenth: bars must be wide enough to be seen. */
static void test_the_gaps_of_an_even_stream_have_wide_bars(void **state)
{
  json_t *doc = load(SYNTHETIC_PASS);
  struct plot_list l;
  const char *at;
  double all = 0;
  (void)state;
  assert_int_equal(0, report_plots(doc, &l));
  for(at = buf_text(&find(&l, PLOT_GAP)->data); *at;
      at = strchr(at, '\n') + 1) {
    char *end;
    double from = strtod(at, &end), to = strtod(end, &end);
    assert_true(to - from > 0.5);
    all += strtod(end, NULL);
  }
  assert_true(all > 99.9 && all < 100.1);
  assert_string_equal("wide = 0; narrow = 1", find(&l, PLOT_GAP)->given);
  report_plots_free(&l);
  json_decref(doc);
}

static void test_nothing_measured_draws_nothing(void **state)
{
  json_t *doc = load(SYNTHETIC_BLIND);
  struct plot_list l;
  size_t i;
  (void)state;
  assert_int_equal(0, report_plots(doc, &l));
  for(i = 0; i < l.count; i++) {
    assert_int_not_equal(PLOT_PERCENTILE, l.item[i].kind);
    assert_int_not_equal(PLOT_DELIVERY, l.item[i].kind);
  }
  report_plots_free(&l);
  json_decref(doc);
}

/* Corners of the first line that is drawn. */
static size_t coordinates(const char *svg)
{
  const char *at = strstr(svg, "gnuplot_plot_1");
  const char *end = at ? strstr(at, "gnuplot_plot_2") : NULL;
  size_t n = 0;
  for(; at && end && at < end; at++)
    n += *at == ',' && at[1] >= '0' && at[1] <= '9';
  return n;
}

static void test_pictures_show_every_point(void **state)
{
  struct plot p;
  struct buf svg;
  struct err e = {0};
  double v[4];
  int i, rc;
  (void)state;
  plot_init(&p, PLOT_STREAMS, "t");
  for(i = 0; i < 50; i++) {
    v[0] = i;
    v[1] = i % 7 * 10;
    v[2] = 100;
    assert_int_equal(0, plot_row(&p, v, 3));
  }
  buf_init(&svg, 0);
  rc = plot_draw(&p, "svg", &svg, &e);
  if(rc == E_NOT_FOUND) {
    plot_free(&p);
    skip();
  }
  if(rc)
    fail_msg("%s", e.text);
  /* Steps have two corners a point. */
  assert_true(coordinates(buf_text(&svg)) >= 50);
  buf_clear(&svg);
  assert_int_equal(0, plot_draw(&p, "png", &svg, &e));
  assert_memory_equal("\x89PNG", buf_text(&svg), 4);
  /* A blank picture of that size takes a fraction of it. */
  assert_true(svg.n > 8000);
  buf_free(&svg);
  plot_free(&p);
}

static void test_words_of_a_document_command_nothing(void **state)
{
  char out[PLOT_WORDS], text[200];
  (void)state;
  plot_words("streams per second", out);
  assert_string_equal(out, "streams per second");
  plot_words("latency.first_event-p99/s", out);
  assert_string_equal(out, "latency.first_event-p99/s");
  plot_words("x\"\nsystem('y')`z`$#\\\t\xff", out);
  assert_string_equal(out, "x??system??y???z??????");
  memset(text, 'a', sizeof(text));
  text[sizeof(text) - 1] = '\0';
  plot_words(text, out);
  assert_int_equal(strlen(out), PLOT_WORDS - 1);
}

static void test_what_gnuplot_refuses_is_told(void **state)
{
  struct plot p;
  struct buf svg;
  struct err e = {0};
  int rc;
  (void)state;
  plot_init(&p, PLOT_CAPACITY, "t"); /* axis, slo and knee are not given */
  buf_init(&svg, 0);
  rc = plot_draw(&p, "svg", &svg, &e);
  if(rc != E_NOT_FOUND) {
    assert_int_equal(E_IO, rc);
    assert_non_null(strstr(e.text, "capacity"));
  }
  buf_free(&svg);
  plot_free(&p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_slice_is_a_point),
      cmocka_unit_test(test_a_slice_that_is_not_whole_is_left_out),
      cmocka_unit_test(test_the_gaps_of_an_even_stream_have_wide_bars),
      cmocka_unit_test(test_nothing_measured_draws_nothing),
      cmocka_unit_test(test_pictures_show_every_point),
      cmocka_unit_test(test_words_of_a_document_command_nothing),
      cmocka_unit_test(test_what_gnuplot_refuses_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
