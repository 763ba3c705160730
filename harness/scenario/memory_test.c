/* SPDX-License-Identifier: MIT
 * Every allocation of this room fails once: an error comes back, nothing is
 * left behind (the sanitizer build sees leaks) and nothing crashes.
 *
 * The linker puts the __wrap_ functions in front of malloc and its like for
 * weir's own code; libraries keep theirs. */
#include "scenario/scenario_testing.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static long left = -1; /* allocations until one fails; -1 = none does */

static int fails(void)
{
  if(left < 0)
    return 0;
  return left-- == 0;
}

void *__wrap_malloc(size_t n)
{
  return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
  return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
  return fails() ? NULL : __real_realloc(p, n);
}

static const char all_kinds[] =
    "# What?\nurl: http://h/{{user.id}}\nmethod: PUT\n"
    "headers: {A: b, C: d}\nsource-ip: [127.0.0.2]\n"
    "resolve: [\"h:80:127.0.0.1\"]\nstages: [{connections: 2, hold: 5s}]\n"
    "sequence: /seq\nstamp: {pointer: /t, unit: ms}\n"
    "users: " WEIR_SOURCE_DIR "/scenarios/load/two-users.csv\n"
    "publish: {url: http://h/, headers: [\"E: f\"], body: \"{{seq}}\"}\n"
    "storm: {at: 1s}\nthresholds: [a < 1, b == 2]\n";

/* Everything a run does with a scenario; 0 when all of it worked. */
static int use(struct err *e)
{
  struct scenario *s = scenario_parse(slice_of(all_kinds), "t.yaml", e);
  struct buf out;
  int rc;
  if(!s)
    return e->code;
  buf_init(&out, 0);
  rc = scenario_set(s, "headers", "A: z", "-H", e);
  if(rc == 0)
    rc = scenario_set(s, "source-ip", "127.0.0.3", "--source-ip", e);
  if(rc == 0)
    rc = scenario_finish(s, e);
  if(rc == 0)
    rc = scenario_print(s, &out);
  buf_free(&out);
  scenario_free(s);
  return rc;
}

static void test_every_failing_allocation_is_reported(void **state)
{
  long n;
  int rc = E_NOMEM;
  (void)state;
  for(n = 0; rc && n < 5000; n++) {
    struct err e = {0, ""};
    left = n;
    rc = use(&e);
    if(rc && left >= 0)
      fail_msg("failed without need at %ld: %s", n, e.text);
    if(rc)
      assert_int_equal(rc, E_NOMEM);
  }
  left = -1;
  assert_int_equal(rc, 0);
  assert_true(n > 50);
}

static void test_default_is_null_without_memory(void **state)
{
  struct scenario *s = NULL;
  long n;
  (void)state;
  for(n = 0; !s && n < 1000; n++) {
    left = n;
    s = scenario_default();
  }
  left = -1;
  assert_true(n > 5);
  assert_non_null(s);
  scenario_free(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_failing_allocation_is_reported),
      cmocka_unit_test(test_default_is_null_without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
