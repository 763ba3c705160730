/* SPDX-License-Identifier: MIT
 * Defaults, layers and what scenario_finish decides. */
#include "scenario/scenario_testing.h"

#include "base/clock.h"
#include "scenario/template.h"

#define URL "url: http://h/s\n"

static void test_default_holds_the_documented_values(void **state)
{
  struct scenario *s = scenario_default();
  (void)state;
  assert_int_equal(s->connections, 1);
  assert_int_equal(s->duration_ns, 10 * NS_PER_SEC);
  assert_int_equal(s->drain_ns, 2 * NS_PER_SEC);
  assert_int_equal(s->endpoint.connect_timeout_ns, 10 * NS_PER_SEC);
  assert_int_equal(s->endpoint.head_timeout_ns, 30 * NS_PER_SEC);
  assert_int_equal(s->retry_ns, 3 * NS_PER_SEC);
  assert_int_equal(s->retry_max_ns, 60 * NS_PER_SEC);
  assert_int_equal(s->max_line, 1 << 20);
  assert_int_equal(s->max_event, 16 << 20);
  assert_int_equal(s->streams_per_connection, 100);
  assert_int_equal(s->endpoint.http, HTTP_1_1);
  assert_true(s->reconnect);
  assert_false(s->publish.enabled || s->storm.enabled);
  assert_string_equal(s->endpoint.method, "GET");
  assert_string_equal(s->name, "cli");
  scenario_free(s);
}

static void test_every_kind_of_key_is_read_from_yaml(void **state)
{
  struct scenario *s =
      finish_good("# What?\n#\n#   indented\nurl: http://h/{{n}}\n"
                  "headers: {X-A: 1, X-B: \"two\"}\nhttp: 2\n"
                  "tls: {insecure: yes}\nproxy: socks5://p:1\n"
                  "source-ip: [127.0.0.2, 127.0.0.3]\n"
                  "resolve: [\"h:80:127.0.0.1\"]\nconnections: 10k\n"
                  "seed: 18446744073709551615\nmax_line: 2MiB\n"
                  "reconnect: {enabled: off, retry: 500ms, jitter: 10%}\n"
                  "sequence: /a/n\nstamp: {pointer: /t, unit: us}\n"
                  "clock-offset: -1.5ms\nslow: {share: 1%}\n"
                  "publish: {url: http://h/p, match: {sequence: none}}\n");
  (void)state;
  assert_string_equal(s->description, "What?\n\n  indented");
  assert_string_equal(s->name, "t");
  assert_int_equal(s->endpoint.header_count, 2);
  assert_string_equal(s->endpoint.header[1].value, "two");
  assert_int_equal(s->endpoint.http, HTTP_2);
  assert_true(s->endpoint.insecure);
  assert_string_equal(s->endpoint.source_ip[1], "127.0.0.3");
  assert_string_equal(s->endpoint.resolve[0], "h:80:127.0.0.1");
  assert_int_equal(s->connections, 10000);
  assert_true(s->seed == UINT64_MAX);
  assert_int_equal(s->max_line, 2 << 20);
  assert_false(s->reconnect);
  assert_int_equal(s->retry_ns, 500 * NS_PER_MS);
  assert_int_equal(s->sequence, SEQ_DATA);
  assert_string_equal(s->sequence_pointer, "/a/n");
  assert_int_equal(s->stamp, STAMP_DATA);
  assert_int_equal(s->stamp_unit, UNIT_US);
  assert_true(s->clock_offset_set);
  assert_int_equal(s->clock_offset_ns, -1500000);
  assert_true(s->publish.enabled);
  assert_null(s->publish.match_seq);
  assert_string_equal(s->publish.match_stamp, "/t");
  scenario_free(s);
}

static void test_stages_are_maps_or_texts_and_make_the_duration(void **state)
{
  struct scenario *s = finish_good(
      URL "warmup: 1s\nstages:\n  - {connections: 10, ramp: 1s, hold: 5s}\n"
          "  - 50:500ms:2s\n");
  (void)state;
  assert_int_equal(s->stage_count, 2);
  assert_int_equal(s->stage[0].hold_ns, 5 * NS_PER_SEC);
  assert_int_equal(s->stage[1].connections, 50);
  assert_int_equal(s->stage[1].ramp_ns, 500 * NS_PER_MS);
  assert_int_equal(s->duration_ns, 7500 * NS_PER_MS);
  assert_int_equal(s->connections, 0);
  assert_int_equal(scenario_peak(s), 50);
  assert_int_equal(scenario_run_ns(s), 8500 * NS_PER_MS);
  scenario_free(s);
}

static void test_the_command_lines_workload_replaces_the_files(void **state)
{
  struct scenario *s = parse_good(URL "stages: [\"10:1s:5s\"]\n");
  (void)state;
  set_good(s, "connections", "7");
  assert_int_equal(scenario_finish(s, NULL), 0);
  assert_int_equal(s->connections, 7);
  assert_int_equal(s->stage_count, 0);
  assert_int_equal(s->duration_ns, 10 * NS_PER_SEC);
  scenario_free(s);
  s = parse_good(URL "connections: 5\nramp: 3s\n");
  set_good(s, "arrival.rate", "20/s");
  set_good(s, "arrival.lifetime", "2s");
  assert_int_equal(scenario_finish(s, NULL), 0);
  assert_int_equal(s->connections, 0);
  assert_int_equal(s->ramp_ns, 0);
  assert_int_equal(scenario_peak(s), 41);
  scenario_free(s);
}

static void test_two_workloads_of_one_layer_exclude_each_other(void **state)
{
  struct scenario *s = scenario_default();
  struct err e = {0, ""};
  (void)state;
  refuses(URL "connections: 5\nstages: [\"1:1s:1s\"]\n",
          "t.yaml:3:1: stages: excludes connections (t.yaml:2:1): a run has "
          "one of connections, stages and arrival.rate");
  set_good(s, "url", "http://h/");
  assert_int_equal(scenario_set(s, "connections", "5", "-c", &e), 0);
  assert_int_equal(scenario_set(s, "arrival.rate", "5", "--arrival.rate", &e),
                   0);
  assert_int_equal(scenario_finish(s, &e), E_MISMATCH);
  assert_string_equal(e.text,
                      "--arrival.rate: excludes connections (-c): a run has "
                      "one of connections, stages and arrival.rate");
  scenario_free(s);
}

static void test_the_command_line_overrides_single_keys_of_a_file(void **state)
{
  struct scenario *s = parse_good(
      URL "duration: 5s\nsource-ip: [127.0.0.2, 127.0.0.3]\n"
          "headers: {Authorization: a, X-Keep: b}\nthresholds: [a < 1]\n");
  (void)state;
  set_good(s, "url", "http://other/");
  set_good(s, "duration", "6s");
  set_good(s, "duration", "7s");
  set_good(s, "source-ip", "127.0.0.9,127.0.0.10");
  set_good(s, "headers", "authorization: c");
  set_good(s, "headers", "X-More: d:e");
  set_good(s, "thresholds", "b < 2");
  assert_string_equal(s->endpoint.url, "http://other/");
  assert_int_equal(s->duration_ns, 7 * NS_PER_SEC);
  assert_int_equal(s->endpoint.source_ip_count, 2);
  assert_string_equal(s->endpoint.source_ip[0], "127.0.0.9");
  assert_int_equal(s->endpoint.header_count, 3);
  assert_string_equal(s->endpoint.header[0].value, "c");
  assert_string_equal(s->endpoint.header[2].value, "d:e");
  assert_int_equal(s->threshold_count, 2);
  assert_string_equal(s->threshold[0].where, "t.yaml:5:14");
  assert_string_equal(s->threshold[1].where, "--test");
  scenario_free(s);
}

static void test_set_names_the_option_in_its_errors(void **state)
{
  struct scenario *s = scenario_default();
  struct err e = {0, ""};
  (void)state;
  assert_int_equal(
      scenario_set(s, "publish.rate", "fast", "--publish.rate", &e), E_SYNTAX);
  assert_string_equal(e.text,
                      "--publish.rate: \"fast\" is not valid: expected a rate "
                      "such as 500/s or 30/m");
  assert_int_equal(scenario_set(s, "conections", "5", "--conections", &e),
                   E_NOT_FOUND);
  assert_string_equal(e.text, "--conections: unknown option (did you mean "
                              "\"--connections\"?)");
  assert_int_equal(scenario_set(s, "zzz", "5", "--zzz", &e), E_NOT_FOUND);
  assert_string_equal(e.text, "--zzz: unknown option");
  assert_int_equal(scenario_set(s, "ramp", "", "--ramp", &e), E_SYNTAX);
  assert_string_equal(e.text, "--ramp: has no value: expected a duration such "
                              "as 250ms, 30s or 5m");
  scenario_free(s);
}

static void test_finish_refuses_what_does_not_fit_together(void **state)
{
  (void)state;
  refuses("connections: 5\n",
          "t.yaml: url is missing: which event stream? Give \"url: "
          "http://...\" in the file or a URL on the command line");
  refuses(URL "arrival: {lifetime: 5s}\n",
          "t.yaml:2:11: arrival.lifetime: needs arrival.rate beside it");
  refuses(URL "arrival: {rate: 5}\nramp: 3s\n",
          "t.yaml:3:1: ramp: belongs to connections, but the workload is "
          "arrival.rate (t.yaml:2:11)");
  refuses(URL "stages: [\"0:1s:1s\"]\n",
          "t.yaml:2:1: stages: the stages open no stream at all");
  refuses(URL "stages: [\"1:0s:5ns\"]\n",
          "t.yaml:2:1: stages: the stages take no time: give ramp or hold");
  refuses(URL "stages: [\"1:1s:1s\"]\nwarmup: 2s\n",
          "t.yaml:3:1: warmup: as long as all stages together: nothing would "
          "be measured");
  refuses(URL "streams-per-connection: 5\n",
          "t.yaml:2:1: streams-per-connection: HTTP/1.1 has one stream per "
          "connection; add \"http: 2\"");
  refuses(URL "reconnect: {retry: 5s, retry-max: 1s}\n",
          "t.yaml:2:24: reconnect.retry-max: less than reconnect.retry");
  refuses(URL "server-pid: 5\nserver-name: x\n",
          "t.yaml:3:1: server-name: excludes server-pid (t.yaml:2:1): give "
          "one of them");
  refuses(URL "tls: {key: k.pem}\n",
          "t.yaml:2:7: tls.key: needs tls.cert beside it");
  refuses(URL "tls: {ca: no-such.pem}\n",
          "t.yaml:2:7: tls.ca: no-such.pem cannot be read: No such file or "
          "directory");
  refuses(URL "users: no-such.csv\n",
          "t.yaml:2:1: no-such.csv: cannot be read: No such file or "
          "directory");
}

static void test_finish_refuses_a_lean_carrier_where_it_cannot_serve(void **st)
{
  static const char *const other[][2] = {
      {"http: 2", "http: 2"},
      {"proxy: http://127.0.0.1:3128", "a proxy"},
      {"compression: true", "compression"},
      {"resolve: [\"h:80:127.0.0.1\"]", "resolve"},
      {"http: auto\nurl: https://h/s", "https:// without http: 1.1"}};
  size_t i;
  (void)st;
  for(i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
    char text[200], why[200];
    snprintf(text, sizeof(text), "carrier: lean\n%s%s\n", i < 4 ? URL : "",
             other[i][0]);
    snprintf(why, sizeof(why),
             "t.yaml:1:1: carrier: lean speaks HTTP/1.1 only; %s needs auto "
             "or libcurl",
             other[i][1]);
    refuses(text, why);
  }
}

static void test_finish_refuses_disturbances_without_sense(void **state)
{
  (void)state;
  refuses(URL "storm: {at: 30s}\n",
          "t.yaml:2:9: storm.at: after the end of the run, which takes 10s "
          "(ramp, warm-up and duration together)");
  refuses(URL "storm: {share: 1}\n",
          "t.yaml:2:9: a storm needs a time: give storm.at, such as 10s");
  refuses(URL "storm: {at: 1s, share: 0}\n",
          "t.yaml:2:17: storm.share: must be more than 0");
  refuses(URL "slow: {bytes-per-second: 10}\n",
          "t.yaml:2:8: slow.bytes-per-second: needs slow.share beside it: "
          "which share of the streams reads slowly?");
}

static void test_finish_refuses_publishing_that_cannot_be_counted(void **state)
{
  (void)state;
  refuses(URL "publish: {rate: 5}\n",
          "t.yaml:2:11: publish.rate: needs publish.url beside it: where to "
          "publish?");
  refuses(URL "publish: {url: http://x/, rate: 0}\n",
          "t.yaml:2:27: publish.rate: must be more than 0/s");
  refuses(URL "publish: {url: http://x/, body: hi}\n",
          "t.yaml:2:27: publish.body: has no {{seq}}, so deliveries cannot be "
          "matched; put one in, or set publish.match.sequence to none");
  refuses(URL "publish: {url: http://x/, body: \"{{seq}}\", size: 5}\n",
          "t.yaml:2:44: publish.size: without effect: publish.body has no "
          "{{pad}}");
  refuses(URL "publish: {url: http://x/, body: \"{{seq}}\", match: {stamp: "
              "/t}}\n",
          "t.yaml:2:52: publish.match.stamp: publish.body has no {{t}} that "
          "could arrive there");
  refuses(URL "publish: {url: \"http://x/{{user.id}}\"}\n",
          "t.yaml:2:11: publish.url: {{user.id}} needs users: name a CSV file "
          "with the key \"users\"");
  refuses("url: http://h/\nheaders: {A: \"{{x}}\"}\n",
          "t.yaml:2:1: headers: {{x}} is not known; there are {{n}}, {{run}} "
          "and {{user.FIELD}}");
}

static void test_finish_fills_what_depends_on_other_keys(void **state)
{
  struct scenario *s = finish_good(URL "body: x\nreconnect: {retry: 90s}\n"
                                       "publish: {url: http://x/, body: "
                                       "\"{{seq}}\"}\n");
  (void)state;
  assert_string_equal(s->endpoint.method, "POST");
  assert_int_equal(s->retry_max_ns, 90 * NS_PER_SEC);
  assert_null(s->publish.match_stamp);
  assert_string_equal(s->publish.match_seq, "/seq");
  scenario_free(s);
  s = finish_good(URL "body: x\nmethod: GET\n");
  assert_string_equal(s->endpoint.method, "GET");
  scenario_free(s);
}

static const char *text_at(json_t *root, const char *path)
{
  return json_string_value(json_dotted_get(root, path));
}

static void test_json_holds_units_and_no_secrets(void **state)
{
  struct scenario *s =
      finish_good("url: http://me:pw@h/s?x=1\nproxy: http://u:pw@p:3128\n"
                  "headers: {authorization: Bearer pw, Cookie: a=pw, X-A: b}\n"
                  "connections: 5\nramp: 1500ms\nstorm: {at: 2s, share: 25%}\n"
                  "publish: {url: http://h/p, rate: 30/m, size: 1KiB}\n");
  json_t *j = scenario_to_json(s);
  struct buf text;
  (void)state;
  buf_init(&text, 0);
  assert_int_equal(json_print(j, false, &text), 0);
  assert_null(strstr(text.p, "pw"));
  assert_string_equal(text_at(j, "url"), "http://***@h/s?x=1");
  assert_string_equal(text_at(j, "proxy"), "http://***@p:3128");
  assert_true(json_real_value(json_dotted_get(j, "ramp_ms")) == 1500.0);
  assert_true(json_real_value(json_dotted_get(j, "storm.share")) == 0.25);
  assert_true(
      json_number_value(json_dotted_get(j, "publish.rate_per_second")) == 0.5);
  assert_int_equal(
      json_integer_value(json_dotted_get(j, "publish.size_bytes")), 1024);
  assert_string_equal(text_at(j, "publish.match.sequence"), "/seq");
  assert_null(json_dotted_get(j, "arrival"));
  assert_string_equal(
      json_string_value(json_pointer_get(j, "/headers/0/value")), "***");
  assert_string_equal(
      json_string_value(json_pointer_get(j, "/headers/2/value")), "b");
  buf_free(&text);
  json_decref(j);
  scenario_free(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_default_holds_the_documented_values),
      cmocka_unit_test(test_every_kind_of_key_is_read_from_yaml),
      cmocka_unit_test(test_stages_are_maps_or_texts_and_make_the_duration),
      cmocka_unit_test(test_the_command_lines_workload_replaces_the_files),
      cmocka_unit_test(test_two_workloads_of_one_layer_exclude_each_other),
      cmocka_unit_test(test_the_command_line_overrides_single_keys_of_a_file),
      cmocka_unit_test(test_set_names_the_option_in_its_errors),
      cmocka_unit_test(test_finish_refuses_what_does_not_fit_together),
      cmocka_unit_test(
          test_finish_refuses_a_lean_carrier_where_it_cannot_serve),
      cmocka_unit_test(test_finish_refuses_disturbances_without_sense),
      cmocka_unit_test(test_finish_refuses_publishing_that_cannot_be_counted),
      cmocka_unit_test(test_finish_fills_what_depends_on_other_keys),
      cmocka_unit_test(test_json_holds_units_and_no_secrets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
