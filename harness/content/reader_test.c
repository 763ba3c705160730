/* SPDX-License-Identifier: MIT
 * Reading event data: pointers, what is JSON, bounds; held against a JSON
 * library. */
#include "content/content_testing.h"

#include "base/json.h"
#include "base/rng.h"
#include "content/reader.h"

static struct pointer_set set;
static struct value found[POINTER_SET_MAX];

static void look_for(const char *const *pointers)
{
  pointer_set_fini(&set);
  for(; *pointers; pointers++) {
    struct err e;
    if(pointer_set_add(&set, slice_of(*pointers), &e) < 0)
      fail_msg("%s", e.text);
  }
}

/* From a copy of the exact size, so that a sanitizer sees reads beyond it. */
static int read_text(const char *text, size_t n)
{
  static char *copy;
  free(copy);
  copy = malloc(n ? n : 1);
  memcpy(copy, text, n);
  return reader_read(&set, (struct slice){copy, n}, found, NULL);
}

static int read_data(const char *text)
{
  return read_text(text, strlen(text));
}

static void assert_found(size_t i, enum value_kind kind, const char *text)
{
  if(found[i].kind != kind || !slice_eq_cstr(found[i].text, text))
    fail_msg("%s: %s %.*s, not %s %s", set.at[i].text,
             value_kind_name(found[i].kind), (int)found[i].text.n,
             found[i].text.n ? found[i].text.p : "", value_kind_name(kind),
             text);
}

static void test_pointers_find_their_values_in_one_pass(void **state)
{
  (void)state;
  look_for((const char *const[]){"/a", "/b/1/c", "/b", "", "/b/-", "/x~1y~0",
                                 "/", "/b/01", "/a/0", "/n/n", NULL});
  assert_int_equal(read_data(" {\"a\" : 1.50 , \"b\":[true,{\"c\":\"q\"}] ,"
                             "\"x/y~\":null,\"\":-7e1,\"n\":{\"n\":[]}}\n"),
                   0);
  assert_found(0, KIND_NUMBER, "1.50");
  assert_found(1, KIND_STRING, "q");
  assert_found(2, KIND_ARRAY, "[true,{\"c\":\"q\"}]");
  assert_int_equal(found[3].kind, KIND_OBJECT);
  assert_int_equal(found[4].kind, KIND_ABSENT);
  assert_found(5, KIND_NULL, "null");
  assert_found(6, KIND_NUMBER, "-7e1");
  assert_int_equal(found[7].kind, KIND_ABSENT);
  assert_int_equal(found[8].kind, KIND_ABSENT);
  assert_found(9, KIND_ARRAY, "[]");
}

static void test_a_pointer_given_twice_is_one(void **state)
{
  struct err e;
  (void)state;
  look_for((const char *const[]){"/a", "/b", NULL});
  assert_int_equal(pointer_set_add(&set, slice_of("/a"), &e), 0);
  assert_int_equal(pointer_set_add(&set, slice_of("/b"), &e), 1);
  assert_int_equal(pointer_set_add(&set, slice_of("/c"), &e), 2);
}

static void test_the_last_of_equal_members_counts(void **state)
{
  (void)state;
  look_for((const char *const[]){"/a", "/a/b", NULL});
  assert_int_equal(read_data("{\"a\":{\"b\":1},\"a\":{\"c\":2}}"), 0);
  assert_found(0, KIND_OBJECT, "{\"c\":2}");
  assert_int_equal(found[1].kind, KIND_ABSENT);
  assert_int_equal(read_data("{\"a\":1,\"\\u0061\":2}"), 0);
  assert_found(0, KIND_NUMBER, "2");
}

static void test_whole_data_may_be_any_value(void **state)
{
  (void)state;
  look_for((const char *const[]){"", "/0", NULL});
  assert_int_equal(read_data(" 42 "), 0);
  assert_found(0, KIND_NUMBER, "42");
  assert_int_equal(read_data("\"x\""), 0);
  assert_found(0, KIND_STRING, "x");
  assert_int_equal(read_data("[[1]]"), 0);
  assert_found(1, KIND_ARRAY, "[1]");
}

/* No JSON. */
static const char *const bad[] = {"",
                                  " ",
                                  "{",
                                  "}",
                                  "[1,]",
                                  "{\"a\":1,}",
                                  "[,1]",
                                  "{,}",
                                  "{a:1}",
                                  "{\"a\" 1}",
                                  "{\"a\":}",
                                  "nul",
                                  "tru",
                                  "[1 2]",
                                  "1 2",
                                  "\"a",
                                  "\"\\x\"",
                                  "\"\\u12g4\"",
                                  "\"\n\"",
                                  "01",
                                  "1.",
                                  "[DONE]",
                                  "hello",
                                  "{\"a\":1]",
                                  "[1}",
                                  "\"\\u12",
                                  "\"\\",
                                  "{\"a\":NaN}",
                                  "\xef\xbb\xbf{}",
                                  "{\"a\":1}x"};

static void test_what_is_no_json_leaves_nothing(void **state)
{
  size_t i;
  (void)state;
  look_for((const char *const[]){"/a", "", NULL});
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    if(read_data(bad[i]) != E_SYNTAX)
      fail_msg("taken for JSON: %s", bad[i]);
    assert_int_equal(found[0].kind, KIND_ABSENT);
    assert_int_equal(found[1].kind, KIND_ABSENT);
  }
  assert_int_equal(read_text("{\"a\":\0001}", 8), E_SYNTAX);
  assert_int_equal(read_text("\"\000\"", 3), E_SYNTAX);
}

static void test_the_place_of_the_fault_is_told(void **state)
{
  size_t at = 99;
  (void)state;
  assert_int_equal(reader_read(NULL, slice_of("{\"a\": x}"), NULL, &at),
                   E_SYNTAX);
  assert_int_equal(at, 6);
  assert_int_equal(reader_read(NULL, (struct slice){NULL, 0}, NULL, &at),
                   E_SYNTAX);
  assert_int_equal(at, 0);
}

/* Eight bytes are looked at together: each place, beside each other byte. */
static void test_a_special_byte_is_seen_at_any_place(void **state)
{
  static const char beside[] = "x!#[]\x7f\x80\xa2\xdc\xff";
  char text[32];
  size_t at, i;
  (void)state;
  look_for((const char *const[]){"", NULL});
  for(i = 0; i < sizeof(beside) - 1; i++) {
    for(at = 0; at < 20; at++) {
      text[0] = '"';
      memset(text + 1, beside[i], 20);
      text[21] = '"';
      assert_int_equal(read_text(text, 22), 0);
      assert_int_equal(found[0].text.n, 20);
      text[1 + at] = '\x1f';
      assert_int_equal(read_text(text, 22), E_SYNTAX);
      text[1 + at] = '"';
      assert_int_equal(read_text(text, 22), E_SYNTAX);
      assert_int_equal(read_text(text, 2 + at), 0);
      assert_int_equal(found[0].text.n, at);
      text[1 + at] = '\\'; /* before none of these, or the last quote */
      assert_int_equal(read_text(text, 22), E_SYNTAX);
    }
  }
}

static void test_depth_is_bounded(void **state)
{
  static char text[20001];
  size_t depth;
  (void)state;
  look_for((const char *const[]){"/0/0", NULL});
  for(depth = READER_DEPTH_MAX; depth <= 10000;
      depth = depth == READER_DEPTH_MAX ? depth + 1 : depth + 8975) {
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    assert_int_equal(read_text(text, 2 * depth),
                     depth > READER_DEPTH_MAX ? E_LIMIT : 0);
    assert_int_equal(found[0].kind,
                     depth > READER_DEPTH_MAX ? KIND_ABSENT : KIND_ARRAY);
  }
}

static void test_a_line_of_a_mebibyte_is_read(void **state)
{
  size_t n = (size_t)1 << 20;
  char *text = malloc(n);
  (void)state;
  look_for((const char *const[]){"/a", NULL});
  memset(text, 'x', n);
  memcpy(text, "{\"a\":\"", 6);
  memcpy(text + n - 2, "\"}", 2);
  assert_int_equal(read_text(text, n), 0);
  assert_int_equal(found[0].text.n, n - 8);
  free(text);
}

static void test_strings_are_undone(void **state)
{
  struct buf room;
  struct slice text;
  (void)state;
  buf_init(&room, 0);
  look_for((const char *const[]){"/a", NULL});
  assert_int_equal(read_data("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"
                             "\\ud83d\\ude00\\ud83dz\\udc00\\u0041\"}"),
                   0);
  assert_int_equal(value_text(&found[0], &room, &text), 0);
  assert_true(slice_eq_cstr(text, "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80"
                                  "\xef\xbf\xbdz\xef\xbf\xbd"
                                  "A"));
  assert_true(value_says(&found[0], text));
  assert_int_equal(value_length(&found[0]), 14);
  text.n--;
  assert_false(value_says(&found[0], text));
  assert_int_equal(read_data("{\"a\":\"plain\"}"), 0);
  assert_int_equal(value_text(&found[0], &room, &text), 0);
  assert_ptr_equal(text.p, found[0].text.p);
  buf_free(&room);
}

static void test_lengths_and_elements(void **state)
{
  struct slice rest;
  struct value v;
  (void)state;
  look_for((const char *const[]){"/s", "/a", "/o", "/e", NULL});
  assert_int_equal(
      read_data("{\"s\":\"h\xc3\xa9\",\"a\":[1, [2,\"]\"] ,{\"k\":[3]}, "
                "\"a\\\"b\"],\"o\":{\"a\":1,\"b\":{\"c\":2}},\"e\":[ ]}"),
      0);
  assert_int_equal(value_length(&found[0]), 2);
  assert_int_equal(value_length(&found[1]), 4);
  assert_int_equal(value_length(&found[2]), 2);
  assert_int_equal(value_length(&found[3]), 0);
  rest = found[1].text;
  assert_true(value_next(&rest, &v) && slice_eq_cstr(v.text, "1"));
  assert_true(value_next(&rest, &v) && slice_eq_cstr(v.text, "[2,\"]\"]"));
  assert_true(value_next(&rest, &v) && slice_eq_cstr(v.text, "{\"k\":[3]}"));
  assert_true(value_next(&rest, &v) && v.escaped);
  assert_false(value_next(&rest, &v));
}

static void test_wrong_pointers_are_refused(void **state)
{
  char text[2000];
  struct pointer p;
  struct err e;
  (void)state;
  assert_int_equal(pointer_parse(slice_of("a/b"), &p, &e), E_SYNTAX);
  assert_non_null(strstr(e.text, "did you mean \"/a/b\"?"));
  assert_int_equal(pointer_parse(slice_of("/a~2"), &p, &e), E_SYNTAX);
  assert_int_equal(pointer_parse(slice_of("/a~"), &p, &e), E_SYNTAX);
  memset(text, '/', sizeof(text));
  assert_int_equal(pointer_parse((struct slice){text, 17}, &p, &e),
                   E_TOO_LONG);
  assert_int_equal(pointer_parse((struct slice){text, 2000}, &p, &e),
                   E_TOO_LONG);
  assert_int_equal(pointer_parse((struct slice){text, 16}, &p, &e), 0);
  pointer_fini(&p);
}

static void test_a_set_is_bounded(void **state)
{
  char text[16];
  struct err e;
  int i;
  (void)state;
  look_for((const char *const[]){NULL});
  for(i = 0; i < POINTER_SET_MAX; i++) {
    snprintf(text, sizeof(text), "/%d", i);
    assert_int_equal(pointer_set_add(&set, slice_of(text), &e), i);
  }
  assert_int_equal(pointer_set_add(&set, slice_of("/x"), &e), E_LIMIT);
  assert_int_equal(read_data("{\"63\":1,\"0\":2}"), 0);
  assert_found(63, KIND_NUMBER, "1");
  assert_found(0, KIND_NUMBER, "2");
}

/* A value of random shape, as text. */
static void random_value(struct rng *r, int depth, struct buf *out)
{
  static const char *const scalar[] = {"1",    "-0.5e3", "true",
                                       "null", "\"a\"",  "\"\\u00e9\\n\"",
                                       "{}",   "[]",     "\"ab/~\""};
  uint64_t kind = rng_below(r, depth ? 4 : 2), n = rng_below(r, 4), i;
  if(kind < 2) {
    buf_adds(out, scalar[rng_below(r, 9)]);
    return;
  }
  buf_addc(out, kind == 2 ? '[' : '{');
  for(i = 0; i < n; i++) {
    if(i)
      buf_adds(out, ", ");
    if(kind == 3)
      buf_addf(out, "\"%c\": ", (char)('a' + (char)rng_below(r, 3)));
    random_value(r, depth - 1, out);
  }
  buf_addc(out, kind == 2 ? ']' : '}');
}

static void compare_with_library(json_t *root, uint8_t i)
{
  json_t *want = root ? json_pointer_get(root, set.at[i].text) : NULL;
  json_t *have = found[i].kind == KIND_STRING
                     ? json_loadb(found[i].text.p - 1, found[i].text.n + 2,
                                  JSON_DECODE_ANY, NULL)
                     : json_loadb(found[i].text.n ? found[i].text.p : "",
                                  found[i].text.n, JSON_DECODE_ANY, NULL);
  if(found[i].kind == KIND_ABSENT ? want != NULL : !json_equal(want, have))
    fail_msg("%s differs", set.at[i].text);
  json_decref(have);
}

/* Every fourth text is spoiled in one byte. */
static void test_a_library_finds_the_same(void **state)
{
  struct buf text;
  struct rng r;
  uint8_t i;
  int n;
  (void)state;
  rng_seed(&r, 7);
  buf_init(&text, 0);
  look_for((const char *const[]){"/a", "/b/a", "/a/0", "/1", "/c/c/b", NULL});
  for(n = 0; n < 40000; n++) {
    json_t *root;
    buf_clear(&text);
    random_value(&r, 5, &text);
    if(n % 4 == 0)
      text.p[rng_below(&r, text.n)] = "{}[],:\"x1 "[rng_below(&r, 10)];
    root = json_loadb(text.p, text.n, JSON_DECODE_ANY, NULL);
    if((read_text(text.p, text.n) == 0) != (root != NULL))
      fail_msg("not alike: %s", buf_text(&text));
    for(i = 0; i < set.count; i++)
      compare_with_library(root, i);
    json_decref(root);
  }
  buf_free(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pointers_find_their_values_in_one_pass),
      cmocka_unit_test(test_a_pointer_given_twice_is_one),
      cmocka_unit_test(test_the_last_of_equal_members_counts),
      cmocka_unit_test(test_whole_data_may_be_any_value),
      cmocka_unit_test(test_what_is_no_json_leaves_nothing),
      cmocka_unit_test(test_the_place_of_the_fault_is_told),
      cmocka_unit_test(test_a_special_byte_is_seen_at_any_place),
      cmocka_unit_test(test_depth_is_bounded),
      cmocka_unit_test(test_a_line_of_a_mebibyte_is_read),
      cmocka_unit_test(test_strings_are_undone),
      cmocka_unit_test(test_lengths_and_elements),
      cmocka_unit_test(test_wrong_pointers_are_refused),
      cmocka_unit_test(test_a_set_is_bounded),
      cmocka_unit_test(test_a_library_finds_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
