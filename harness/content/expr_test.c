/* SPDX-License-Identifier: MIT
 * Expressions: what holds, what they say when not, what is refused. */
#include "content/content_testing.h"

#include <stdio.h>

#include "content/expr.h"

static struct pointer_set set;

static struct stream_item event_of(const char *name, const char *data)
{
  struct stream_item i = {.kind = ITEM_EVENT,
                          .event = slice_of(name),
                          .id = SLICE_LIT("42"),
                          .data = slice_of(data),
                          .at_ns = 1500000,
                          .gap_ns = GAP_NONE};
  return i;
}

static enum holding judge_item(const char *text,
                               const struct stream_item *item, struct buf *why)
{
  struct err e;
  struct look l;
  enum holding t;
  struct expr *x = expr_new(slice_of(text), &set, &e);
  if(!x)
    fail_msg("%s: %s", text, e.text);
  look_init(&l, &set);
  look_at(&l, item);
  t = expr_judge(x, &l);
  if(why)
    expr_explain(x, &l, why);
  look_fini(&l);
  expr_free(x);
  return t;
}

struct row {
  const char *expr;
  enum holding want;
};

static void assert_rows(const struct stream_item *item, const struct row *row,
                        size_t n)
{
  size_t i;
  for(i = 0; i < n; i++) {
    enum holding t = judge_item(row[i].expr, item, NULL);
    if(t != row[i].want)
      fail_msg("%s: %d", row[i].expr, (int)t);
    pointer_set_fini(&set);
  }
}

#define ASSERT_ROWS(item, rows)                                               \
  assert_rows(item, rows, sizeof(rows) / sizeof((rows)[0]))

static const char order[] =
    "{\"id\":42,\"text\":\"42\",\"state\":\"pending\",\"total\":1.0,\"big\":"
    "9007199254740993,\"tags\":[\"x\",3,null],\"ok\":true,\"none\":null,"
    "\"o\":{\"a\":1},\"esc\":\"a\\/b\\u00e9\",\"e\":1e2}";

static const struct row good_and_bad[] = {
    {"event == order.created", HOLDS_YES},
    {"event == 'order.created' && /id == 42", HOLDS_YES},
    {"event != order.created", HOLDS_NO},
    {"event in [a, order.created]", HOLDS_YES},
    {"event in (a, 'b')", HOLDS_NO},
    {"event ~ '^order\\.'", HOLDS_YES},
    {"event !~ '^order\\.'", HOLDS_NO},
    {"event contains created", HOLDS_YES},
    {"id == 42", HOLDS_YES},
    {"id == 42.0", HOLDS_YES},
    {"id == '42.0'", HOLDS_NO},
    {"id > 9", HOLDS_YES},
    {"id > '9'", HOLDS_NO},
    {"id == true", HOLDS_NO},
    {"/state == pending", HOLDS_YES},
    {"/state == \"pending\"", HOLDS_YES},
    {"/state in [new, pending]", HOLDS_YES},
    {"/state < q && /state > o", HOLDS_YES},
    {"/ok == true", HOLDS_YES},
    {"/ok == 'true'", HOLDS_NO},
    {"/ok != false", HOLDS_YES},
    {"/none == null", HOLDS_YES},
    {"/o/a >= 1 && /o/a <= 1", HOLDS_YES},
    {"'/o/a' == 1", HOLDS_YES},
    {"/tags contains 'x'", HOLDS_YES},
    {"/tags contains 3.0", HOLDS_YES},
    {"/tags contains null", HOLDS_YES},
    {"/tags contains '3'", HOLDS_NO},
    {"/tags/1 == 3", HOLDS_YES},
    {"data contains '\"ok\":true'", HOLDS_YES},
    {"/esc == 'a/b\xc3\xa9'", HOLDS_YES},
    {"/esc ~ 'b.$'", HOLDS_YES},
    {"/esc < 'b'", HOLDS_YES},
    {"length(/esc) == 4", HOLDS_YES},
    {"length(/esc) > 0", HOLDS_YES},
    {"length(/tags) > 0", HOLDS_YES},
    {"length(/id) > 0", HOLDS_NO}, /* a number */
    {"length(/gone) > 0", HOLDS_NO},
    {"length(/gone) != 0", HOLDS_YES},
    {"length(/tags) in [1, 3]", HOLDS_YES},
    {"length(/o) == 1", HOLDS_YES},
    {"length(/id) == 2", HOLDS_NO},
    {"length(data) > 100", HOLDS_YES},
    {"type(/id) == number", HOLDS_YES},
    {"type(/gone) == absent", HOLDS_YES},
    {"type(/tags) in [array, object]", HOLDS_YES},
};

static void test_what_holds(void **state)
{
  struct stream_item item = event_of("order.created", order);
  (void)state;
  ASSERT_ROWS(&item, good_and_bad);
}

/* Numbers are decimals, and a text is no number. */
static void test_types_and_numbers_are_exact(void **state)
{
  static const struct row rows[] = {
      {"/id == 42", HOLDS_YES},
      {"/id == '42'", HOLDS_NO},
      {"/text == 42", HOLDS_NO},
      {"/text == '42'", HOLDS_YES},
      {"/text != 42", HOLDS_YES},
      {"/text > 1", HOLDS_NO},
      {"/big == 9007199254740993", HOLDS_YES},
      {"/big == 9007199254740992", HOLDS_NO},
      {"/big > 9007199254740992", HOLDS_YES},
      {"/total == 1", HOLDS_YES},
      {"/e == 100", HOLDS_YES},
      {"/e == 1E+2", HOLDS_YES},
  };
  struct stream_item item = event_of("x", order);
  (void)state;
  ASSERT_ROWS(&item, rows);
}

static void test_an_absent_member_equals_nothing(void **state)
{
  static const struct row rows[] = {
      {"exists(/id)", HOLDS_YES},
      {"exists(/none)", HOLDS_YES},
      {"exists(/gone)", HOLDS_NO},
      {"!exists(/gone)", HOLDS_YES},
      {"not exists(/gone)", HOLDS_YES},
      {"/gone == 1", HOLDS_NO},
      {"/gone == null", HOLDS_NO},
      {"/gone != true", HOLDS_YES},
      {"/gone < 1", HOLDS_NO},
      {"!(/gone < 1)", HOLDS_YES},
      {"/gone ~ 'x'", HOLDS_NO},
      {"/gone !~ 'x'", HOLDS_YES},
      {"/gone contains x", HOLDS_NO},
      {"length(/gone) == 0", HOLDS_NO},
      {"exists(/id) && /id/isError != true", HOLDS_YES},
  };
  struct stream_item item = event_of("x", order);
  (void)state;
  ASSERT_ROWS(&item, rows);
}

/* A pattern on something that is no JSON is no match, negated or not. */
static void test_data_that_is_no_json_is_unknown(void **state)
{
  static const char *const data[] = {"", "[DONE]", "\xef\xbb\xbf{\"a\":1}",
                                     "text", "{\"a\":"};
  static const struct row rows[] = {
      {"/a == 1", HOLDS_UNKNOWN},
      {"/a != 1", HOLDS_UNKNOWN},
      {"!(/a == 1)", HOLDS_UNKNOWN},
      {"exists(/a)", HOLDS_UNKNOWN},
      {"event == x || /a == 1", HOLDS_YES},
      {"/a == 1 || event == x", HOLDS_YES},
      {"event == y || /a == 1", HOLDS_UNKNOWN},
      {"event == y && /a == 1", HOLDS_NO},
      {"/a == 1 && event == y", HOLDS_NO},
      {"event == x && /a == 1", HOLDS_UNKNOWN},
  };
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
    struct stream_item item = event_of("x", data[i]);
    ASSERT_ROWS(&item, rows);
  }
}

static void test_comments_and_retries_are_no_events(void **state)
{
  static const struct row of_comment[] = {
      {"comment == ' hb'", HOLDS_YES},
      {"comment ~ 'h'", HOLDS_YES},
      {"event != ping", HOLDS_UNKNOWN},
      {"/a == 1", HOLDS_UNKNOWN},
      {"retry == 3s", HOLDS_UNKNOWN},
      {"event == x || comment ~ 'hb'", HOLDS_YES},
  };
  static const struct row of_retry[] = {
      {"retry == 3000", HOLDS_YES},  {"retry == 3s", HOLDS_YES},
      {"retry < 3s", HOLDS_NO},      {"comment != x", HOLDS_UNKNOWN},
      {"data == ''", HOLDS_UNKNOWN},
  };
  struct stream_item comment = {.kind = ITEM_COMMENT,
                                .comment = SLICE_LIT(" hb")};
  struct stream_item retry = {.kind = ITEM_RETRY, .retry_ms = 3000};
  struct stream_item event = event_of("x", "");
  (void)state;
  ASSERT_ROWS(&comment, of_comment);
  ASSERT_ROWS(&retry, of_retry);
  assert_int_equal(judge_item("comment !~ 'x'", &event, NULL), HOLDS_UNKNOWN);
}

static void test_times(void **state)
{
  static const struct row rows[] = {
      {"at < 2", HOLDS_YES},       {"at < 1500us", HOLDS_NO},
      {"at == 1.5ms", HOLDS_YES},  {"at > -1s", HOLDS_YES},
      {"gap < 1s", HOLDS_UNKNOWN},
  };
  struct stream_item item = event_of("x", "");
  (void)state;
  ASSERT_ROWS(&item, rows);
  item.gap_ns = 20000000;
  assert_int_equal(judge_item("gap >= 20 && gap < 21ms", &item, NULL),
                   HOLDS_YES);
}

static void test_and_binds_tighter_than_or(void **state)
{
  static const struct row rows[] = {
      {"event == x || event == y && event == z", HOLDS_YES},
      {"(event == x || event == y) && event == z", HOLDS_NO},
      {"!event == x || event == x", HOLDS_YES},
      {"!!event == x", HOLDS_YES},
      {"not (event == x && /id == 42)", HOLDS_NO},
  };
  struct stream_item item = event_of("x", order);
  (void)state;
  ASSERT_ROWS(&item, rows);
}

static void assert_why(const char *expr, const struct stream_item *item,
                       const char *want)
{
  struct buf why;
  buf_init(&why, 0);
  assert_int_not_equal(judge_item(expr, item, &why), HOLDS_YES);
  if(strcmp(buf_text(&why), want) != 0)
    fail_msg("%s: %s", expr, buf_text(&why));
  buf_free(&why);
  pointer_set_fini(&set);
}

static void test_a_miss_tells_what_stood_there(void **state)
{
  struct stream_item item = event_of("order.paid", order);
  struct stream_item plain = event_of("tick", "[DONE]");
  struct stream_item comment = {.kind = ITEM_COMMENT};
  (void)state;
  assert_why("event == order.created && /id == 42", &item,
             "event is \"order.paid\", wanted \"order.created\"");
  assert_why("/id == 42 && /state == new", &item,
             "/state is \"pending\", wanted \"new\"");
  assert_why("/text == 42", &item,
             "/text is \"42\", wanted 42 (a string, not a number)");
  assert_why("/gone == 42", &item, "/gone is absent, wanted 42");
  assert_why("exists(/gone)", &item, "/gone is absent");
  assert_why("/id == 1 || /id == 2", &item,
             "/id is 42, wanted 1; and /id is 42, wanted 2");
  assert_why("!(/id == 42)", &item,
             "what is negated holds: /id is 42, wanted 42");
  assert_why("/state ~ '^n'", &item, "/state is \"pending\", wanted ~ \"^n\"");
  assert_why("/id in [1, 'a']", &item, "/id is 42, wanted in [1, \"a\"]");
  assert_why("length(/tags) > 3", &item, "length(/tags) is 3, wanted > 3");
  assert_why("type(/id) == string", &item,
             "type(/id) is number, wanted \"string\"");
  assert_why("at > 2s", &item, "at is 1.5 ms, wanted > 2 s");
  assert_why("/id == 1", &plain,
             "the data is no JSON (wrong at byte 2): \"[DONE]\"");
  assert_why("event == x", &comment, "event: this is a comment");
}

/* Ten thousand levels, and a regular expression that would take for ever. */
static void test_bombs_meet_limits(void **state)
{
  static char deep[20001], line[1 << 20];
  struct stream_item item;
  struct buf why;
  (void)state;
  memset(deep, '[', 10000);
  memset(deep + 10000, ']', 10000);
  item = event_of("x", deep);
  buf_init(&why, 0);
  assert_int_equal(judge_item("/0 == 1", &item, &why), HOLDS_UNKNOWN);
  assert_non_null(strstr(buf_text(&why), "too deep"));
  pointer_set_fini(&set);
  memset(line, 'a', sizeof(line) - 1);
  item = event_of("x", line);
  buf_clear(&why);
  assert_int_equal(judge_item("data ~ '^(a+)+$b'", &item, &why),
                   HOLDS_UNKNOWN);
  assert_string_equal(buf_text(&why), "data ~: too much work");
  assert_int_equal(judge_item("data !~ '^(a+)+$b'", &item, NULL),
                   HOLDS_UNKNOWN);
  buf_free(&why);
}

/* Each wrong text, and what is said of it. */
static const char *const refused[][2] = {
    {"", "column 1: there is no expression"},
    {"event = x", "column 7: \"=\" is no operator (did you mean \"==\"?)"},
    {"event == x & /a == 1", "(did you mean \"&&\"?)"},
    {"event == x and /a == 1", "column 12: \"and\" is written \"&&\""},
    {"event == x or /a == 1", "\"or\" is written \"||\""},
    {"event == x /a == 1", "column 12: expected && or ||, found a pointer"},
    {"evnt == x", "column 1: nothing is called \"evnt\" (did you mean "
                  "\"event\"?)"},
    {"state == new", "(a member of the data is written \"/state\")"},
    {"event", "column 6: expected an operator"},
    {"event == ", "column 10: expected a value, and it ends here"},
    {"== x", "column 1: expected what is compared"},
    {"(event == x", "column 1: this \"(\" is never closed"},
    {"event == x)", "column 11: expected && or ||, found  \")\""},
    {"event == 'x", "column 10: this text has no closing quote"},
    {"/\xc3\xa9 = 1", "column 4: \"=\""},
    {"/a == /b", "column 7: a value is expected"},
    {"/a~2 == 1", "expected a quoted regular expression"},
    {"/a ~ x", "column 6: expected a quoted regular expression"},
    {"/a ~ 'a(b'", "column 10: not a regular expression"},
    {"at < soon", "column 6: not a time"},
    {"at contains 1", "column 4: this operator does not go with"},
    {"retry ~ 'x'", "does not go with"},
    {"exists(event)", "column 8: only a /pointer can be asked that"},
    {"length(at) == 1", "column 8: only a /pointer"},
    {"type(/a) == int", "a type is one of absent"},
    {"event in x", "expected a list such as"},
    {"event in [a, ", "expected a value, and it ends here"},
    {"event in [a b]", "column 13: expected \",\" or \"]\""},
    {"event == a; x", "column 11: this means nothing here"},
    {"event === x", "did you mean \"==\""},
    {"/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q == 1", "more than 16 steps"},
};

static void test_wrong_expressions_are_told_where_and_what_was_meant(
    void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
    struct err e;
    struct expr *x = expr_new(slice_of(refused[i][0]), &set, &e);
    if(x)
      fail_msg("taken: %s", refused[i][0]);
    if(!strstr(e.text, refused[i][1]))
      fail_msg("%s: %s", refused[i][0], e.text);
  }
  pointer_set_fini(&set);
}

static void fill(char *text, size_t size, const char *piece, int times)
{
  size_t n = strlen(piece);
  int i;
  assert_true(n * (size_t)times < size);
  for(i = 0; i < times; i++)
    memcpy(text + (size_t)i * n, piece, n);
  text[(size_t)times * n] = '\0';
}

static void test_expressions_are_bounded(void **state)
{
  static char text[8192];
  struct err e;
  (void)state;
  fill(text, sizeof(text), "(", EXPR_DEPTH_MAX + 1);
  assert_null(expr_new(slice_of(text), &set, &e));
  assert_non_null(strstr(e.text, "too many parentheses"));
  fill(text, sizeof(text), "!", EXPR_DEPTH_MAX + 1);
  assert_null(expr_new(slice_of(text), &set, &e));
  fill(text, sizeof(text), "id==1||", EXPR_TESTS_MAX + 1);
  assert_null(expr_new(slice_of(text), &set, &e));
  assert_non_null(strstr(e.text, "more tests than"));
  fill(text, sizeof(text), "id==1||", EXPR_TESTS_MAX - 1);
  memcpy(text + strlen(text), "id==1", 6);
  expr_free(expr_new(slice_of(text), &set, &e));
  fill(text, sizeof(text), " ", EXPR_TEXT_MAX + 1);
  assert_null(expr_new(slice_of(text), &set, &e));
  assert_int_equal(e.code, E_TOO_LONG);
  memcpy(text, "id in [", 7);
  fill(text + 7, sizeof(text) - 7, "1,", CONDITION_LITERALS_MAX + 1);
  assert_null(expr_new(slice_of(text), &set, &e));
  assert_non_null(strstr(e.text, "values in a list"));
}

static void test_what_an_expression_listens_to(void **state)
{
  struct err e;
  struct expr *x = expr_new(slice_of("comment ~ 'hb' || /a == 1"), &set, &e);
  (void)state;
  assert_true(expr_hears(x, ITEM_COMMENT) && expr_hears(x, ITEM_EVENT));
  assert_false(expr_hears(x, ITEM_RETRY));
  expr_free(x);
  pointer_set_fini(&set);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_holds),
      cmocka_unit_test(test_types_and_numbers_are_exact),
      cmocka_unit_test(test_an_absent_member_equals_nothing),
      cmocka_unit_test(test_data_that_is_no_json_is_unknown),
      cmocka_unit_test(test_comments_and_retries_are_no_events),
      cmocka_unit_test(test_times),
      cmocka_unit_test(test_and_binds_tighter_than_or),
      cmocka_unit_test(test_a_miss_tells_what_stood_there),
      cmocka_unit_test(test_bombs_meet_limits),
      cmocka_unit_test(
          test_wrong_expressions_are_told_where_and_what_was_meant),
      cmocka_unit_test(test_expressions_are_bounded),
      cmocka_unit_test(test_what_an_expression_listens_to),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
