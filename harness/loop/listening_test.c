/* SPDX-License-Identifier: MIT
 * Listening sockets, and whose they are. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop/listening.h"

#define LINE4 "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 "
#define REST  "00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0"
#define ANY6                                                                  \
  "   0: 00000000000000000000000000000000:1F90 "                              \
  "00000000000000000000000000000000:0000 0A 00000000:00000000 " REST

static struct sockaddr_storage address(const char *text, uint16_t port)
{
  struct sockaddr_storage out = {0};
  struct sockaddr_in *v4 = (void *)&out;
  struct sockaddr_in6 *v6 = (void *)&out;
  if(inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
  } else {
    assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
  }
  return out;
}

static bool is_at(const char *line, const char *text, uint16_t port)
{
  struct sockaddr_storage to = address(text, port);
  uint64_t inode = 0;
  bool found = listening_line(line, (void *)&to, &inode);
  assert_int_equal(inode, found ? 4711 : 0);
  return found;
}

static void test_lines_are_read(void **state)
{
  (void)state;
  assert_true(is_at(LINE4 REST, "127.0.0.1", 8080));
  assert_false(is_at(LINE4 REST, "127.0.0.2", 8080));
  assert_false(is_at(LINE4 REST, "127.0.0.1", 8081));
  assert_false(is_at(LINE4 REST, "::1", 8080));
  assert_true(is_at(ANY6, "127.0.0.1", 8080));
  assert_true(is_at(ANY6, "::1", 8080));
  assert_false(is_at("  sl  local_address rem_address   st", "::1", 8080));
  assert_false(is_at("", "::1", 8080));
}

static void test_an_established_connection_does_not_listen(void **state)
{
  (void)state;
  assert_false(
      is_at("   0: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 " REST,
            "127.0.0.1", 8080));
}

static void test_ones_own_socket_is_found_and_dropped(void **state)
{
  struct sockaddr_storage to = address("127.0.0.1", 0);
  socklen_t size = sizeof(struct sockaddr_in);
  struct listening l = {.count = 0};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  (void)state;
  assert_int_equal(bind(fd, (void *)&to, size), 0);
  assert_int_equal(getsockname(fd, (void *)&to, &size), 0);
  listening_on((void *)&to, &l);
  assert_int_equal(l.count, 0);
  assert_int_equal(listen(fd, 1), 0);
  listening_on((void *)&to, &l);
  assert_int_equal(l.count, 1);
  assert_int_equal(listening_holder(&l), getpid());
  assert_true(listening_drop(&l, getpid()));
  assert_int_equal(l.count, 0);
  close(fd);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines_are_read),
      cmocka_unit_test(test_an_established_connection_does_not_listen),
      cmocka_unit_test(test_ones_own_socket_is_found_and_dropped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
