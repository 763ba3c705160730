/* SPDX-License-Identifier: MIT
 * The recorder ending exchanges itself: limits, stop rules, cuts, many at
 * once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "probe/recorder_testing.h"

static const struct testing_step three_events[] = {
    {STEP_REQUEST, NULL, 0}, {STEP_SEND, OK "9\r\ndata: 1\n\n\r\n", 0},
    {STEP_WAIT, NULL, 10},   {STEP_SEND, "9\r\ndata: 2\n\n\r\n", 0},
    {STEP_WAIT, NULL, 10},   {STEP_SEND, "9\r\ndata: 3\n\n\r\n", 0},
    {STEP_END, NULL, 0}};

static void wait_for_peer(struct scene *sc)
{
  struct testing_peer *p = &sc->server.peer[0];
  while(!p->eof && !p->reset)
    uv_run(&sc->loop, UV_RUN_ONCE);
}

static void test_an_endless_head_is_cut_at_its_limit(void **st)
{
  static const struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 200 OK\r\n", 0},
      {STEP_FILL, "X-Long: 0123456789012345678901234567890123456789\r\n",
       12000},
      {STEP_END, NULL, 0}};
  struct probe_request q = {0};
  struct scene sc;
  struct recording *r = scene_answered(&sc, steps, &q);
  (void)st;
  assert_int_equal(r->end, REC_END_LIMIT);
  assert_int_equal(r->head.status, 0);
  assert_in_range(r->head.bytes.n, RECORDER_HEAD_MAX,
                  RECORDER_HEAD_MAX + 65536);
  scene_end(&sc);
}

static void test_an_infinite_line_is_cut_at_its_limit(void **st)
{
  static char piece[65537];
  static struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND,
       "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata:", 0},
      {STEP_FILL, piece, 140},
      {STEP_END, NULL, 0}};
  struct probe_request q = {.stop.limit_ns = 10 * NS_PER_SEC};
  struct scene sc;
  struct recording *r;
  (void)st;
  memset(piece, 'x', sizeof(piece) - 1);
  r = scene_answered(&sc, steps, &q);
  assert_int_equal(r->end, REC_END_LIMIT);
  assert_true(r->cut_short);
  assert_int_equal(r->wire.n, RECORDING_MAX_BYTES);
  assert_int_equal(r->lines, 1);
  assert_int_equal(r->line[0].kind, LINE_UNFINISHED);
  q.stop.max_bytes = 100000;
  r = scene_record(&sc, &q);
  assert_int_equal(r->end, REC_END_LIMIT);
  assert_in_range(r->wire.n, 100000, 100000 + 65536);
  scene_end(&sc);
}

static void test_many_greedy_answers_share_what_memory_there_is(void **st)
{
  static char piece[65537];
  static struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 200 OK\r\n\r\ndata:", 0},
      {STEP_FILL, piece, 120},
      {STEP_END, NULL, 0}};
  struct probe_request q = {.name = "x", .stop.limit_ns = 30 * NS_PER_SEC};
  struct scene sc;
  int i;
  (void)st;
  memset(piece, 'x', sizeof(piece) - 1);
  scene_begin(&sc, steps);
  for(i = 0; i < 12; i++)
    assert_non_null(recorder_start(sc.rec, &q, &scene_handler, &sc));
  while(sc.limited < 3 && sc.done < 12)
    uv_run(&sc.loop, UV_RUN_ONCE);
  recorder_cut_all(sc.rec);
  scene_run(&sc, 12);
  assert_true(sc.limited >= 3); /* of 94 MB, 64 MiB are kept */
  assert_true(sc.bytes < RECORDER_TOTAL_BYTES + 12 * (uint64_t)(4 << 20));
  scene_end(&sc);
}

static void test_stop_rules_end_it_where_they_say(void **st)
{
  struct probe_request q[] = {
      {.name = "connect", .stop = {.when = STOP_AFTER_CONNECT}},
      {.name = "request", .stop = {.when = STOP_AFTER_REQUEST}},
      {.name = "head", .stop = {.when = STOP_AFTER_HEAD}},
      {.name = "events", .stop = {.when = STOP_AFTER_EVENTS, .n = 2}},
      {.name = "offset", .stop = {.when = STOP_AT_OFFSET, .n = 10}},
      {.name = "pattern",
       .stop = {.when = STOP_AT_PATTERN, .pattern = SLICE_LIT(": 3")}},
      {.name = "limit", .stop = {.limit_ns = 100 * (uint64_t)MS}},
  };
  static const size_t events[] = {0, 0, 1, 2, 2, 3, 3};
  size_t i;
  (void)st;
  for(i = 0; i < sizeof(q) / sizeof(*q); i++) {
    struct scene sc;
    struct recording *r = scene_answered(&sc, three_events, &q[i]);
    assert_int_equal(r->end, REC_END_OURS);
    assert_true(r->connected_ns >= 0);
    assert_int_equal(r->request_ns >= 0, i > 0);
    if(i != 2)
      assert_int_equal(r->events, events[i]);
    assert_true(r->events <= events[i]);
    scene_end(&sc);
  }
}

static void test_cuts_look_to_the_server_as_asked(void **st)
{
  struct probe_request q = {.stop = {.when = STOP_AFTER_EVENTS, .n = 2}};
  static const enum cut_how hows[] = {CUT_FIN, CUT_RST, CUT_STALL};
  size_t i;
  (void)st;
  for(i = 0; i < 3; i++) {
    struct scene sc;
    q.stop.how = hows[i];
    q.stop.stall_ns = 30 * (uint64_t)MS;
    scene_answered(&sc, three_events, &q);
    wait_for_peer(&sc);
    assert_int_equal(sc.server.peer[0].reset, hows[i] != CUT_FIN);
    assert_int_equal(sc.r->end, REC_END_OURS);
    assert_int_equal(sc.r->events, 2);
    if(hows[i] == CUT_STALL)
      assert_true(sc.r->end_ns - sc.r->event[1].t_ns >= 29 * MS);
    scene_end(&sc);
  }
}

static void test_a_half_close_goes_on_reading(void **st)
{
  struct probe_request q = {
      .stop = {.when = STOP_AFTER_EVENTS, .n = 1, .how = CUT_HALF}};
  struct scene sc;
  (void)st;
  scene_answered(&sc, three_events, &q);
  assert_true(sc.server.peer[0].eof);
  assert_int_equal(sc.r->events, 3);
  assert_int_equal(sc.r->end, REC_END_OURS);
  assert_non_null(strstr(sc.r->detail, "half-close"));
  scene_end(&sc);
}

static void test_progress_may_cut_and_may_close_the_recorder(void **st)
{
  struct probe_request q = {.name = "x"};
  struct scene sc;
  (void)st;
  scene_begin(&sc, three_events);
  sc.cut_at_events = 2;
  sc.how = CUT_RST;
  scene_record(&sc, &q);
  assert_int_equal(sc.r->events, 2);
  assert_int_equal(sc.r->end, REC_END_OURS);
  sc.cut_at_events = 0;
  sc.progress = 0;
  sc.close_at_progress = 3;
  recorder_start(sc.rec, &q, &scene_handler, &sc);
  while(sc.rec)
    uv_run(&sc.loop, UV_RUN_ONCE);
  assert_int_equal(sc.done, 1);
  scene_end(&sc);
}

static void test_many_at_once_take_as_long_as_the_longest(void **st)
{
  struct probe_request q = {.name = "x",
                            .stop = {.limit_ns = 200 * (uint64_t)MS}};
  struct scene sc;
  uint64_t began = clock_mono_ns();
  int i;
  (void)st;
  scene_begin(&sc, three_events);
  for(i = 0; i < 30; i++)
    assert_non_null(recorder_start(sc.rec, &q, &scene_handler, &sc));
  scene_run(&sc, 30);
  assert_true(clock_mono_ns() - began < 2 * NS_PER_SEC);
  assert_int_equal(sc.r->events, 3);
  scene_end(&sc);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_endless_head_is_cut_at_its_limit),
      cmocka_unit_test(test_an_infinite_line_is_cut_at_its_limit),
      cmocka_unit_test(test_many_greedy_answers_share_what_memory_there_is),
      cmocka_unit_test(test_stop_rules_end_it_where_they_say),
      cmocka_unit_test(test_cuts_look_to_the_server_as_asked),
      cmocka_unit_test(test_a_half_close_goes_on_reading),
      cmocka_unit_test(test_progress_may_cut_and_may_close_the_recorder),
      cmocka_unit_test(test_many_at_once_take_as_long_as_the_longest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
