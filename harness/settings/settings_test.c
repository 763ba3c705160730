/* SPDX-License-Identifier: MIT
 * Layers of options, and files that hold them. */
#include "settings/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct owner {
  uint64_t count;
  struct name_value *header;
  uint32_t header_count;
  char **text;
  uint32_t text_count;
  char **address;
  uint32_t address_count;
};

static const struct option_row rows[] = {
    {.name = "count",
     .type = OPTION_COUNT,
     OPTION_MEMBER(struct owner, count),
     .argument = "N",
     .help = "A number"},
    {.name = "headers",
     .type = OPTION_HEADERS,
     OPTION_LIST(struct owner, header),
     .argument = "LINE",
     .help = "Headers"},
    {.name = "only",
     .type = OPTION_TEXTS,
     OPTION_LIST(struct owner, text),
     .argument = "GLOB",
     .help = "Texts"},
    {.name = "source-ip",
     .type = OPTION_ADDRESSES,
     OPTION_LIST(struct owner, address),
     .anew = true,
     .argument = "ADDRESS",
     .help = "Addresses"},
};
static const struct option_table table = {rows, 4};
static const struct settings_owner owner = {
    .what = "thing", .keys_page = "the manual lists all keys"};

static int set(struct settings *s, const char *name, const char *value)
{
  struct err e;
  return settings_set(s, option_find(&table, slice_of(name)), slice_of(value),
                      "--test", &e);
}

static void test_the_command_line_stands_above_the_file(void **state)
{
  struct owner o = {0};
  struct settings *s = settings_new(&o, &table, &owner);
  struct err e = {0, ""};
  (void)state;
  assert_non_null(s);
  assert_int_equal(
      settings_read(s,
                    SLICE_LIT("count: 5\nheaders: {A: 1, B: 2}\n"
                              "only: [a, b]\nsource_ip: 127.0.0.2\n"),
                    "t.yaml", &e),
      0);
  assert_string_equal(settings_where(s, 0), "t.yaml:1:1");
  assert_int_equal(set(s, "count", "7"), 0);
  assert_int_equal(set(s, "headers", "a: 3"), 0);
  assert_int_equal(set(s, "only", "c"), 0);
  assert_int_equal(set(s, "source-ip", "127.0.0.3"), 0);
  assert_int_equal(set(s, "source-ip", "127.0.0.4"), 0);
  assert_int_equal(o.count, 7);
  assert_int_equal(o.header_count, 2);
  assert_string_equal(o.header[0].value, "3");
  assert_int_equal(o.text_count, 3);
  assert_int_equal(o.address_count, 2);
  assert_string_equal(o.address[0], "127.0.0.3");
  assert_string_equal(settings_where(s, 0), "--test");
  settings_forget(s, 0);
  assert_false(settings_given(s, 0));
  settings_free(s);
  option_free(&o, &table);
}

static void test_wrong_files_name_the_place(void **state)
{
  static const char *const cases[][2] = {
      {"count: x\n", "t.yaml:1:8: count: \"x\" is not valid"},
      {"cuont: 1\n",
       "t.yaml:1:1: unknown key \"cuont\" (did you mean \"count\"?)"},
      {"zzzzzzzzz: 1\n", "; the manual lists all keys"},
      {"count: 1\ncount: 2\n", "t.yaml:2:1: \"count\" is given twice"},
      {"only: {a: b}\n", "t.yaml:1:7: only: expected a list, found a map"},
      {"[]\n", "t.yaml:1:1: thing: expected keys"}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct owner o = {0};
    struct settings *s = settings_new(&o, &table, &owner);
    struct err e = {0, ""};
    assert_int_not_equal(settings_read(s, slice_of(cases[i][0]), "t.yaml", &e),
                         0);
    if(!strstr(e.text, cases[i][1]))
      fail_msg("\"%s\" lacks \"%s\"", e.text, cases[i][1]);
    settings_free(s);
    option_free(&o, &table);
  }
}

static void test_a_conflict_names_where_it_was_said(void **state)
{
  struct owner o = {0};
  struct settings *s = settings_new(&o, &table, &owner);
  struct err e = {0, ""};
  (void)state;
  settings_error(s, 0, &e, "must be %d", 5);
  assert_string_equal(e.text, "count: must be 5");
  assert_int_equal(settings_mark(s, 0, "t.yaml:1:1", &e), 0);
  settings_error(s, 0, &e, "must be %d", 5);
  assert_string_equal(e.text, "t.yaml:1:1: count: must be 5");
  assert_int_equal(settings_mark(s, 0, "--count", &e), 0);
  settings_error(s, 0, &e, "must be %d", 5);
  assert_string_equal(e.text, "--count: must be 5");
  settings_free(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_command_line_stands_above_the_file),
      cmocka_unit_test(test_wrong_files_name_the_place),
      cmocka_unit_test(test_a_conflict_names_where_it_was_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
