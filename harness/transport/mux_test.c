/* SPDX-License-Identifier: MIT
 * HTTP/2 of our own against nghttp2's server on the same loop: places on
 * connections, heads, bodies, every kind of end. */
#include "transport/mux_testing.h"

#include <string.h>

#include "transport/mux.h"

static void test_stream_is_heard_from_head_to_end(void **state)
{
  struct scene sc;
  struct asker *a;
  (void)state;
  scene_begin(&sc, 0);
  a = scene_ask(&sc, "/ok", NULL);
  scene_until_over(&sc, 1);
  assert_int_equal(a->connects, 1);
  assert_int_equal(a->heads, 1); /* 103 is none */
  assert_int_equal(a->status, 200);
  assert_string_equal(a->type, "text/event-stream");
  assert_string_equal(buf_text(&a->body), "data: 1\n\n");
  assert_int_equal(a->end, END_CLEAN);
  assert_string_equal(sc.last.method, "GET");
  assert_string_equal(sc.last.authority, sc.origin + strlen("http://"));
  assert_string_equal(sc.last.accept, "text/event-stream");
  scene_finish(&sc);
}

static void test_body_is_sent(void **state)
{
  struct scene sc;
  struct asker *a;
  (void)state;
  scene_begin(&sc, 0);
  a = scene_ask(&sc, "/ok", "what is sent");
  scene_until_over(&sc, 1);
  assert_string_equal(sc.last.method, "POST");
  assert_string_equal(buf_text(&a->body), "what is sent");
  scene_finish(&sc);
}

static void test_each_end_has_its_kind(void **state)
{
  static const struct {
    const char *path;
    enum end_kind kind;
    const char *word; /* in the sentence */
  } rows[] = {{"/reset", END_HTTP2, "INTERNAL_ERROR"},
              {"/refuse", END_HTTP2, "REFUSED_STREAM"},
              {"/early", END_TRUNCATED, "before the end"},
              {"/cut", END_TRUNCATED, "before the end"}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct scene sc;
    struct asker *a;
    scene_begin(&sc, 0);
    a = scene_ask(&sc, rows[i].path, NULL);
    scene_until_over(&sc, 1);
    assert_int_equal(a->end, rows[i].kind);
    assert_non_null(strstr(a->sentence, rows[i].word));
    scene_finish(&sc);
  }
}

/* 250 at once, where a connection takes 100, and where the server says 40. */
static void test_streams_share_connections_as_the_server_says(void **state)
{
  static const struct {
    uint32_t most;
    unsigned connections;
  } rows[] = {{0, 3}, {40, 7}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct scene sc;
    unsigned k, heads = 0;
    scene_begin(&sc, rows[i].most);
    for(k = 0; k < 250; k++)
      scene_ask(&sc, "/hold", NULL);
    while(heads < 250) {
      uv_run(&sc.loop, UV_RUN_ONCE);
      for(heads = k = 0; k < 250; k++)
        heads += sc.asker[k].body.n > 0;
    }
    assert_int_equal(sc.peers, rows[i].connections);
    assert_int_equal(transport_sockets(sc.t), rows[i].connections);
    assert_int_equal(sc.over, 0);
    scene_finish(&sc);
  }
}

static void test_goaway_lets_streams_live_and_new_ones_go_elsewhere(void **st)
{
  struct scene sc;
  struct asker *first;
  (void)st;
  scene_begin(&sc, 0);
  first = scene_ask(&sc, "/goaway", NULL);
  while(!first->body.n)
    uv_run(&sc.loop, UV_RUN_ONCE);
  scene_ask(&sc, "/ok", NULL);
  scene_until_over(&sc, 1);
  assert_int_equal(sc.peers, 2);
  assert_int_equal(first->ends, 0);
  scene_finish(&sc);
}

/* RFC 9113, section 8.7: what the server says it did not process is asked
 * again; nobody hears of it. */
static void test_what_a_leaving_server_left_is_asked_elsewhere(void **state)
{
  struct scene sc;
  unsigned k;
  (void)state;
  scene_begin(&sc, 0);
  for(k = 0; k < 10; k++)
    scene_ask(&sc, "/away", "what is sent");
  scene_until_over(&sc, 10);
  for(k = 0; k < 10; k++) {
    assert_int_equal(sc.asker[k].end, END_CLEAN);
    assert_int_equal(sc.asker[k].connects, 1);
    assert_int_equal(sc.asker[k].heads, 1);
    assert_string_equal(buf_text(&sc.asker[k].body), "what is sent");
  }
  assert_int_equal(sc.peers, 2);
  scene_finish(&sc);
}

/* However many it leaves to the next connection. */
static void test_server_of_one_request_a_connection_serves_all(void **state)
{
  struct scene sc;
  unsigned k;
  (void)state;
  scene_begin(&sc, 0);
  for(k = 0; k < MUX_RETRIES + 2; k++)
    scene_ask(&sc, "/one", NULL);
  scene_until_over(&sc, MUX_RETRIES + 2);
  for(k = 0; k < MUX_RETRIES + 2; k++)
    assert_int_equal(sc.asker[k].end, END_CLEAN);
  assert_int_equal(sc.peers, MUX_RETRIES + 2);
  scene_finish(&sc);
}

static void test_server_that_leaves_each_time_is_not_asked_for_ever(void **st)
{
  struct scene sc;
  struct asker *a;
  (void)st;
  scene_begin(&sc, 0);
  a = scene_ask(&sc, "/never", NULL);
  scene_until_over(&sc, 1);
  assert_int_equal(a->end, END_HTTP2);
  assert_non_null(strstr(a->sentence, "REFUSED_STREAM"));
  assert_int_equal(sc.peers, 1 + MUX_RETRIES);
  scene_finish(&sc);
}

/* As browsers do: that it is gone was on its way when it was asked. */
static void test_connection_that_ended_idle_is_nobodys_loss(void **state)
{
  struct scene sc;
  (void)state;
  scene_begin(&sc, 0);
  scene_ask(&sc, "/bye", NULL);
  scene_until_over(&sc, 1);
  assert_int_equal(transport_sockets(sc.t), 1);
  scene_ask(&sc, "/ok", NULL);
  scene_until_over(&sc, 2);
  assert_int_equal(sc.asker[1].end, END_CLEAN);
  assert_int_equal(sc.peers, 2);
  scene_finish(&sc);
}

/* Twice the server may have done what a body asks for. */
static void test_what_has_a_body_is_asked_once(void **state)
{
  struct scene sc;
  (void)state;
  scene_begin(&sc, 0);
  scene_ask(&sc, "/bye", NULL);
  scene_until_over(&sc, 1);
  scene_ask(&sc, "/ok", "what is sent");
  scene_until_over(&sc, 2);
  assert_int_equal(sc.asker[1].end, END_NO_RESPONSE);
  scene_finish(&sc);
}

/* A connection has numbers for 2^30 streams. */
static void test_connection_out_of_numbers_is_left(void **state)
{
  struct scene sc;
  (void)state;
  scene_begin(&sc, 0);
  scene_ask(&sc, "/hold", NULL);
  while(!sc.asker[0].body.n)
    uv_run(&sc.loop, UV_RUN_ONCE);
  nghttp2_session_set_next_stream_id(sc.t->mux_first->session, INT32_MAX);
  scene_ask(&sc, "/ok", NULL);
  scene_ask(&sc, "/ok", NULL);
  scene_until_over(&sc, 2);
  assert_int_equal(sc.asker[1].end, END_CLEAN);
  assert_int_equal(sc.asker[2].end, END_CLEAN);
  assert_int_equal(sc.asker[0].ends, 0);
  assert_int_equal(sc.peers, 2);
  scene_finish(&sc);
}

static void test_end_of_a_connection_ends_all_on_it(void **state)
{
  struct scene sc;
  unsigned k;
  (void)state;
  scene_begin(&sc, 0);
  for(k = 0; k < 10; k++)
    scene_ask(&sc, "/hold", NULL);
  while(!sc.asker[9].body.n)
    uv_run(&sc.loop, UV_RUN_ONCE);
  peer_hang_up(&sc.peer[0]);
  scene_until_over(&sc, 10);
  for(k = 0; k < 10; k++)
    assert_int_equal(sc.asker[k].end, END_TRUNCATED);
  assert_int_equal(transport_sockets(sc.t), 0);
  scene_finish(&sc);
}

static void test_what_is_no_http_2_is_told(void **state)
{
  struct scene sc;
  struct asker *a;
  (void)state;
  scene_begin(&sc, 0);
  sc.raw = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
  a = scene_ask(&sc, "/ok", NULL);
  scene_until_over(&sc, 1);
  assert_int_equal(a->end, END_HTTP2);
  scene_finish(&sc);
}

static void test_refusing_to_listen_and_cancelling_reset_one_stream(void **st)
{
  struct scene sc;
  struct asker *stopped, *cancelled, *other;
  (void)st;
  scene_begin(&sc, 0);
  stopped = scene_ask(&sc, "/hold", NULL);
  stopped->stop = true;
  cancelled = scene_ask(&sc, "/hold", NULL);
  other = scene_ask(&sc, "/hold", NULL);
  scene_until_over(&sc, 1);
  assert_int_equal(stopped->end, END_ABORTED);
  while(!other->body.n || !cancelled->body.n)
    uv_run(&sc.loop, UV_RUN_ONCE);
  exchange_cancel(cancelled->x, true);
  cancelled->x = NULL;
  scene_ask(&sc, "/ok", NULL);
  scene_until_over(&sc, 2);
  assert_int_equal(cancelled->ends + other->ends, 0);
  assert_int_equal(sc.peers, 1);
  scene_finish(&sc);
}

static void test_refused_connection_is_told_after_start(void **state)
{
  struct scene sc;
  struct asker *a;
  (void)state;
  scene_begin(&sc, 0);
  uv_close((uv_handle_t *)&sc.listener, NULL);
  uv_run(&sc.loop, UV_RUN_NOWAIT);
  a = scene_ask(&sc, "/ok", NULL);
  scene_until_over(&sc, 1);
  assert_int_equal(a->end, END_REFUSED);
  assert_int_equal(transport_sockets(sc.t), 0);
  uv_tcp_init(&sc.loop, &sc.listener);
  scene_finish(&sc);
}

/* The kernel starts stamping a moment after it was first asked to. */
static void test_arrival_is_the_kernels(void **state)
{
  bool kernel = false;
  int tries;
  (void)state;
  for(tries = 0; tries < 1000 && !kernel; tries++) {
    struct scene sc;
    scene_begin(&sc, 0);
    scene_ask(&sc, "/ok", NULL);
    scene_until_over(&sc, 1);
    kernel = sc.asker[0].kernel;
    scene_finish(&sc);
  }
  assert_true(kernel);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_stream_is_heard_from_head_to_end),
      cmocka_unit_test(test_body_is_sent),
      cmocka_unit_test(test_each_end_has_its_kind),
      cmocka_unit_test(test_streams_share_connections_as_the_server_says),
      cmocka_unit_test(
          test_goaway_lets_streams_live_and_new_ones_go_elsewhere),
      cmocka_unit_test(test_what_a_leaving_server_left_is_asked_elsewhere),
      cmocka_unit_test(test_server_of_one_request_a_connection_serves_all),
      cmocka_unit_test(
          test_server_that_leaves_each_time_is_not_asked_for_ever),
      cmocka_unit_test(test_connection_that_ended_idle_is_nobodys_loss),
      cmocka_unit_test(test_what_has_a_body_is_asked_once),
      cmocka_unit_test(test_connection_out_of_numbers_is_left),
      cmocka_unit_test(test_end_of_a_connection_ends_all_on_it),
      cmocka_unit_test(test_what_is_no_http_2_is_told),
      cmocka_unit_test(
          test_refusing_to_listen_and_cancelling_reset_one_stream),
      cmocka_unit_test(test_refused_connection_is_told_after_start),
      cmocka_unit_test(test_arrival_is_the_kernels),
  };
  struct err e;
  if(transport_global_init(&e))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
