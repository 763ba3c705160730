/* SPDX-License-Identifier: MIT
 * Messages survive the channel; what is missing reads as nothing. */
#include "load/load_testing.h"

#include "load/message.h"

struct ends {
  uv_loop_t loop;
  struct channel a, b;
  json_t *got; /* owned */
  int lines;
  bool gone;
};

static void on_line(struct slice line, void *ctx)
{
  struct ends *x = ctx;
  struct err e;
  json_decref(x->got);
  x->got = json_parse(line, "test", &e);
  x->lines++;
}

static void on_close(void *ctx)
{
  ((struct ends *)ctx)->gone = true;
}

static struct ends *ends_new(void)
{
  struct ends *x = calloc(1, sizeof(*x));
  uv_file fd[2];
  assert_int_equal(uv_loop_init(&x->loop), 0);
  assert_int_equal(
      uv_socketpair(SOCK_STREAM, 0, fd, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE),
      0);
  channel_init(&x->a, &x->loop, on_line, on_close, x);
  channel_init(&x->b, &x->loop, on_line, on_close, x);
  uv_pipe_open(&x->a.pipe, fd[0]);
  uv_pipe_open(&x->b.pipe, fd[1]);
  assert_int_equal(channel_read(&x->b), 0);
  return x;
}

static void ends_free(struct ends *x)
{
  channel_close(&x->a);
  channel_close(&x->b);
  uv_run(&x->loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&x->loop), 0);
  json_decref(x->got);
  free(x);
}

static void test_a_message_arrives_as_it_was_sent(void **state)
{
  struct ends *x = ends_new();
  json_t *m = message_new("measure");
  (void)state;
  message_set_u64(m, "m0", 1234567890123456789);
  message_set_text(m, "text", "a \"line\"\nwith \xff bytes");
  message_set(m, "share", json_real(0.25));
  message_set(m, "flag", json_true());
  message_set(m, "nothing", NULL);
  assert_int_equal(message_send(&x->a, m), 0);
  while(!x->lines)
    uv_run(&x->loop, UV_RUN_ONCE);
  assert_true(message_is(x->got, "measure"));
  assert_false(message_is(x->got, "measured"));
  assert_int_equal(message_u64(x->got, "m0"), 1234567890123456789);
  assert_string_equal(message_text(x->got, "text"),
                      "a \"line\"\nwith \xef\xbf\xbd bytes");
  assert_true(message_real(x->got, "share") == 0.25);
  assert_true(message_flag(x->got, "flag"));
  ends_free(x);
}

static void test_what_is_missing_or_of_another_kind_reads_as_nothing(void **st)
{
  json_t *m = message_new("go");
  (void)st;
  message_set_text(m, "number", "12");
  assert_int_equal(message_u64(m, "number"), 0);
  assert_int_equal(message_u64(m, "missing"), 0);
  assert_true(message_real(m, "missing") == 0);
  assert_string_equal(message_text(m, "missing"), "");
  assert_false(message_flag(m, "number"));
  assert_false(message_is(NULL, "go"));
  message_set_u64(NULL, "x", 1); /* harmless */
  json_decref(m);
}

static void test_a_message_that_could_not_be_made_is_refused(void **state)
{
  struct ends *x = ends_new();
  (void)state;
  assert_int_equal(message_send(&x->a, NULL), E_NOMEM);
  channel_close(&x->a);
  assert_int_equal(message_send(&x->a, message_new("go")), E_CLOSED);
  while(!x->gone)
    uv_run(&x->loop, UV_RUN_ONCE);
  ends_free(x);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_message_arrives_as_it_was_sent),
      cmocka_unit_test(
          test_what_is_missing_or_of_another_kind_reads_as_nothing),
      cmocka_unit_test(test_a_message_that_could_not_be_made_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
