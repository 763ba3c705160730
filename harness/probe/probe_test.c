/* SPDX-License-Identifier: MIT
 * The run of a plan: what is performed, in which order, what is found out,
 * and folders of recordings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "net/server_testing.h"
#include "probe/probe.h"
#include "probe/scripts/script.h"

#define MS INT64_C(1000000)
#define OK                                                                    \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                    \
  "Transfer-Encoding: chunked\r\n\r\n"

static const struct testing_step stream[] = {
    {STEP_REQUEST, NULL, 0},
    {STEP_SEND, OK "11\r\nid: 1\ndata: a\n\n:\n\r\n", 0},
    {STEP_WAIT, NULL, 60},
    {STEP_SEND, "11\r\nid: 2\ndata: b\n\n:\n\r\n", 0},
    {STEP_WAIT, NULL, 60},
    {STEP_SEND, "2\r\n:\n\r\n", 0},
    {STEP_END, NULL, 0}};

struct scene {
  uv_loop_t loop;
  struct testing_server server;
  struct target *target;
  struct probe_result result;
  struct err e;
  /* heard */
  size_t over, total;
  size_t stop_at;
};

static void scene_begin(struct scene *sc,
                        const struct testing_step *const *answer, unsigned n)
{
  memset(sc, 0, sizeof(*sc));
  uv_loop_init(&sc->loop);
  testing_server_start(&sc->server, &sc->loop, answer, n, NULL);
  sc->target = target_new(sc->server.url);
  sc->target->window_ns = 200 * (uint64_t)MS;
  sc->target->idle_window_ns = 250 * (uint64_t)MS;
}

static void scene_end(struct scene *sc)
{
  probe_result_free(&sc->result);
  testing_server_stop(&sc->server);
  assert_int_equal(uv_loop_close(&sc->loop), 0);
  target_free(sc->target);
}

static void heard(size_t over, size_t total, const char *name, void *ctx)
{
  struct scene *sc = ctx;
  assert_non_null(name);
  assert_int_equal(over, sc->over + 1);
  sc->over = over;
  sc->total = total;
}

static bool stopped(void *ctx)
{
  struct scene *sc = ctx;
  return sc->stop_at && sc->server.peers >= sc->stop_at;
}

static void run(struct scene *sc, uint64_t exchanges,
                struct script_set scripts)
{
  const struct exchange_set set = {exchanges, scripts};
  const struct probe_listener l = {heard, stopped, sc};
  assert_int_equal(
      probe_run(&sc->loop, sc->target, &set, &l, &sc->result, &sc->e), 0);
}

static void test_a_run_takes_as_long_as_its_longest_exchange(void **st)
{
  static const struct testing_step *const answer[] = {stream};
  struct scene sc;
  uint64_t began;
  (void)st;
  scene_begin(&sc, answer, 1);
  began = clock_mono_ns();
  run(&sc,
      EX(EX_PLAIN) | EX(EX_SECOND) | EX(EX_IDLE) | EX(EX_BROWSER) |
          EX(EX_ORIGIN) | EX(EX_NO_AUTH) | EX(EX_RANGE),
      script_set_of(SCRIPT_REDIRECTS));
  assert_in_range(clock_mono_ns() - began, 240 * MS, 2000 * MS);
  assert_int_equal(sc.over, 6); /* no origin, no credentials: not asked */
  assert_int_equal(sc.total, 6);
  assert_int_equal(sc.result.recordings, 6);
  assert_string_equal(sc.result.recording[0]->name, "plain");
  assert_string_equal(sc.result.recording[5]->name, "redirects.0");
  scene_end(&sc);
}

static void test_the_target_is_found_out_where_it_says_nothing(void **st)
{
  static const struct testing_step *const answer[] = {stream};
  struct scene sc;
  (void)st;
  scene_begin(&sc, answer, 1);
  run(&sc, EX(EX_PLAIN) | EX(EX_SECOND), (struct script_set){{false}});
  assert_true(sc.target->ids && sc.target->numeric_ids);
  assert_true(sc.target->broadcast);
  assert_int_equal(sc.target->stream, STREAM_ENDLESS);
  assert_int_equal(sc.target->stream_known, KNOWN_ASSUMED);
  assert_int_equal(sc.target->heartbeat_known, KNOWN_ASSUMED);
  assert_in_range(sc.target->heartbeat_ns, 50 * MS, 150 * MS);
  assert_non_null(strstr(buf_text(&sc.result.assumptions), "numbers"));
  assert_non_null(strstr(buf_text(&sc.result.assumptions), "endless"));
  scene_end(&sc);
}

static void test_redirects_are_walked_hop_by_hop(void **st)
{
  static const struct testing_step one[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND,
       "HTTP/1.1 303 x\r\nLocation: b?c\r\nContent-Length: 0\r\n\r\n", 0},
      {STEP_END, NULL, 0}};
  static const struct testing_step two[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 308 x\r\nLocation: /d\r\n\r\n", 0},
      {STEP_FIN, NULL, 0}};
  static const struct testing_step *const answer[] = {one, two, stream};
  struct scene sc;
  (void)st;
  scene_begin(&sc, answer, 3);
  free(sc.target->endpoint.method);
  sc.target->endpoint.method = slice_dup(SLICE_LIT("POST"));
  sc.target->endpoint.body = slice_dup(SLICE_LIT("{}"));
  run(&sc, 0, script_set_of(SCRIPT_REDIRECTS));
  assert_int_equal(sc.result.recordings, 3);
  assert_string_equal(sc.result.recording[0]->method, "POST");
  assert_string_equal(sc.result.recording[1]->method, "GET");
  assert_string_equal(strrchr(sc.result.recording[1]->url, '/'), "/b?c");
  assert_string_equal(strrchr(sc.result.recording[2]->url, '/'), "/d");
  assert_int_equal(sc.result.recording[2]->head.status, 200);
  assert_int_equal(sc.result.recording[2]->end, REC_END_OURS);
  scene_end(&sc);
}

static void test_a_redirect_loop_ends_after_twenty_hops(void **st)
{
  static const struct testing_step again[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND,
       "HTTP/1.1 302 x\r\nLocation: /s\r\nContent-Length: 0\r\n\r\n", 0},
      {STEP_FIN, NULL, 0}};
  static const struct testing_step *const answer[] = {again};
  struct scene sc;
  (void)st;
  scene_begin(&sc, answer, 1);
  run(&sc, 0, script_set_of(SCRIPT_REDIRECTS));
  assert_int_equal(sc.result.recordings, 21);
  assert_string_equal(sc.result.recording[20]->name, "redirects.20");
  scene_end(&sc);
}

static void test_a_run_that_takes_too_long_is_given_up(void **st)
{
  static const struct testing_step slow[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_WAIT, NULL, 150},
      {STEP_SEND,
       "HTTP/1.1 302 x\r\nLocation: /s\r\nContent-Length: 0\r\n\r\n", 0},
      {STEP_FIN, NULL, 0}};
  static const struct testing_step *const answer[] = {slow};
  const struct exchange_set set = {.scripts = {SCRIPT(SCRIPT_REDIRECTS)}};
  struct scene sc;
  uint64_t began = clock_mono_ns(), limit_ns;
  (void)st;
  scene_begin(&sc, answer, 1);
  sc.target->head_ns = 50 * (uint64_t)MS;
  limit_ns = probe_limit_ns(sc.target, &set);
  assert_true(limit_ns >= probe_expected_ns(sc.target, &set));
  run(&sc, 0, set.scripts);
  assert_true(clock_mono_ns() - began < limit_ns + NS_PER_SEC);
  assert_true(sc.target->late);
  assert_int_equal(sc.result.recordings, 0); /* half a script says nothing */
  scene_end(&sc);
}

static void test_a_crowd_without_answers_is_given_up(void **st)
{
  static const struct testing_step silent[] = {{STEP_END, NULL, 0}};
  static const struct testing_step *const answer[] = {silent};
  struct scene sc;
  (void)st;
  scene_begin(&sc, answer, 1);
  sc.target->head_ns = 20 * (uint64_t)MS;
  run(&sc, 0, script_set_of(SCRIPT_OVERLOAD));
  assert_int_equal(sc.result.recordings, 3);
  assert_int_equal(sc.result.recording[2]->end, REC_END_TIMEOUT);
  scene_end(&sc);
}

static void test_head_then_get_shares_a_connection(void **st)
{
  static const struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 1},
      {STEP_SEND, OK, 0},
      {STEP_REQUEST, NULL, 2},
      {STEP_SEND, OK "9\r\ndata: 1\n\n\r\n", 0},
      {STEP_END, NULL, 0}};
  static const struct testing_step *const answer[] = {steps};
  struct scene sc;
  (void)st;
  scene_begin(&sc, answer, 1);
  run(&sc, 0, script_set_of(SCRIPT_HEAD_THEN_GET));
  assert_int_equal(sc.result.recordings, 2);
  assert_string_equal(sc.result.recording[0]->method, "HEAD");
  assert_int_equal(sc.result.recording[0]->end, REC_END_CLEAN);
  assert_true(sc.result.recording[1]->reused);
  assert_int_equal(sc.result.recording[1]->events, 1);
  scene_end(&sc);
}

static void test_a_run_can_be_stopped_and_keeps_what_it_has(void **st)
{
  static const struct testing_step *const answer[] = {stream};
  struct scene sc;
  uint64_t began = clock_mono_ns();
  (void)st;
  scene_begin(&sc, answer, 1);
  sc.target->window_ns = 30 * NS_PER_SEC;
  sc.stop_at = 2;
  run(&sc, EX(EX_PLAIN) | EX(EX_SECOND), (struct script_set){{false}});
  assert_true(clock_mono_ns() - began < 5 * NS_PER_SEC);
  assert_int_equal(sc.result.recordings, 2);
  assert_int_equal(sc.result.recording[0]->end, REC_END_OURS);
  scene_end(&sc);
}

static void test_a_dead_target_gives_recordings_that_say_so(void **st)
{
  static const struct testing_step gone[] = {{STEP_RST, NULL, 0}};
  static const struct testing_step *const answer[] = {gone};
  struct scene sc;
  (void)st;
  scene_begin(&sc, answer, 1);
  run(&sc, EX(EX_PLAIN), script_set_of(SCRIPT_REDIRECTS));
  assert_int_equal(sc.result.recordings, 2);
  assert_int_equal(sc.result.recording[0]->end, REC_END_RESET);
  assert_int_equal(sc.result.assumptions.n, 0);
  scene_end(&sc);
}

static void test_nonsense_urls_are_an_error_with_a_sentence(void **st)
{
  struct target *t = target_new("nonsense://x");
  const struct exchange_set set = {.exchanges = EX(EX_PLAIN)};
  struct probe_result out;
  struct err e;
  uv_loop_t loop;
  (void)st;
  uv_loop_init(&loop);
  assert_int_equal(probe_run(&loop, t, &set, NULL, &out, &e), E_SYNTAX);
  assert_non_null(strstr(e.text, "nonsense"));
  probe_result_free(&out);
  assert_int_equal(uv_loop_close(&loop), 0);
  target_free(t);
}

#define REFUSED "HTTP/1.1 409 x\r\nContent-Length: 0\r\n\r\n"

static const struct testing_step refused[] = {
    {STEP_REQUEST, NULL, 0}, {STEP_SEND, REFUSED, 0}, {STEP_FIN, NULL, 0}};

static void test_one_stream_at_a_time_is_asked_one_by_one(void **st)
{
  /* second is refused, the first try of what comes then is too early */
  static const struct testing_step *const answer[] = {stream, refused, refused,
                                                      stream};
  struct scene sc;
  (void)st;
  scene_begin(&sc, answer, 4);
  sc.target->mode = MODE_PROBE;
  run(&sc, EX(EX_PLAIN) | EX(EX_SECOND) | EX(EX_BROWSER) | EX(EX_CODED),
      script_set_of(SCRIPT_STORM));
  assert_int_equal(sc.target->busy_status, 409);
  assert_int_equal(sc.result.recordings, 3); /* no coded, no storm */
  assert_int_equal(sc.result.recording[1]->head.status, 409);
  assert_string_equal(sc.result.recording[2]->name, "browser");
  assert_int_equal(sc.result.recording[2]->head.status, 200);
  assert_true(sc.result.recording[2]->started_real_ns >
              sc.result.recording[0]->started_real_ns +
                  (uint64_t)sc.result.recording[0]->end_ns);
  assert_non_null(strstr(buf_text(&sc.result.assumptions), "one stream at a"));
  scene_end(&sc);
}

static void test_a_target_that_is_gone_is_told_and_left_alone(void **st)
{
  static const struct testing_step gone[] = {{STEP_RST, NULL, 0}};
  static const struct testing_step *const answer[] = {stream, gone};
  struct scene sc;
  (void)st;
  scene_begin(&sc, answer, 2);
  sc.target->mode = MODE_FULL;
  run(&sc, EX(EX_PLAIN), script_set_of(SCRIPT_HOSTILE_IDS));
  assert_int_equal(sc.result.recordings, 2); /* plain, control: no script */
  assert_string_equal(sc.result.recording[1]->name, "control.0");
  assert_int_equal(sc.result.recording[1]->end, REC_END_RESET);
  assert_int_equal(sc.over, sc.total);
  scene_end(&sc);
}

static void remove_folder(const char *dir)
{
  uv_loop_t loop;
  uv_fs_t req;
  uv_dirent_t d;
  uv_loop_init(&loop);
  assert_true(uv_fs_scandir(&loop, &req, dir, 0, NULL) >= 0);
  while(uv_fs_scandir_next(&req, &d) != UV_EOF) {
    char path[600];
    snprintf(path, sizeof(path), "%s/%s", dir, d.name);
    unlink(path);
  }
  uv_fs_req_cleanup(&req);
  uv_loop_close(&loop);
  rmdir(dir);
}

static void test_a_folder_gives_back_what_was_saved(void **st)
{
  static const struct testing_step *const answer[] = {stream};
  char dir[] = "/tmp/weir-probe-XXXXXX";
  struct scene sc;
  struct probe_result again;
  struct target *t;
  size_t i;
  (void)st;
  assert_non_null(mkdtemp(dir));
  scene_begin(&sc, answer, 1);
  target_add_header(sc.target, "Authorization", "Bearer hidden");
  run(&sc, EX(EX_PLAIN) | EX(EX_HEAD), script_set_of(SCRIPT_REDIRECTS));
  assert_int_equal(probe_save(dir, sc.target, &sc.result, false, &sc.e), 0);
  assert_int_equal(probe_load(dir, &t, &again, &sc.e), 0);
  assert_int_equal(again.recordings, sc.result.recordings);
  for(i = 0; i < again.recordings; i++) {
    assert_string_equal(again.recording[i]->name,
                        sc.result.recording[i]->name);
    assert_int_equal(again.recording[i]->events,
                     sc.result.recording[i]->events);
    assert_int_equal(again.recording[i]->end, sc.result.recording[i]->end);
    assert_null(strstr(buf_text(&again.recording[i]->request), "hidden"));
  }
  assert_int_equal(t->stream, STREAM_ENDLESS);
  assert_string_equal(t->endpoint.header[0].value, "Bearer ***");
  probe_result_free(&again);
  target_free(t);
  scene_end(&sc);
  remove_folder(dir);
}

static void test_folders_without_recordings_are_refused(void **st)
{
  char dir[] = "/tmp/weir-probe-XXXXXX", path[100];
  struct probe_result out;
  struct target *t;
  struct err e;
  (void)st;
  assert_non_null(mkdtemp(dir));
  assert_int_equal(probe_load("/no/such/folder", &t, &out, &e), E_NOT_FOUND);
  assert_int_equal(probe_load(dir, &t, &out, &e), E_NOT_FOUND);
  snprintf(path, sizeof(path), "%s/000-x.recording.json", dir);
  assert_int_equal(file_write(path, SLICE_LIT("{}"), &e), 0);
  assert_int_equal(probe_load(dir, &t, &out, &e), E_NOT_FOUND);
  snprintf(path, sizeof(path), "%s/target.json", dir);
  assert_int_equal(file_write(path, SLICE_LIT("[]"), &e), 0);
  assert_int_equal(probe_load(dir, &t, &out, &e), E_SYNTAX);
  assert_null(t);
  remove_folder(dir);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_run_takes_as_long_as_its_longest_exchange),
      cmocka_unit_test(test_the_target_is_found_out_where_it_says_nothing),
      cmocka_unit_test(test_redirects_are_walked_hop_by_hop),
      cmocka_unit_test(test_a_redirect_loop_ends_after_twenty_hops),
      cmocka_unit_test(test_a_run_that_takes_too_long_is_given_up),
      cmocka_unit_test(test_a_crowd_without_answers_is_given_up),
      cmocka_unit_test(test_head_then_get_shares_a_connection),
      cmocka_unit_test(test_a_run_can_be_stopped_and_keeps_what_it_has),
      cmocka_unit_test(test_a_dead_target_gives_recordings_that_say_so),
      cmocka_unit_test(test_nonsense_urls_are_an_error_with_a_sentence),
      cmocka_unit_test(test_one_stream_at_a_time_is_asked_one_by_one),
      cmocka_unit_test(test_a_target_that_is_gone_is_told_and_left_alone),
      cmocka_unit_test(test_a_folder_gives_back_what_was_saved),
      cmocka_unit_test(test_folders_without_recordings_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
