/* SPDX-License-Identifier: MIT
 * The table of rules as a whole: complete rows, the page that is made of
 * them. */
#include "base/text_testing.h"

#include "rules/rule.h"

static void test_ids_begin_with_nginx_and_are_unique(void **state)
{
  size_t i, k;
  (void)state;
  assert_true(doctor_rule_count() > 60);
  for(i = 0; i < doctor_rule_count(); i++) {
    const char *id = doctor_rule_at(i)->id;
    assert_int_equal(strncmp(id, "nginx.", 6), 0);
    assert_int_equal(strspn(id + 6, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                     strlen(id + 6));
    for(k = 0; k < i; k++)
      assert_string_not_equal(id, doctor_rule_at(k)->id);
    assert_ptr_equal(doctor_rule_find(id), doctor_rule_at(i));
  }
  assert_null(doctor_rule_find("nginx.no-such"));
}

static void test_every_row_is_complete(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < doctor_rule_count(); i++) {
    const struct doctor_rule *r = doctor_rule_at(i);
    if(!r->title || !r->graded || !r->why || !r->fix || !r->block ||
       !r->caveats || !r->doc || !r->judge || !r->families)
      fail_msg("%s: a part is missing", r->id);
    if(!r->title[0] || !r->graded[0] || !r->why[0] || !r->block[0])
      fail_msg("%s: a text is missing", r->id);
    if(r->kind != FIX_KIND_NONE && r->kind != FIX_KIND_REMOVE && !r->fix[0])
      fail_msg("%s: no directive that mends it", r->id);
    if(r->doc[0] && strncmp(r->doc, "https://nginx.org/", 18) != 0)
      fail_msg("%s: %s is not nginx's documentation", r->id, r->doc);
  }
}

static void test_explain_tells_each_row_in_79_columns(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < doctor_rule_count(); i++) {
    struct slice rest;
    struct buf text;
    buf_init(&text, 0);
    assert_int_equal(doctor_rule_explain(doctor_rule_at(i), &text), 0);
    assert_non_null(strstr(buf_text(&text), "What happens"));
    rest = buf_slice(&text);
    while(rest.n) {
      struct slice line = slice_cut(&rest, '\n');
      if(line.n > 79 && slice_find(line, "https://") < 0)
        fail_msg("%s: %.*s", doctor_rule_at(i)->id, (int)line.n, line.p);
    }
    buf_free(&text);
  }
}

static void test_the_list_holds_every_rule(void **state)
{
  json_t *list = doctor_rules_json();
  (void)state;
  assert_int_equal(json_array_size(list), doctor_rule_count());
  assert_string_equal(
      json_string_value(json_object_get(json_array_get(list, 0), "id")),
      doctor_rule_at(0)->id);
  json_decref(list);
}

static void test_the_page_tells_of_every_rule(void **state)
{
  struct buf page;
  size_t i;
  (void)state;
  buf_init(&page, 0);
  assert_int_equal(doctor_rules_markdown(&page), 0);
  for(i = 0; i < doctor_rule_count(); i++) {
    const char *id = doctor_rule_at(i)->id;
    char link[128], heading[192];
    snprintf(link, sizeof(link), "\n| [%s](#%s) | ", id, id);
    snprintf(heading, sizeof(heading), "\n### <a id=\"%s\"></a>%s\n", id, id);
    expect_part(&page, link);
    expect_part(&page, heading);
  }
  buf_free(&page);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ids_begin_with_nginx_and_are_unique),
      cmocka_unit_test(test_every_row_is_complete),
      cmocka_unit_test(test_explain_tells_each_row_in_79_columns),
      cmocka_unit_test(test_the_list_holds_every_rule),
      cmocka_unit_test(test_the_page_tells_of_every_rule),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
