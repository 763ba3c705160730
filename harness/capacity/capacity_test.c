/* SPDX-License-Identifier: MIT
 * What a step of a capacity search asks for: the given scenario at another
 * load, or the like of it for the reference server. */
#include "load/load_testing.h"

#include <stdio.h>

#include "base/clock.h"
#include "capacity/capacity_private.h"

#define URL "url: http://127.0.0.1:1/s\n"

static struct capacity_options options = {.step_ns = 4 * NS_PER_SEC,
                                          .warmup_ns = NS_PER_SEC};

static struct scenario *step(const char *yaml, enum capacity_axis axis,
                             struct search_probe probe,
                             const struct reference *reference)
{
  struct scenario *given = scenario_of(yaml), *s;
  struct err e = {0, ""};
  struct buf text;
  struct step_plan p = {.options = &options,
                        .s = given,
                        .probe = probe,
                        .reference = reference,
                        .rate = 2.5,
                        .size = 116};
  options.axis = axis;
  buf_init(&text, 0);
  assert_int_equal(scenario_print(given, &text), 0);
  p.yaml = buf_text(&text);
  s = step_scenario(&p, &e);
  if(!s)
    fail_msg("%s", e.text);
  buf_free(&text);
  scenario_free(given);
  return s;
}

static const struct search_probe ramp = {800, SEARCH_RAMP, false};

static void test_the_load_is_the_number_of_streams(void **state)
{
  struct scenario *s =
      step(URL "connections: 5\nduration: 9s\nheaders:\n  A: b\n",
           CAPACITY_CONNECTIONS, ramp, NULL);
  (void)state;
  assert_int_equal(s->connections, 800);
  assert_int_equal(s->duration_ns, 4 * NS_PER_SEC);
  assert_int_equal(s->warmup_ns, NS_PER_SEC);
  assert_string_equal(s->endpoint.header[0].value, "b");
  assert_true(s->ramp_ns >= 200 * NS_PER_MS);
  scenario_free(s);
}

static void test_a_confirming_run_takes_twice_as_long(void **state)
{
  struct scenario *s =
      step(URL, CAPACITY_CONNECTIONS,
           (struct search_probe){9, SEARCH_CONFIRM, false}, NULL);
  (void)state;
  assert_int_equal(s->duration_ns, 8 * NS_PER_SEC);
  scenario_free(s);
}

static void test_what_the_scenario_says_of_ramp_and_warmup_stays(void **state)
{
  struct scenario *s =
      step(URL "ramp: 3s\nwarmup: 7s\n", CAPACITY_CONNECTIONS, ramp, NULL);
  (void)state;
  assert_int_equal(s->ramp_ns, 3 * NS_PER_SEC);
  assert_int_equal(s->warmup_ns, 7 * NS_PER_SEC);
  scenario_free(s);
}

static void test_each_stream_is_asked_for_its_part_of_the_rate(void **state)
{
  struct scenario *s = step("url: http://127.0.0.1:1/s?r={rate}&again={rate}\n"
                            "connections: 500\n",
                            CAPACITY_RATE, ramp, NULL);
  (void)state;
  assert_string_equal(s->endpoint.url, "http://127.0.0.1:1/s?r=1.6&again=1.6");
  assert_int_equal(s->connections, 500);
  scenario_free(s);
}

static void test_the_publish_rate_is_raised(void **state)
{
  struct scenario *s =
      step(URL "connections: 5\npublish:\n  url: http://127.0.0.1:1/p\n",
           CAPACITY_PUBLISH, ramp, NULL);
  (void)state;
  assert_true(s->publish.rate > 799.9 && s->publish.rate < 800.1);
  assert_int_equal(s->connections, 5);
  scenario_free(s);
}

static const struct reference reference = {.server.pid = 1, .port = 4000};

static void test_the_reference_sends_what_the_target_sent(void **state)
{
  struct scenario *s = step(URL "headers:\n  Authorization: x\nworkers: 2\n",
                            CAPACITY_CONNECTIONS, ramp, &reference);
  (void)state;
  assert_string_equal(s->endpoint.url,
                      "http://127.0.0.1:4000/stream?rate=2.5&size=100");
  assert_int_equal(s->connections, 800);
  assert_int_equal(s->endpoint.header_count,
                   0); /* nobody else's credentials */
  assert_int_equal(s->server_pid, 1);
  assert_int_equal(s->workers, 2);
  scenario_free(s);
}

static void test_the_reference_is_published_to_alike(void **state)
{
  struct scenario *s = step(URL "connections: 5\npublish:\n"
                                "  url: http://127.0.0.1:1/p\n"
                                "  rate: 30/s\n  size: 50\n",
                            CAPACITY_CONNECTIONS, ramp, &reference);
  (void)state;
  assert_string_equal(s->endpoint.url,
                      "http://127.0.0.1:4000/stream/capacity");
  assert_string_equal(s->publish.url,
                      "http://127.0.0.1:4000/publish/capacity");
  assert_true(s->publish.rate > 29.9 && s->publish.rate < 30.1);
  assert_int_equal(s->publish.size, 50);
  scenario_free(s);
}

static void test_a_server_that_is_not_there_is_told(void **state)
{
  struct reference r;
  struct err e = {0, ""};
  (void)state;
  assert_int_equal(reference_start(&r, "/nonexistent/weir-server", &e),
                   E_NOT_FOUND);
  assert_non_null(strstr(e.text, "/nonexistent/weir-server did not start"));
  assert_int_equal(r.server.pid, 0);
  reference_stop(&r); /* of none: nothing happens */
}

static void test_axes_have_names_and_units(void **state)
{
  (void)state;
  assert_string_equal(capacity_axis_name(CAPACITY_PUBLISH), "publish");
  assert_string_equal(capacity_axis_unit(CAPACITY_RATE), "events/s");
}

static void test_the_watch_sees_this_process(void **state)
{
  struct capacity_watch w;
  struct capacity_server s;
  volatile uint64_t spin = 0;
  uint64_t from = clock_mono_ns();
  (void)state;
  watch_begin(&w, getpid(), NULL);
  watch_sample(&w, true, from);
  while(clock_mono_ns() - from < 450 * NS_PER_MS)
    spin++;
  watch_sample(&w, true, clock_mono_ns());
  s = watch_end(&w);
  assert_true(s.known && !s.gone);
  assert_int_equal(s.pid, getpid());
  assert_non_null(strstr(s.name, "capacity_cap"));
  assert_true(s.fds >= 3 && s.fds_limit >= s.fds_fullest);
  assert_true(s.busiest_percent + s.starved_percent > 50);
  assert_true(s.memory_total > s.memory_available);
}

static void test_a_process_that_is_gone_is_not_known(void **state)
{
  struct capacity_watch w;
  struct capacity_server s;
  (void)state;
  watch_begin(&w, 0, "no-such-server-name");
  watch_sample(&w, true, clock_mono_ns());
  s = watch_end(&w);
  assert_false(s.known);
  assert_false(s.gone);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_load_is_the_number_of_streams),
      cmocka_unit_test(test_a_confirming_run_takes_twice_as_long),
      cmocka_unit_test(test_what_the_scenario_says_of_ramp_and_warmup_stays),
      cmocka_unit_test(test_each_stream_is_asked_for_its_part_of_the_rate),
      cmocka_unit_test(test_the_publish_rate_is_raised),
      cmocka_unit_test(test_the_reference_sends_what_the_target_sent),
      cmocka_unit_test(test_the_reference_is_published_to_alike),
      cmocka_unit_test(test_a_server_that_is_not_there_is_told),
      cmocka_unit_test(test_axes_have_names_and_units),
      cmocka_unit_test(test_the_watch_sees_this_process),
      cmocka_unit_test(test_a_process_that_is_gone_is_not_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
