/* SPDX-License-Identifier: MIT
 * The live view's server over real sockets: who gets what, and who is dropped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "load/live_server.h"

#define RUN     "0123456789ab"
#define WAIT_NS (10 * NS_PER_SEC)

struct scene {
  uv_loop_t loop;
  struct live *live;
  struct live_socket socket;
  uint64_t looks;
};

static void look(struct live_figures *out, void *ctx)
{
  struct scene *s = ctx;
  out->now.phase = "measuring";
  out->events = ++s->looks;
}

static int scene_begin(void **state)
{
  struct scene *s = calloc(1, sizeof(*s));
  struct err e;
  assert_non_null(s);
  assert_int_equal(uv_loop_init(&s->loop), 0);
  assert_int_equal(live_open(0, &s->socket, &e), 0);
  s->live = live_new(RUN, look, s);
  assert_non_null(s->live);
  assert_int_equal(live_listen(s->live, &s->loop, &s->socket, &e), 0);
  *state = s;
  return 0;
}

static void close_any(uv_handle_t *h, void *ctx)
{
  (void)ctx;
  if(!uv_is_closing(h))
    uv_close(h, NULL);
}

static int scene_end(void **state)
{
  struct scene *s = *state;
  live_finish(s->live);
  uv_walk(&s->loop, close_any, NULL);
  uv_run(&s->loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&s->loop), 0);
  live_free(s->live);
  live_close(&s->socket);
  free(s);
  return 0;
}

static int connect_with(const struct scene *s, const char *request)
{
  struct sockaddr_in at;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  memset(&at, 0, sizeof(at));
  at.sin_family = AF_INET;
  at.sin_port = htons(s->socket.port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
  assert_int_equal(write(fd, request, strlen(request)), strlen(request));
  return fd;
}

/* Runs the loop until that has come in, or the other side has closed; the text
 * so far is in out. */
static bool hears(struct scene *s, int fd, const char *part, struct buf *out)
{
  uint64_t until = clock_mono_ns() + WAIT_NS;
  while(clock_mono_ns() < until) {
    char bytes[4096];
    ssize_t n;
    uv_run(&s->loop, UV_RUN_NOWAIT);
    n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
    if(n > 0)
      buf_add(out, bytes, (size_t)n);
    if(part && strstr(buf_text(out), part))
      return true;
    if(n == 0)
      return !part;
    if(n < 0) {
      struct pollfd wait = {.fd = fd, .events = POLLIN};
      poll(&wait, 1, 1);
    }
  }
  return false;
}

static void assert_hears(struct scene *s, int fd, const char *part,
                         struct buf *out)
{
  if(!hears(s, fd, part, out))
    fail_msg("no \"%s\" in:\n%s", part ? part : "end", buf_text(out));
}

static void test_a_stream_gets_a_figure_a_second_in_chunks(void **state)
{
  struct scene *s = *state;
  struct buf text;
  int fd = connect_with(s, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  buf_init(&text, 0);
  assert_hears(s, fd, "id: " RUN "-2\n", &text);
  assert_non_null(strstr(buf_text(&text), "Transfer-Encoding: chunked\r\n"));
  assert_non_null(strstr(buf_text(&text), "retry: 2000\nid: " RUN "-1\n"));
  live_finish(s->live);
  assert_hears(s, fd, NULL, &text);
  assert_non_null(strstr(buf_text(&text), "event: end\nid: " RUN "-3\n"));
  assert_string_equal(buf_text(&text) + text.n - 5, "0\r\n\r\n");
  close(fd);
  buf_free(&text);
}

static void test_who_comes_back_goes_on_behind_its_id(void **state)
{
  struct scene *s = *state;
  struct buf text;
  int fd = connect_with(s, "GET /events HTTP/1.0\r\nLast-Event-ID: " RUN
                           "-1\r\n\r\n");
  buf_init(&text, 0);
  assert_hears(s, fd, "id: " RUN "-2\n", &text);
  assert_null(strstr(buf_text(&text), "id: " RUN "-1\n"));
  assert_null(strstr(buf_text(&text), "chunked")); /* not on HTTP/1.0 */
  close(fd);
  buf_free(&text);
}

static void test_who_does_not_read_is_dropped(void **state)
{
  static char filler[16 * 1024];
  struct scene *s = *state;
  struct buf text;
  int i, fd = connect_with(s, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  buf_init(&text, 0);
  assert_hears(s, fd, "id: " RUN "-1\n", &text);
  assert_int_equal(live_streams(s->live), 1);
  memset(filler, '\n', sizeof(filler));
  /* More than both kernels' buffers and ours may take. */
  for(i = 0; i < 1000 && live_streams(s->live); i++) {
    live_send(&s->live->client[0], (struct slice){filler, sizeof(filler)});
    uv_run(&s->loop, UV_RUN_NOWAIT);
  }
  assert_int_equal(live_streams(s->live), 0);
  uv_run(&s->loop, UV_RUN_NOWAIT);
  assert_int_equal(s->live->client[0].state, LIVE_FREE);
  close(fd);
  buf_free(&text);
}

static void test_what_is_no_request_is_answered_and_ended(void **state)
{
  static const struct {
    const char *request, *answer;
  } rows[] = {
      {"\x16\x03\x01\r\n\r\n", "HTTP/1.1 400 "},
      {"GET /a HTTP/1.1\r\n\r\n", "HTTP/1.1 404 "},
      {"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 405 "},
      {"GET /events HTTP/1.1\r\nAccept: image/png\r\n\r\n", "HTTP/1.1 406 "},
      {"OPTIONS /events HTTP/1.1\r\n\r\n", "Allow: GET, HEAD, OPTIONS\r\n"},
  };
  struct scene *s = *state;
  size_t i;
  for(i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct buf text;
    int fd = connect_with(s, rows[i].request);
    buf_init(&text, 0);
    assert_hears(s, fd, rows[i].answer, &text);
    assert_hears(s, fd, NULL, &text);
    close(fd);
    buf_free(&text);
  }
}

static void test_head_has_no_body(void **state)
{
  static const char *const path[] = {"/", "/metrics", "/events"};
  struct scene *s = *state;
  size_t i;
  for(i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
    struct buf text, request;
    int fd;
    buf_init(&request, 0);
    buf_addf(&request, "HEAD %s HTTP/1.1\r\nHost: a\r\n\r\n", path[i]);
    fd = connect_with(s, buf_text(&request));
    buf_init(&text, 0);
    assert_hears(s, fd, NULL, &text);
    assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 200 ", 13), 0);
    assert_string_equal(buf_text(&text) + text.n - 4, "\r\n\r\n");
    close(fd);
    buf_free(&text);
    buf_free(&request);
  }
}

int main(void)
{
#define SCENE(test)                                                           \
  cmocka_unit_test_setup_teardown(test, scene_begin, scene_end)
  const struct CMUnitTest tests[] = {
      SCENE(test_a_stream_gets_a_figure_a_second_in_chunks),
      SCENE(test_who_comes_back_goes_on_behind_its_id),
      SCENE(test_who_does_not_read_is_dropped),
      SCENE(test_what_is_no_request_is_answered_and_ended),
      SCENE(test_head_has_no_body),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
