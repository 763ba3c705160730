/* SPDX-License-Identifier: MIT
 * What stands fixed before a run and what is made of its first recordings:
 * requests, what is left out, times, assumptions.  No network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "probe/plan_requests.h"
#include "probe/probe.h"
#include "probe/scripts/proxy.h"
#include "recording/recording_testing.h"

#define MS INT64_C(1000000)

/* Only full mode has exchanges that may change something, and makes them only
 * of what the user calls their own. */
static void test_nothing_is_changed_unasked(void **st)
{
  struct target *t = target_new("http://127.0.0.1/");
  static const char *const safe[] = {"GET", "HEAD", "OPTIONS", "SEARCH",
                                     "FOO"};
  unsigned unsafe = 0;
  int i;
  (void)st;
  assert_non_null(t);
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    enum exchange_id id = (enum exchange_id)i;
    const struct exchange_row *row = exchange_row(id);
    struct exchange_set set = {.exchanges = EX(i)};
    size_t k = 0;
    while(k < 5 && strcmp(row->method, safe[k]) != 0)
      k++;
    if(k < 5)
      continue;
    unsafe++;
    assert_true(exchange_may_change(id));
    assert_int_equal(row->mode, MODE_FULL);
    t->owned = false;
    probe_trim(t, &set);
    assert_int_equal(set.exchanges, 0);
    t->owned = true;
    set.exchanges = EX(i);
    probe_trim(t, &set);
    assert_int_equal(set.exchanges, EX(i));
  }
  assert_int_equal(unsafe, 2);
  target_free(t);
}

static void test_what_was_declared_stays(void **st)
{
  struct target *t = target_new("http://127.0.0.1/");
  struct recording *r = testing_recording("GET", "HTTP/1.1 200 OK\r\n\r\n");
  struct buf text;
  (void)st;
  buf_init(&text, 0);
  t->stream_known = t->heartbeat_known = KNOWN_DECLARED;
  t->stream = STREAM_FINITE;
  t->heartbeat_ns = 7;
  testing_read(r, 1 * MS, "data: a\n\n:\n");
  testing_read(r, 200 * MS, ":\n");
  testing_read(r, 400 * MS, ":\n");
  r->end = REC_END_OURS;
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(probe_detect(t, r, NULL, &text), 0);
  assert_int_equal(text.n, 0);
  assert_int_equal(t->heartbeat_ns, 7);
  t->stream_known = KNOWN_NOT;
  r->end = REC_END_CLOSE;
  r->end_ns = 400 * MS;
  assert_int_equal(probe_detect(t, r, NULL, &text), 0);
  assert_int_equal(t->stream, STREAM_FINITE);
  assert_non_null(strstr(buf_text(&text), "finite"));
  buf_free(&text);
  recording_free(r);
  target_free(t);
}

static void test_repeated_texts_are_no_broadcast(void **st)
{
  struct target *t = target_new("http://127.0.0.1/");
  struct recording *r = testing_recording("GET", "HTTP/1.1 200 OK\r\n\r\n");
  struct buf text;
  (void)st;
  buf_init(&text, 0);
  testing_read(r, 1, "data: tick\n\ndata: tick\n\ndata: tick\n\n");
  assert_int_equal(recording_digest(r), 0);
  assert_int_equal(probe_detect(t, r, r, &text), 0);
  assert_false(t->broadcast);
  assert_false(t->ids);
  buf_free(&text);
  recording_free(r);
  target_free(t);
}

static void test_special_exchanges_have_their_paths(void **st)
{
  static const struct {
    enum exchange_id id;
    const char *url, *path;
  } cases[] = {
      {EX_WRONG_PATH, "http://h/a/stream?x=1#f", "/a/weir-should-not-exist"},
      {EX_WRONG_PATH, "http://h", "/weir-should-not-exist"},
      {EX_MANY_PARAMETERS, "http://h?x", "/?x&topic=weir0&topic=weir1&"},
      {EX_LONG_PARAMETER, "http://h/s", "/s?topic=weirweir"},
      {EX_BROWSER, "http://h/s", ""}};
  size_t i;
  (void)st;
  for(i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
    struct target *t = target_new(cases[i].url);
    struct probe_request q;
    struct buf text[2];
    buf_init(&text[0], 0);
    buf_init(&text[1], 0);
    assert_int_equal(plan_request(t, cases[i].id, &q, text), 0);
    assert_int_equal(
        strncmp(q.path ? q.path : "", cases[i].path, strlen(cases[i].path)),
        0);
    buf_free(&text[0]);
    buf_free(&text[1]);
    target_free(t);
  }
}

#define ALL ((struct exchange_set){EX(EXCHANGE_COUNT) - 1, script_set_all()})

static void test_what_is_not_declared_is_left_out(void **st)
{
  struct target *t = target_new("http://127.0.0.1/s");
  struct exchange_set set = ALL;
  (void)st;
  probe_trim(t, &set);
  assert_false(set.exchanges & (EX(EX_ORIGIN) | EX(EX_NO_AUTH)));
  assert_true(set.exchanges & EX(EX_ORIGIN_EVIL));
  assert_false(set.scripts.has[SCRIPT_USERS]);
  assert_false(set.scripts.has[SCRIPT_INJECT]);
  assert_false(set.scripts.has[SCRIPT_PUBLISH]);
  assert_true(set.scripts.has[SCRIPT_RESUME]);
  t->publish_url = slice_dup(SLICE_LIT("http://127.0.0.1/p"));
  t->origin = slice_dup(SLICE_LIT("https://a.example"));
  set = ALL;
  probe_trim(t, &set);
  assert_true(set.exchanges & EX(EX_ORIGIN));
  assert_true(set.scripts.has[SCRIPT_INJECT]);
  target_free(t);
}

static void test_the_whole_plan_has_bounds(void **st)
{
  struct target *t = target_new("http://127.0.0.1/s");
  struct exchange_set all = ALL, one = {.exchanges = EX(EX_PLAIN)};
  (void)st;
  probe_trim(t, &all);
  assert_in_range(probe_expected_ns(t, &all), t->idle_window_ns,
                  40 * NS_PER_SEC);
  assert_in_range(probe_limit_ns(t, &all), probe_expected_ns(t, &all),
                  60 * NS_PER_SEC);
  assert_int_equal(probe_expected_ns(t, &one), t->window_ns);
  /* A long way makes crowds slow, and one exchange hardly. */
  t->connect_ns = 100 * (uint64_t)MS;
  assert_in_range(probe_limit_ns(t, &all), 100 * NS_PER_SEC, 160 * NS_PER_SEC);
  assert_int_equal(probe_expected_ns(t, &one), t->window_ns);
  t->connect_ns = 0;
  /* The ordinary exchange waits longest for its head. */
  assert_int_equal(plan_head_ns(t, EX_PLAIN), t->idle_window_ns);
  assert_int_equal(plan_head_ns(t, EX_HEAD),
                   t->head_ns * RECORDER_HEAD_PATIENCE);
  target_set_fast(t);
  assert_in_range(probe_limit_ns(t, &all), probe_expected_ns(t, &all),
                  45 * NS_PER_SEC);
  target_free(t);
}

/* As with --only: nothing else is there to last as long. */
static void test_a_proxy_script_alone_has_time_for_each_row(void **st)
{
  struct target *t = target_new("http://127.0.0.1/s");
  const struct proxy_row *row;
  size_t i;
  (void)st;
  t->via = true;
  target_set_fast(t);
  for(i = 0; (row = proxy_row_at(i)) != NULL; i++) {
    struct exchange_set one = {.scripts = script_set_of(row->script)};
    assert_true(probe_limit_ns(t, &one) > row->stop.stall_ns + MS);
    assert_true(probe_limit_ns(t, &one) > proxy_play_ns(t, row->play));
  }
  target_free(t);
}

/* What the scripts over HTTP/2 wait for, with nothing else in the plan. */
static void test_http2_is_for_tls_and_has_its_time(void **st)
{
  static const enum script_id id[] = {SCRIPT_H2, SCRIPT_H2_END,
                                      SCRIPT_H2_MANY};
  struct target *t = target_new("http://127.0.0.1/s");
  struct exchange_set set = ALL;
  size_t i;
  (void)st;
  probe_trim(t, &set);
  for(i = 0; i < 3; i++)
    assert_false(set.scripts.has[id[i]]);
  t->tls = true;
  set = ALL;
  probe_trim(t, &set);
  for(i = 0; i < 3; i++) {
    struct exchange_set one = {.scripts = script_set_of(id[i])};
    uint64_t least_ns = i == 0   ? t->window_ns
                        : i == 1 ? t->idle_window_ns
                                 : 2 * NS_PER_SEC;
    assert_true(set.scripts.has[id[i]]);
    assert_true(probe_expected_ns(t, &one) >= least_ns);
    /* Each of its connections may be waited for in vain. */
    assert_true(probe_limit_ns(t, &one) >=
                least_ns + t->head_ns * RECORDER_HEAD_PATIENCE);
  }
  target_free(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_proxy_script_alone_has_time_for_each_row),
      cmocka_unit_test(test_http2_is_for_tls_and_has_its_time),
      cmocka_unit_test(test_nothing_is_changed_unasked),
      cmocka_unit_test(test_what_was_declared_stays),
      cmocka_unit_test(test_repeated_texts_are_no_broadcast),
      cmocka_unit_test(test_special_exchanges_have_their_paths),
      cmocka_unit_test(test_what_is_not_declared_is_left_out),
      cmocka_unit_test(test_the_whole_plan_has_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
