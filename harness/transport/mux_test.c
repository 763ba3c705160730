/* SPDX-License-Identifier: MIT
 * HTTP/2 of our own against nghttp2's server on the same loop: places on
 * connections, heads, bodies, every kind of end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <nghttp2/nghttp2.h>

#include "base/buf.h"
#include "base/clock.h"
#include "transport/mux.h"
#include "transport/transport.h"

#define PEERS  8
#define ASKERS 300

/* --- The server: what it does stands in the path. --------------------------
 */

struct scene;

struct peer { /* one connection */
  uv_tcp_t tcp;
  struct scene *sc;
  nghttp2_session *session;
  unsigned requests;
  bool gone;
  char in[4096];
};

struct asked { /* one request */
  char path[32], method[8], authority[32], accept[32];
  char body[64];
  size_t body_n, told;
};

struct asker { /* one exchange */
  struct scene *sc;
  struct exchange *x;
  int connects, heads, ends, status;
  char type[32], sentence[200];
  struct buf body;
  enum end_kind end;
  bool kernel, stop;
};

struct scene {
  uv_loop_t loop;
  uv_tcp_t listener;
  struct transport *t;
  struct peer peer[PEERS];
  unsigned peers;
  uint32_t most;   /* streams that the server takes; 0: says nothing of it */
  const char *raw; /* sent in place of HTTP/2 */
  struct asker asker[ASKERS];
  unsigned askers, over;
  struct asked asked[ASKERS]; /* as the server saw them */
  unsigned requests;
  struct asked last; /* that was answered */
  char origin[40];
};

static void written(uv_write_t *w, int status)
{
  (void)status;
  free(w);
}

static void send_bytes(struct peer *p, const void *bytes, size_t n)
{
  uv_write_t *w = malloc(sizeof(*w) + n);
  uv_buf_t b;
  assert_non_null(w);
  memcpy(w + 1, bytes, n);
  b = uv_buf_init((char *)(w + 1), (unsigned)n);
  uv_write(w, (uv_stream_t *)&p->tcp, &b, 1, written);
}

static void flush(struct peer *p)
{
  const uint8_t *bytes;
  ssize_t n = nghttp2_session_mem_send(p->session, &bytes);
  for(; n > 0 && !p->gone; n = nghttp2_session_mem_send(p->session, &bytes))
    send_bytes(p, bytes, (size_t)n);
}

static void hang_up(struct peer *p)
{
  if(!p->gone)
    uv_close((uv_handle_t *)&p->tcp, NULL);
  p->gone = true;
}

static bool ends(const struct asked *a)
{
  return strcmp(a->path, "/ok") == 0 || strcmp(a->path, "/away") == 0 ||
         strcmp(a->path, "/bye") == 0 || strcmp(a->path, "/one") == 0;
}

static ssize_t give(nghttp2_session *session, int32_t id, uint8_t *out,
                    size_t room, uint32_t *flags, nghttp2_data_source *source,
                    void *ctx)
{
  struct asked *a = nghttp2_session_get_stream_user_data(session, id);
  const char *text = a->body_n ? a->body : "data: 1\n\n";
  size_t n = strlen(text);
  (void)source;
  (void)ctx;
  assert_true(n <= room);
  if(a->told && !ends(a))
    return NGHTTP2_ERR_DEFERRED;
  if(ends(a))
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  a->told = n;
  memcpy(out, text, n);
  return (ssize_t)n;
}

#define NV(n, v)                                                              \
  {                                                                           \
    (uint8_t *)(uintptr_t)(n), (uint8_t *)(uintptr_t)(v), sizeof(n) - 1,      \
        sizeof(v) - 1, NGHTTP2_NV_FLAG_NONE                                   \
  }

/* The first connection that is asked, or each, leaves without an answer. */
static bool leaves(const struct peer *p, const struct asked *a)
{
  return strcmp(a->path, "/never") == 0 ||
         (strcmp(a->path, "/away") == 0 && p == p->sc->peer);
}

static void answer(struct peer *p, int32_t id, const struct asked *a)
{
  static const nghttp2_nv early[] = {NV(":status", "103"), NV("link", "x")};
  static const nghttp2_nv head[] = {NV(":status", "200"),
                                    NV("content-type", "text/event-stream")};
  const nghttp2_data_provider body = {.read_callback = give};
  if(strcmp(a->path, "/refuse") == 0) {
    nghttp2_submit_rst_stream(p->session, 0, id, NGHTTP2_REFUSED_STREAM);
    return;
  }
  if(strcmp(a->path, "/one") == 0 && p->requests > 1)
    return;
  if(leaves(p, a)) {
    nghttp2_submit_goaway(p->session, 0, 0, NGHTTP2_NO_ERROR, NULL, 0);
    return;
  }
  nghttp2_submit_headers(p->session, 0, id, NULL, early, 2, NULL);
  nghttp2_submit_response(p->session, id, head, 2, &body);
  flush(p);
  if(strcmp(a->path, "/reset") == 0)
    nghttp2_submit_rst_stream(p->session, 0, id, NGHTTP2_INTERNAL_ERROR);
  if(strcmp(a->path, "/early") == 0)
    nghttp2_submit_rst_stream(p->session, 0, id, NGHTTP2_NO_ERROR);
  if(strcmp(a->path, "/goaway") == 0 || strcmp(a->path, "/one") == 0)
    nghttp2_submit_goaway(p->session, 0, id, NGHTTP2_NO_ERROR, NULL, 0);
}

static void copy(char *to, size_t room, const uint8_t *text, size_t n)
{
  snprintf(to, room, "%.*s", (int)n, (const char *)text);
}

static int asked_header(nghttp2_session *session, const nghttp2_frame *frame,
                        const uint8_t *name, size_t name_n,
                        const uint8_t *value, size_t value_n, uint8_t flags,
                        void *ctx)
{
  struct asked *a =
      nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
  struct peer *p = ctx;
  char key[32];
  (void)flags;
  if(!a) {
    assert_true(p->sc->requests < ASKERS);
    a = &p->sc->asked[p->sc->requests++];
    nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, a);
  }
  copy(key, sizeof(key), name, name_n);
  if(strcmp(key, ":path") == 0)
    copy(a->path, sizeof(a->path), value, value_n);
  else if(strcmp(key, ":method") == 0)
    copy(a->method, sizeof(a->method), value, value_n);
  else if(strcmp(key, ":authority") == 0)
    copy(a->authority, sizeof(a->authority), value, value_n);
  else if(strcmp(key, "accept") == 0)
    copy(a->accept, sizeof(a->accept), value, value_n);
  return 0;
}

static int asked_data(nghttp2_session *session, uint8_t flags, int32_t id,
                      const uint8_t *bytes, size_t n, void *ctx)
{
  struct asked *a = nghttp2_session_get_stream_user_data(session, id);
  (void)flags;
  (void)ctx;
  assert_true(a->body_n + n < sizeof(a->body));
  memcpy(a->body + a->body_n, bytes, n);
  a->body_n += n;
  return 0;
}

static int asked_frame(nghttp2_session *session, const nghttp2_frame *frame,
                       void *ctx)
{
  struct peer *p = ctx;
  struct asked *a =
      nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
  if(!a || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM))
    return 0;
  p->requests++;
  p->sc->last = *a;
  answer(p, frame->hd.stream_id, a);
  return 0;
}

static void hand_buffer(uv_handle_t *h, size_t n, uv_buf_t *out)
{
  struct peer *p = h->data;
  (void)n;
  *out = uv_buf_init(p->in, sizeof(p->in));
}

static void got_bytes(uv_stream_t *st, ssize_t n, const uv_buf_t *b)
{
  struct peer *p = st->data;
  if(n < 0 || p->gone) {
    hang_up(p);
    return;
  }
  assert_int_equal(
      nghttp2_session_mem_recv(p->session, (uint8_t *)b->base, (size_t)n), n);
  flush(p);
  if(p->requests && (strcmp(p->sc->last.path, "/cut") == 0 ||
                     strcmp(p->sc->last.path, "/bye") == 0))
    hang_up(p);
}

static void speak(struct peer *p)
{
  const nghttp2_settings_entry most = {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
                                       p->sc->most};
  nghttp2_session_callbacks *cb;
  nghttp2_session_callbacks_new(&cb);
  nghttp2_session_callbacks_set_on_header_callback(cb, asked_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, asked_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(cb, asked_frame);
  nghttp2_session_server_new(&p->session, cb, p);
  nghttp2_session_callbacks_del(cb);
  nghttp2_submit_settings(p->session, 0, &most, p->sc->most ? 1 : 0);
  if(p->sc->raw)
    send_bytes(p, p->sc->raw, strlen(p->sc->raw));
  else
    flush(p);
}

static void got_peer(uv_stream_t *listener, int status)
{
  struct scene *sc = listener->data;
  struct peer *p = &sc->peer[sc->peers++];
  assert_int_equal(status, 0);
  assert_true(sc->peers <= PEERS);
  p->sc = sc;
  uv_tcp_init(listener->loop, &p->tcp);
  p->tcp.data = p;
  uv_accept(listener, (uv_stream_t *)&p->tcp);
  uv_read_start((uv_stream_t *)&p->tcp, hand_buffer, got_bytes);
  speak(p);
}

/* --- Who asks --------------------------------------------------------------
 */

static void heard_connect(void *ctx)
{
  ((struct asker *)ctx)->connects++;
}

static bool heard_head(const struct response_head *head, void *ctx)
{
  struct asker *a = ctx;
  a->heads++;
  a->status = head->status;
  assert_int_equal(head->http_major, 2);
  snprintf(a->type, sizeof(a->type), "%.*s", (int)head->content_type.n,
           head->content_type.n ? head->content_type.p : "");
  return true;
}

static bool heard_data(struct slice bytes, const struct arrival *when,
                       void *ctx)
{
  struct asker *a = ctx;
  buf_add(&a->body, bytes.p, bytes.n);
  a->kernel = when->kernel;
  return !a->stop;
}

static void heard_end(const struct exchange_end *end, void *ctx)
{
  struct asker *a = ctx;
  a->ends++;
  a->end = end->kind;
  a->x = NULL;
  a->sc->over++;
  snprintf(a->sentence, sizeof(a->sentence), "%s", end->sentence);
}

static const struct exchange_handler handler = {heard_connect, heard_head,
                                                heard_data, heard_end, NULL};

static void begin(struct scene *sc, uint32_t most)
{
  struct transport_config config = {.loop = &sc->loop};
  struct sockaddr_in a;
  struct err e;
  int n = sizeof(a);
  memset(sc, 0, sizeof(*sc));
  sc->most = most;
  uv_loop_init(&sc->loop);
  uv_ip4_addr("127.0.0.1", 0, &a);
  uv_tcp_init(&sc->loop, &sc->listener);
  sc->listener.data = sc;
  uv_tcp_bind(&sc->listener, (struct sockaddr *)&a, 0);
  assert_int_equal(uv_listen((uv_stream_t *)&sc->listener, 8, got_peer), 0);
  uv_tcp_getsockname(&sc->listener, (struct sockaddr *)&a, &n);
  snprintf(sc->origin, sizeof(sc->origin), "http://127.0.0.1:%u",
           ntohs(a.sin_port));
  sc->t = transport_new(&config, &e);
  assert_non_null(sc->t);
  assert_int_equal(transport_prepare(sc->t, sc->origin, &e), 0);
}

static struct asker *ask(struct scene *sc, const char *path, const char *body)
{
  static const struct header headers[] = {{"Accept", "text/event-stream"},
                                          {"Connection", "keep-alive"}};
  struct asker *a = &sc->asker[sc->askers++];
  struct request r = {.method = body ? "POST" : "GET", .header = headers};
  struct err e;
  char url[80];
  snprintf(url, sizeof(url), "%s%s", sc->origin, path);
  r.header_count = 2;
  r.url = url;
  r.body = slice_of(body);
  r.http = REQUEST_HTTP_2;
  r.connect_timeout_ns = r.head_timeout_ns = 20 * NS_PER_SEC;
  a->sc = sc;
  a->x = exchange_start(sc->t, &r, &handler, a, &e);
  assert_non_null(a->x);
  assert_int_equal(a->connects + a->ends, 0);
  return a;
}

static void until_over(struct scene *sc, unsigned n)
{
  while(sc->over < n)
    uv_run(&sc->loop, UV_RUN_ONCE);
}

static void finish(struct scene *sc)
{
  unsigned i;
  for(i = 0; i < sc->askers; i++) {
    if(sc->asker[i].x)
      exchange_cancel(sc->asker[i].x, false);
    buf_free(&sc->asker[i].body);
  }
  transport_close(sc->t);
  uv_close((uv_handle_t *)&sc->listener, NULL);
  for(i = 0; i < sc->peers; i++)
    hang_up(&sc->peer[i]);
  uv_run(&sc->loop, UV_RUN_DEFAULT);
  for(i = 0; i < sc->peers; i++)
    nghttp2_session_del(sc->peer[i].session);
  assert_int_equal(uv_loop_close(&sc->loop), 0);
}

/* --- Tests -----------------------------------------------------------------
 */

static void test_stream_is_heard_from_head_to_end(void **state)
{
  struct scene sc;
  struct asker *a;
  (void)state;
  begin(&sc, 0);
  a = ask(&sc, "/ok", NULL);
  until_over(&sc, 1);
  assert_int_equal(a->connects, 1);
  assert_int_equal(a->heads, 1); /* 103 is none */
  assert_int_equal(a->status, 200);
  assert_string_equal(a->type, "text/event-stream");
  assert_string_equal(buf_text(&a->body), "data: 1\n\n");
  assert_int_equal(a->end, END_CLEAN);
  assert_string_equal(sc.last.method, "GET");
  assert_string_equal(sc.last.authority, sc.origin + strlen("http://"));
  assert_string_equal(sc.last.accept, "text/event-stream");
  finish(&sc);
}

static void test_body_is_sent(void **state)
{
  struct scene sc;
  struct asker *a;
  (void)state;
  begin(&sc, 0);
  a = ask(&sc, "/ok", "what is sent");
  until_over(&sc, 1);
  assert_string_equal(sc.last.method, "POST");
  assert_string_equal(buf_text(&a->body), "what is sent");
  finish(&sc);
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
    begin(&sc, 0);
    a = ask(&sc, rows[i].path, NULL);
    until_over(&sc, 1);
    assert_int_equal(a->end, rows[i].kind);
    assert_non_null(strstr(a->sentence, rows[i].word));
    finish(&sc);
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
    begin(&sc, rows[i].most);
    for(k = 0; k < 250; k++)
      ask(&sc, "/hold", NULL);
    while(heads < 250) {
      uv_run(&sc.loop, UV_RUN_ONCE);
      for(heads = k = 0; k < 250; k++)
        heads += sc.asker[k].body.n > 0;
    }
    assert_int_equal(sc.peers, rows[i].connections);
    assert_int_equal(transport_sockets(sc.t), rows[i].connections);
    assert_int_equal(sc.over, 0);
    finish(&sc);
  }
}

static void test_goaway_lets_streams_live_and_new_ones_go_elsewhere(void **st)
{
  struct scene sc;
  struct asker *first;
  (void)st;
  begin(&sc, 0);
  first = ask(&sc, "/goaway", NULL);
  while(!first->body.n)
    uv_run(&sc.loop, UV_RUN_ONCE);
  ask(&sc, "/ok", NULL);
  until_over(&sc, 1);
  assert_int_equal(sc.peers, 2);
  assert_int_equal(first->ends, 0);
  finish(&sc);
}

/* RFC 9113, section 8.7: what the server says it did not process is asked
 * again; nobody hears of it. */
static void test_what_a_leaving_server_left_is_asked_elsewhere(void **state)
{
  struct scene sc;
  unsigned k;
  (void)state;
  begin(&sc, 0);
  for(k = 0; k < 10; k++)
    ask(&sc, "/away", "what is sent");
  until_over(&sc, 10);
  for(k = 0; k < 10; k++) {
    assert_int_equal(sc.asker[k].end, END_CLEAN);
    assert_int_equal(sc.asker[k].connects, 1);
    assert_int_equal(sc.asker[k].heads, 1);
    assert_string_equal(buf_text(&sc.asker[k].body), "what is sent");
  }
  assert_int_equal(sc.peers, 2);
  finish(&sc);
}

/* However many it leaves to the next connection. */
static void test_server_of_one_request_a_connection_serves_all(void **state)
{
  struct scene sc;
  unsigned k;
  (void)state;
  begin(&sc, 0);
  for(k = 0; k < MUX_RETRIES + 2; k++)
    ask(&sc, "/one", NULL);
  until_over(&sc, MUX_RETRIES + 2);
  for(k = 0; k < MUX_RETRIES + 2; k++)
    assert_int_equal(sc.asker[k].end, END_CLEAN);
  assert_int_equal(sc.peers, MUX_RETRIES + 2);
  finish(&sc);
}

static void test_server_that_leaves_each_time_is_not_asked_for_ever(void **st)
{
  struct scene sc;
  struct asker *a;
  (void)st;
  begin(&sc, 0);
  a = ask(&sc, "/never", NULL);
  until_over(&sc, 1);
  assert_int_equal(a->end, END_HTTP2);
  assert_non_null(strstr(a->sentence, "REFUSED_STREAM"));
  assert_int_equal(sc.peers, 1 + MUX_RETRIES);
  finish(&sc);
}

/* As browsers do: that it is gone was on its way when it was asked. */
static void test_connection_that_ended_idle_is_nobodys_loss(void **state)
{
  struct scene sc;
  (void)state;
  begin(&sc, 0);
  ask(&sc, "/bye", NULL);
  until_over(&sc, 1);
  assert_int_equal(transport_sockets(sc.t), 1);
  ask(&sc, "/ok", NULL);
  until_over(&sc, 2);
  assert_int_equal(sc.asker[1].end, END_CLEAN);
  assert_int_equal(sc.peers, 2);
  finish(&sc);
}

/* Twice the server may have done what a body asks for. */
static void test_what_has_a_body_is_asked_once(void **state)
{
  struct scene sc;
  (void)state;
  begin(&sc, 0);
  ask(&sc, "/bye", NULL);
  until_over(&sc, 1);
  ask(&sc, "/ok", "what is sent");
  until_over(&sc, 2);
  assert_int_equal(sc.asker[1].end, END_NO_RESPONSE);
  finish(&sc);
}

/* A connection has numbers for 2^30 streams. */
static void test_connection_out_of_numbers_is_left(void **state)
{
  struct scene sc;
  (void)state;
  begin(&sc, 0);
  ask(&sc, "/hold", NULL);
  while(!sc.asker[0].body.n)
    uv_run(&sc.loop, UV_RUN_ONCE);
  nghttp2_session_set_next_stream_id(sc.t->mux_first->session, INT32_MAX);
  ask(&sc, "/ok", NULL);
  ask(&sc, "/ok", NULL);
  until_over(&sc, 2);
  assert_int_equal(sc.asker[1].end, END_CLEAN);
  assert_int_equal(sc.asker[2].end, END_CLEAN);
  assert_int_equal(sc.asker[0].ends, 0);
  assert_int_equal(sc.peers, 2);
  finish(&sc);
}

static void test_end_of_a_connection_ends_all_on_it(void **state)
{
  struct scene sc;
  unsigned k;
  (void)state;
  begin(&sc, 0);
  for(k = 0; k < 10; k++)
    ask(&sc, "/hold", NULL);
  while(!sc.asker[9].body.n)
    uv_run(&sc.loop, UV_RUN_ONCE);
  hang_up(&sc.peer[0]);
  until_over(&sc, 10);
  for(k = 0; k < 10; k++)
    assert_int_equal(sc.asker[k].end, END_TRUNCATED);
  assert_int_equal(transport_sockets(sc.t), 0);
  finish(&sc);
}

static void test_what_is_no_http_2_is_told(void **state)
{
  struct scene sc;
  struct asker *a;
  (void)state;
  begin(&sc, 0);
  sc.raw = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
  a = ask(&sc, "/ok", NULL);
  until_over(&sc, 1);
  assert_int_equal(a->end, END_HTTP2);
  finish(&sc);
}

static void test_refusing_to_listen_and_cancelling_reset_one_stream(void **st)
{
  struct scene sc;
  struct asker *stopped, *cancelled, *other;
  (void)st;
  begin(&sc, 0);
  stopped = ask(&sc, "/hold", NULL);
  stopped->stop = true;
  cancelled = ask(&sc, "/hold", NULL);
  other = ask(&sc, "/hold", NULL);
  until_over(&sc, 1);
  assert_int_equal(stopped->end, END_ABORTED);
  while(!other->body.n || !cancelled->body.n)
    uv_run(&sc.loop, UV_RUN_ONCE);
  exchange_cancel(cancelled->x, true);
  cancelled->x = NULL;
  ask(&sc, "/ok", NULL);
  until_over(&sc, 2);
  assert_int_equal(cancelled->ends + other->ends, 0);
  assert_int_equal(sc.peers, 1);
  finish(&sc);
}

static void test_refused_connection_is_told_after_start(void **state)
{
  struct scene sc;
  struct asker *a;
  (void)state;
  begin(&sc, 0);
  uv_close((uv_handle_t *)&sc.listener, NULL);
  uv_run(&sc.loop, UV_RUN_NOWAIT);
  a = ask(&sc, "/ok", NULL);
  until_over(&sc, 1);
  assert_int_equal(a->end, END_REFUSED);
  assert_int_equal(transport_sockets(sc.t), 0);
  uv_tcp_init(&sc.loop, &sc.listener);
  finish(&sc);
}

/* The kernel starts stamping a moment after it was first asked to. */
static void test_arrival_is_the_kernels(void **state)
{
  bool kernel = false;
  int tries;
  (void)state;
  for(tries = 0; tries < 1000 && !kernel; tries++) {
    struct scene sc;
    begin(&sc, 0);
    ask(&sc, "/ok", NULL);
    until_over(&sc, 1);
    kernel = sc.asker[0].kernel;
    finish(&sc);
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
