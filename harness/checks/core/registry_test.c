/* SPDX-License-Identifier: MIT
 * Every row of every group is complete, and the page made from them fresh. */
#include "base/text_testing.h"

#include "checks/core/check.h"

#define FEWEST_WORDS 10 /* bytes of text that say anything */

static void test_ids_are_dotted_lower_case_and_unique(void **state)
{
  size_t i, k;
  (void)state;
  assert_true(check_count() > 0);
  for(i = 0; i < check_count(); i++) {
    const char *id = check_at(i)->id;
    assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789.-"),
                     strlen(id));
    assert_non_null(strchr(id, '.'));
    assert_null(strstr(id, ".."));
    assert_true(id[0] != '.' && id[strlen(id) - 1] != '.');
    for(k = 0; k < i; k++)
      assert_string_not_equal(id, check_at(k)->id);
    assert_ptr_equal(check_find(id), check_at(i));
  }
  assert_null(check_at(check_count()));
  assert_null(check_find("no.such.check"));
}

/* A group's name may have a word in parentheses behind it, and may be its only
 * check's id. */
static void test_ids_begin_with_their_groups_name(void **state)
{
  size_t g, i;
  (void)state;
  for(g = 0; g < check_group_count(); g++) {
    const struct check_group *group = check_group_at(g);
    size_t n = strcspn(group->name, " ");
    for(i = 0; i < group->count; i++) {
      assert_int_equal(strncmp(group->check[i].id, group->name, n), 0);
      assert_true(group->check[i].id[n] == '.' || group->count == 1);
    }
  }
  assert_null(check_group_at(check_group_count()));
}

static void assert_says(const struct check *c, const char *what,
                        const char *text)
{
  if(text && strlen(text) >= FEWEST_WORDS)
    return;
  print_error("%s: %s says too little\n", c->id, what);
  assert_true(text && strlen(text) >= FEWEST_WORDS);
}

static void assert_row(const struct check *c)
{
  int i;
  assert_true(c->title && strlen(c->title) > 8);
  assert_true(c->title[strlen(c->title) - 1] != '.');
  assert_true(c->side && (strchr(c->side, 'S') || strchr(c->side, 'P')));
  assert_true(c->modes && c->modes[0]);
  assert_true(c->needs.exchanges || !script_set_is_empty(&c->needs.scripts));
  assert_true(c->anchor && strncmp(c->anchor, "https://", 8) == 0);
  assert_non_null(strchr(c->anchor, '#'));
  assert_non_null(c->reference);
  assert_says(c, "rationale", c->rationale);
  /* What only measures has nothing that causes it to fail. */
  if(c->severity != SEVERITY_I)
    assert_says(c, "causes", c->causes);
  assert_non_null(c->causes);
  assert_true(c->fix[0].stack && c->fix[0].text);
  for(i = 0; i < CHECK_MAX_FIXES && c->fix[i].stack; i++)
    assert_true(c->fix[i].text && c->fix[i].text[0]);
  assert_true(c->reproduce && strlen(c->reproduce) > 8);
  assert_non_null(c->judge);
}

static void test_every_row_is_complete(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < check_count(); i++)
    assert_row(check_at(i));
}

static void test_every_check_without_recordings_is_not_a_pass(void **state)
{
  struct target *t = target_new("http://127.0.0.1:9/");
  struct check_input in = {t, NULL, 0};
  size_t i;
  (void)state;
  assert_non_null(t);
  for(i = 0; i < check_count(); i++) {
    struct finding f;
    finding_init(&f);
    check_judge(check_at(i), &in, &f);
    assert_true(f.verdict == VERDICT_UNTESTABLE || f.verdict == VERDICT_SKIP);
    assert_true(f.text[0] != '\0');
    finding_free(&f);
  }
  target_free(t);
}

static void test_globs_name_checks_and_groups(void **state)
{
  const struct check *c = check_find("http.ct.charset");
  (void)state;
  assert_non_null(c);
  assert_true(check_matches(c, "http.ct.charset"));
  assert_true(check_matches(c, "http.*"));
  assert_true(check_matches(c, "*"));
  assert_true(check_matches(c, "*.char*t"));
  assert_true(check_matches(c, "http.??.charset"));
  assert_true(check_matches(c, "http.ct"));
  assert_true(check_matches(c, "http"));
  assert_false(check_matches(c, "http.c"));
  assert_false(check_matches(c, "http.ct.charse"));
  assert_false(check_matches(c, "http.ct.charset?"));
  assert_false(check_matches(c, "frame.*"));
  assert_false(check_matches(c, ""));
}

static void test_explain_tells_the_whole_row_in_79_columns(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < check_count(); i++) {
    const struct check *c = check_at(i);
    struct buf out;
    buf_init(&out, 0);
    assert_int_equal(check_explain(c, &out), 0);
    assert_non_null(strstr(out.p, c->id));
    assert_non_null(strstr(out.p, c->anchor));
    assert_non_null(strstr(out.p, c->reproduce));
    assert_non_null(strstr(out.p, "How to mend it"));
    buf_free(&out);
  }
}

static void test_the_list_holds_every_check(void **state)
{
  json_t *list = check_list_json();
  size_t i;
  (void)state;
  assert_non_null(list);
  assert_int_equal(json_array_size(list), check_count());
  for(i = 0; i < check_count(); i++) {
    json_t *row = json_array_get(list, i);
    assert_string_equal(json_string_value(json_object_get(row, "id")),
                        check_at(i)->id);
    assert_true(json_array_size(json_object_get(row, "fixes")) > 0);
    assert_string_not_equal(json_string_value(json_object_get(row, "needs")),
                            "");
  }
  json_decref(list);
}

static void test_the_page_tells_of_every_check(void **state)
{
  struct buf page;
  size_t i;
  (void)state;
  buf_init(&page, 0);
  assert_int_equal(checks_markdown(&page), 0);
  for(i = 0; i < check_count(); i++) {
    const struct check *c = check_at(i);
    char link[128], heading[192];
    snprintf(link, sizeof(link), "\n| [%s](#%s) | ", c->id, c->id);
    snprintf(heading, sizeof(heading), "\n### <a id=\"%s\"></a>%s\n", c->id,
             c->id);
    expect_part(&page, link);
    expect_part(&page, heading);
    expect_part(&page, c->anchor);
    expect_part(&page, c->reproduce);
  }
  buf_free(&page);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ids_are_dotted_lower_case_and_unique),
      cmocka_unit_test(test_ids_begin_with_their_groups_name),
      cmocka_unit_test(test_every_row_is_complete),
      cmocka_unit_test(test_every_check_without_recordings_is_not_a_pass),
      cmocka_unit_test(test_globs_name_checks_and_groups),
      cmocka_unit_test(test_explain_tells_the_whole_row_in_79_columns),
      cmocka_unit_test(test_the_list_holds_every_check),
      cmocka_unit_test(test_the_page_tells_of_every_check),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
