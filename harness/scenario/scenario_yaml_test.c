/* SPDX-License-Identifier: MIT
 * What a wrong scenario file is told: position, key, expectation. */
#include "scenario/scenario_testing.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"

#define URL "url: http://h/s\n"

static void test_unknown_keys_get_a_suggestion_and_their_place(void **state)
{
  (void)state;
  refuses(URL "conections: 5\n",
          "t.yaml:2:1: unknown key \"conections\" (did you mean "
          "\"connections\"?)");
  refuses(URL "publish:\n  rat: 5\n",
          "t.yaml:3:3: unknown key \"publish.rat\" (did you mean "
          "\"publish.rate\"?)");
  refuses(URL "colour: red\n",
          "t.yaml:2:1: unknown key \"colour\"; weir list keys shows all");
  refuses(URL "stages: [{connectons: 5}]\n",
          "t.yaml:2:23: stages: unknown key \"connectons\": a stage has "
          "connections, ramp and hold");
}

static void test_wrong_values_say_what_was_expected(void **state)
{
  (void)state;
  refuses(URL "duration: soon\n",
          "t.yaml:2:11: duration: \"soon\" is not valid: expected a duration "
          "such as 250ms, 30s or 5m");
  refuses(URL "storm: {at: 3s, share: 150%}\n",
          "t.yaml:2:24: storm.share: \"150%\" is out of range: expected a "
          "share such as 0.25 or 25% between 0 (0%) and 1 (100%)");
  refuses(URL "connections: 0\n",
          "t.yaml:2:14: connections: \"0\" is out of range: expected a whole "
          "number such as 1000 or 10k between 1 and 10000000");
  refuses(URL "connections: 1.5\n",
          "t.yaml:2:14: connections: \"1.5\" is not valid: expected a whole "
          "number such as 1000 or 10k");
  refuses(URL "http: 3\n",
          "t.yaml:2:7: http: \"3\" is not valid: expected 1.1, 2 or auto");
  refuses(URL "reconnect: maybe\n",
          "t.yaml:2:12: reconnect: \"maybe\" is not valid: expected true or "
          "false");
  refuses(URL "seed: -1\n", "t.yaml:2:7: seed: \"-1\" is not valid: expected "
                            "a whole number such as 42");
  refuses(URL "sequence: seq\n",
          "t.yaml:2:11: sequence: \"seq\" is not valid: expected auto, none, "
          "id or a JSON pointer such as /seq");
  refuses(URL "source-ip: [127.0.0.1, 1.2.3]\n",
          "t.yaml:2:24: source-ip: \"1.2.3\" is not valid: expected an IPv4 "
          "or IPv6 address");
  refuses(URL "resolve: [\"a:b:c\"]\n",
          "t.yaml:2:11: resolve: \"a:b:c\" is not valid: expected "
          "HOST:PORT:ADDRESS, such as example.org:443:127.0.0.1");
}

static void test_wrong_urls_say_what_is_missing(void **state)
{
  (void)state;
  refuses("url: localhost:8080/x\n",
          "t.yaml:1:6: url: \"localhost:8080/x\" is not valid: expected a URL "
          "that begins with http:// or https://");
  refuses("url: ftp://x\n", "t.yaml:1:6: url: \"ftp://x\" is not valid: "
                            "expected http:// or https://");
  refuses("url: http:///x\n", "t.yaml:1:6: url: \"http:///x\" is not valid: "
                              "expected a host name behind ://");
  refuses("url: \"http://a b\"\n",
          "t.yaml:1:6: url: \"http://a b\" is not valid: expected a URL "
          "without spaces (write %20)");
  refuses("url: \"http://a/\\nb\"\n",
          "t.yaml:1:6: url: \"http://a/\nb\" is not valid: expected a URL "
          "without control characters");
}

static void test_wrong_kinds_of_nodes_are_named(void **state)
{
  (void)state;
  refuses(URL "publish: http://x\n",
          "t.yaml:2:10: publish: expected a map of keys, found a value");
  refuses(URL "duration: [1, 2]\n",
          "t.yaml:2:11: duration: expected a duration such as 250ms, 30s or "
          "5m, found a list");
  refuses(URL "duration:\n", "t.yaml:2:1: duration: has no value");
  refuses(URL "thresholds: {a: b}\n",
          "t.yaml:2:13: thresholds: expected a list, found a map");
  refuses(URL "stages: [[1]]\n",
          "t.yaml:2:10: stages: expected {connections: N, ramp: TIME, hold: "
          "TIME}, found a list");
  refuses("url: {a: b}\n",
          "t.yaml:1:6: url: expected text (in quotes when it begins with a "
          "brace), found a map");
  refuses("hello\n", "t.yaml:1:1: scenario: expected keys such as \"url: "
                     "http://...\", found a value");
}

static void test_keys_given_twice_name_the_first_place(void **state)
{
  (void)state;
  refuses(URL "ramp: 5s\nramp: 6s\n",
          "t.yaml:3:1: \"ramp\" is given twice (first at t.yaml:2:1)");
  refuses(URL "publish: {rate: 5}\npublish: {size: 1}\n",
          "t.yaml:3:1: \"publish\" is given twice (first at t.yaml:2:1)");
  refuses(URL "publish.rate: 5\npublish: {url: http://x/y, rate: 6}\n",
          "t.yaml:3:28: \"publish.rate\" is given twice (first at "
          "t.yaml:2:1)");
  refuses(URL "target: http://x/\n",
          "t.yaml:2:1: \"url\" is given twice (first at t.yaml:1:1)");
  refuses(URL "headers: {a: b, a: c}\n",
          "t.yaml:2:17: \"a\" is given twice (first at t.yaml:2:11)");
}

static void test_files_that_are_no_yaml_are_refused_in_one_sentence(void **st)
{
  static const char elf[] = "\x7f"
                            "ELF\0\0";
  struct err e = {0, ""};
  (void)st;
  refuses(URL "a: [1\nb: 2",
          "t.yaml:4:1: not valid YAML: flow sequence without a closing "
          "bracket");
  refuses("\turl: x", "t.yaml:1:1: not valid YAML: invalid tab as indendation "
                      "in a mapping");
  refuses("", "t.yaml: the file is empty");
  refuses("# only this\n", "t.yaml: the file is empty");
  refuses(URL "---\n" URL, "t.yaml:2:1: a second document begins here; a "
                           "file holds one");
  refuses("url: \xff\n", "t.yaml:1:6: not a text file: byte 0xff; YAML is "
                         "UTF-8");
  assert_null(scenario_parse((struct slice){elf, 6}, "t.yaml", &e));
  assert_string_equal(e.text, "t.yaml:1:5: not a text file: byte 0x00; YAML "
                              "is UTF-8");
}

static void test_yaml_that_a_scenario_has_no_use_for_is_refused(void **state)
{
  (void)state;
  refuses(URL "duration: &d 5s\n",
          "t.yaml:2:14: anchors (&name) are not supported here; quote the "
          "value if it is text");
  refuses(URL "duration: *d\n",
          "t.yaml:2:11: aliases (*name) are not supported here");
  refuses(URL "duration: !!str 5s\n",
          "t.yaml:2:17: tags (!name) are not supported here; quote the value "
          "if it is text");
  refuses(URL "? [a]\n: b\n",
          "t.yaml:2:3: a key must be a plain word (text that begins with a "
          "brace needs quotes)");
  refuses("a: [[[[[[[[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]]]]]]]\n",
          "t.yaml:1:28: nested too deeply");
  refuses("body: \"a\\0b\"\n", "t.yaml:1:7: body: holds a NUL character");
}

static void test_headers_that_would_break_a_request_are_refused(void **state)
{
  (void)state;
  refuses(URL "headers: {\"a b\": c}\n",
          "t.yaml:2:11: headers: \"a b\" is not valid: expected a header name "
          "of letters and dashes");
  refuses(URL "headers: [no colon]\n",
          "t.yaml:2:11: headers: \"no colon\" is not valid: expected a header "
          "such as \"Name: value\"");
  refuses(URL "headers: {a: \"x\\r\\ny: z\"}\n",
          "t.yaml:2:11: headers: \"a\" is not valid: expected a header value "
          "without control characters");
}

static void test_long_lists_and_long_names_are_bounded(void **state)
{
  struct buf text;
  struct err e = {0, ""};
  int i;
  (void)state;
  buf_init(&text, 0);
  buf_adds(&text, URL "thresholds:\n");
  for(i = 0; i < 1001; i++)
    buf_adds(&text, "  - a < 1\n");
  assert_null(scenario_parse(buf_slice(&text), "t.yaml", &e));
  assert_string_equal(e.text,
                      "t.yaml:1003:5: thresholds: more than 1000 entries");
  buf_clear(&text);
  for(i = 0; i < 500; i++)
    buf_adds(&text, "name");
  buf_adds(&text, ": 5\n");
  assert_null(scenario_parse(buf_slice(&text), "t.yaml", &e));
  assert_non_null(strstr(e.text, "t.yaml:1:1: unknown key"));
  buf_free(&text);
}

static void test_load_says_why_a_file_cannot_be_read(void **state)
{
  struct err e = {0, ""};
  (void)state;
  assert_null(scenario_load("no-such-file.yaml", &e));
  assert_int_equal(e.code, E_NOT_FOUND);
  assert_non_null(strstr(e.text, "no-such-file.yaml: cannot be read"));
  assert_null(scenario_load("/", &e));
  assert_non_null(strstr(e.text, "Is a directory"));
}

static void test_load_refuses_a_file_that_is_too_large(void **state)
{
  char path[64];
  struct err e = {0, ""};
  struct buf text;
  (void)state;
  snprintf(path, sizeof(path), "/tmp/weir-large-%ld.yaml", (long)getpid());
  buf_init(&text, 0);
  assert_int_equal(buf_reserve(&text, 300000), 0);
  memset(text.p, '#', 300000);
  text.n = 300000;
  assert_int_equal(file_write(path, buf_slice(&text), &e), 0);
  assert_null(scenario_load(path, &e));
  assert_int_equal(e.code, E_TOO_LONG);
  assert_non_null(strstr(e.text, ".yaml: larger than 262144 bytes"));
  unlink(path);
  buf_free(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_unknown_keys_get_a_suggestion_and_their_place),
      cmocka_unit_test(test_wrong_values_say_what_was_expected),
      cmocka_unit_test(test_wrong_urls_say_what_is_missing),
      cmocka_unit_test(test_wrong_kinds_of_nodes_are_named),
      cmocka_unit_test(test_keys_given_twice_name_the_first_place),
      cmocka_unit_test(
          test_files_that_are_no_yaml_are_refused_in_one_sentence),
      cmocka_unit_test(test_yaml_that_a_scenario_has_no_use_for_is_refused),
      cmocka_unit_test(test_headers_that_would_break_a_request_are_refused),
      cmocka_unit_test(test_long_lists_and_long_names_are_bounded),
      cmocka_unit_test(test_load_says_why_a_file_cannot_be_read),
      cmocka_unit_test(test_load_refuses_a_file_that_is_too_large),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
