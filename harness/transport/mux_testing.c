/* SPDX-License-Identifier: MIT
 * A server of HTTP/2 and who asks it; see mux_testing.h. */
#include "transport/mux_testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* --- The server: what it does stands in the path. --------------------------
 */

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

void peer_hang_up(struct peer *p)
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
    peer_hang_up(p);
    return;
  }
  assert_int_equal(
      nghttp2_session_mem_recv(p->session, (uint8_t *)b->base, (size_t)n), n);
  flush(p);
  if(p->requests && (strcmp(p->sc->last.path, "/cut") == 0 ||
                     strcmp(p->sc->last.path, "/bye") == 0))
    peer_hang_up(p);
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

void scene_begin(struct scene *sc, uint32_t most)
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

struct asker *scene_ask(struct scene *sc, const char *path, const char *body)
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

void scene_until_over(struct scene *sc, unsigned n)
{
  while(sc->over < n)
    uv_run(&sc->loop, UV_RUN_ONCE);
}

void scene_finish(struct scene *sc)
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
    peer_hang_up(&sc->peer[i]);
  uv_run(&sc->loop, UV_RUN_DEFAULT);
  for(i = 0; i < sc->peers; i++)
    nghttp2_session_del(sc->peer[i].session);
  assert_int_equal(uv_loop_close(&sc->loop), 0);
}
