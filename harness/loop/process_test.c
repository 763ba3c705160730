/* SPDX-License-Identifier: MIT
 * Child processes: waited for, read, and ended whole. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "loop/process.h"

#define LONG_NS (30 * NS_PER_SEC)

static struct process sh(const char *script)
{
  const char *argv[] = {"/bin/sh", "-c", script, NULL};
  struct process p;
  struct err e = {0, ""};
  assert_int_equal(process_start(&p, argv, &e), 0);
  return p;
}

static int await(struct process *p, struct buf *said, struct process_stop stop)
{
  return process_await(p, "ready on ", LONG_NS, said, stop);
}

static void test_a_line_is_awaited_until_it_is_whole(void **state)
{
  const struct process_stop nobody = {NULL, NULL};
  struct process p = sh("echo first; printf 'ready on 4'; sleep 0.1; "
                        "echo 2; exec sleep 60");
  struct buf said;
  int status;
  (void)state;
  buf_init(&said, 0);
  assert_int_equal(await(&p, &said, nobody), 0);
  assert_string_equal(buf_text(&said), "first\nready on 42\n");
  assert_true(process_running(&p, &status));
  process_end(&p);
  assert_int_equal(p.pid, 0);
  buf_free(&said);
}

static void test_a_process_that_ends_is_not_awaited(void **state)
{
  const struct process_stop nobody = {NULL, NULL};
  struct process p = sh("echo cannot >&2; exit 3");
  struct buf said;
  (void)state;
  buf_init(&said, 0);
  assert_int_equal(await(&p, &said, nobody), E_IO);
  assert_string_equal(buf_text(&said), "cannot\n");
  process_end(&p);
  buf_free(&said);
}

static bool say_yes(void *ctx)
{
  ++*(int *)ctx;
  return true;
}

static void test_a_wait_ends_when_asked_to(void **state)
{
  int asked = 0;
  const struct process_stop stop = {say_yes, &asked};
  struct process p = sh("exec sleep 60");
  struct buf said;
  (void)state;
  buf_init(&said, 0);
  assert_int_equal(await(&p, &said, stop), E_CLOSED);
  assert_int_equal(asked, 1);
  process_end(&p);
  buf_free(&said);
}

static void test_children_of_a_child_end_with_it(void **state)
{
  const struct process_stop nobody = {NULL, NULL};
  struct process p = sh("sleep 60 & echo ready on $!; wait");
  struct buf said;
  pid_t grandchild;
  (void)state;
  buf_init(&said, 0);
  assert_int_equal(await(&p, &said, nobody), 0);
  grandchild = (pid_t)strtol(buf_text(&said) + strlen("ready on "), NULL, 10);
  assert_int_equal(kill(grandchild, 0), 0);
  process_end(&p);
  assert_int_equal(kill(grandchild, 0), -1);
  buf_free(&said);
}

static void test_a_run_tells_the_exit_code(void **state)
{
  const char *argv[] = {"/bin/sh", "-c", "echo done; exit 7", NULL};
  const struct process_bounds bounds = {.limit_ns = LONG_NS};
  struct err e = {0, ""};
  struct buf said;
  (void)state;
  buf_init(&said, 0);
  assert_int_equal(process_run(argv, bounds, &said, &e), 7);
  assert_string_equal(buf_text(&said), "done\n");
  buf_free(&said);
}

/* Root alone may: others are told so. */
static void test_a_process_of_another_user_has_that_user_s_rights_alone(
    void **state)
{
  const char *argv[] = {"/bin/sh", "-c",
                        "id -u; id -G; cat /etc/shadow; grep NoNewPrivs "
                        "/proc/self/status",
                        NULL};
  const struct process_bounds bounds = {.limit_ns = LONG_NS,
                                        .as = {65432, 65431, NULL}};
  struct err e = {0, ""};
  struct buf said;
  (void)state;
  buf_init(&said, 0);
  if(geteuid() != 0) {
    assert_int_equal(process_run(argv, bounds, &said, &e), PROCESS_CANNOT);
    assert_non_null(strstr(buf_text(&said), "cannot be run as user 65432"));
  } else {
    assert_int_equal(process_run(argv, bounds, &said, &e), 0);
    assert_non_null(strstr(buf_text(&said), "65432\n65431\n"));
    assert_non_null(strstr(buf_text(&said), "denied"));
    assert_non_null(strstr(buf_text(&said), "NoNewPrivs:\t1"));
  }
  buf_free(&said);
}

static void test_a_program_is_found_in_path_or_nowhere(void **state)
{
  char path[100];
  (void)state;
  assert_true(process_find("sh", "sh", NULL, path, sizeof(path)));
  assert_int_equal(access(path, X_OK), 0);
  assert_false(
      process_find("/nonexistent/sh", "sh", NULL, path, sizeof(path)));
  assert_false(
      process_find("no-such-program-here", "sh", NULL, path, sizeof(path)));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_line_is_awaited_until_it_is_whole),
      cmocka_unit_test(test_a_process_that_ends_is_not_awaited),
      cmocka_unit_test(test_a_wait_ends_when_asked_to),
      cmocka_unit_test(test_children_of_a_child_end_with_it),
      cmocka_unit_test(test_a_run_tells_the_exit_code),
      cmocka_unit_test(
          test_a_process_of_another_user_has_that_user_s_rights_alone),
      cmocka_unit_test(test_a_program_is_found_in_path_or_nowhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
