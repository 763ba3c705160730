/* SPDX-License-Identifier: MIT
 * An EventSource and its scripted server; see subscriber_testing.h. */
#include "subscriber/subscriber_testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

static void peer_closed(uv_handle_t *h)
{
  ((struct peer *)h->data)->open = false;
}

static void answer_sent(uv_write_t *w, int status)
{
  struct peer *p = w->data;
  (void)status;
  free(w);
  if(!p->scene->keep_open && p->open && !uv_is_closing((uv_handle_t *)&p->tcp))
    uv_close((uv_handle_t *)&p->tcp, peer_closed);
}

static void give_buffer(uv_handle_t *h, size_t n, uv_buf_t *out)
{
  struct peer *p = h->data;
  (void)n;
  *out = uv_buf_init(p->in, sizeof(p->in));
}

static void got_bytes(uv_stream_t *st, ssize_t n, const uv_buf_t *b)
{
  struct peer *p = st->data;
  const char *text;
  uv_write_t *w;
  uv_buf_t out;
  if(n < 0) {
    if(!uv_is_closing((uv_handle_t *)st))
      uv_close((uv_handle_t *)st, peer_closed);
    return;
  }
  buf_add(&p->request, b->base, (size_t)n);
  if(p->answered || p->index >= p->scene->script_n ||
     slice_find(buf_slice(&p->request), "\r\n\r\n") < 0)
    return;
  p->answered = true;
  text = p->scene->script[p->index];
  w = malloc(sizeof(*w));
  w->data = p;
  out = uv_buf_init((char *)(uintptr_t)text, (unsigned)strlen(text));
  uv_write(w, st, &out, 1, answer_sent);
}

static void got_peer(uv_stream_t *listener, int status)
{
  struct scene *sc = listener->data;
  struct peer *p = &sc->peer[sc->peers];
  assert_int_equal(status, 0);
  assert_true(sc->peers < MAX_PEERS);
  p->index = sc->peers++;
  p->scene = sc;
  p->open = true;
  uv_tcp_init(&sc->loop, &p->tcp);
  p->tcp.data = p;
  uv_accept(listener, (uv_stream_t *)&p->tcp);
  uv_read_start((uv_stream_t *)&p->tcp, give_buffer, got_bytes);
}

static struct scene *scene_of(struct subscriber *s)
{
  return (struct scene *)((char *)s - offsetof(struct scene, s));
}

static void note(struct subscriber *s, const char *text)
{
  struct scene *sc = scene_of(s);
  buf_addf(&sc->log, "%s%s", sc->log.n ? " " : "", text);
}

static bool ask(struct subscriber *s, struct request *out)
{
  static struct header header[3];
  struct scene *sc = scene_of(s);
  uint32_t n = 0, i;
  out->url = sc->url;
  out->http = REQUEST_HTTP_1_1;
  out->connect_timeout_ns = 5 * NS_PER_SEC;
  out->head_timeout_ns = 5 * NS_PER_SEC;
  if(sc->authorization)
    header[n++] = (struct header){"Authorization", sc->authorization};
  for(i = 0; i < sc->mores; i++)
    header[n++] = sc->more[i];
  out->header = header;
  out->header_count = n;
  return true;
}

static void attempt(struct subscriber *s, bool again)
{
  note(s, again ? "again" : "attempt");
}

static void connected(struct subscriber *s)
{
  (void)s;
}

static void redirected(struct subscriber *s)
{
  note(s, "redirect");
}

static void opened(struct subscriber *s, bool sent_id)
{
  note(s, sent_id ? "resumed" : "open");
}

static void bytes(struct subscriber *s, size_t n)
{
  (void)s;
  (void)n;
}

static void event(struct subscriber *s, const struct sse_event *e,
                  const struct arrival *when)
{
  char text[80];
  assert_true(when->real_ns != 0);
  snprintf(text, sizeof(text), "event:%.*s", (int)e->data.n, e->data.p);
  note(s, text);
}

static void comment(struct subscriber *s, struct slice text,
                    const struct arrival *when)
{
  (void)text;
  (void)when;
  note(s, "comment");
}

static void told(struct subscriber *s, const char *what,
                 const struct subscriber_cause *c)
{
  char text[80];
  assert_non_null(c->sentence);
  snprintf(text, sizeof(text), "%s:%s", what, c->name);
  note(s, text);
  snprintf(scene_of(s)->sentence, sizeof(scene_of(s)->sentence), "%s",
           c->sentence);
}

static void failed(struct subscriber *s, const struct subscriber_cause *c)
{
  told(s, "failed", c);
  scene_of(s)->ended_ns = clock_mono_ns();
}

static void ended(struct subscriber *s, const struct subscriber_cause *c)
{
  told(s, "ended", c);
  scene_of(s)->ended_ns = clock_mono_ns();
}

static void stopped(struct subscriber *s, const struct subscriber_cause *c)
{
  told(s, "stopped", c);
}

static const struct subscriber_listener listener = {
    ask,   attempt, connected, redirected, opened,  bytes,
    event, comment, failed,    ended,      stopped, NULL};

static void guard_fired(uv_timer_t *t)
{
  fail_msg("nothing more happened; so far: %s",
           buf_text(&((struct scene *)t->data)->log));
}

static void listen_any(struct scene *sc)
{
  struct sockaddr_in a;
  int n = sizeof(a);
  uv_ip4_addr("127.0.0.1", 0, &a);
  uv_tcp_init(&sc->loop, &sc->listener);
  sc->listener.data = sc;
  assert_int_equal(uv_tcp_bind(&sc->listener, (struct sockaddr *)&a, 0), 0);
  assert_int_equal(uv_listen((uv_stream_t *)&sc->listener, 8, got_peer), 0);
  uv_tcp_getsockname(&sc->listener, (struct sockaddr *)&a, &n);
  snprintf(sc->url, sizeof(sc->url), "http://127.0.0.1:%u/first",
           ntohs(a.sin_port));
}

struct scene *scene_new(const char *const *script, int n)
{
  struct scene *sc = calloc(1, sizeof(*sc));
  struct transport_config tc;
  struct err e;
  memset(&tc, 0, sizeof(tc));
  uv_loop_init(&sc->loop);
  listen_any(sc);
  sc->script = script;
  sc->script_n = n;
  tc.loop = &sc->loop;
  sc->t = transport_new(&tc, &e);
  assert_int_equal(transport_prepare(sc->t, sc->url, &e), 0);
  rng_seed(&sc->rng, 1);
  sc->config.transport = sc->t;
  sc->config.loop = &sc->loop;
  sc->config.listener = &listener;
  sc->config.max_line = 1024;
  sc->config.max_event = 4096;
  sc->config.reconnect = true;
  sc->config.retry_ns = 5 * NS_PER_MS;
  sc->config.retry_max_ns = 40 * NS_PER_MS;
  sc->config.rng = &sc->rng;
  subscriber_config_finish(&sc->config);
  subscriber_init(&sc->s, &sc->config);
  uv_timer_init(&sc->loop, &sc->guard);
  sc->guard.data = sc;
  uv_timer_start(&sc->guard, guard_fired, 10000, 0);
  return sc;
}

void run_until(struct scene *sc, const char *seen)
{
  while(slice_find(buf_slice(&sc->log), seen) < 0)
    uv_run(&sc->loop, UV_RUN_ONCE);
}

void scene_free(struct scene *sc)
{
  int i;
  subscriber_fini(&sc->s);
  transport_close(sc->t);
  uv_close((uv_handle_t *)&sc->listener, NULL);
  uv_close((uv_handle_t *)&sc->guard, NULL);
  for(i = 0; i < sc->peers; i++) {
    if(sc->peer[i].open && !uv_is_closing((uv_handle_t *)&sc->peer[i].tcp))
      uv_close((uv_handle_t *)&sc->peer[i].tcp, peer_closed);
  }
  uv_run(&sc->loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&sc->loop), 0);
  for(i = 0; i < sc->peers; i++)
    buf_free(&sc->peer[i].request);
  buf_free(&sc->log);
  free(sc);
}

bool requested(const struct scene *sc, int i, const char *text)
{
  return slice_find(buf_slice(&sc->peer[i].request), text) >= 0;
}
