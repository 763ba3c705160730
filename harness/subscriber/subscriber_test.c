/* SPDX-License-Identifier: MIT
 * An EventSource's behaviour over several connections, each answered from a
 * script: what the next request carries, when it comes, and when none comes.
 */
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
#include "subscriber/content_type.h"
#include "subscriber/subscriber.h"

#define MAX_PEERS 8

struct peer {
  uv_tcp_t tcp;
  struct scene *scene;
  int index;
  struct buf request;
  bool answered, open;
  char in[4096];
};

struct scene {
  uv_loop_t loop;
  uv_tcp_t listener;
  uv_timer_t guard; /* ends a test in which an awaited call never comes */
  const char *const *script; /* one answer a connection; then silence */
  int script_n;
  struct peer peer[MAX_PEERS];
  int peers;
  struct transport *t;
  struct subscriber_config config;
  struct rng rng;
  struct subscriber s;
  bool keep_open; /* the server does not close after its answer */
  char url[64];
  const char *authorization;
  /* heard */
  struct buf log; /* "attempt open event:x ended:clean-end ..." */
  bool over;
  uint64_t ended_ns, opened_ns;
};

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
  static struct header auth = {"Authorization", NULL};
  struct scene *sc = scene_of(s);
  out->url = sc->url;
  out->http = REQUEST_HTTP_1_1;
  out->connect_timeout_ns = 5 * NS_PER_SEC;
  out->head_timeout_ns = 5 * NS_PER_SEC;
  if(sc->authorization) {
    auth.value = sc->authorization;
    out->header = &auth;
    out->header_count = 1;
  }
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
  scene_of(s)->opened_ns = clock_mono_ns();
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
  scene_of(s)->over = true;
}

static const struct subscriber_listener listener = {
    ask,   attempt, connected, redirected, opened, bytes,
    event, comment, failed,    ended,      stopped};

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

static struct scene *scene_new(const char *const *script, int n)
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

static void run_until(struct scene *sc, const char *seen)
{
  while(slice_find(buf_slice(&sc->log), seen) < 0)
    uv_run(&sc->loop, UV_RUN_ONCE);
}

static void scene_free(struct scene *sc)
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

static bool requested(const struct scene *sc, int i, const char *text)
{
  return slice_find(buf_slice(&sc->peer[i].request), text) >= 0;
}

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

static void test_redirect_to_another_origin_drops_authorization(void **state)
{
  char answer[160];
  const char *script[] = {answer, STOP};
  struct scene *sc = scene_new(script, 2);
  (void)state;
  /* localhost and 127.0.0.1 are the same server and different origins */
  snprintf(answer, sizeof(answer),
           "HTTP/1.1 302 X\r\nLocation: http://localhost%s\r\n"
           "Content-Length: 0\r\n\r\n",
           strrchr(sc->url, ':'));
  sc->authorization = "Bearer x";
  subscriber_start(&sc->s);
  run_until(sc, "stopped");
  assert_true(requested(sc, 0, "Authorization"));
  assert_false(requested(sc, 1, "Authorization"));
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

static void test_content_type_essence(void **state)
{
  (void)state;
  assert_true(content_type_is_event_stream(slice_of("TEXT/Event-Stream")));
  assert_true(content_type_is_event_stream(
      slice_of(" text/event-stream ;charset=windows-1252")));
  assert_true(content_type_is_event_stream(slice_of("text/event-stream;")));
  assert_false(content_type_is_event_stream(slice_of("text/event-streamx")));
  assert_false(
      content_type_is_event_stream(slice_of("text/event-stream, text/html")));
  assert_false(content_type_is_event_stream(slice_of("")));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_clean_end_reconnects_with_the_last_id),
      cmocka_unit_test(test_retry_field_sets_the_delay),
      cmocka_unit_test(test_wrong_status_and_type_are_final),
      cmocka_unit_test(test_server_errors_may_be_retried_on_request),
      cmocka_unit_test(test_redirect_is_followed_and_forgotten),
      cmocka_unit_test(test_redirect_to_another_origin_drops_authorization),
      cmocka_unit_test(test_cut_reconnects_without_losing_the_id),
      cmocka_unit_test(test_endless_line_ends_it_for_good),
      cmocka_unit_test(test_broken_connections_back_off),
      cmocka_unit_test(test_stop_is_silent),
      cmocka_unit_test(test_content_type_essence),
  };
  struct err e;
  if(transport_global_init(&e))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
