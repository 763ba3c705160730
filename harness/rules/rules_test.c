/* SPDX-License-Identifier: MIT
 * Every rule on a configuration where it speaks, and on one where it does
 * not; what its edits look like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/rules_cases.h"

static const struct rules_rows *const all[] = {
    &rules_cases_delay, &rules_cases_end, &rules_cases_load};

#define GROUPS (sizeof(all) / sizeof(all[0]))

static void test_rules_speak_where_they_should(void **state)
{
  size_t g, i, wrong = 0;
  (void)state;
  for(g = 0; g < GROUPS; g++) {
    for(i = 0; i < all[g]->count; i++) {
      const struct rules_row *r = &all[g]->row[i];
      wrong += !rules_hits(&r->speaks, r->rule, r->severity);
    }
  }
  assert_int_equal(wrong, 0);
}

static void test_rules_are_silent_where_they_should(void **state)
{
  size_t g, i, wrong = 0;
  (void)state;
  for(g = 0; g < GROUPS; g++) {
    for(i = 0; i < all[g]->count; i++)
      wrong += !rules_silent(&all[g]->row[i].silent, all[g]->row[i].rule);
  }
  assert_int_equal(wrong, 0);
}

static bool has_case(const char *rule)
{
  size_t g, i;
  for(g = 0; g < GROUPS; g++) {
    for(i = 0; i < all[g]->count; i++) {
      if(strcmp(all[g]->row[i].rule, rule) == 0)
        return true;
    }
  }
  return false;
}

static void test_every_rule_that_text_can_trip_has_a_case(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < doctor_rule_count(); i++) {
    const struct doctor_rule *r = doctor_rule_at(i);
    /* Of the whole text: refusal_test.c. */
    if(strcmp(r->id, "nginx.refused") == 0)
      continue;
    if(r->side != SIDE_LIVE && !has_case(r->id))
      fail_msg("%s has no case", r->id);
  }
}

static void test_no_rule_is_worse_than_its_row_says(void **state)
{
  size_t g, i;
  (void)state;
  for(g = 0; g < GROUPS; g++) {
    for(i = 0; i < all[g]->count; i++) {
      const struct rules_row *r = &all[g]->row[i];
      assert_true(r->severity >= doctor_rule_find(r->rule)->severity);
    }
  }
}

/* ---- edits ---------------------------------------------------------------
 */

static const struct conf_edit *first_edit(struct rules_judged *j,
                                          const struct rules_case *c,
                                          const char *rule)
{
  rules_case_judge(j, c, rule);
  assert_true(j->finding.hit);
  assert_true(j->finding.edits > 0);
  assert_int_equal(j->finding.state, FIX_PROPOSED);
  return &j->finding.edit[0];
}

static void test_a_setting_of_the_location_is_replaced(void **state)
{
  const struct rules_case c = {.location = "proxy_buffering on;"};
  struct rules_judged j;
  const struct conf_edit *e = first_edit(&j, &c, "nginx.buffering-on");
  (void)state;
  assert_int_equal(e->kind, EDIT_SET);
  assert_string_equal(e->text, "proxy_buffering off;");
  assert_string_equal(e->block, "location /events");
  assert_int_equal(e->end_bytes - e->start_bytes,
                   strlen("proxy_buffering on;"));
  assert_string_equal(j.finding.effective, "on");
  assert_string_equal(j.finding.inherited_from, "");
  rules_case_free(&j);
}

static void test_an_inherited_setting_is_left_to_the_others(void **state)
{
  const struct rules_case c = {.http = "proxy_buffering on;"};
  struct rules_judged j;
  const struct conf_edit *e = first_edit(&j, &c, "nginx.buffering-on");
  const struct conf_file *file = j.conf->files[0];
  (void)state;
  assert_int_equal(e->kind, EDIT_INSERT);
  assert_int_equal(e->start_bytes, e->end_bytes);
  assert_int_equal(file->text.p[e->start_bytes - 1], ';');
  assert_string_equal(j.finding.inherited_from, "http");
  rules_case_free(&j);
}

static void test_a_default_is_blamed_on_the_location(void **state)
{
  const struct rules_case c = {.location = "proxy_http_version 1.1;"};
  struct rules_judged j;
  (void)state;
  rules_case_judge(&j, &c, "nginx.read-timeout");
  assert_string_equal(j.finding.inherited_from, "default");
  assert_string_equal(j.finding.directive, "proxy_read_timeout");
  assert_string_equal(j.finding.effective, "60s");
  assert_int_equal(j.finding.line, j.route->location->line);
  assert_non_null(strstr(j.finding.symptom, "60 s"));
  rules_case_free(&j);
}

static void test_folklore_of_the_location_is_taken_out(void **state)
{
  const struct rules_case c = {.location = "chunked_transfer_encoding off;"};
  struct rules_judged j;
  const struct conf_edit *e = first_edit(&j, &c, "nginx.chunked-off");
  (void)state;
  assert_int_equal(e->kind, EDIT_REMOVE);
  assert_string_equal(e->text, "");
  rules_case_free(&j);
}

static void test_clearing_connection_repeats_what_was_inherited(void **state)
{
  const struct rules_case c = {.server = "proxy_set_header Host $host;"};
  struct rules_judged j;
  (void)state;
  first_edit(&j, &c, "nginx.http10-upstream");
  assert_int_equal(j.finding.edits, 2);
  assert_string_equal(j.finding.edit[1].text,
                      "proxy_set_header Host $host;\n"
                      "proxy_set_header Connection \"\";");
  rules_case_free(&j);
}

static void test_an_error_page_leaves_the_inherited_ones(void **state)
{
  const struct rules_case c = {.server = "error_page 404 /404.html;"};
  struct rules_judged j;
  const struct conf_edit *e =
      first_edit(&j, &c, "nginx.gateway-error-kills-eventsource");
  (void)state;
  assert_string_equal(e->text, "error_page 502 504 = @sse_retry;\n"
                               "error_page 404 /404.html;");
  assert_string_equal(j.finding.edit[1].block, "server a.example");
  rules_case_free(&j);
}

static void test_what_only_an_if_changes_is_a_warning_at_most(void **state)
{
  const struct rules_case c = {
      .http = "gzip_types *;",
      .location = "proxy_http_version 1.1; proxy_read_timeout 1h; "
                  "error_page 502 504 = @a; if ($http_a) { gzip on; }"};
  struct rules_judged j;
  struct doctor_findings all_found;
  struct doctor_finding *f;
  (void)state;
  rules_case_judge(&j, &c, "nginx.gzip-buffered");
  assert_false(j.finding.hit);
  doctor_findings_init(&all_found);
  assert_int_equal(doctor_judge(&j.facts, &all_found), 0);
  f = doctor_findings_find(&all_found, "nginx.gzip-buffered");
  assert_non_null(f);
  assert_int_equal(f->severity, DOCTOR_WARN);
  assert_int_equal(f->confidence, DOCTOR_POSSIBLE);
  assert_non_null(strstr(f->symptom, "Only where the `if`"));
  assert_string_equal(f->edit[0].text, "proxy_buffering off;");
  assert_string_equal(f->edit[0].block, "location /events");
  assert_string_equal(f->edit[1].text, "gzip off;");
  assert_int_equal(f->edit[1].kind, EDIT_SET);
  doctor_findings_free(&all_found);
  rules_case_free(&j);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rules_speak_where_they_should),
      cmocka_unit_test(test_rules_are_silent_where_they_should),
      cmocka_unit_test(test_every_rule_that_text_can_trip_has_a_case),
      cmocka_unit_test(test_no_rule_is_worse_than_its_row_says),
      cmocka_unit_test(test_a_setting_of_the_location_is_replaced),
      cmocka_unit_test(test_an_inherited_setting_is_left_to_the_others),
      cmocka_unit_test(test_a_default_is_blamed_on_the_location),
      cmocka_unit_test(test_folklore_of_the_location_is_taken_out),
      cmocka_unit_test(test_clearing_connection_repeats_what_was_inherited),
      cmocka_unit_test(test_an_error_page_leaves_the_inherited_ones),
      cmocka_unit_test(test_what_only_an_if_changes_is_a_warning_at_most),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
