/* SPDX-License-Identifier: MIT
 * Templates: what is accepted, and what goes in. */
#include "scenario/scenario_testing.h"

#include "scenario/template.h"

static char *alice_fields[] = {"alice", "a b&\"c\""};
static char *names[] = {"name", "token"};
static struct user alice = {2, alice_fields};

static struct scenario *with_users(void)
{
  struct scenario *s = scenario_default();
  assert_non_null(s);
  s->user_field = names;
  s->user_field_count = 2;
  s->user = &alice;
  s->user_count = 1;
  return s;
}

static void drop(struct scenario *s)
{
  s->user_field = NULL;
  s->user = NULL;
  s->user_field_count = s->user_count = 0;
  scenario_free(s);
}

static void expands(const char *text, const char *expected)
{
  struct scenario *s = with_users();
  struct template_values v = {
      .n = 7,
      .run = "r1",
      .user = &alice,
      .seq = 41,
      .scheduled_ns = 1700000000000000001ull,
      .sent_ns = 1700000000000000002ull,
      .pad_bytes = 4,
  };
  struct buf out;
  buf_init(&out, 0);
  assert_int_equal(template_expand(s, text, &v, &out), 0);
  assert_string_equal(buf_text(&out), expected);
  buf_free(&out);
  drop(s);
}

static void test_expand_fills_every_name(void **state)
{
  (void)state;
  expands("", "");
  expands("plain } text {", "plain } text {");
  expands("{{n}}{{ run }}", "7r1");
  expands("{\"a\":{\"n\":{{n}}}}", "{\"a\":{\"n\":7}}");
  expands("{{seq}},{{t}},{{s}},{{pad}}",
          "41,1700000000000000001,1700000000000000002,xxxx");
  expands("{{user.name}} {{user.id}} {{user.token}}", "alice alice a b&\"c\"");
  expands("{{user.token|url}}", "a%20b%26%22c%22");
  expands("\"{{ user.token | json }}\"", "\"a b&\\\"c\\\"\"");
}

static void test_expand_without_a_user_says_so(void **state)
{
  struct scenario *s = with_users();
  struct template_values v = {.n = 0};
  struct buf out;
  (void)state;
  buf_init(&out, 0);
  assert_int_equal(template_expand(s, "{{user.id}}", &v, &out), E_NOT_FOUND);
  buf_free(&out);
  drop(s);
}

static void test_expand_respects_the_buffers_limit(void **state)
{
  struct scenario *s = with_users();
  struct template_values v = {.pad_bytes = 1000};
  struct buf out;
  (void)state;
  buf_init(&out, 100);
  assert_int_equal(template_expand(s, "{{pad}}", &v, &out), E_TOO_LONG);
  buf_free(&out);
  drop(s);
}

static void check_says(const char *text, bool publishing, const char *why)
{
  struct scenario *s = with_users();
  struct err e = {0, ""};
  s->users_file = "users.csv";
  if(!why)
    assert_int_equal(template_check(s, text, publishing, "url", &e), 0);
  else {
    assert_true(template_check(s, text, publishing, "url", &e) < 0);
    assert_string_equal(e.text, why);
  }
  s->users_file = NULL;
  drop(s);
}

static void test_check_accepts_what_expand_can_fill(void **state)
{
  (void)state;
  check_says("{{n}} {{run}} {{user.name|url}} {{user.id}}", false, NULL);
  check_says("{{seq}} {{t}} {{s}} {{pad}}", true, NULL);
}

static void test_check_names_what_is_wrong(void **state)
{
  (void)state;
  check_says("{{nn}}", false,
             "url: {{nn}} is not known; there are {{n}}, {{run}} and "
             "{{user.FIELD}}");
  check_says("{{}}", true,
             "url: {{}} is not known; there are {{n}}, {{run}}, "
             "{{user.FIELD}}, {{seq}}, {{t}}, {{s}} and {{pad}}");
  check_says("{{seq}}", false,
             "url: {{seq}} has a value in publish requests only");
  check_says("a {{n", false, "url: \"{{\" without \"}}\"");
  check_says("{{user.nam}}", false,
             "url: {{user.nam}}: users.csv has no such field; it has "
             "user.name, user.token");
  check_says("{{user.name|html}}", false,
             "url: {{user.name|...}}: unknown filter; there are url and json");
}

static void test_default_body_is_json_with_a_user_where_there_are_users(
    void **state)
{
  struct scenario *s = with_users();
  (void)state;
  assert_string_equal(
      template_publish_default_body(s),
      "{\"run\":\"{{run}}\",\"seq\":{{seq}},\"t\":{{t}},\"s\":{{s}},"
      "\"user\":\"{{user.id}}\",\"pad\":\"{{pad}}\"}");
  s->user_count = 0;
  assert_string_equal(
      template_publish_default_body(s),
      "{\"run\":\"{{run}}\",\"seq\":{{seq}},\"t\":{{t}},\"s\":{{s}},"
      "\"pad\":\"{{pad}}\"}");
  drop(s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_expand_fills_every_name),
      cmocka_unit_test(test_expand_without_a_user_says_so),
      cmocka_unit_test(test_expand_respects_the_buffers_limit),
      cmocka_unit_test(test_check_accepts_what_expand_can_fill),
      cmocka_unit_test(test_check_names_what_is_wrong),
      cmocka_unit_test(
          test_default_body_is_json_with_a_user_where_there_are_users),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
