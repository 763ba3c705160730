/* SPDX-License-Identifier: MIT
 * Both carriers against a scripted server on the same loop: heads, bodies in
 * any chunking, every kind of end, cancelling, budgets, receive times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "transport/address.h"
#include "transport/transport.h"
#include "transport/url.h"

enum after { THEN_CLOSE, THEN_RESET, THEN_HOLD };

struct server { /* answers every connection with the same bytes */
  uv_tcp_t listener;
  uv_tcp_t peer;
  const char *answer;
  enum after after;
  struct buf request;
  bool answered, peer_open, peer_saw_end;
  char in[4096];
};

struct scene {
  uv_loop_t loop;
  struct server server;
  struct transport *t;
  struct exchange *x;
  enum carrier carrier;
  uint64_t timeout_ns;
  /* heard */
  int heads, ends, connects, status;
  char type[80];
  struct buf body;
  enum end_kind end;
  bool kernel, head_seen, refuse_head, stop_body;
  uint64_t when_ns;
  uint16_t port;
};

static void peer_gone(uv_handle_t *h)
{
  struct server *s = h->data;
  s->peer_open = false;
}

static void answer_sent(uv_write_t *w, int status)
{
  struct server *s = w->data;
  (void)status;
  free(w);
  if(s->after == THEN_CLOSE && s->peer_open)
    uv_close((uv_handle_t *)&s->peer, peer_gone);
  else if(s->after == THEN_RESET && s->peer_open)
    uv_tcp_close_reset(&s->peer, peer_gone);
}

static void hand_buffer(uv_handle_t *h, size_t n, uv_buf_t *out)
{
  struct server *s = h->data;
  (void)n;
  *out = uv_buf_init(s->in, sizeof(s->in));
}

static void got_request(uv_stream_t *st, ssize_t n, const uv_buf_t *b)
{
  struct server *s = st->data;
  uv_write_t *w;
  uv_buf_t out;
  if(n < 0) {
    s->peer_saw_end = true;
    uv_close((uv_handle_t *)st, peer_gone);
    return;
  }
  buf_add(&s->request, b->base, (size_t)n);
  if(s->answered || slice_find(buf_slice(&s->request), "\r\n\r\n") < 0)
    return;
  s->answered = true;
  w = malloc(sizeof(*w));
  w->data = s;
  out = uv_buf_init((char *)(uintptr_t)s->answer, (unsigned)strlen(s->answer));
  uv_write(w, st, &out, 1, answer_sent);
}

static void got_peer(uv_stream_t *listener, int status)
{
  struct server *s = listener->data;
  assert_int_equal(status, 0);
  uv_tcp_init(listener->loop, &s->peer);
  s->peer.data = s;
  s->peer_open = true;
  uv_accept(listener, (uv_stream_t *)&s->peer);
  uv_read_start((uv_stream_t *)&s->peer, hand_buffer, got_request);
}

static void listen_any(struct scene *sc)
{
  struct sockaddr_in a;
  int n = sizeof(a);
  uv_ip4_addr("127.0.0.1", 0, &a);
  uv_tcp_init(&sc->loop, &sc->server.listener);
  sc->server.listener.data = &sc->server;
  assert_int_equal(uv_tcp_bind(&sc->server.listener, (struct sockaddr *)&a, 0),
                   0);
  assert_int_equal(uv_listen((uv_stream_t *)&sc->server.listener, 8, got_peer),
                   0);
  uv_tcp_getsockname(&sc->server.listener, (struct sockaddr *)&a, &n);
  sc->port = ntohs(a.sin_port);
}

static void heard_connect(void *ctx)
{
  ((struct scene *)ctx)->connects++;
}

static bool heard_head(const struct response_head *head, void *ctx)
{
  struct scene *sc = ctx;
  sc->heads++;
  sc->status = head->status;
  snprintf(sc->type, sizeof(sc->type), "%.*s", (int)head->content_type.n,
           head->content_type.n ? head->content_type.p : "");
  return !sc->refuse_head;
}

static bool heard_data(struct slice bytes, const struct arrival *when,
                       void *ctx)
{
  struct scene *sc = ctx;
  buf_add(&sc->body, bytes.p, bytes.n);
  sc->kernel = when->kernel;
  sc->when_ns = when->real_ns;
  if(sc->stop_body)
    uv_stop(&sc->loop);
  return true;
}

static void heard_end(const struct exchange_end *end, void *ctx)
{
  struct scene *sc = ctx;
  sc->ends++;
  sc->end = end->kind;
  sc->head_seen = end->head_seen;
  assert_non_null(end->sentence);
  sc->x = NULL;
  uv_stop(&sc->loop);
}

static const struct exchange_handler handler = {heard_connect, heard_head,
                                                heard_data, heard_end};

static void scene_start(struct scene *sc, enum carrier carrier,
                        const char *answer, enum after after)
{
  struct transport_config config;
  static const struct header accept[] = {{"Accept", "text/event-stream"}};
  struct request r;
  struct err e;
  char url[64];
  memset(sc, 0, sizeof(*sc));
  memset(&config, 0, sizeof(config));
  memset(&r, 0, sizeof(r));
  uv_loop_init(&sc->loop);
  sc->server.answer = answer;
  sc->server.after = after;
  listen_any(sc);
  config.loop = &sc->loop;
  config.carrier = sc->carrier = carrier;
  sc->t = transport_new(&config, &e);
  assert_non_null(sc->t);
  snprintf(url, sizeof(url), "http://127.0.0.1:%u/a?b=c", sc->port);
  assert_int_equal(transport_prepare(sc->t, url, &e), 0);
  r.method = "GET";
  r.url = url;
  r.header = accept;
  r.header_count = 1;
  r.http = REQUEST_HTTP_1_1;
  r.connect_timeout_ns = 5 * NS_PER_SEC;
  r.head_timeout_ns = 300 * NS_PER_MS;
  sc->x = exchange_start(sc->t, &r, &handler, sc, &e);
  assert_non_null(sc->x);
}

static void scene_end(struct scene *sc)
{
  if(sc->x)
    exchange_cancel(sc->x, false);
  transport_close(sc->t);
  uv_close((uv_handle_t *)&sc->server.listener, NULL);
  if(sc->server.peer_open && !uv_is_closing((uv_handle_t *)&sc->server.peer))
    uv_close((uv_handle_t *)&sc->server.peer, peer_gone);
  uv_run(&sc->loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&sc->loop), 0);
  buf_free(&sc->body);
  buf_free(&sc->server.request);
}

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
    sc.x = exchange_start(sc.t, &r, &handler, &sc, &e);
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

static void test_urls_are_split_and_joined(void **state)
{
  struct url_parts u;
  struct err e;
  char *s;
  (void)state;
  assert_int_equal(url_split("http://a.example/x?y", &u, &e), 0);
  assert_string_equal(u.origin, "http://a.example");
  assert_int_equal(u.port, 80);
  assert_int_equal(url_split("https://u:p@[::1]:8443", &u, &e), 0);
  assert_string_equal(u.host, "::1");
  assert_int_equal(u.port, 8443);
  assert_true(u.has_user && url_is_loopback(&u));
  assert_int_equal(url_split("ftp://a/", &u, &e), E_SYNTAX);
  assert_int_equal(url_split("/etc/passwd", &u, &e), E_SYNTAX);
  s = url_join("http://a/b/c?d", "../e");
  assert_string_equal(s, "http://a/e");
  free(s);
  assert_null(url_join("http://a/", "file:///etc/passwd"));
}

static void test_loopback_addresses_spread_only_when_needed(void **state)
{
  char ip[16];
  (void)state;
  address_loopback(5, 10000, ip);
  assert_string_equal(ip, "");
  assert_int_equal(address_count(100000), 10);
  address_loopback(0, 100000, ip);
  assert_string_equal(ip, "127.1.0.1");
  address_loopback(9, 100000, ip);
  assert_string_equal(ip, "127.1.0.10");
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
      cmocka_unit_test(test_urls_are_split_and_joined),
      cmocka_unit_test(test_loopback_addresses_spread_only_when_needed),
  };
  struct err e;
  if(transport_global_init(&e))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
