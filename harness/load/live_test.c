/* SPDX-License-Identifier: MIT
 * The live view's texts and its reading of requests. */
#include "base/text_testing.h"

#include "base/clock.h"
#include "load/live.h"
#include "load/live_request.h"
#include "load/live_text.h"

#define RUN "0123456789ab"

static struct live_figures sample(void)
{
  struct live_figures f = {.opened = 11,
                           .events = 1234567890123ull,
                           .bytes = 99,
                           .published = 5,
                           .duplicated = 2,
                           .workers = 3};
  f.now.phase = "measuring";
  f.now.elapsed_s = 2.5;
  f.now.total_s = 30;
  f.now.connections = 10;
  f.now.target_connections = 12;
  f.now.events_per_second = 70;
  f.now.failed = 4;
  f.now.reconnects = 6;
  f.now.lost = 7;
  f.now.p50_ms = 1.23456;
  f.now.p99_ms = 20;
  return f;
}

static void metrics(bool openmetrics, const struct hist *h, struct buf *out)
{
  struct live_figures f = sample();
  buf_init(out, 64 * 1024);
  assert_int_equal(live_metrics(&f, h, RUN, openmetrics, out), 0);
}

static void test_openmetrics_name_families_without_total(void **state)
{
  struct buf text;
  size_t n;
  (void)state;
  metrics(true, NULL, &text);
  expect_part(&text, "# TYPE weir_events counter\n# HELP weir_events events "
                     "dispatched\nweir_events_total 1234567890123\n");
  expect_part(&text, "# TYPE weir_received_bytes counter\n# UNIT "
                     "weir_received_bytes bytes\n");
  expect_part(&text, "# TYPE weir_run info\n");
  expect_part(&text, "weir_run_info{run=\"" RUN "\",version=\"");
  expect_part(&text, "\nweir_streams 10\n");
  expect_part(&text, "\nweir_events_lost 7\n");
  n = strlen("\n# EOF\n");
  assert_string_equal(buf_text(&text) + text.n - n, "\n# EOF\n");
  buf_free(&text);
}

static void test_the_older_format_names_counters_by_their_samples(void **state)
{
  struct buf text;
  (void)state;
  metrics(false, NULL, &text);
  expect_part(&text, "# TYPE weir_events_total counter\n");
  expect_part(&text, "# TYPE weir_run_info gauge\n");
  assert_null(strstr(buf_text(&text), "# EOF"));
  buf_free(&text);
}

static void test_buckets_add_up_and_end_with_all(void **state)
{
  struct hist *h = hist_new();
  struct buf text;
  (void)state;
  assert_non_null(h);
  hist_record_n(h, 50 * NS_PER_US, 3);   /* 0.05 ms */
  hist_record_n(h, 2 * NS_PER_MS, 4);    /* 2 ms */
  hist_record_n(h, 120 * NS_PER_SEC, 1); /* beyond the last bound */
  metrics(true, h, &text);
  expect_part(&text, "_bucket{le=\"0.0001\"} 3\n");
  expect_part(&text, "_bucket{le=\"0.001\"} 3\n");
  expect_part(&text, "_bucket{le=\"0.0025\"} 7\n");
  expect_part(&text, "_bucket{le=\"60.0\"} 7\n");
  expect_part(&text, "_bucket{le=\"+Inf\"} 8\n");
  expect_part(&text, "weir_latency_seconds_count 8\n");
  expect_part(&text, "weir_latency_seconds_sum 120.00815\n");
  buf_free(&text);
  free(h);
}

static void test_an_empty_histogram_has_empty_buckets(void **state)
{
  struct hist *h = hist_new();
  struct buf text;
  (void)state;
  assert_non_null(h);
  metrics(false, h, &text);
  expect_part(&text, "_bucket{le=\"0.0001\"} 0\n");
  expect_part(&text, "_bucket{le=\"+Inf\"} 0\n");
  expect_part(&text, "weir_latency_seconds_sum 0\n");
  buf_free(&text);
  free(h);
}

static void test_an_event_is_one_block_with_id_and_json(void **state)
{
  struct live_figures f = sample();
  struct buf text;
  (void)state;
  buf_init(&text, 4096);
  assert_int_equal(live_event(&f, RUN, 17, "end", 2000, &text), 0);
  assert_int_equal(strncmp(buf_text(&text),
                           "retry: 2000\nevent: end\nid: " RUN
                           "-17\ndata: {\"phase\":\"measuring\",",
                           60),
                   0);
  expect_part(&text, "\"p50_ms\":1.235,");
  expect_part(&text, "\"lost\":7,");
  expect_part(&text, "}\n\n");
  buf_clear(&text);
  assert_int_equal(live_event(&f, RUN, 18, NULL, 0, &text), 0);
  assert_int_equal(strncmp(buf_text(&text), "id: ", 4), 0);
  buf_free(&text);
}

static void test_only_ids_of_this_run_are_gone_on_from(void **state)
{
  static const char *const foreign[] = {
      "",           RUN,
      RUN "-",      "fedcba987654-3",
      RUN "-3x",    RUN "--3",
      RUN "-+3",    RUN "3",
      "x" RUN "-3", RUN "-99999999999999999999999"};
  size_t i;
  (void)state;
  assert_int_equal(live_event_after(slice_of(RUN "-42"), RUN), 42);
  for(i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
    assert_int_equal(live_event_after(slice_of(foreign[i]), RUN), 0);
}

/* Fed in two pieces, cut at every place, a request reads the same. */
static void test_a_request_reads_the_same_at_every_cut(void **state)
{
  static const char head[] =
      "GET /events?x=1 HTTP/1.1\r\nHost: a\r\nACCEPT: text/html;q=1\r\n"
      "Last-Event-Id: ab-7\r\nAccept: text/event-stream\r\n"
      "Acceptance: no\r\n\r\n";
  size_t n = sizeof(head) - 1, cut;
  (void)state;
  for(cut = 1; cut < n; cut++) {
    struct live_request r;
    live_request_init(&r);
    assert_int_equal(live_request_feed(&r, head, cut), LIVE_READ_MORE);
    assert_int_equal(live_request_feed(&r, head + cut, n - cut),
                     LIVE_READ_DONE);
    assert_true(slice_eq_cstr(live_request_path(&r), "/events"));
    assert_string_equal(r.last_event_id.text, "ab-7");
    assert_true(live_request_names(&r, "text/html"));
    assert_true(live_request_accepts(&r, "text/event-stream"));
    assert_false(live_request_accepts(&r, "image/png"));
  }
}

static enum live_read feed(struct live_request *r, const char *text)
{
  live_request_init(r);
  return live_request_feed(r, text, strlen(text));
}

static void test_accept_allows_families_and_everything(void **state)
{
  struct live_request r;
  (void)state;
  feed(&r, "GET / HTTP/1.1\r\nAccept: image/*, text/*;q=0.5\r\n\r\n");
  assert_true(live_request_accepts(&r, "text/event-stream"));
  assert_false(live_request_names(&r, "text/event-stream"));
  assert_false(live_request_accepts(&r, "application/json"));
  feed(&r, "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n");
  assert_true(live_request_accepts(&r, "application/json"));
  feed(&r, "GET / HTTP/1.1\r\n\r\n");
  assert_true(live_request_accepts(&r, "application/json"));
}

static void test_what_is_no_request_is_told_from_one_too_long(void **state)
{
  struct live_request r;
  char filler[LIVE_HEAD_MAX + 64];
  char url[LIVE_VALUE_MAX + 64];
  (void)state;
  assert_int_equal(feed(&r, "\x16\x03\x01 hello"), LIVE_READ_BAD);
  memset(filler, 'a', sizeof(filler));
  memcpy(filler, "GET / HTTP/1.1\r\nX: ", 19);
  live_request_init(&r);
  assert_int_equal(live_request_feed(&r, filler, sizeof(filler)),
                   LIVE_READ_LONG);
  memset(url, 'a', sizeof(url));
  live_request_init(&r);
  live_request_feed(&r, "GET /", 5);
  live_request_feed(&r, url, sizeof(url));
  assert_int_equal(live_request_feed(&r, " HTTP/1.1\r\n\r\n", 13),
                   LIVE_READ_LONG);
}

static void test_an_absolute_url_has_its_path(void **state)
{
  struct live_request r;
  (void)state;
  feed(&r, "GET http://127.0.0.1:9/metrics?a HTTP/1.1\r\n\r\n");
  assert_true(slice_eq_cstr(live_request_path(&r), "/metrics"));
  feed(&r, "CONNECT 127.0.0.1:9 HTTP/1.1\r\n\r\n");
  assert_int_equal(live_request_path(&r).n, 0);
  feed(&r, "OPTIONS * HTTP/1.1\r\n\r\n");
  assert_false(slice_eq_cstr(live_request_path(&r), "/"));
}

static void test_a_port_is_taken_once_and_by_number(void **state)
{
  struct live_socket first, second;
  struct err e;
  uint16_t port;
  (void)state;
  assert_int_equal(live_open(0, &first, &e), 0);
  assert_int_not_equal(first.port, 0);
  assert_int_equal(live_open(first.port, &second, &e), E_IO);
  assert_non_null(strstr(e.text, "Address already in use"));
  live_close(&first);
  assert_int_equal(live_port("9464", &port, &e), 0);
  assert_int_equal(port, 9464);
  assert_int_equal(live_port("65536", &port, &e), E_RANGE);
  assert_int_equal(live_port("-1", &port, &e), E_RANGE);
  assert_int_equal(live_port("http", &port, &e), E_RANGE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_openmetrics_name_families_without_total),
      cmocka_unit_test(test_the_older_format_names_counters_by_their_samples),
      cmocka_unit_test(test_buckets_add_up_and_end_with_all),
      cmocka_unit_test(test_an_empty_histogram_has_empty_buckets),
      cmocka_unit_test(test_an_event_is_one_block_with_id_and_json),
      cmocka_unit_test(test_only_ids_of_this_run_are_gone_on_from),
      cmocka_unit_test(test_a_request_reads_the_same_at_every_cut),
      cmocka_unit_test(test_accept_allows_families_and_everything),
      cmocka_unit_test(test_what_is_no_request_is_told_from_one_too_long),
      cmocka_unit_test(test_an_absolute_url_has_its_path),
      cmocka_unit_test(test_a_port_is_taken_once_and_by_number),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
