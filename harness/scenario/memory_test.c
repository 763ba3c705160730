/* SPDX-License-Identifier: MIT
 * Every allocation of this room fails once: an error comes back, nothing is
 * left behind (the sanitizer build sees leaks) and nothing crashes. */
#include "scenario/scenario_testing.h"

#include "base/memory_testing.h"

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
  if(!s) {
    assert_int_not_equal(e->code, 0);
    return e->code;
  }
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

/* Places that only a message would name may do without. */
static void test_every_failing_allocation_is_reported(void **state)
{
  size_t n;
  int rc = E_NOMEM;
  bool failed = true;
  (void)state;
  for(n = 0; failed && n < 5000; n++) {
    struct err e = {0, ""};
    memory_fail_once(n);
    rc = use(&e);
    failed = memory_restore();
    if(rc && !failed)
      fail_msg("failed without need at %zu: %s", n, e.text);
    if(rc)
      assert_int_equal(rc, E_NOMEM);
  }
  assert_int_equal(rc, 0);
  assert_false(failed);
  assert_true(n > 50);
}

static bool make_default(void *ctx)
{
  struct scenario *s = scenario_default();
  (void)ctx;
  scenario_free(s);
  return s != NULL;
}

static void test_default_is_null_without_memory(void **state)
{
  long n = memory_sweep(make_default, NULL);
  (void)state;
  assert_true(n > 5 && n < 1000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_failing_allocation_is_reported),
      cmocka_unit_test(test_default_is_null_without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
