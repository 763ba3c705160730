/* SPDX-License-Identifier: MIT
 * Secrets that come back: in every coding, from every place, of every length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/b64.h"
#include "document/values.h"

#define SECRET                                                                \
  "s\xc3\xa9"                                                                 \
  "cret/To\"ken+12345"

static void masked(const char *text, const char *want)
{
  char *copy = strdup(text);
  assert_non_null(copy);
  values_mask(copy, strlen(copy));
  if(strcmp(copy, want) != 0)
    fail_msg("\"%s\" became \"%s\", not \"%s\"", text, copy, want);
  free(copy);
}

/* Nothing of the text but what is in front and behind may be left. */
static void hidden(const char *text)
{
  char *copy = strdup(text);
  size_t i;
  assert_non_null(copy);
  values_mask(copy, strlen(copy));
  for(i = 0; copy[i]; i++) {
    if(copy[i] != '*')
      fail_msg("\"%s\" became \"%s\"", text, copy);
  }
  free(copy);
}

static void test_a_value_is_found_in_every_coding(void **state)
{
  (void)state;
  values_learn(slice_of(SECRET));
  hidden(SECRET);
  hidden("s%C3%A9cret%2FTo%22ken%2B12345");
  hidden("s%c3%a9cret%2fTo%22ken%2b12345");
  hidden("s\xc3\xa9"
         "cret/To\\\"ken+12345");
  hidden("s\xc3\xa9"
         "cret\\/To\\\"ken+12345");
  masked("<" SECRET ">", "<********************>");
  masked("nothing of it", "nothing of it");
  values_forget();
  masked(SECRET, SECRET);
}

static void test_base64_is_found_at_every_offset(void **state)
{
  size_t before, behind;
  (void)state;
  values_learn(SLICE_LIT("hunter2-hunter2"));
  for(before = 0; before < 9; before++) {
    for(behind = 0; behind < 3; behind++) {
      struct buf raw, coded;
      size_t i, left = 0;
      buf_init(&raw, 0);
      buf_init(&coded, 0);
      buf_add(&raw, "abcdefghi", before);
      buf_adds(&raw, "hunter2-hunter2");
      buf_add(&raw, "xyz", behind);
      assert_int_equal(b64_encode(&coded, buf_slice(&raw)), 0);
      values_mask(coded.p, coded.n);
      for(i = before / 3 * 4 + 4; i < (before + 15) / 3 * 4; i++)
        left += coded.p[i] != '*';
      assert_int_equal(left, 0);
      buf_free(&raw);
      buf_free(&coded);
    }
  }
  values_forget();
}

static void test_short_values_are_found_as_words_only(void **state)
{
  (void)state;
  values_learn(SLICE_LIT("abc"));
  values_learn(SLICE_LIT("pass"));
  masked("abc passage pass, pass", "abc passage ****, ****");
  values_forget();
}

static void test_the_longest_of_many_is_taken(void **state)
{
  char name[40];
  int i;
  (void)state;
  for(i = 0; i < 3000; i++) {
    snprintf(name, sizeof(name), "user-token-%d", i);
    values_learn(slice_of(name));
  }
  masked("user-token-2999!", "***************!");
  masked("user-token-7", "************");
  masked("user-token-x", "user-token-x");
  values_learn(SLICE_LIT("user-token-"));
  masked("user-token-x", "***********x");
  values_forget();
}

static void test_names_and_looks_tell_what_is_secret(void **state)
{
  (void)state;
  values_learn_named(SLICE_LIT("Authorization"),
                     SLICE_LIT("Bearer abcd.efgh"));
  values_learn_named(SLICE_LIT("Cookie"), SLICE_LIT("sid=cook1evalue; l=en"));
  values_learn_named(SLICE_LIT("X-Trace"), SLICE_LIT("4bf92f3577b34da6a3ce"));
  values_learn_named(SLICE_LIT("Accept"), SLICE_LIT("application/json"));
  values_learn_named(SLICE_LIT("X-Key"), SLICE_LIT("{{user.token}}"));
  masked("got abcd.efgh", "got *********");
  masked("cook1evalue en", "*********** en");
  masked("4bf92f3577b34da6a3ce", "********************");
  masked("application/json {{user.token}}", "application/json {{user.token}}");
  values_forget();
  values_learn_named(SLICE_LIT("Authorization"),
                     SLICE_LIT("Basic bWU6cGFzc3dvcmQx"));
  masked("me password1 bWU6cGFzc3dvcmQx", "me ********* ****************");
  values_forget();
}

static void test_urls_and_bodies_are_looked_into(void **state)
{
  (void)state;
  values_learn_url(SLICE_LIT("http://me:pass%20word@h/x?token=to%2Fken&n=12345"
                             "#token=frag"));
  masked("pass word, pass%20word, to/ken, 12345, frag",
         "*********, ***********, ******, 12345, frag");
  values_forget();
  values_learn_body(SLICE_LIT(
      "{\"a\":[{\"password\":\"deep-one\"}],\"stream\":\"yes-sir\"}"));
  values_learn_body(SLICE_LIT("secret=from-form&stream=yes-sir"));
  masked("deep-one from-form yes-sir", "******** ********* yes-sir");
  values_forget();
}

static void test_all_strings_of_a_document_are_masked(void **state)
{
  json_t *j = json_pack("{s:[s, {s:s}], s:i}", "a", "x secret-one", "b",
                        "secret-one", "n", 5);
  (void)state;
  values_learn(SLICE_LIT("secret-one"));
  assert_int_equal(values_mask_json(j), 0);
  assert_string_equal(
      json_string_value(json_array_get(json_object_get(j, "a"), 0)),
      "x **********");
  json_decref(j);
  values_forget();
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_value_is_found_in_every_coding),
      cmocka_unit_test(test_base64_is_found_at_every_offset),
      cmocka_unit_test(test_short_values_are_found_as_words_only),
      cmocka_unit_test(test_the_longest_of_many_is_taken),
      cmocka_unit_test(test_names_and_looks_tell_what_is_secret),
      cmocka_unit_test(test_urls_and_bodies_are_looked_into),
      cmocka_unit_test(test_all_strings_of_a_document_are_masked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
