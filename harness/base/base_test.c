/* SPDX-License-Identifier: MIT
 * Buffers, slices, UTF-8, Base64, JSON helpers and whole files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/b64.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/markdown.h"
#include "base/rng.h"
#include "base/shell.h"
#include "base/utf8.h"

static void test_words_are_quoted_for_a_shell(void **state)
{
  struct buf b;
  (void)state;
  buf_init(&b, 0);
  shell_word("--url=http://a/b", &b);
  buf_addc(&b, ' ');
  shell_word("", &b);
  buf_addc(&b, ' ');
  assert_int_equal(shell_word("it's $x", &b), 0);
  assert_string_equal(buf_text(&b), "--url=http://a/b '' 'it'\\''s $x'");
  buf_free(&b);
}

static void test_buf_wraps_words_at_79_columns(void **state)
{
  struct buf b;
  (void)state;
  buf_init(&b, 0);
  assert_int_equal(
      buf_add_wrapped(&b, 60, " 0123456789 12345678 1  2 0123456789abcdef"),
      0);
  assert_string_equal(buf_text(&b),
                      "0123456789 12345678\n"
                      "                              "
                      "                              1 2\n"
                      "                              "
                      "                              0123456789abcdef\n");
  buf_consume(&b, b.n);
  assert_int_equal(buf_add_wrapped(&b, 2, ""), 0);
  assert_string_equal(buf_text(&b), "\n");
  buf_free(&b);
}

static void test_buf_refuses_what_exceeds_its_maximum(void **state)
{
  struct buf b;
  (void)state;
  buf_init(&b, 8);
  assert_int_equal(buf_add(&b, "12345678", 8), 0);
  assert_int_equal(buf_addc(&b, '9'), E_TOO_LONG);
  assert_int_equal(b.n, 8);
  assert_string_equal(buf_text(&b), "12345678");
  buf_free(&b);
}

static void test_buf_that_failed_takes_no_more(void **state)
{
  struct buf b;
  (void)state;
  buf_init(&b, 8);
  buf_adds(&b, "12345");
  buf_adds(&b, "6789");
  assert_int_equal(buf_addc(&b, '6'), E_TOO_LONG);
  assert_int_equal(buf_addf(&b, "%d", 6), E_TOO_LONG);
  assert_int_equal(buf_reserve(&b, 0), E_TOO_LONG);
  assert_int_equal(buf_fail(&b, E_NOMEM), E_TOO_LONG);
  assert_string_equal(buf_text(&b), "12345");
  buf_consume(&b, 9);
  assert_int_equal(b.rc, E_TOO_LONG);
  assert_string_equal(buf_text(&b), "");
  buf_clear(&b);
  assert_int_equal(buf_adds(&b, "67"), 0);
  assert_string_equal(buf_text(&b), "67");
  assert_int_equal(buf_fail(&b, E_NOMEM), E_NOMEM);
  buf_free(&b);
  assert_int_equal(b.rc, 0);
}

static void test_slice_cut_yields_every_part(void **state)
{
  struct slice rest = slice_of("a,,b");
  (void)state;
  assert_true(slice_eq_cstr(slice_cut(&rest, ','), "a"));
  assert_true(slice_eq_cstr(slice_cut(&rest, ','), ""));
  assert_true(slice_eq_cstr(slice_cut(&rest, ','), "b"));
  assert_null(rest.p);
}

static void repairs(const char *in, size_t n, const char *out)
{
  struct buf b;
  buf_init(&b, 0);
  assert_int_equal(utf8_repair(&b, (struct slice){in, n}), 0);
  assert_string_equal(buf_text(&b), out);
  buf_free(&b);
}

static void test_utf8_repair_follows_maximal_subparts(void **state)
{
#define FFFD "\xEF\xBF\xBD"
  (void)state;
  repairs("caf\xC3\xA9", 5, "caf\xC3\xA9");
  repairs("\xC0\xAF", 2, FFFD FFFD);
  repairs("\xED\xA0\x80", 3, FFFD FFFD FFFD);
  repairs("\xF4\x90\x80\x80", 4, FFFD FFFD FFFD FFFD);
  repairs("\xE2\x82\n", 3, FFFD "\n");
  repairs("\xF0\x9F\x98", 3, FFFD);
  assert_int_equal(utf8_check(SLICE_LIT("ab\x80")), 2);
#undef FFFD
}

static void test_b64_round_trips_every_length(void **state)
{
  char bytes[64];
  size_t n, i;
  (void)state;
  for(i = 0; i < sizeof(bytes); i++)
    bytes[i] = (char)(i * 37);
  for(n = 0; n <= sizeof(bytes); n++) {
    struct buf text, back;
    buf_init(&text, 0);
    buf_init(&back, 0);
    assert_int_equal(b64_encode(&text, (struct slice){bytes, n}), 0);
    assert_int_equal(b64_decode(&back, buf_slice(&text)), 0);
    assert_int_equal(back.n, n);
    if(n)
      assert_memory_equal(back.p, bytes, n);
    buf_free(&text);
    buf_free(&back);
  }
}

static void test_b64_refuses_foreign_characters(void **state)
{
  struct buf out;
  (void)state;
  buf_init(&out, 0);
  assert_int_equal(b64_decode(&out, SLICE_LIT("a-==")), E_SYNTAX);
  assert_int_equal(b64_decode(&out, SLICE_LIT("abc")), E_SYNTAX);
  buf_free(&out);
}

static void test_json_pointer_reaches_members_and_elements(void **state)
{
  struct err e;
  json_t *root =
      json_parse(SLICE_LIT("{\"a\":[{\"b/c\":7}],\"d\":{\"e\":1}}"), "t", &e);
  (void)state;
  assert_non_null(root);
  assert_int_equal(json_integer_value(json_pointer_get(root, "/a/0/b~1c")), 7);
  assert_int_equal(json_integer_value(json_dotted_get(root, "d.e")), 1);
  assert_null(json_pointer_get(root, "/a/1"));
  assert_null(json_dotted_get(root, "d.x"));
  json_decref(root);
}

static void test_json_parse_names_the_position(void **state)
{
  struct err e;
  (void)state;
  assert_null(json_parse(SLICE_LIT("{\n  \"a\" 1}"), "f.json", &e));
  assert_non_null(strstr(e.text, "f.json:2:"));
}

static void test_json_quote_replaces_bad_utf8(void **state)
{
  struct buf b;
  (void)state;
  buf_init(&b, 0);
  assert_int_equal(json_quote(&b, SLICE_LIT("a\xFF\"")), 0);
  assert_string_equal(buf_text(&b), "\"a\xEF\xBF\xBD\\\"\"");
  buf_free(&b);
}

static void text_is_what_jansson_writes(const struct buf *b, json_t *s)
{
  struct buf other;
  buf_init(&other, 0);
  assert_int_equal(json_print(s, false, &other), 0);
  assert_string_equal(buf_text(b), buf_text(&other));
  buf_free(&other);
}

/* Every byte of ASCII, before, behind and between others, is written as the
 * library writes it. */
static void test_json_quote_writes_ascii_as_the_library_does(void **state)
{
  char text[24];
  struct buf b;
  int c;
  (void)state;
  buf_init(&b, 0);
  for(c = 0; c < 0x80 * (int)sizeof(text); c++) {
    size_t at = (size_t)c / 0x80;
    json_t *s;
    memset(text, 'x', sizeof(text));
    text[at] = (char)(c % 0x80);
    text[sizeof(text) - 1 - at] = (char)(c % 0x80);
    buf_clear(&b);
    assert_int_equal(json_quote(&b, (struct slice){text, sizeof(text)}), 0);
    s = json_loadb(b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    assert_non_null(s);
    assert_int_equal(json_string_length(s), sizeof(text));
    assert_memory_equal(json_string_value(s), text, sizeof(text));
    text_is_what_jansson_writes(&b, s);
    json_decref(s);
  }
  buf_free(&b);
}

static void test_text_goes_inside_of_json_strings_and_urls(void **state)
{
  struct buf b;
  (void)state;
  buf_init(&b, 0);
  assert_int_equal(json_quote_inside(&b, SLICE_LIT("a\"\n")), 0);
  assert_int_equal(buf_add_percent(&b, SLICE_LIT("Z9-._~ /\xFF\0")), 0);
  assert_string_equal(buf_text(&b), "a\\\"\\nZ9-._~%20%2F%FF%00");
  buf_free(&b);
}

static void test_file_write_replaces_whole_and_fails_clean(void **state)
{
  char dir[] = "/tmp/weir-base-XXXXXX";
  char path[64];
  struct buf got;
  struct err e;
  (void)state;
  assert_non_null(mkdtemp(dir));
  snprintf(path, sizeof(path), "%s/f", dir);
  buf_init(&got, 0);
  assert_int_equal(file_write(path, SLICE_LIT("one"), &e), 0);
  assert_int_equal(file_write(path, SLICE_LIT("two"), &e), 0);
  assert_int_equal(file_read(path, 0, &got, &e), 0);
  assert_string_equal(buf_text(&got), "two");
  assert_int_equal(file_read(path, 2, &got, &e), E_TOO_LONG);
  buf_free(&got);
  unlink(path);
  snprintf(path, sizeof(path), "%s/no/such", dir);
  assert_int_equal(file_write(path, SLICE_LIT("x"), &e), E_IO);
  assert_non_null(strstr(e.text, "cannot be written"));
  rmdir(dir);
}

static void not_ready(const char *path, const char *why)
{
  struct err e;
  assert_int_equal(file_ready(path, &e), E_IO);
  if(!strstr(e.text, why))
    fail_msg("%s: %s", path, e.text);
}

static void test_file_ready_tells_before_what_cannot_be_written(void **state)
{
  char dir[] = "/tmp/weir-base-XXXXXX";
  char path[64];
  struct err e;
  (void)state;
  assert_non_null(mkdtemp(dir));
  not_ready(dir, "is a folder");
  snprintf(path, sizeof(path), "%s/pipe", dir);
  assert_int_equal(mkfifo(path, 0600), 0);
  not_ready(path, "nobody reads this pipe");
  unlink(path);
  assert_int_equal(file_ready("/dev/null", &e), 0);
  assert_int_equal(file_ready("-", &e), 0);
  assert_int_equal(file_ready("here", &e), 0);
  not_ready("/proc/none/x", "its folder cannot be made");
  not_ready("/proc/x", "cannot be written");
  snprintf(path, sizeof(path), "%s/a/b/f", dir);
  assert_int_equal(file_ready(path, &e), 0);
  assert_int_equal(access(path, F_OK), -1);
  snprintf(path, sizeof(path), "%s/a/b", dir);
  assert_int_equal(rmdir(path), 0);
  snprintf(path, sizeof(path), "%s/a", dir);
  assert_int_equal(rmdir(path), 0);
  rmdir(dir);
}

static void test_rng_repeats_with_its_seed(void **state)
{
  struct rng a, b;
  int i;
  (void)state;
  rng_seed(&a, 7);
  rng_seed(&b, 7);
  for(i = 0; i < 1000; i++) {
    uint64_t v = rng_below(&a, 10);
    assert_true(v < 10);
    assert_int_equal(v, rng_below(&b, 10));
  }
}

static void test_clock_iso8601_prints_utc(void **state)
{
  char out[40];
  (void)state;
  clock_iso8601(1000000000123456789ull, out, sizeof(out));
  assert_string_equal(out, "2001-09-09T01:46:40.123Z");
}

static void test_err_prefix_keeps_the_cause(void **state)
{
  struct err e;
  (void)state;
  err_set(&e, E_IO, "no %s", "disk");
  assert_int_equal(err_prefix(&e, "file %d", 1), E_IO);
  assert_string_equal(e.text, "file 1: no disk");
}

static void test_markdown_shows_its_own_signs(void **state)
{
  struct buf b;
  (void)state;
  buf_init(&b, 0);
  assert_int_equal(markdown_text("a|b\n`*_` <c>[d]\\", &b), 0);
  assert_string_equal(buf_text(&b), "a\\|b \\`\\*\\_\\` \\<c\\>\\[d\\]\\\\");
  buf_clear(&b);
  assert_int_equal(markdown_code("x_y `x_y` x_y", &b), 0);
  assert_string_equal(buf_text(&b), "x\\_y `x_y` x\\_y");
  buf_clear(&b);
  assert_int_equal(markdown_labelled("L:", "", markdown_text, &b), 0);
  assert_string_equal(buf_text(&b), "");
  assert_int_equal(markdown_labelled("L:", "_", markdown_text, &b), 0);
  assert_string_equal(buf_text(&b), "\n**L:** \\_\n");
  buf_free(&b);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_markdown_shows_its_own_signs),
      cmocka_unit_test(test_words_are_quoted_for_a_shell),
      cmocka_unit_test(test_buf_wraps_words_at_79_columns),
      cmocka_unit_test(test_buf_refuses_what_exceeds_its_maximum),
      cmocka_unit_test(test_buf_that_failed_takes_no_more),
      cmocka_unit_test(test_slice_cut_yields_every_part),
      cmocka_unit_test(test_utf8_repair_follows_maximal_subparts),
      cmocka_unit_test(test_b64_round_trips_every_length),
      cmocka_unit_test(test_b64_refuses_foreign_characters),
      cmocka_unit_test(test_json_pointer_reaches_members_and_elements),
      cmocka_unit_test(test_json_parse_names_the_position),
      cmocka_unit_test(test_json_quote_replaces_bad_utf8),
      cmocka_unit_test(test_json_quote_writes_ascii_as_the_library_does),
      cmocka_unit_test(test_text_goes_inside_of_json_strings_and_urls),
      cmocka_unit_test(test_file_write_replaces_whole_and_fails_clean),
      cmocka_unit_test(test_file_ready_tells_before_what_cannot_be_written),
      cmocka_unit_test(test_rng_repeats_with_its_seed),
      cmocka_unit_test(test_clock_iso8601_prints_utc),
      cmocka_unit_test(test_err_prefix_keeps_the_cause),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
