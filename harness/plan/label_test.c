/* SPDX-License-Identifier: MIT
 * Labels, as text and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "plan/label.h"

static void expect_text(const struct label *l, const char *text)
{
  char out[LABEL_TEXT_MAX];
  struct label again;
  assert_int_equal(label_write(l, out, sizeof(out)), strlen(text));
  assert_string_equal(out, text);
  assert_int_equal(label_read(&again, out), strlen(text));
  assert_memory_equal(&again, l, sizeof(again));
}

static void test_a_label_is_text_and_back(void **state)
{
  struct label l;
  (void)state;
  memset(&l, 0, sizeof(l));
  l.role = ROLE_VICTIM;
  l.cut = TOLD_RST;
  l.phase = VICTIM_IN_DATA;
  expect_text(&l, "role=victim cut=rst phase=in-data");
  memset(&l, 0, sizeof(l));
  l.role = ROLE_UNREAD;
  l.window = 100;
  l.stream = 0;
  l.pseudo = PSEUDO_NONE;
  l.fields = H2_FIELDS_OK;
  l.rst = H2_CODE_REFUSED_STREAM;
  expect_text(&l, "role=unread window=100 stream=0 pseudo=none field=ok "
                  "rst=REFUSED_STREAM");
  memset(&l, 0, sizeof(l));
  l.role = ROLE_CONNECTION;
  l.part = H2_PART_LOOK;
  memcpy(l.alpn, "h2", 3);
  l.max_streams = LABEL_NO_LIMIT;
  l.goaway = H2_CODE_NONE;
  expect_text(&l, "role=connection part=look alpn=h2 settings=0 "
                  "max-streams=none pings=0 goaway=none");
}

static void test_nothing_said_is_no_text(void **state)
{
  static const struct label none;
  char out[LABEL_TEXT_MAX] = "x";
  (void)state;
  assert_int_equal(label_write(&none, out, sizeof(out)), 0);
  assert_string_equal(out, "");
}

/* The words of a transport are no label, nor is one that holds what nobody
 * knows: its text is kept as it is. */
static void test_what_is_not_known_is_no_label(void **state)
{
  static const char *const text[] = {"",
                                     "FIN",
                                     "role=",
                                     "role=nobody; FIN",
                                     "cut=axe",
                                     "role=a of=x",
                                     "role=a of=-1",
                                     "role=a  cut=rst",
                                     "role=a x=1",
                                     "of=1234567890123456789"};
  struct label l;
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(text) / sizeof(*text); i++) {
    assert_int_equal(label_read(&l, text[i]), 0);
    assert_int_equal(l.role, ROLE_NONE);
  }
}

static void test_a_label_ends_before_the_words(void **state)
{
  struct label l;
  (void)state;
  assert_int_equal(label_read(&l, "role=abort kind=half-close of=6; RST"), 31);
  assert_int_equal(l.kind, ABORT_HALF_CLOSE);
  assert_int_equal(l.of, 6);
}

static void test_a_long_value_is_refused(void **state)
{
  char text[120] = "run=";
  struct label l;
  (void)state;
  memset(text + 4, 'a', 40);
  assert_int_equal(label_read(&l, text), 44);
  text[44] = 'a';
  assert_int_equal(label_read(&l, text), 0);
  memset(text + 4, 'a', 100);
  assert_int_equal(label_read(&l, text), 0);
}

static void test_codes_of_http_2_have_their_names(void **state)
{
  (void)state;
  assert_int_equal(label_h2_code(0), H2_CODE_NO_ERROR);
  assert_int_equal(label_h2_code(0xd), H2_CODE_HTTP_1_1_REQUIRED);
  assert_int_equal(label_h2_code(0xe), H2_CODE_UNKNOWN);
  assert_string_equal(label_word_name(ATTRIBUTE_RST, H2_CODE_CANCEL),
                      "CANCEL");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_label_is_text_and_back),
      cmocka_unit_test(test_nothing_said_is_no_text),
      cmocka_unit_test(test_what_is_not_known_is_no_label),
      cmocka_unit_test(test_a_label_ends_before_the_words),
      cmocka_unit_test(test_a_long_value_is_refused),
      cmocka_unit_test(test_codes_of_http_2_have_their_names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
