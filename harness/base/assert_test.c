/* SPDX-License-Identifier: MIT
 * A claim that does not hold ends the program, with its place. */
#include "base/assert.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"

/* Runs fn in a child; what it said on stderr stands in text.  Returns the
 * signal that ended it, or 0. */
static int run(void (*fn)(void), char *text, size_t size)
{
  int fd[2], status = 0;
  size_t n = 0;
  pid_t pid;
  assert_int_equal(pipe(fd), 0);
  pid = fork();
  assert_true(pid >= 0);
  if(pid == 0) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGABRT, SIG_DFL);
    dup2(fd[1], 2);
    fn();
    _exit(0);
  }
  close(fd[1]);
  for(ssize_t got = 1; got > 0 && n < size - 1; n += (size_t)got) {
    got = read(fd[0], text + n, size - 1 - n);
    if(got < 0)
      got = 0;
  }
  text[n] = '\0';
  close(fd[0]);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void claim_true(void)
{
  weir_assert(1 + 1 == 2);
}

static void claim_false(void)
{
  weir_assert(1 + 1 == 3);
}

/* Somebody wrote over the count of a buffer. */
static void break_a_buffer(void)
{
  struct buf b;
  buf_init(&b, 0);
  buf_adds(&b, "text");
  b.n = b.cap + 1;
  buf_adds(&b, "more");
}

static void test_a_claim_that_holds_says_nothing(void **state)
{
  char text[400];
  (void)state;
  assert_int_equal(run(claim_true, text, sizeof(text)), 0);
  assert_string_equal(text, "");
}

static void test_one_that_does_not_aborts_and_says_where(void **state)
{
  char text[400], wanted[200];
  (void)state;
#ifdef WEIR_NO_ASSERT
  skip();
#endif
  assert_int_equal(run(claim_false, text, sizeof(text)), SIGABRT);
  snprintf(wanted, sizeof(wanted), "weir: error: harness/base/assert_test.c:");
  assert_memory_equal(text, wanted, strlen(wanted));
  assert_non_null(
      strstr(text, ": 1 + 1 == 3 does not hold; please report it\n"));
}

static void test_an_invariant_of_a_buffer_is_claimed(void **state)
{
  char text[400];
  (void)state;
#ifdef WEIR_NO_ASSERT
  skip();
#endif
  assert_int_equal(run(break_a_buffer, text, sizeof(text)), SIGABRT);
  assert_non_null(strstr(text, "harness/base/buf.c:"));
}

static void count(int *calls)
{
  ++*calls;
}

/* What a claim costs where claims are left out. */
static void test_without_claims_nothing_is_evaluated(void **state)
{
  int calls = 0;
  (void)state;
  weir_assert((count(&calls), 1));
#ifdef WEIR_NO_ASSERT
  assert_int_equal(calls, 0);
#else
  assert_int_equal(calls, 1);
#endif
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_claim_that_holds_says_nothing),
      cmocka_unit_test(test_one_that_does_not_aborts_and_says_where),
      cmocka_unit_test(test_an_invariant_of_a_buffer_is_claimed),
      cmocka_unit_test(test_without_claims_nothing_is_evaluated),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
