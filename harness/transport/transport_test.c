/* SPDX-License-Identifier: MIT
 * Both carriers against a scripted server on the same loop: heads, bodies in
 * any chunking, every kind of end, cancelling, budgets, receive times. */
#include "transport/transport_testing.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static enum carrier carrier_of(void **state)
{
  return *(enum carrier *)*state;
}

#define HEAD                                                                  \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                    \
  "Transfer-Encoding: chunked\r\n\r\n"

static void test_chunked_stream_ends_clean(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state),
              "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" HEAD
              "5\r\ndata:\r\n3;x=1\r\n a\n\r\n0\r\nT: v\r\n\r\n",
              THEN_HOLD);
  uv_run(&sc.loop, UV_RUN_DEFAULT);
  assert_int_equal(sc.connects, 1);
  assert_int_equal(sc.heads, 1);
  assert_int_equal(sc.status, 200);
  assert_string_equal(sc.type, "text/event-stream");
  assert_string_equal(buf_text(&sc.body), "data: a\n");
  assert_int_equal(sc.end, END_CLEAN);
  assert_true(
      slice_starts(buf_slice(&sc.server.request), "GET /a?b=c HTTP/1.1\r\n"));
  assert_true(slice_find(buf_slice(&sc.server.request),
                         "Accept: text/event-stream\r\n") > 0);
  scene_end(&sc);
}

static void test_missing_last_chunk_is_truncated(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state), HEAD "5\r\ndata:\r\n", THEN_CLOSE);
  uv_run(&sc.loop, UV_RUN_DEFAULT);
  assert_int_equal(sc.end, END_TRUNCATED);
  assert_true(sc.head_seen);
  scene_end(&sc);
}

static void test_reset_is_told_from_truncation(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state), HEAD "5\r\ndata:\r\n", THEN_RESET);
  uv_run(&sc.loop, UV_RUN_DEFAULT);
  assert_int_equal(sc.end, END_RESET);
  scene_end(&sc);
}

static void test_close_delimited_body_ends_clean(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state),
              "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nhi",
              THEN_CLOSE);
  uv_run(&sc.loop, UV_RUN_DEFAULT);
  assert_string_equal(buf_text(&sc.body), "hi");
  assert_int_equal(sc.end, END_CLEAN);
  scene_end(&sc);
}

static void test_close_before_any_response(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state), "", THEN_CLOSE);
  uv_run(&sc.loop, UV_RUN_DEFAULT);
  assert_int_equal(sc.end, END_NO_RESPONSE);
  assert_false(sc.head_seen);
  scene_end(&sc);
}

static void test_nonsense_is_a_protocol_error(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state), "SSH-2.0-OpenSSH\r\n\r\n", THEN_HOLD);
  uv_run(&sc.loop, UV_RUN_DEFAULT);
  assert_int_equal(sc.end, END_PROTOCOL);
  scene_end(&sc);
}

static void test_silent_server_meets_the_head_timeout(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state), "", THEN_HOLD);
  uv_run(&sc.loop, UV_RUN_DEFAULT);
  assert_int_equal(sc.end, END_HEAD_TIMEOUT);
  scene_end(&sc);
}

static void test_refused_connection_is_told_after_start(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state), "", THEN_HOLD);
  exchange_cancel(sc.x, false);
  sc.x = NULL;
  scene_end(&sc); /* frees the port: the next connection is refused */
  {
    struct transport_config config;
    struct request r;
    struct err e;
    char url[64];
    uint16_t port = sc.port;
    memset(&sc, 0, sizeof(sc));
    memset(&config, 0, sizeof(config));
    memset(&r, 0, sizeof(r));
    uv_loop_init(&sc.loop);
    config.loop = &sc.loop;
    config.carrier = carrier_of(state);
    sc.t = transport_new(&config, &e);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
    transport_prepare(sc.t, url, &e);
    r.method = "GET";
    r.url = url;
    r.connect_timeout_ns = NS_PER_SEC;
    sc.x = exchange_start(sc.t, &r, &scene_handler, &sc, &e);
    assert_non_null(sc.x);
    assert_int_equal(sc.ends, 0);
    uv_run(&sc.loop, UV_RUN_DEFAULT);
    assert_int_equal(sc.end, END_REFUSED);
    transport_close(sc.t);
    uv_run(&sc.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&sc.loop), 0);
  }
}

static void test_refused_head_aborts(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state), HEAD "5\r\ndata:\r\n", THEN_HOLD);
  sc.refuse_head = true;
  uv_run(&sc.loop, UV_RUN_DEFAULT);
  assert_int_equal(sc.end, END_ABORTED);
  assert_int_equal(sc.body.n, 0);
  scene_end(&sc);
}

/* The kernel starts stamping a moment after it was first asked to. */
static void test_arrival_is_the_kernels(void **state)
{
  struct scene sc;
  bool kernel = false;
  int tries;
  for(tries = 0; tries < 1000 && !kernel; tries++) {
    uint64_t before = clock_real_ns();
    scene_start(&sc, carrier_of(state), HEAD "5\r\ndata:\r\n", THEN_HOLD);
    sc.stop_body = true;
    uv_run(&sc.loop, UV_RUN_DEFAULT);
    kernel = sc.kernel;
    assert_true(sc.when_ns >= before && sc.when_ns <= clock_real_ns());
    scene_end(&sc);
  }
  assert_true(kernel);
}

static void test_cancel_closes_without_a_word(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state), HEAD "5\r\ndata:\r\n", THEN_HOLD);
  sc.stop_body = true;
  uv_run(&sc.loop, UV_RUN_DEFAULT);
  exchange_cancel(sc.x, true);
  sc.x = NULL;
  while(!sc.server.peer_saw_end)
    uv_run(&sc.loop, UV_RUN_ONCE);
  assert_int_equal(sc.ends, 0);
  assert_int_equal(transport_sockets(sc.t), 0);
  assert_int_equal(transport_sockets_peak(sc.t), 1);
  scene_end(&sc);
}

static void test_budget_holds_reading_until_given_more(void **state)
{
  struct scene sc;
  scene_start(&sc, carrier_of(state), HEAD "5\r\ndata:\r\n", THEN_CLOSE);
  exchange_budget(sc.x, 0);
  while(sc.server.peer_open) /* the answer is on its way, and the end too */
    uv_run(&sc.loop, UV_RUN_ONCE);
  assert_int_equal(sc.body.n, 0);
  assert_int_equal(sc.ends, 0);
  exchange_budget(sc.x, UINT64_MAX);
  uv_run(&sc.loop, UV_RUN_DEFAULT);
  assert_string_equal(buf_text(&sc.body), "data:");
  assert_int_equal(sc.end, END_TRUNCATED);
  scene_end(&sc);
}

#define BOTH(test)                                                            \
  cmocka_unit_test_prestate(test, &lean),                                     \
      cmocka_unit_test_prestate(test, &curl)

int main(void)
{
  static enum carrier lean = CARRIER_LEAN, curl = CARRIER_CURL;
  const struct CMUnitTest tests[] = {
      BOTH(test_chunked_stream_ends_clean),
      BOTH(test_missing_last_chunk_is_truncated),
      BOTH(test_reset_is_told_from_truncation),
      BOTH(test_close_delimited_body_ends_clean),
      BOTH(test_close_before_any_response),
      BOTH(test_nonsense_is_a_protocol_error),
      BOTH(test_silent_server_meets_the_head_timeout),
      BOTH(test_refused_connection_is_told_after_start),
      BOTH(test_refused_head_aborts),
      BOTH(test_arrival_is_the_kernels),
      BOTH(test_cancel_closes_without_a_word),
      BOTH(test_budget_holds_reading_until_given_more),
  };
  struct err e;
  if(transport_global_init(&e))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
