/* SPDX-License-Identifier: MIT
 * Limits preflight, process statistics, the line channel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "loop/channel.h"
#include "loop/limits.h"
#include "loop/procstat.h"

static const struct limits machine = {1024, 20000, 28232, 1ull << 30, 2};

static void test_preflight_names_the_fd_shortage_and_its_cure(void **state)
{
  struct demand d = {5000, 1, 100, 4, 16384, 1};
  struct err e;
  (void)state;
  assert_int_equal(limits_check(&machine, &d, &e), E_LIMIT);
  assert_non_null(strstr(e.text, "ulimit -n 5064"));
  assert_non_null(strstr(e.text, "--workers 6"));
  d.workers = 6;
  assert_int_equal(limits_check(&machine, &d, &e), 0);
}

static void test_preflight_names_the_port_shortage(void **state)
{
  struct demand d = {60000, 100, 100, 1, 100, 0};
  struct err e;
  (void)state;
  assert_int_equal(limits_check(&machine, &d, &e), E_LIMIT);
  assert_non_null(strstr(e.text, "3 source addresses"));
  d.source_addresses = 3;
  assert_int_equal(limits_check(&machine, &d, &e), 0);
}

static void test_preflight_names_the_memory_shortage(void **state)
{
  struct demand d = {90000, 100, 100, 4, 65536, 1};
  struct err e;
  (void)state;
  assert_int_equal(limits_check(&machine, &d, &e), E_LIMIT);
  assert_non_null(strstr(e.text, "memory"));
}

static void test_workers_follow_streams_cpus_and_fds(void **state)
{
  struct limits wide = machine;
  (void)state;
  wide.fds_soft = 20000;
  assert_int_equal(limits_workers(&wide, 10), 1);
  assert_int_equal(limits_workers(&wide, 5000), 2);
  assert_int_equal(limits_workers(&wide, 35200), 2);
  assert_int_equal(limits_workers(&wide, 35201), 3);
  assert_int_equal(limits_workers(&wide, 1000000), 57);
  assert_int_equal(limits_workers(&machine, 9600), 10);
}

static void test_procstat_sees_this_process(void **state)
{
  struct procstat self, tree;
  (void)state;
  procstat_self(&self);
  assert_int_equal(procstat_tree(getpid(), &tree), 0);
  assert_true(self.rss_bytes > 100000);
  assert_int_equal(tree.processes, 1);
  assert_true(procstat_fds(getpid()) >= 3);
  assert_int_equal(procstat_tree(0x7ffffff0, &tree), E_NOT_FOUND);
}

struct talk {
  struct channel a, b;
  struct buf heard;
  int closes;
};

static void hear(struct slice line, void *ctx)
{
  struct talk *t = ctx;
  buf_add(&t->heard, line.p, line.n);
  buf_addc(&t->heard, '|');
  if(slice_eq_cstr(line, "end"))
    channel_close(&t->a);
}

static void hang_up(void *ctx)
{
  struct talk *t = ctx;
  t->closes++;
  channel_close(&t->b);
}

static void test_channel_carries_lines_and_tells_the_end(void **state)
{
  uv_loop_t loop;
  struct talk t;
  int fds[2];
  (void)state;
  memset(&t, 0, sizeof(t));
  assert_int_equal(uv_loop_init(&loop), 0);
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  assert_int_equal(channel_init(&t.a, &loop, hear, hang_up, &t), 0);
  assert_int_equal(channel_init(&t.b, &loop, hear, hang_up, &t), 0);
  assert_int_equal(uv_pipe_open(&t.a.pipe, fds[0]), 0);
  assert_int_equal(uv_pipe_open(&t.b.pipe, fds[1]), 0);
  assert_int_equal(channel_read(&t.a), 0);
  assert_int_equal(channel_read(&t.b), 0);
  assert_int_equal(channel_send(&t.b, SLICE_LIT("one")), 0);
  assert_int_equal(channel_send(&t.b, SLICE_LIT("")), 0);
  assert_int_equal(channel_send(&t.b, SLICE_LIT("end")), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  assert_string_equal(buf_text(&t.heard), "one||end|");
  assert_int_equal(t.closes, 1);
  assert_int_equal(channel_send(&t.a, SLICE_LIT("x")), E_CLOSED);
  buf_free(&t.heard);
  assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_preflight_names_the_fd_shortage_and_its_cure),
      cmocka_unit_test(test_preflight_names_the_port_shortage),
      cmocka_unit_test(test_preflight_names_the_memory_shortage),
      cmocka_unit_test(test_workers_follow_streams_cpus_and_fds),
      cmocka_unit_test(test_procstat_sees_this_process),
      cmocka_unit_test(test_channel_carries_lines_and_tells_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
