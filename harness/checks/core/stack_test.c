/* SPDX-License-Identifier: MIT
 * Which heads show which stack. */
#include "checks/core/stack.h"

#include "checks/core/sample.h"

static void shows(const char *lines, const char *stack, const char *sign)
{
  char head[200];
  struct sample s;
  struct recording *r;
  struct slice seen;
  const char *found;
  (void)snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\n%s\r\n", lines);
  sample_begin(&s);
  r = sample_add(&s, "plain", head);
  assert_int_equal(recording_digest(r), 0);
  found = stack_of(&r->head, &seen);
  if(stack) {
    assert_string_equal(stack, found ? found : "(none)");
    assert_true(slice_eq_cstr(seen, sign));
  } else
    assert_null(found);
  sample_end(&s);
}

static void test_servers_say_who_they_are(void **state)
{
  (void)state;
  shows("Server: uvicorn\r\n", "Python/Starlette", "uvicorn");
  shows("server: hypercorn-h11\r\n", "Python/Starlette", "hypercorn-h11");
  shows("Server: Jetty(12.0.1)\r\n", "Spring", "Jetty(12.0.1)");
  shows("Server: nginx/1.22.1\r\n", "nginx", "nginx/1.22.1");
  shows("Server: Microsoft-IIS/10.0\r\n", NULL, "");
  shows("", NULL, "");
}

static void test_an_application_behind_a_proxy_is_seen(void **state)
{
  (void)state;
  shows("Server: nginx\r\nX-Powered-By: Express\r\n", "Node/Express",
        "Express");
}

static void test_habits_are_signs_where_nobody_gives_a_name(void **state)
{
  (void)state;
  shows("Keep-Alive: timeout=5\r\n", "Node/Express", "timeout=5");
  shows("Keep-Alive: timeout=60\r\n", "Spring", "timeout=60");
  shows("Keep-Alive: timeout=5, max=100\r\n", NULL, "");
  shows("Server: Apache\r\nKeep-Alive: timeout=5\r\n", NULL, "");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_servers_say_who_they_are),
      cmocka_unit_test(test_an_application_behind_a_proxy_is_seen),
      cmocka_unit_test(test_habits_are_signs_where_nobody_gives_a_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
