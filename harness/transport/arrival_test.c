/* SPDX-License-Identifier: MIT
 * Kernel receive times and counts over a real connection: what waits has the
 * time of its newest byte, and what was taken is told from what waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "transport/arrival.h"
#include "transport/received.h"

#define APART_NS (UINT64_C(5) * NS_PER_MS)

struct pair {
  int from, to; /* what is written into the one comes out of the other */
};

static int setup(void **state)
{
  static struct pair p;
  struct sockaddr_in a = {.sin_family = AF_INET};
  socklen_t n = sizeof(a);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  arrival_warm_up();
  p.from = socket(AF_INET, SOCK_STREAM, 0);
  if(bind(listener, (struct sockaddr *)&a, n) || listen(listener, 1) ||
     getsockname(listener, (struct sockaddr *)&a, &n) ||
     connect(p.from, (struct sockaddr *)&a, n))
    return -1;
  p.to = accept(listener, NULL, NULL);
  close(listener);
  arrival_enable(p.to);
  *state = &p;
  return p.to < 0 ? -1 : 0;
}

static int teardown(void **state)
{
  struct pair *p = *state;
  close(p->from);
  close(p->to);
  return 0;
}

/* Writes three bytes and waits until they are there; the time before. */
static uint64_t bring(const struct pair *p)
{
  uint64_t before = received_bytes(p->to), now = clock_real_ns();
  assert_int_equal(write(p->from, "abc", 3), 3);
  while(received_bytes(p->to) < before + 3)
    (void)poll(NULL, 0, 1);
  return now;
}

/* Until the kernel stamps: it begins a moment after it was asked to. */
static void await_stamps(const struct pair *p)
{
  struct arrival when = {0, false};
  char space[8];
  do {
    (void)bring(p);
    assert_int_equal(arrival_recv(p->to, space, sizeof(space), 0, &when), 3);
  } while(!when.kernel);
}

static void wait_until(uint64_t real_ns)
{
  while(clock_real_ns() < real_ns)
    (void)poll(NULL, 0, 1);
}

static void test_what_waits_has_the_time_of_its_newest_byte(void **state)
{
  struct pair *p = *state;
  struct arrival when = {0, false};
  uint64_t first, second;
  char space[8];
  await_stamps(p);
  assert_false(arrival_peek(p->to, &when));
  first = bring(p);
  assert_true(arrival_peek(p->to, &when));
  assert_true(when.kernel && when.real_ns >= first);
  wait_until(first + APART_NS);
  second = bring(p);
  assert_true(arrival_peek(p->to, &when));
  assert_true(when.kernel && when.real_ns >= second);
  /* Nothing was taken. */
  assert_int_equal(arrival_recv(p->to, space, sizeof(space), 0, &when), 6);
  assert_memory_equal(space, "abcabc", 6);
  assert_true(when.real_ns >= second);
}

static void test_what_was_taken_is_told_from_what_waits(void **state)
{
  struct pair *p = *state;
  uint64_t before = received_bytes(p->to);
  char one;
  assert_int_equal(received_taken(p->to), before);
  (void)bring(p);
  assert_int_equal(received_bytes(p->to), before + 3);
  assert_int_equal(received_taken(p->to), before);
  assert_int_equal(read(p->to, &one, 1), 1);
  assert_int_equal(received_taken(p->to), before + 1);
}

static void test_what_is_no_connection_has_no_counts(void **state)
{
  int fd[2];
  (void)state;
  assert_int_equal(pipe(fd), 0);
  assert_int_equal(received_bytes(fd[0]), 0);
  assert_int_equal(received_taken(fd[0]), 0);
  close(fd[0]);
  close(fd[1]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_waits_has_the_time_of_its_newest_byte),
      cmocka_unit_test(test_what_was_taken_is_told_from_what_waits),
      cmocka_unit_test(test_what_is_no_connection_has_no_counts),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
