/* SPDX-License-Identifier: MIT
 * The recorder against a scripted server: exact bytes both ways, times, every
 * way in which a server can end an exchange, reuse of connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "probe/recorder_testing.h"

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
  struct probe_request q = {.path = "/s?a=b",
                            .stop = {.limit_ns = 9000 * (uint64_t)MS}};
  struct scene sc;
  struct recording *r = scene_answered(&sc, steps, &q);
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
  assert_in_range(r->event[0].t_ns - r->head.complete_ns, 38 * MS, 4000 * MS);
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
  scene_record(&sc, &q);
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
  target_add_header(sc.target, "X-Api-Key", "k");
  target_add_header(sc.target, "User-Agent", "mine");
  snprintf(other, sizeof(other), "http://localhost%s",
           strrchr(sc.server.url, ':'));
  q.url = other;
  scene_record(&sc, &q);
  assert_null(strstr(sent(&sc), "Authorization"));
  assert_null(strstr(sent(&sc), "Cookie"));
  assert_null(strstr(sent(&sc), "X-Api-Key"));
  assert_non_null(strstr(sent(&sc), "User-Agent: mine"));
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
    struct recording *r = scene_answered(&sc, endings[i].steps, &q);
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
  struct recording *r = scene_answered(&sc, endings[11].steps, &q);
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
    assert_int_equal(scene_record(&sc, &q)->end, REC_END_REFUSED);
    assert_true(sc.r->connected_ns < 0);
  }
  q.url = "http://name.invalid/";
  assert_int_equal(scene_record(&sc, &q)->end, REC_END_UNREACHABLE);
  q.url = "gopher://x";
  assert_int_equal(scene_record(&sc, &q)->end, REC_END_ERROR);
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
  scene_record(&sc, &q);
  assert_int_equal(sc.r->end, REC_END_TIMEOUT);
  assert_in_range(sc.r->end_ns, 95 * MS, 600 * MS);
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
  scene_record(&sc, &head);
  assert_int_equal(sc.r->end, REC_END_CLEAN);
  assert_false(sc.r->reused);
  snprintf(local, sizeof(local), "%s", sc.r->local);
  scene_record(&sc, &get);
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
  struct recording *r = scene_answered(&sc, steps, &q);
  (void)st;
  assert_int_equal(r->end, REC_END_CLEAN);
  assert_int_equal(r->wire_end, 0);
  assert_string_equal(buf_text(&r->wire), "abc");
  assert_int_equal(r->body.n, 0);
  scene_record(&sc, &q);
  assert_false(sc.r->reused);
  assert_int_equal(sc.server.peers, 2);
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
      cmocka_unit_test(test_a_session_uses_its_connection_again),
      cmocka_unit_test(test_bytes_behind_the_end_are_surplus),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
