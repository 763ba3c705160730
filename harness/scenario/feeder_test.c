/* SPDX-License-Identifier: MIT
 * Users from CSV: what RFC 4180 allows, and what it does not. */
#include "scenario/scenario_testing.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "scenario/feeder.h"

static char path[64];

static struct scenario *from_csv(const char *text, size_t n, struct err *e)
{
  struct scenario *s = scenario_default();
  struct slice content = {text, n};
  assert_int_equal(file_write(path, content, e), 0);
  s->users_file = slice_dup(slice_of(path));
  if(feeder_load(s, e) == 0)
    return s;
  scenario_free(s);
  return NULL;
}

static struct scenario *loads(const char *text)
{
  struct err e = {0, ""};
  struct scenario *s = from_csv(text, strlen(text), &e);
  if(!s)
    fail_msg("refused: %s", e.text);
  return s;
}

/* why stands behind "FILE:line: " or, with line 0, behind "FILE: ". */
static void refuses_csv(const char *text, size_t n, int line, const char *why)
{
  struct err e = {0, ""};
  char expected[600];
  assert_null(from_csv(text, n, &e));
  if(line)
    snprintf(expected, sizeof(expected), "%s:%d: %s", path, line, why);
  else
    snprintf(expected, sizeof(expected), "%s: %s", path, why);
  assert_string_equal(e.text, expected);
}

static void is_user(const struct scenario *s, uint32_t i, const char *a,
                    const char *b)
{
  assert_true(i < s->user_count);
  assert_int_equal(s->user[i].field_count, 2);
  assert_string_equal(s->user[i].field[0], a);
  assert_string_equal(s->user[i].field[1], b);
}

static void test_plain_lines_become_users(void **state)
{
  struct scenario *s = loads("id,token\nalice,a1\nbob,b2\n");
  (void)state;
  assert_int_equal(s->user_field_count, 2);
  assert_string_equal(s->user_field[1], "token");
  assert_int_equal(s->user_count, 2);
  is_user(s, 0, "alice", "a1");
  is_user(s, 1, "bob", "b2");
  scenario_free(s);
}

static void test_quotes_crlf_bom_blank_lines_and_no_last_newline(void **state)
{
  struct scenario *s =
      loads("\xEF\xBB\xBF"
            "id,token\r\n\r\n\"a,\"\"x\"\"\",\"two\r\nlines\"\r\n,\"\"\n"
            "last,one");
  (void)state;
  assert_string_equal(s->user_field[0], "id");
  assert_int_equal(s->user_count, 3);
  is_user(s, 0, "a,\"x\"", "two\r\nlines");
  is_user(s, 1, "", "");
  is_user(s, 2, "last", "one");
  scenario_free(s);
}

static void test_a_lone_quoted_empty_field_is_a_user(void **state)
{
  struct scenario *s = loads("id\n\"\"\n\nx\n");
  (void)state;
  assert_int_equal(s->user_count, 2);
  assert_string_equal(s->user[0].field[0], "");
  scenario_free(s);
}

static void test_records_are_read_across_pieces(void **state)
{
  struct scenario *s;
  struct buf text;
  struct err e = {0, ""};
  char name[24];
  int i;
  (void)state;
  buf_init(&text, 0);
  buf_adds(&text, "id,token\n");
  for(i = 0; i < 30000; i++)
    buf_addf(&text, "user-%d,\"t,%d\"\n", i, i);
  s = from_csv(text.p, text.n, &e);
  assert_non_null(s);
  assert_int_equal(s->user_count, 30000);
  for(i = 0; i < 30000; i += 997) {
    snprintf(name, sizeof(name), "user-%d", i);
    assert_string_equal(s->user[i].field[0], name);
    snprintf(name, sizeof(name), "t,%d", i);
    assert_string_equal(s->user[i].field[1], name);
  }
  buf_free(&text);
  scenario_free(s);
}

static void test_feeder_field_takes_the_first_column_as_id(void **state)
{
  struct scenario *s = loads("name,token\na,b\n");
  (void)state;
  assert_int_equal(feeder_field(s, slice_of("id")), 0);
  assert_int_equal(feeder_field(s, slice_of("token")), 1);
  assert_int_equal(feeder_field(s, slice_of("tok")), -1);
  scenario_free(s);
  s = loads("token,id\na,b\n");
  assert_int_equal(feeder_field(s, slice_of("id")), 1);
  scenario_free(s);
}

#define REFUSES(text, line, why) refuses_csv(text, sizeof(text) - 1, line, why)

static void test_wrong_files_are_refused_with_their_line(void **state)
{
  (void)state;
  REFUSES("", 0,
          "empty; expected a header line such as id,token and one line "
          "per user");
  REFUSES("id,token\n\n", 0, "no users below the header line");
  REFUSES("id,token\na,b\nc\n", 3, "1 field, the header names 2");
  REFUSES("id,token\na,b,c\n", 2, "3 fields, the header names 2");
  REFUSES("id,id\na,b\n", 1, "field \"id\" is named twice");
  REFUSES("id,\na,b\n", 1,
          "the header line must name every field, in words without spaces or "
          "braces");
  REFUSES("id\nx\"y\n", 2,
          "a quote inside a field that does not begin with one");
  REFUSES("id\n\"x\"y\n", 2, "text behind a closing quote");
  REFUSES("id\nok\n\"x\ny\n", 3, "a quote is opened here and never closed");
  REFUSES("id\na\rb\n", 2, "a carriage return inside the line");
  REFUSES("id\na\0b\n", 2, "a NUL character: not a CSV file");
  REFUSES("id\n\xff\n", 2, "not valid UTF-8");
}

static void test_records_and_fields_are_bounded(void **state)
{
  struct buf text;
  int i;
  (void)state;
  buf_init(&text, 0);
  buf_adds(&text, "id\n\"");
  for(i = 0; i < 10000; i++)
    buf_adds(&text, "0123456789");
  refuses_csv(text.p, text.n, 2,
              "longer than 65536 bytes (is a quote not closed?)");
  buf_clear(&text);
  for(i = 0; i < 65; i++)
    buf_addf(&text, "f%d,", i);
  refuses_csv(text.p, text.n, 1, "more than 64 fields");
  buf_free(&text);
}

static void test_finish_looks_for_users_beside_the_scenario(void **state)
{
  char yaml[300], name[96];
  struct err e = {0, ""};
  struct scenario *s;
  (void)state;
  assert_int_equal(file_write(path, slice_of("id\nann\n"), &e), 0);
  snprintf(name, sizeof(name), "/tmp/%s", "t.yaml");
  snprintf(yaml, sizeof(yaml), "url: http://h/{{user.id}}\nusers: %s\n",
           strrchr(path, '/') + 1);
  s = scenario_parse(slice_of(yaml), name, &e);
  assert_non_null(s);
  assert_int_equal(scenario_finish(s, &e), 0);
  assert_string_equal(s->user[0].field[0], "ann");
  scenario_free(s);
}

static void test_finish_guards_urls_and_bodies_against_odd_users(void **state)
{
  char yaml[300];
  struct err e = {0, ""};
  (void)state;
  assert_int_equal(file_write(path, slice_of("id\nok\n\"a\nb\"\n"), &e), 0);
  snprintf(yaml, sizeof(yaml), "users: %s\nurl: http://h/{{user.id}}\n", path);
  {
    struct scenario *s = parse_good(yaml);
    assert_int_equal(scenario_finish(s, &e), E_MISMATCH);
    assert_non_null(strstr(e.text, "{{user.id}} of user 2"));
    scenario_free(s);
  }
  assert_int_equal(file_write(path, slice_of("id\n\"a\"\"b\"\n"), &e), 0);
  snprintf(yaml, sizeof(yaml),
           "users: %s\nurl: http://h/\npublish: {url: http://h/}\n", path);
  {
    struct scenario *s = parse_good(yaml);
    assert_int_equal(scenario_finish(s, &e), E_MISMATCH);
    assert_non_null(strstr(e.text, "the id of user 1 has a quote"));
    scenario_free(s);
  }
}

static int setup(void **state)
{
  (void)state;
  snprintf(path, sizeof(path), "/tmp/weir-feeder-%ld.csv", (long)getpid());
  return 0;
}

static int teardown(void **state)
{
  (void)state;
  unlink(path);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain_lines_become_users),
      cmocka_unit_test(test_quotes_crlf_bom_blank_lines_and_no_last_newline),
      cmocka_unit_test(test_a_lone_quoted_empty_field_is_a_user),
      cmocka_unit_test(test_records_are_read_across_pieces),
      cmocka_unit_test(test_feeder_field_takes_the_first_column_as_id),
      cmocka_unit_test(test_wrong_files_are_refused_with_their_line),
      cmocka_unit_test(test_records_and_fields_are_bounded),
      cmocka_unit_test(test_finish_looks_for_users_beside_the_scenario),
      cmocka_unit_test(test_finish_guards_urls_and_bodies_against_odd_users),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
