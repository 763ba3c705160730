/* SPDX-License-Identifier: MIT
 * An HTTP/2 connection against nghttp2's own server, in memory: what streams
 * leave in recordings, and what is said of the connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "probe/h2_private.h"

#define NV(n, v)                                                              \
  {                                                                           \
    (uint8_t *)(uintptr_t)(n), (uint8_t *)(uintptr_t)(v), sizeof(n) - 1,      \
        sizeof(v) - 1, NGHTTP2_NV_FLAG_NO_COPY_NAME                           \
  }
#define KEPT 300

static const struct label look = {.role = ROLE_LOOK};

struct scene {
  uv_loop_t loop;
  struct target *target;
  struct recorder *rec;
  struct h2_session *c;
  nghttp2_session *server;
  int32_t asked;         /* the newest stream */
  uint32_t client_reset; /* code of the client's last RST_STREAM */
  struct recording *done[KEPT];
  unsigned count, ready, down, progress;
};

static void on_ready(struct h2_session *c, void *ctx)
{
  struct scene *sc = ctx;
  assert_ptr_equal(c, sc->c);
  sc->ready++;
}

static void on_progress(struct h2_stream *st, const struct recording *r,
                        void *ctx)
{
  struct scene *sc = ctx;
  (void)st;
  assert_int_equal(r->end, REC_END_NONE);
  sc->progress++;
}

static void on_done(struct recording *r, void *ctx)
{
  struct scene *sc = ctx;
  assert_true(sc->count < KEPT);
  sc->done[sc->count++] = r;
}

static void on_down(struct h2_session *c, void *ctx)
{
  struct scene *sc = ctx;
  (void)c;
  sc->down++;
}

static const struct h2_handler handler = {on_ready, on_progress, on_done,
                                          on_down};

/* The server */

static int server_frame(nghttp2_session *ng, const nghttp2_frame *frame,
                        void *ctx)
{
  struct scene *sc = ctx;
  (void)ng;
  if(frame->hd.type == NGHTTP2_HEADERS)
    sc->asked = frame->hd.stream_id;
  if(frame->hd.type == NGHTTP2_RST_STREAM)
    sc->client_reset = frame->rst_stream.error_code;
  return 0;
}

static ssize_t server_body(nghttp2_session *ng, int32_t id, uint8_t *to,
                           size_t room, uint32_t *flags,
                           nghttp2_data_source *source, void *ctx)
{
  (void)ng;
  (void)id;
  (void)flags;
  (void)source;
  (void)ctx;
  memset(to, ':', room);
  return (ssize_t)room;
}

static void start_server(struct scene *sc, const nghttp2_settings_entry *iv,
                         size_t n)
{
  nghttp2_session_callbacks *cb;
  nghttp2_option *o;
  nghttp2_option_new(&o);
  nghttp2_option_set_no_http_messaging(o, 1);
  nghttp2_session_callbacks_new(&cb);
  nghttp2_session_callbacks_set_on_frame_recv_callback(cb, server_frame);
  nghttp2_session_server_new2(&sc->server, cb, sc, o);
  nghttp2_session_callbacks_del(cb);
  nghttp2_option_del(o);
  nghttp2_submit_settings(sc->server, NGHTTP2_FLAG_NONE, iv, n);
}

/* Bytes to and fro until neither has any. */
static void pump(struct scene *sc)
{
  for(;;) {
    const uint8_t *p;
    ssize_t n;
    uv_run(&sc->loop, UV_RUN_NOWAIT);
    if(sc->c->out.n) {
      n = nghttp2_session_mem_recv(sc->server, (uint8_t *)sc->c->out.p,
                                   sc->c->out.n);
      assert_int_equal(n, sc->c->out.n);
      buf_clear(&sc->c->out);
    }
    n = nghttp2_session_mem_send(sc->server, &p);
    assert_true(n >= 0);
    if(!n && !sc->c->out.n)
      return;
    if(n)
      h2_take(sc->c, (struct slice){(const char *)p, (size_t)n},
              clock_mono_ns());
  }
}

static void begin(struct scene *sc, uint32_t window,
                  const nghttp2_settings_entry *iv, size_t n)
{
  struct err e;
  memset(sc, 0, sizeof(*sc));
  uv_loop_init(&sc->loop);
  sc->target = target_new("https://127.0.0.1/s");
  sc->rec = recorder_new(&sc->loop, sc->target, &e);
  assert_non_null(sc->rec);
  start_server(sc, iv, n);
  sc->c = h2_new(sc->rec, window, &handler, sc);
  assert_non_null(sc->c);
  sc->c->deadline_ns = clock_mono_ns() + NS_PER_SEC;
  h2_begin(sc->c);
  pump(sc);
}

static void end(struct scene *sc)
{
  unsigned i;
  for(i = 0; i < sc->count; i++)
    recording_free(sc->done[i]);
  h2_close(sc->c);
  recorder_close(sc->rec);
  uv_run(&sc->loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&sc->loop), 0);
  nghttp2_session_del(sc->server);
  target_free(sc->target);
}

static struct h2_stream *ask(struct scene *sc)
{
  struct probe_request q = {.headers = "X-Me: 1\nConnection: close"};
  struct h2_stream *st = h2_request(sc->c, &q, &look);
  assert_non_null(st);
  pump(sc);
  return st;
}

/* A head without an end behind it. */
static void answer(struct scene *sc, const nghttp2_nv *nv, size_t n)
{
  nghttp2_submit_headers(sc->server, NGHTTP2_FLAG_NONE, sc->asked, NULL, nv, n,
                         NULL);
  pump(sc);
}

static const nghttp2_nv fine[] = {NV(":status", "200"),
                                  NV("content-type", "text/event-stream")};

static void send_endless(struct scene *sc)
{
  nghttp2_data_provider body = {.read_callback = server_body};
  nghttp2_submit_data(sc->server, NGHTTP2_FLAG_NONE, sc->asked, &body);
  pump(sc);
}

static void test_settings_are_read_before_anything_is_asked(void **st)
{
  static const nghttp2_settings_entry iv[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 7}};
  char told[RECORDING_TOLD_MAX];
  struct scene sc;
  struct recording *r;
  (void)st;
  begin(&sc, H2_WINDOW, iv, 1);
  assert_int_equal(sc.ready, 1);
  assert_int_equal(h2_facts(sc.c)->max_streams, 7);
  nghttp2_submit_ping(sc.server, NGHTTP2_FLAG_NONE, NULL);
  pump(&sc);
  r = h2_take_connection(sc.c, H2_PART_LOOK);
  assert_non_null(strstr(recording_told(r, told),
                         "role=connection part=look alpn=none "
                         "settings=1 max-streams=7 pings=1 "
                         "goaway=none;"));
  assert_null(h2_take_connection(sc.c, H2_PART_LOOK));
  recording_free(r);
  end(&sc);
}

static void test_a_stream_becomes_a_recording(void **st)
{
  char told[RECORDING_TOLD_MAX];
  static const nghttp2_nv early[] = {NV(":status", "103"), NV("link", "<a>")};
  struct scene sc;
  struct recording *r;
  (void)st;
  begin(&sc, H2_WINDOW, NULL, 0);
  ask(&sc);
  answer(&sc, early, 2);
  answer(&sc, fine, 2);
  assert_int_equal(sc.count, 0);
  assert_int_equal(sc.progress, 1);
  nghttp2_submit_trailer(sc.server, sc.asked, fine + 1, 1);
  pump(&sc);
  assert_int_equal(sc.count, 1);
  r = sc.done[0];
  assert_string_equal(recording_told(r, told),
                      "role=look stream=1 pseudo=ok field=ok "
                      "rst=none; END_STREAM");
  assert_int_equal(r->end, REC_END_CLEAN);
  assert_int_equal(r->head.status, 200);
  assert_int_equal(r->head.lines, 1);
  assert_int_equal(r->interims, 1);
  assert_int_equal(r->interim[0].status, 103);
  assert_int_equal(r->framing, FRAMING_STREAM);
  assert_true(r->complete);
  assert_true(r->request_ns >= 0 && r->head.complete_ns >= 0);
  assert_non_null(strstr(buf_text(&r->request), "GET /s HTTP/2.0\r\n"));
  assert_string_equal(r->method, "GET");
  end(&sc);
}

static void expect_head(const nghttp2_nv *nv, size_t n, const char *head,
                        const char *said)
{
  char told[RECORDING_TOLD_MAX];
  struct scene sc;
  struct h2_stream *st;
  begin(&sc, H2_WINDOW, NULL, 0);
  st = ask(&sc);
  answer(&sc, nv, n);
  assert_string_equal(buf_text(&st->r->head.bytes), head);
  h2_cancel(st);
  pump(&sc);
  assert_int_equal(sc.done[0]->end, REC_END_OURS);
  assert_non_null(strstr(recording_told(sc.done[0], told), said));
  end(&sc);
}

static void test_what_is_malformed_is_kept_as_it_came(void **st)
{
  static const nghttp2_nv capital[] = {NV(":status", "200"),
                                       NV("Connection", "keep-alive")};
  static const nghttp2_nv late[] = {NV("a", "b"), NV(":status", "200")};
  static const nghttp2_nv twice[] = {NV(":status", "200"),
                                     NV(":status", "204")};
  static const nghttp2_nv none[] = {NV(":status", "2"), NV("a", "b")};
  static const nghttp2_nv other[] = {NV(":path", "/"), NV(":status", "200")};
  static const nghttp2_nv odd[] = {NV(":status", "200"),
                                   NV("a b", "c\r\nd: e")};
  (void)st;
  expect_head(capital, 2, "HTTP/2.0 200\r\nConnection: keep-alive\r\n\r\n",
              "pseudo=ok field=ok");
  expect_head(late, 2, "HTTP/2.0 200\r\na: b\r\n\r\n", "pseudo=late");
  expect_head(twice, 2, "HTTP/2.0 204\r\n\r\n", "pseudo=twice");
  expect_head(none, 2, "HTTP/2.0 000\r\na: b\r\n\r\n", "pseudo=none");
  expect_head(other, 2, "HTTP/2.0 200\r\n\r\n", "pseudo=other");
  expect_head(odd, 2, "HTTP/2.0 200\r\na?b: c??d: e\r\n\r\n", "field=bad");
}

static void test_an_unread_stream_stands_still_alone(void **st)
{
  struct scene sc;
  struct h2_stream *unread, *read;
  (void)st;
  begin(&sc, 100, NULL, 0);
  unread = ask(&sc);
  h2_leave_unread(unread);
  answer(&sc, fine, 2);
  send_endless(&sc);
  assert_int_equal(unread->r->wire.n, 100);
  read = h2_request(sc.c, &(struct probe_request){.stop = {.max_bytes = 5000}},
                    &(struct label){.role = ROLE_SIBLING});
  h2_widen(read, 3000);
  pump(&sc);
  answer(&sc, fine, 2);
  send_endless(&sc);
  assert_int_equal(unread->r->wire.n, 100);
  assert_int_equal(sc.count, 1);
  assert_int_equal(sc.done[0]->end, REC_END_LIMIT);
  assert_true(sc.done[0]->cut_short);
  assert_true(sc.done[0]->wire.n >= 5000);
  assert_int_equal(sc.client_reset, NGHTTP2_CANCEL);
  end(&sc);
}

static void test_resets_and_their_codes_are_told(void **st)
{
  struct scene sc;
  (void)st;
  begin(&sc, H2_WINDOW, NULL, 0);
  ask(&sc);
  nghttp2_submit_rst_stream(sc.server, NGHTTP2_FLAG_NONE, sc.asked,
                            NGHTTP2_REFUSED_STREAM);
  pump(&sc);
  assert_int_equal(sc.done[0]->end, REC_END_RESET);
  assert_int_equal(sc.done[0]->label.rst, H2_CODE_REFUSED_STREAM);
  h2_cancel(ask(&sc));
  pump(&sc);
  assert_int_equal(sc.done[1]->end, REC_END_OURS);
  assert_int_equal(sc.client_reset, NGHTTP2_CANCEL);
  end(&sc);
}

/* Beyond the peer's limit requests wait; nothing of one that is cancelled
 * while it waits may be sent later. */
static void test_what_waits_can_be_cancelled(void **st)
{
  static const nghttp2_settings_entry iv[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1}};
  struct scene sc;
  struct h2_stream *first, *waiting;
  (void)st;
  begin(&sc, H2_WINDOW, iv, 1);
  first = ask(&sc);
  waiting = ask(&sc);
  assert_int_equal(sc.asked, 1);
  h2_cancel(waiting);
  pump(&sc);
  assert_int_equal(sc.count, 1);
  h2_cancel(first);
  pump(&sc);
  assert_int_equal(sc.asked, 1);
  ask(&sc);
  assert_int_equal(sc.asked, 5);
  end(&sc);
}

static void test_who_says_goaway_is_asked_nothing_more(void **st)
{
  struct scene sc;
  struct recording *r;
  (void)st;
  begin(&sc, H2_WINDOW, NULL, 0);
  ask(&sc);
  answer(&sc, fine, 2);
  nghttp2_submit_goaway(sc.server, NGHTTP2_FLAG_NONE, sc.asked,
                        NGHTTP2_ENHANCE_YOUR_CALM, NULL, 0);
  pump(&sc);
  assert_int_equal(sc.count, 0);
  ask(&sc);
  assert_int_equal(sc.count, 1);
  assert_int_equal(sc.done[0]->end, REC_END_NO_RESPONSE);
  r = h2_take_connection(sc.c, H2_PART_LOOK);
  assert_int_equal(r->label.goaway, H2_CODE_ENHANCE_YOUR_CALM);
  recording_free(r);
  end(&sc);
}

static void test_garbage_ends_everything_once(void **st)
{
  struct scene sc;
  struct recording *r;
  (void)st;
  begin(&sc, H2_WINDOW, NULL, 0);
  ask(&sc);
  ask(&sc);
  h2_take(sc.c, slice_of("HTTP/1.1 400 Bad Request\r\n\r\n"), clock_mono_ns());
  uv_run(&sc.loop, UV_RUN_NOWAIT);
  assert_int_equal(sc.count, 2);
  assert_int_equal(sc.down, 1);
  assert_int_equal(sc.done[0]->end, REC_END_PROTOCOL);
  r = h2_take_connection(sc.c, H2_PART_LOOK);
  assert_int_equal(r->end, REC_END_PROTOCOL);
  recording_free(r);
  ask(&sc);
  assert_int_equal(sc.count, 3);
  assert_int_equal(sc.done[2]->end, REC_END_NO_RESPONSE);
  assert_int_equal(sc.down, 1);
  end(&sc);
}

static void expect_fall(const char *frames, size_t n)
{
  struct scene sc;
  begin(&sc, H2_WINDOW, NULL, 0);
  ask(&sc);
  h2_take(sc.c, (struct slice){frames, n}, clock_mono_ns());
  uv_run(&sc.loop, UV_RUN_NOWAIT);
  assert_int_equal(sc.down, 1);
  assert_int_equal(sc.count, 1);
  assert_int_equal(sc.done[0]->end, REC_END_PROTOCOL);
  end(&sc);
}

static void test_what_is_too_much_ends_it(void **st)
{
  /* SETTINGS of 100 entries; a frame longer than we allow. */
  char settings[9 + 600] = "\0\2\x58\4\0\0\0\0";
  static const char frame[] = "\xff\xff\xff\0\0\0\0\0\1";
  size_t i;
  (void)st;
  for(i = 9; i < sizeof(settings); i += 6)
    settings[i + 1] = 4;
  expect_fall(settings, sizeof(settings));
  expect_fall(frame, sizeof(frame) - 1);
}

static void test_who_never_answers_is_given_up(void **st)
{
  struct scene sc;
  struct probe_request q = {.stop = {.head_ns = 20 * NS_PER_MS}};
  int answered;
  (void)st;
  begin(&sc, H2_WINDOW, NULL, 0);
  assert_non_null(h2_request(sc.c, &q, &look));
  q.stop.head_ns = 60 * NS_PER_SEC; /* answered, however late that may be */
  q.stop.limit_ns = 10 * NS_PER_MS;
  assert_non_null(h2_request(sc.c, &q, &look));
  pump(&sc);
  answer(&sc, fine, 2);
  while(sc.count < 2) {
    uv_run(&sc.loop, UV_RUN_ONCE);
    pump(&sc);
  }
  /* Which one is over first is the clock's business. */
  answered = sc.done[0]->head.status ? 0 : 1;
  assert_int_equal(sc.done[answered]->end, REC_END_OURS);
  assert_int_equal(sc.done[1 - answered]->end, REC_END_TIMEOUT);
  end(&sc);
}

static void test_streams_have_a_maximum(void **st)
{
  struct scene sc;
  unsigned i;
  (void)st;
  begin(&sc, H2_WINDOW, NULL, 0);
  for(i = 0; i < H2_STREAMS_MAX; i++)
    ask(&sc);
  assert_null(h2_request(sc.c, &(struct probe_request){0}, &look));
  recorder_cut_all(sc.rec);
  uv_run(&sc.loop, UV_RUN_NOWAIT);
  assert_int_equal(sc.count, H2_STREAMS_MAX);
  assert_int_equal(sc.down, 1);
  end(&sc);
}

static void test_the_body_of_a_request_goes_along(void **st)
{
  struct scene sc;
  struct probe_request q = {.method = "POST", .body = SLICE_LIT("hello")};
  (void)st;
  begin(&sc, H2_WINDOW, NULL, 0);
  assert_non_null(h2_request(sc.c, &q, &look));
  pump(&sc);
  assert_int_equal(
      nghttp2_session_get_stream_remote_close(sc.server, sc.asked), 1);
  assert_int_equal(nghttp2_session_get_stream_effective_recv_data_length(
                       sc.server, sc.asked),
                   5);
  end(&sc);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_settings_are_read_before_anything_is_asked),
      cmocka_unit_test(test_a_stream_becomes_a_recording),
      cmocka_unit_test(test_what_is_malformed_is_kept_as_it_came),
      cmocka_unit_test(test_an_unread_stream_stands_still_alone),
      cmocka_unit_test(test_resets_and_their_codes_are_told),
      cmocka_unit_test(test_what_waits_can_be_cancelled),
      cmocka_unit_test(test_who_says_goaway_is_asked_nothing_more),
      cmocka_unit_test(test_garbage_ends_everything_once),
      cmocka_unit_test(test_what_is_too_much_ends_it),
      cmocka_unit_test(test_who_never_answers_is_given_up),
      cmocka_unit_test(test_streams_have_a_maximum),
      cmocka_unit_test(test_the_body_of_a_request_goes_along),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
