/* SPDX-License-Identifier: MIT
 * One exchange and its scripted server; see transport_testing.h. */
#include "transport/transport_testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

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

const struct exchange_handler scene_handler = {heard_connect, heard_head,
                                               heard_data, heard_end, NULL};

void scene_start(struct scene *sc, enum carrier carrier, const char *answer,
                 enum after after)
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
  config.carrier = carrier;
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
  sc->x = exchange_start(sc->t, &r, &scene_handler, sc, &e);
  assert_non_null(sc->x);
}

void scene_end(struct scene *sc)
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
