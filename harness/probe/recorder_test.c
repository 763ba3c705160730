/* SPDX-License-Identifier: MIT
 * The recorder against a scripted server: exact bytes both ways, times, every
 * way in which an exchange can end, reuse of connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "probe/recorder.h"
#include "probe/server_testing.h"

#define MS INT64_C(1000000)
#define OK                                                                    \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                    \
  "Transfer-Encoding: chunked\r\n\r\n"

struct scene {
  uv_loop_t loop;
  struct testing_server server;
  struct target *target;
  struct recorder *rec;
  struct recording *r; /* the last one that was finished */
  unsigned done, progress, limited;
  uint64_t bytes; /* of all recordings */
  /* what on_progress does */
  size_t cut_at_events;
  enum cut_how how;
  unsigned close_at_progress;
};

static void on_progress(struct recorder_exchange *x, const struct recording *r,
                        void *ctx)
{
  struct scene *sc = ctx;
  sc->progress++;
  assert_ptr_equal(r, recorder_recording(x));
  if(sc->cut_at_events && r->events >= sc->cut_at_events)
    recorder_cut(x, sc->how);
  if(sc->close_at_progress && sc->progress >= sc->close_at_progress) {
    recorder_close(sc->rec);
    sc->rec = NULL;
  }
}

static void on_done(struct recording *r, void *ctx)
{
  struct scene *sc = ctx;
  recording_free(sc->r);
  sc->r = r;
  sc->bytes += r->wire.n;
  sc->limited += r->end == REC_END_LIMIT;
  sc->done++;
}

static const struct recorder_handler handler = {on_progress, on_done};

static void scene_begin(struct scene *sc, const struct testing_step *steps)
{
  const struct testing_step *const *answer;
  struct err e;
  static const struct testing_step *one[1];
  memset(sc, 0, sizeof(*sc));
  one[0] = steps;
  answer = one;
  uv_loop_init(&sc->loop);
  testing_server_start(&sc->server, &sc->loop, answer, 1, NULL);
  sc->target = target_new(sc->server.url);
  sc->target->window_ns = 150 * (uint64_t)MS;
  sc->rec = recorder_new(&sc->loop, sc->target, &e);
  assert_non_null(sc->rec);
}

static void run_until_done(struct scene *sc, unsigned n)
{
  while(sc->done < n)
    uv_run(&sc->loop, UV_RUN_ONCE);
}

static struct recording *record(struct scene *sc, struct probe_request *q)
{
  q->name = q->name ? q->name : "test";
  assert_non_null(recorder_start(sc->rec, q, &handler, sc));
  run_until_done(sc, sc->done + 1);
  return sc->r;
}

static void scene_end(struct scene *sc)
{
  if(sc->rec)
    recorder_close(sc->rec);
  testing_server_stop(&sc->server);
  assert_int_equal(uv_loop_close(&sc->loop), 0);
  recording_free(sc->r);
  target_free(sc->target);
}

/* One exchange with one answer; the caller ends the scene. */
static struct recording *answered(struct scene *sc,
                                  const struct testing_step *steps,
                                  struct probe_request *q)
{
  scene_begin(sc, steps);
  return record(sc, q);
}

static const char *sent(const struct scene *sc)
{
  return buf_text(&sc->server.peer[0].request);
}

static void test_bytes_and_times_are_exact_both_ways(void **st)
{
  static const struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 0}, {STEP_SEND, OK, 0},
      {STEP_WAIT, NULL, 40},   {STEP_SEND, "a\r\ndata: a\n\n:\r\n", 0},
      {STEP_WAIT, NULL, 40},   {STEP_SEND, "0\r\n\r\n", 0},
      {STEP_END, NULL, 0}};
  struct probe_request q = {.path = "/s?a=b"};
  struct scene sc;
  struct recording *r = answered(&sc, steps, &q);
  char request[200];
  (void)st;
  snprintf(request, sizeof(request),
           "GET /s?a=b HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n"
           "Cache-Control: no-cache\r\n\r\n",
           r->peer);
  assert_string_equal(sent(&sc), request);
  assert_string_equal(buf_text(&r->request), request);
  assert_string_equal(buf_text(&r->head.bytes), OK);
  assert_true(r->head.exact);
  assert_string_equal(buf_text(&r->wire), "a\r\ndata: a\n\n:\r\n0\r\n\r\n");
  assert_int_equal(r->end, REC_END_CLEAN);
  assert_true(r->complete);
  assert_int_equal(r->events, 1);
  assert_true(r->connected_ns >= 0);
  assert_true(r->request_ns >= r->connected_ns);
  assert_true(r->head.complete_ns >= r->request_ns);
  assert_in_range(r->event[0].t_ns - r->head.complete_ns, 38 * MS, 400 * MS);
  assert_int_equal(r->end_ns, r->read[1].t_ns);
  assert_true(r->end_ns - r->event[0].t_ns >= 38 * MS);
  assert_true(strncmp(r->local, "127.0.0.1:", 10) == 0);
  scene_end(&sc);
}

static void test_headers_are_edited_as_the_plan_says(void **st)
{
  static const struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 204 x\r\n\r\n", 0},
      {STEP_END, NULL, 0}};
  const struct probe_header extra[] = {{SLICE_LIT("X"), SLICE_LIT("1\x01")},
                                       {SLICE_LIT("X"), SLICE_LIT("2")}};
  struct probe_request q = {.method = "POST",
                            .headers = "-cache-control\nACCEPT: */*\nN: v",
                            .extra = extra,
                            .extras = 2,
                            .last_id = SLICE_LIT("7"),
                            .body = SLICE_LIT("hello")};
  struct scene sc;
  const char *after;
  (void)st;
  scene_begin(&sc, steps);
  target_add_header(sc.target, "Authorization", "Bearer x");
  target_add_header(sc.target, "N", "u");
  record(&sc, &q);
  after = strstr(sent(&sc), "Accept");
  assert_non_null(after);
  assert_string_equal(after, "Accept: */*\r\nAuthorization: Bearer x\r\n"
                             "N: v\r\nLast-Event-ID: 7\r\nX: 1\x01\r\nX: 2\r\n"
                             "Content-Length: 5\r\n\r\nhello");
  assert_int_equal(sc.r->head.status, 204);
  assert_int_equal(sc.r->end, REC_END_CLEAN);
  scene_end(&sc);
}

static void test_credentials_stay_with_their_origin(void **st)
{
  static const struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 204 x\r\n\r\n", 0},
      {STEP_END, NULL, 0}};
  struct probe_request q = {0};
  struct scene sc;
  char other[100];
  (void)st;
  scene_begin(&sc, steps);
  target_add_header(sc.target, "Authorization", "Bearer x");
  target_add_header(sc.target, "Cookie", "a=b");
  snprintf(other, sizeof(other), "http://localhost%s",
           strrchr(sc.server.url, ':'));
  q.url = other;
  record(&sc, &q);
  assert_null(strstr(sent(&sc), "Authorization"));
  assert_null(strstr(sent(&sc), "Cookie"));
  assert_non_null(strstr(sent(&sc), "Host: localhost:"));
  scene_end(&sc);
}

struct ending {
  struct testing_step steps[6];
  enum recording_end end;
  int status;
};

static const struct ending endings[] = {
    {{{STEP_REQUEST, NULL, 0}, {STEP_FIN, NULL, 0}}, REC_END_NO_RESPONSE, 0},
    {{{STEP_REQUEST, NULL, 0}, {STEP_RST, NULL, 0}}, REC_END_RESET, 0},
    {{{STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 200 OK\r\nX: ", 0},
      {STEP_WAIT, NULL, 5},
      {STEP_FIN, NULL, 0}},
     REC_END_TRUNCATED,
     0},
    {{{STEP_SEND, "SSH-2.0-OpenSSH\r\n", 0}}, REC_END_PROTOCOL, 0},
    {{{STEP_REQUEST, NULL, 0}, {STEP_SEND, "HTTP/1.1 abc\r\n\r\n", 0}},
     REC_END_PROTOCOL,
     0},
    {{{STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 200 OK\r\n\r\ndata: a\n\n", 0},
      {STEP_WAIT, NULL, 5},
      {STEP_FIN, NULL, 0}},
     REC_END_CLOSE,
     200},
    {{{STEP_REQUEST, NULL, 0},
      {STEP_SEND, OK "5\r\nda", 0},
      {STEP_WAIT, NULL, 5},
      {STEP_FIN, NULL, 0}},
     REC_END_TRUNCATED,
     200},
    {{{STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 404 x\r\nContent-Length: 9\r\n\r\nab", 0},
      {STEP_WAIT, NULL, 5},
      {STEP_FIN, NULL, 0}},
     REC_END_TRUNCATED,
     404},
    {{{STEP_REQUEST, NULL, 0},
      {STEP_SEND, OK "1\r\n\n\r\n", 0},
      {STEP_WAIT, NULL, 20},
      {STEP_RST, NULL, 0}},
     REC_END_RESET,
     200},
    {{{STEP_REQUEST, NULL, 0},
      {STEP_SEND, OK "0\r\n\r\n", 0},
      {STEP_FIN, NULL, 0}},
     REC_END_CLEAN,
     200},
    {{{STEP_REQUEST, NULL, 0}, {STEP_SEND, OK, 0}}, REC_END_OURS, 200},
    {{{STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 103 x\r\nLink: a\r\n\r\nHTTP/1.1 100 C\r\n", 0},
      {STEP_WAIT, NULL, 5},
      {STEP_SEND, "\r\nHTTP/1.1 204 N\r\n\r\n", 0}},
     REC_END_CLEAN,
     204},
};

static void test_every_end_has_its_name(void **st)
{
  size_t i;
  (void)st;
  for(i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
    struct probe_request q = {0};
    struct scene sc;
    struct recording *r = answered(&sc, endings[i].steps, &q);
    if(r->end != endings[i].end)
      print_message("case %zu: %s, %s\n", i, recording_end_name(r->end),
                    r->detail);
    assert_int_equal(r->end, endings[i].end);
    assert_int_equal(r->head.status, endings[i].status);
    assert_int_equal(recording_digest(r), 0);
    assert_int_equal(r->head.status, endings[i].status);
    scene_end(&sc);
  }
}

static void test_interim_heads_are_kept_apart(void **st)
{
  struct probe_request q = {0};
  struct scene sc;
  struct recording *r = answered(&sc, endings[11].steps, &q);
  (void)st;
  assert_int_equal(r->interims, 2);
  assert_int_equal(r->interim[0].status, 103);
  assert_true(slice_eq_cstr(r->interim[0].line[0].value, "a"));
  assert_int_equal(r->interim[1].status, 100);
  assert_true(r->interim[1].complete_ns >= r->interim[1].began_ns);
  assert_true(r->interim[1].began_ns >= 0);
  assert_string_equal(buf_text(&r->head.bytes), "HTTP/1.1 204 N\r\n\r\n");
  scene_end(&sc);
}

static void test_a_dead_port_is_refused(void **st)
{
  static const struct testing_step steps[] = {{STEP_END, NULL, 0}};
  struct probe_request q = {0};
  struct scene sc;
  char url[100];
  (void)st;
  scene_begin(&sc, steps);
  snprintf(url, sizeof(url), "%s", sc.server.url);
  testing_server_stop(&sc.server);
  testing_server_start(&sc.server, &sc.loop, sc.server.answer, 1, NULL);
  q.url = url;
  if(strcmp(url, sc.server.url) != 0) {
    assert_int_equal(record(&sc, &q)->end, REC_END_REFUSED);
    assert_true(sc.r->connected_ns < 0);
  }
  q.url = "http://name.invalid/";
  assert_int_equal(record(&sc, &q)->end, REC_END_UNREACHABLE);
  q.url = "gopher://x";
  assert_int_equal(record(&sc, &q)->end, REC_END_ERROR);
  scene_end(&sc);
}

static void test_silence_ends_with_the_head_deadline(void **st)
{
  static const struct testing_step steps[] = {{STEP_END, NULL, 0}};
  struct probe_request q = {0};
  struct scene sc;
  (void)st;
  scene_begin(&sc, steps);
  sc.target->head_ns = 20 * (uint64_t)MS;
  record(&sc, &q);
  assert_int_equal(sc.r->end, REC_END_TIMEOUT);
  assert_in_range(sc.r->end_ns, 95 * MS, 600 * MS);
  scene_end(&sc);
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
  struct recording *r = answered(&sc, steps, &q);
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
  r = answered(&sc, steps, &q);
  assert_int_equal(r->end, REC_END_LIMIT);
  assert_true(r->cut_short);
  assert_int_equal(r->wire.n, RECORDING_MAX_BYTES);
  assert_int_equal(r->lines, 1);
  assert_int_equal(r->line[0].kind, LINE_UNFINISHED);
  q.stop.max_bytes = 100000;
  r = record(&sc, &q);
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
  struct probe_request q = {.name = "x", .stop.limit_ns = 2 * NS_PER_SEC};
  struct scene sc;
  int i;
  (void)st;
  memset(piece, 'x', sizeof(piece) - 1);
  scene_begin(&sc, steps);
  for(i = 0; i < 12; i++)
    assert_non_null(recorder_start(sc.rec, &q, &handler, &sc));
  run_until_done(&sc, 12);
  assert_true(sc.limited >= 3); /* of 94 MB, 64 MiB are kept */
  assert_true(sc.bytes < RECORDER_TOTAL_BYTES + 12 * (uint64_t)(4 << 20));
  scene_end(&sc);
}

static const struct testing_step three_events[] = {
    {STEP_REQUEST, NULL, 0}, {STEP_SEND, OK "9\r\ndata: 1\n\n\r\n", 0},
    {STEP_WAIT, NULL, 10},   {STEP_SEND, "9\r\ndata: 2\n\n\r\n", 0},
    {STEP_WAIT, NULL, 10},   {STEP_SEND, "9\r\ndata: 3\n\n\r\n", 0},
    {STEP_END, NULL, 0}};

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
    struct recording *r = answered(&sc, three_events, &q[i]);
    assert_int_equal(r->end, REC_END_OURS);
    assert_true(r->connected_ns >= 0);
    assert_int_equal(r->request_ns >= 0, i > 0);
    if(i != 2)
      assert_int_equal(r->events, events[i]);
    assert_true(r->events <= events[i]);
    scene_end(&sc);
  }
}

static void wait_for_peer(struct scene *sc)
{
  struct testing_peer *p = &sc->server.peer[0];
  while(!p->eof && !p->reset)
    uv_run(&sc->loop, UV_RUN_ONCE);
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
    answered(&sc, three_events, &q);
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
  answered(&sc, three_events, &q);
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
  record(&sc, &q);
  assert_int_equal(sc.r->events, 2);
  assert_int_equal(sc.r->end, REC_END_OURS);
  sc.cut_at_events = 0;
  sc.progress = 0;
  sc.close_at_progress = 3;
  recorder_start(sc.rec, &q, &handler, &sc);
  while(sc.rec)
    uv_run(&sc.loop, UV_RUN_ONCE);
  assert_int_equal(sc.done, 1);
  scene_end(&sc);
}

static void test_a_session_uses_its_connection_again(void **st)
{
  static const struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 1},
      {STEP_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", 0},
      {STEP_REQUEST, NULL, 2},
      {STEP_SEND, OK "9\r\ndata: 1\n\n\r\n", 0},
      {STEP_END, NULL, 0}};
  struct probe_request head = {.method = "HEAD", .session = 5};
  struct probe_request get = {.session = 5,
                              .stop = {.when = STOP_AFTER_EVENTS, .n = 1}};
  struct scene sc;
  char local[64];
  (void)st;
  scene_begin(&sc, steps);
  record(&sc, &head);
  assert_int_equal(sc.r->end, REC_END_CLEAN);
  assert_false(sc.r->reused);
  snprintf(local, sizeof(local), "%s", sc.r->local);
  record(&sc, &get);
  assert_true(sc.r->reused);
  assert_string_equal(sc.r->local, local);
  assert_int_equal(sc.r->events, 1);
  assert_int_equal(sc.server.peers, 1);
  scene_end(&sc);
}

static void test_bytes_behind_the_end_are_surplus(void **st)
{
  static const struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 204 x\r\nContent-Length: 3\r\n\r\n", 0},
      {STEP_WAIT, NULL, 20},
      {STEP_SEND, "abc", 0},
      {STEP_END, NULL, 0}};
  struct probe_request q = {.session = 6};
  struct scene sc;
  struct recording *r = answered(&sc, steps, &q);
  (void)st;
  assert_int_equal(r->end, REC_END_CLEAN);
  assert_int_equal(r->wire_end, 0);
  assert_string_equal(buf_text(&r->wire), "abc");
  assert_int_equal(r->body.n, 0);
  record(&sc, &q);
  assert_false(sc.r->reused);
  assert_int_equal(sc.server.peers, 2);
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
    assert_non_null(recorder_start(sc.rec, &q, &handler, &sc));
  run_until_done(&sc, 30);
  assert_true(clock_mono_ns() - began < 2 * NS_PER_SEC);
  assert_int_equal(sc.r->events, 3);
  scene_end(&sc);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bytes_and_times_are_exact_both_ways),
      cmocka_unit_test(test_headers_are_edited_as_the_plan_says),
      cmocka_unit_test(test_credentials_stay_with_their_origin),
      cmocka_unit_test(test_every_end_has_its_name),
      cmocka_unit_test(test_interim_heads_are_kept_apart),
      cmocka_unit_test(test_a_dead_port_is_refused),
      cmocka_unit_test(test_silence_ends_with_the_head_deadline),
      cmocka_unit_test(test_an_endless_head_is_cut_at_its_limit),
      cmocka_unit_test(test_an_infinite_line_is_cut_at_its_limit),
      cmocka_unit_test(test_many_greedy_answers_share_what_memory_there_is),
      cmocka_unit_test(test_stop_rules_end_it_where_they_say),
      cmocka_unit_test(test_cuts_look_to_the_server_as_asked),
      cmocka_unit_test(test_a_half_close_goes_on_reading),
      cmocka_unit_test(test_progress_may_cut_and_may_close_the_recorder),
      cmocka_unit_test(test_a_session_uses_its_connection_again),
      cmocka_unit_test(test_bytes_behind_the_end_are_surplus),
      cmocka_unit_test(test_many_at_once_take_as_long_as_the_longest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
