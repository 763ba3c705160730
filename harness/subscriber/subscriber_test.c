/* SPDX-License-Identifier: MIT
 * An EventSource's behaviour over several connections, each answered from a
 * script: what the next request carries, when it comes, and when none comes.
 */
#include "subscriber/subscriber_testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define OK                                                                    \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                    \
  "Connection: close\r\n\r\n"
#define STOP "HTTP/1.1 204 No Content\r\n\r\n"

static void test_clean_end_reconnects_with_the_last_id(void **state)
{
  static const char *const script[] = {
      OK "id: 7\ndata: a\n\n", OK "data: b\n\nid: 9\ndata: half", STOP};
  struct scene *sc = scene_new(script, 3);
  (void)state;
  subscriber_start(&sc->s);
  run_until(sc, "stopped");
  assert_string_equal(buf_text(&sc->log),
                      "attempt open event:a ended:clean-end again resumed "
                      "event:b ended:clean-end again failed:status-204 "
                      "stopped:status-204");
  assert_true(requested(sc, 0, "Accept: text/event-stream\r\n"));
  assert_true(requested(sc, 0, "Cache-Control: no-cache\r\n"));
  assert_false(requested(sc, 0, "Last-Event-ID"));
  assert_true(requested(sc, 1, "Last-Event-ID: 7\r\n"));
  assert_true(requested(sc, 2, "Last-Event-ID: 7\r\n"));
  scene_free(sc);
}

static void test_retry_field_sets_the_delay(void **state)
{
  static const char *const script[] = {OK "retry: 120\n", STOP};
  struct scene *sc = scene_new(script, 2);
  uint64_t ended_ns;
  (void)state;
  subscriber_start(&sc->s);
  run_until(sc, "ended");
  ended_ns = sc->ended_ns;
  run_until(sc, "again");
  assert_true(clock_mono_ns() - ended_ns >= 119 * NS_PER_MS);
  run_until(sc, "stopped");
  scene_free(sc);
}

static void final_answer(const char *answer, const char *log)
{
  const char *const script[] = {answer};
  struct scene *sc = scene_new(script, 1);
  subscriber_start(&sc->s);
  run_until(sc, "stopped");
  assert_string_equal(buf_text(&sc->log), log);
  scene_free(sc);
}

static void test_wrong_status_and_type_are_final(void **state)
{
  (void)state;
  final_answer("HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n",
               "attempt failed:status-503 stopped:status-503");
  final_answer("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhi",
               "attempt failed:content-type stopped:content-type");
  final_answer("HTTP/1.1 200 OK\r\n\r\nhi",
               "attempt failed:content-type stopped:content-type");
  final_answer("HTTP/1.1 302 X\r\n\r\n",
               "attempt failed:redirect stopped:redirect");
}

static void test_server_errors_may_be_retried_on_request(void **state)
{
  static const char *const script[] = {
      "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n", STOP};
  struct scene *sc = scene_new(script, 2);
  (void)state;
  sc->config.retry_on_error = true;
  subscriber_start(&sc->s);
  run_until(sc, "stopped");
  assert_string_equal(buf_text(&sc->log),
                      "attempt failed:status-503 attempt failed:status-204 "
                      "stopped:status-204");
  scene_free(sc);
}

static void test_redirect_is_followed_and_forgotten(void **state)
{
  static const char *const script[] = {
      "HTTP/1.1 307 X\r\nLocation: /second\r\nContent-Length: 0\r\n\r\n",
      OK "data: a\n\n", STOP};
  struct scene *sc = scene_new(script, 3);
  (void)state;
  sc->authorization = "Bearer x";
  subscriber_start(&sc->s);
  run_until(sc, "stopped");
  assert_string_equal(buf_text(&sc->log),
                      "attempt redirect open event:a ended:clean-end again "
                      "failed:status-204 stopped:status-204");
  assert_true(requested(sc, 1, "GET /second "));
  assert_true(requested(sc, 1, "Authorization: Bearer x\r\n"));
  assert_true(requested(sc, 2, "GET /first "));
  scene_free(sc);
}

/* An answer that leads to the same server under another name, which is another
 * origin. */
static void lead_abroad(const struct scene *sc, char answer[160])
{
  snprintf(answer, 160,
           "HTTP/1.1 302 X\r\nLocation: http://localhost%s\r\n"
           "Content-Length: 0\r\n\r\n",
           strrchr(sc->url, ':'));
}

static void test_redirect_to_another_origin_takes_no_secrets_along(
    void **state)
{
  char answer[160];
  const char *script[] = {answer, "HTTP/1.1 401 No\r\n\r\n"};
  struct scene *sc = scene_new(script, 2);
  (void)state;
  lead_abroad(sc, answer);
  sc->authorization = "Bearer x";
  sc->more[0] = (struct header){"X-Api-Key", "k"};
  sc->more[1] = (struct header){"User-Agent", "mine"};
  sc->mores = 2;
  subscriber_start(&sc->s);
  run_until(sc, "stopped");
  assert_true(requested(sc, 0, "Authorization: Bearer x\r\n"));
  assert_true(requested(sc, 0, "X-Api-Key: k\r\n"));
  assert_false(requested(sc, 1, "Authorization"));
  assert_false(requested(sc, 1, "X-Api-Key"));
  assert_true(requested(sc, 1, "User-Agent: mine\r\n"));
  assert_true(requested(sc, 1, "Accept: text/event-stream\r\n"));
  assert_non_null(strstr(sc->sentence, "gets 2 headers less"));
  scene_free(sc);
}

/* Who comes home from abroad was sent by a stranger. */
static void test_a_way_through_another_origin_stays_foreign(void **state)
{
  char answer[160], back[160];
  const char *script[] = {answer, back, STOP};
  struct scene *sc = scene_new(script, 3);
  (void)state;
  lead_abroad(sc, answer);
  snprintf(back, sizeof(back),
           "HTTP/1.1 302 X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
           sc->url);
  sc->authorization = "Bearer x";
  subscriber_start(&sc->s);
  run_until(sc, "stopped");
  assert_false(requested(sc, 2, "Authorization"));
  scene_free(sc);
}

static void test_all_headers_go_along_where_that_is_wanted(void **state)
{
  char answer[160];
  const char *script[] = {answer, STOP};
  struct scene *sc = scene_new(script, 2);
  (void)state;
  lead_abroad(sc, answer);
  sc->config.location_trusted = true;
  sc->authorization = "Bearer x";
  subscriber_start(&sc->s);
  run_until(sc, "stopped");
  assert_true(requested(sc, 1, "Authorization: Bearer x\r\n"));
  scene_free(sc);
}

static void test_cut_reconnects_without_losing_the_id(void **state)
{
  static const char *const script[] = {
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
      "id: 3\ndata: a\n\n",
      STOP};
  struct scene *sc = scene_new(script, 2);
  (void)state;
  sc->keep_open = true;
  assert_false(subscriber_cut(&sc->s, true));
  subscriber_start(&sc->s);
  run_until(sc, "event:a");
  assert_true(subscriber_cut(&sc->s, true));
  run_until(sc, "stopped");
  assert_true(requested(sc, 1, "Last-Event-ID: 3\r\n"));
  scene_free(sc);
}

static void test_endless_line_ends_it_for_good(void **state)
{
  char *answer = malloc(4096);
  const char *script[] = {answer};
  struct scene *sc = scene_new(script, 1);
  size_t n;
  (void)state;
  n = (size_t)snprintf(answer, 4096, "%sdata: ", OK);
  memset(answer + n, 'x', 4095 - n);
  answer[4095] = '\0';
  subscriber_start(&sc->s);
  run_until(sc, "stopped");
  assert_string_equal(buf_text(&sc->log),
                      "attempt open ended:limit stopped:limit");
  free(answer);
  scene_free(sc);
}

static void test_broken_connections_back_off(void **state)
{
  static const char *const script[] = {"", "", "", STOP};
  struct scene *sc = scene_new(script, 4);
  uint64_t begun_ns = clock_mono_ns();
  (void)state;
  subscriber_start(&sc->s);
  run_until(sc, "stopped");
  /* 5, 10 and 20 ms */
  assert_true(clock_mono_ns() - begun_ns >= 34 * NS_PER_MS);
  assert_true(
      slice_starts(buf_slice(&sc->log), "attempt failed:no-response attempt"));
  scene_free(sc);
}

static void test_stop_is_silent(void **state)
{
  static const char *const script[] = {OK "data: a\n\n"};
  struct scene *sc = scene_new(script, 1);
  (void)state;
  sc->keep_open = true;
  subscriber_start(&sc->s);
  run_until(sc, "event:a");
  subscriber_stop(&sc->s, false);
  assert_string_equal(buf_text(&sc->log), "attempt open event:a");
  scene_free(sc);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_clean_end_reconnects_with_the_last_id),
      cmocka_unit_test(test_retry_field_sets_the_delay),
      cmocka_unit_test(test_wrong_status_and_type_are_final),
      cmocka_unit_test(test_server_errors_may_be_retried_on_request),
      cmocka_unit_test(test_redirect_is_followed_and_forgotten),
      cmocka_unit_test(test_redirect_to_another_origin_takes_no_secrets_along),
      cmocka_unit_test(test_a_way_through_another_origin_stays_foreign),
      cmocka_unit_test(test_all_headers_go_along_where_that_is_wanted),
      cmocka_unit_test(test_cut_reconnects_without_losing_the_id),
      cmocka_unit_test(test_endless_line_ends_it_for_good),
      cmocka_unit_test(test_broken_connections_back_off),
      cmocka_unit_test(test_stop_is_silent),
  };
  struct err e;
  if(transport_global_init(&e))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
