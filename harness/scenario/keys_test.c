/* SPDX-License-Identifier: MIT
 * The option table: looking up, guessing, and the page made from it. */
#include "scenario/scenario_testing.h"

#include "scenario/keys.h"
#include "scenario/own.h"

static enum key_id id_of(const char *name)
{
  const struct option_row *o = option_find(scenario_options(), slice_of(name));
  return o ? key_id(o) : KEY_COUNT;
}

static void test_key_find_knows_names_paths_aliases_and_underscores(void **st)
{
  (void)st;
  assert_int_equal(id_of("publish.rate"), KEY_PUBLISH_RATE);
  assert_int_equal(id_of("reconnect.enabled"), KEY_RECONNECT);
  assert_int_equal(id_of("target"), KEY_URL);
  assert_int_equal(id_of("slow.bytes_per_second"), KEY_SLOW_BYTES);
  assert_int_equal(id_of("Max-Line"), KEY_MAX_LINE);
  assert_null(option_find(scenario_options(), slice_of("publish")));
  assert_null(option_find(scenario_options(), slice_of("")));
}

static void test_key_find_option_knows_the_negated_form_of_switches(void **st)
{
  bool negated = false;
  (void)st;
  assert_int_equal(
      key_id(option_find_switch(scenario_options(), slice_of("no-reconnect"),
                                &negated)),
      KEY_RECONNECT);
  assert_true(negated);
  assert_int_equal(key_id(option_find_switch(scenario_options(),
                                             slice_of("duration"), &negated)),
                   KEY_DURATION);
  assert_false(negated);
  assert_null(option_find_switch(scenario_options(), slice_of("no-duration"),
                                 &negated));
}

static void test_key_find_short_gives_the_short_options(void **st)
{
  (void)st;
  assert_int_equal(key_id(option_find_letter(scenario_options(), 'c')),
                   KEY_CONNECTIONS);
  assert_int_equal(key_id(option_find_letter(scenario_options(), 'd')),
                   KEY_DURATION);
  assert_int_equal(key_id(option_find_letter(scenario_options(), 'w')),
                   KEY_WORKERS);
  assert_int_equal(key_id(option_find_letter(scenario_options(), 'H')),
                   KEY_HEADERS);
  assert_int_equal(key_id(option_find_letter(scenario_options(), 'k')),
                   KEY_TLS_INSECURE);
  assert_int_equal(key_id(option_find_letter(scenario_options(), 'x')),
                   KEY_PROXY);
  assert_null(option_find_letter(scenario_options(), 'y'));
  assert_null(option_find_letter(scenario_options(), '\0'));
}

static void suggests(const char *typed, const char *meant)
{
  int nearest = OPTION_NOT_NEAR;
  const char *got =
      option_suggest(scenario_options(), slice_of(typed), &nearest);
  if(!meant)
    assert_null(got);
  else {
    assert_non_null(got);
    assert_string_equal(got, meant);
  }
}

static void test_key_suggest_finds_typing_mistakes_and_nothing_else(void **st)
{
  (void)st;
  suggests("conections", "connections");
  suggests("publish.rat", "publish.rate");
  suggests("durations", "duration");
  suggests("warm", "warmup");
  suggests("jitter", "reconnect.jitter");
  suggests("tresholds", "thresholds");
  suggests("uri", "url");
  suggests("colour", NULL);
  suggests("x", NULL);
}

static void test_key_is_section_is_true_for_sections_only(void **st)
{
  (void)st;
  assert_true(option_is_section(scenario_options(), slice_of("publish")));
  assert_true(
      option_is_section(scenario_options(), slice_of("publish.match")));
  assert_true(option_is_section(scenario_options(), slice_of("reconnect")));
  assert_false(option_is_section(scenario_options(), slice_of("pub")));
  assert_false(option_is_section(scenario_options(), slice_of("duration")));
}

static void test_every_default_is_what_scenario_default_holds(void **st)
{
  struct scenario *s = scenario_default();
  size_t i;
  (void)st;
  for(i = 0; i < KEY_COUNT; i++) {
    const struct option_row *k = key_at(i);
    struct buf text;
    buf_init(&text, 0);
    if(!k->fallback || own_is_text(k))
      continue;
    assert_int_equal(own_format(s, k, &text), 0);
    assert_string_equal(text.p, k->fallback);
    buf_free(&text);
  }
  scenario_free(s);
}

static void test_every_row_tells_what_help_needs(void **st)
{
  size_t i, j;
  (void)st;
  for(i = 0; i < KEY_COUNT; i++) {
    const struct option_row *k = key_at(i);
    assert_non_null(k->name);
    assert_true(strlen(k->help) > 10);
    assert_true(k->help[strlen(k->help) - 1] != '.');
    assert_int_equal(option_takes_argument(k), k->argument != NULL);
    assert_int_equal(k->type == OPTION_CHOICE, k->choice != NULL);
    for(j = 0; j < i; j++)
      assert_string_not_equal(k->name, key_at(j)->name);
  }
}

static void test_keys_text_stays_within_79_columns(void **st)
{
  struct buf out;
  struct slice rest;
  (void)st;
  buf_init(&out, 0);
  assert_int_equal(option_help(scenario_options(), &out), 0);
  assert_non_null(strstr(out.p, "  -c, --connections N "));
  assert_non_null(strstr(out.p, "[no-]reconnect"));
  rest = buf_slice(&out);
  while(rest.p)
    assert_true(slice_cut(&rest, '\n').n <= 79);
  buf_free(&out);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(
          test_key_find_knows_names_paths_aliases_and_underscores),
      cmocka_unit_test(
          test_key_find_option_knows_the_negated_form_of_switches),
      cmocka_unit_test(test_key_find_short_gives_the_short_options),
      cmocka_unit_test(
          test_key_suggest_finds_typing_mistakes_and_nothing_else),
      cmocka_unit_test(test_key_is_section_is_true_for_sections_only),
      cmocka_unit_test(test_every_default_is_what_scenario_default_holds),
      cmocka_unit_test(test_every_row_tells_what_help_needs),
      cmocka_unit_test(test_keys_text_stays_within_79_columns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
