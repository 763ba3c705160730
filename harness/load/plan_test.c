/* SPDX-License-Identifier: MIT
 * From a scenario to a plan, on whatever machine this runs. */
#include "load/load_testing.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "load/load.h"

#define URL "url: http://127.0.0.1:1/\n"

static struct load_plan plan_of(const char *yaml)
{
  struct scenario *s = scenario_of(yaml);
  struct load_plan p;
  struct err e = {0, ""};
  if(load_plan_make(s, &p, &e))
    fail_msg("%s", e.text);
  scenario_free(s);
  return p;
}

static void refused(const char *yaml, int code, const char *part)
{
  struct scenario *s = scenario_of(yaml);
  struct load_plan p;
  struct err e = {0, ""};
  assert_int_equal(load_plan_make(s, &p, &e), code);
  if(!strstr(e.text, part))
    fail_msg("\"%s\" lacks \"%s\"", e.text, part);
  scenario_free(s);
}

static void test_a_small_run_needs_one_worker(void **state)
{
  struct load_plan p =
      plan_of(URL "connections: 5\nramp: 1s\nwarmup: 2s\nduration: 4s\n");
  (void)state;
  assert_int_equal(p.workers, 1);
  assert_int_equal(p.streams, 5);
  assert_false(p.publisher);
  assert_true(p.loopback);
  assert_int_equal(p.source_addresses, 1);
  assert_int_equal(p.expected_ns, 7 * NS_PER_SEC);
}

static void test_workers_are_never_more_than_streams(void **state)
{
  struct load_plan p = plan_of(URL "connections: 3\nworkers: 16\n");
  (void)state;
  assert_int_equal(p.workers, 3);
}

static void test_each_workload_has_its_peak_and_length(void **state)
{
  struct load_plan p =
      plan_of(URL "stages: [\"10:1s:1s\", \"40:1s:0s\", \"0:1s:0s\"]\n");
  (void)state;
  assert_int_equal(p.streams, 40);
  assert_int_equal(p.expected_ns, 4 * NS_PER_SEC);
  p = plan_of(URL "arrival: {rate: 20/s, lifetime: 2s}\nduration: 60s\n");
  assert_int_equal(p.streams, 41);
  p = plan_of(URL "arrival: {rate: 20/s}\nduration: 10s\nwarmup: 5s\n");
  assert_int_equal(p.streams, 301);
  p = plan_of(URL "publish: {url: \"http://127.0.0.1:1/p\"}\n");
  assert_true(p.publisher);
}

static void test_large_loopback_runs_spread_their_addresses(void **state)
{
  struct rlimit r;
  (void)state;
  getrlimit(RLIMIT_NOFILE, &r);
  if(r.rlim_max < 5000)
    skip();
  assert_int_equal(
      plan_of(URL "connections: 25000\nworkers: 20\n").source_addresses, 3);
  assert_int_equal(
      plan_of("url: http://192.0.2.1/\nconnections: 25000\nworkers: 20\n")
          .source_addresses,
      1);
  assert_int_equal(plan_of("url: http://192.0.2.1/\nconnections: 25000\n"
                           "workers: 20\nsource-ip: [192.0.2.1, 192.0.2.2, "
                           "192.0.2.3, 192.0.2.4]\n")
                       .source_addresses,
                   4);
}

#define TLS "url: https://127.0.0.1/\nhttp: 1.1\n"

static void test_memory_is_told_by_what_carries_the_stream(void **state)
{
  uint64_t lean = plan_of(URL).bytes_per_stream;
  (void)state;
  assert_true(plan_of(URL "carrier: libcurl\n").bytes_per_stream > lean);
  assert_true(plan_of(URL "compression: true\n").bytes_per_stream > lean);
  assert_true(plan_of("url: https://127.0.0.1/\n").bytes_per_stream > lean);
  assert_true(plan_of(TLS "carrier: libcurl\n").bytes_per_stream >
              plan_of(TLS).bytes_per_stream);
  assert_true(plan_of(TLS).bytes_per_stream > lean);
  assert_true(plan_of(URL "http: 2\ncarrier: libcurl\n").bytes_per_stream >
              plan_of(URL "http: 2\n").bytes_per_stream);
  assert_true(plan_of(URL "http: 2\n").bytes_per_stream > lean);
  assert_int_equal(plan_of(URL "http: auto\n").bytes_per_stream, lean);
}

static void write_users(char path[64])
{
  FILE *f;
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  f = fdopen(fd, "w");
  fputs("id,host,port\nann,127.0.0.1,80\nbob,192.0.2.7,81\n", f);
  fclose(f);
}

static void test_templates_in_the_url_are_filled_before_it_is_judged(void **st)
{
  char path[64] = "/tmp/weir-users-XXXXXX", yaml[300];
  (void)st;
  write_users(path);
  snprintf(yaml, sizeof(yaml),
           "url: http://127.0.0.1:1/x?u={{user.id}}\nusers: %s\n", path);
  assert_true(plan_of(yaml).loopback);
  /* Another host for each user: nothing may be assumed of all. */
  snprintf(yaml, sizeof(yaml), "url: \"http://{{user.host}}/\"\nusers: %s\n",
           path);
  assert_false(plan_of(yaml).loopback);
  snprintf(yaml, sizeof(yaml),
           "url: \"http://127.0.0.1:{{user.id}}/\"\nusers: %s\n", path);
  refused(yaml, E_SYNTAX, "http://127.0.0.1:ann/");
  unlink(path);
}

static void test_too_many_headers_are_refused_not_dropped(void **state)
{
  struct scenario *s = scenario_of(URL);
  struct load_plan p;
  struct err e = {0, ""};
  int i;
  (void)state;
  for(i = 0; i < 60; i++)
    assert_int_equal(scenario_set(s, "headers", "X-A: b", "-H", &e), 0);
  assert_int_equal(load_plan_make(s, &p, &e), 0);
  assert_int_equal(scenario_set(s, "headers", "X-A: b", "-H", &e), 0);
  assert_int_equal(load_plan_make(s, &p, &e), E_RANGE);
  assert_non_null(strstr(e.text, "61 headers"));
  scenario_free(s);
}

static void test_a_shortage_is_told_with_its_cure(void **state)
{
  (void)state;
  refused(URL "connections: 10000000\nworkers: 1\n", E_LIMIT, "ulimit -n");
  refused("url: http://192.0.2.1/\nconnections: 10000000\nworkers: 1024\n"
          "source-ip: [192.0.2.9]\n",
          E_LIMIT, "");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_small_run_needs_one_worker),
      cmocka_unit_test(test_workers_are_never_more_than_streams),
      cmocka_unit_test(test_each_workload_has_its_peak_and_length),
      cmocka_unit_test(test_large_loopback_runs_spread_their_addresses),
      cmocka_unit_test(test_memory_is_told_by_what_carries_the_stream),
      cmocka_unit_test(
          test_templates_in_the_url_are_filled_before_it_is_judged),
      cmocka_unit_test(test_too_many_headers_are_refused_not_dropped),
      cmocka_unit_test(test_a_shortage_is_told_with_its_cure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
