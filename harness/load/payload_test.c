/* SPDX-License-Identifier: MIT
 * Reading events: by hand-written cases, and against a JSON library on random
 * objects. */
#include "load/load_testing.h"

#include "base/json.h"
#include "load/payload.h"

static const struct payload_spec plain = {"/seq", "/t",      "/s", "/user",
                                          "",     UNIT_AUTO, false};

static struct payload *read_with(const struct payload_spec *spec,
                                 const char *text)
{
  static struct payload p;
  struct payload_spec own = *spec;
  /* A copy of the exact size, so that a sanitizer sees reads beyond it. */
  size_t n = strlen(text);
  static char *copy;
  free(copy);
  copy = malloc(n ? n : 1);
  memcpy(copy, text, n);
  payload_spec_finish(&own);
  payload_read(&own, (struct slice){copy, n}, &p);
  return &p;
}

static struct payload *read_plain(const char *text)
{
  return read_with(&plain, text);
}

static void test_members_are_found_in_any_order(void **state)
{
  struct payload *p;
  (void)state;
  p = read_plain("{\"user\":\"ann\",\"t\":1700000000000000000,\"seq\":7,"
                 "\"s\":1700000000000000001}");
  assert_true(p->is_object && p->has_seq && p->has_stamp && p->has_sent);
  assert_int_equal(p->seq, 7);
  assert_int_equal(p->stamp_ns, 1700000000000000000);
  assert_int_equal(p->sent_ns, 1700000000000000001);
  assert_true(slice_eq_cstr(p->user, "ann"));
  assert_false(p->has_crc);
  p = read_plain(" {\t\"seq\" :\n\"12\" , \"x\" : null , \"user\" : 5 } ");
  assert_true(p->is_object && p->has_seq);
  assert_int_equal(p->seq, 12);
  assert_true(slice_eq_cstr(p->user, "5"));
  p = read_plain("{}");
  assert_true(p->is_object && !p->has_seq && !p->user.p);
}

static void test_nested_members_are_not_taken_for_top_level_ones(void **state)
{
  struct payload *p;
  (void)state;
  p = read_plain("{\"a\":{\"seq\":1,\"b\":[{\"seq\":2}],\"c\":\"}]\\\"{\"},"
                 "\"seq\":3}");
  assert_true(p->has_seq);
  assert_int_equal(p->seq, 3);
  p = read_plain("{\"a\":[[[\"seq\",{\"seq\":9}]]]}");
  assert_true(p->is_object && !p->has_seq);
  p = read_plain("{\"a\":\"\\\",\\\"seq\\\":4,\\\"\"}");
  assert_true(p->is_object && !p->has_seq);
}

static void test_the_last_of_equal_members_counts(void **state)
{
  (void)state;
  assert_int_equal(read_plain("{\"seq\":1,\"seq\":2}")->seq, 2);
  assert_false(read_plain("{\"seq\":1,\"seq\":null}")->has_seq);
  assert_null(read_plain("{\"user\":\"a\",\"user\":null}")->user.p);
}

static void test_escapes_are_undone_where_they_matter(void **state)
{
  struct payload *p;
  (void)state;
  p = read_plain("{\"user\":\"a\\/b\",\"seq\":1}");
  assert_true(p->has_seq && slice_eq_cstr(p->user, "a/b"));
  p = read_plain("{\"user\":\"Ren\\u00e9\"}");
  assert_true(slice_eq_cstr(p->user, "Ren\xc3\xa9"));
  p = read_plain("{\"s\\u0065q\":5}");
  assert_true(p->has_seq);
  assert_int_equal(p->seq, 5);
  p = read_plain("{\"pad\":\"\\n\\\\\",\"user\":\"x\\\\\"}");
  assert_true(slice_eq_cstr(p->user, "x\\"));
}

static void test_only_whole_numbers_are_sequence_numbers(void **state)
{
  (void)state;
  assert_true(read_plain("{\"seq\":0}")->has_seq);
  assert_int_equal(read_plain("{\"seq\":9223372036854775807}")->seq,
                   INT64_MAX);
  assert_false(read_plain("{\"seq\":-1}")->has_seq);
  assert_false(read_plain("{\"seq\":1.5}")->has_seq);
  assert_false(read_plain("{\"seq\":1e3}")->has_seq);
  assert_false(read_plain("{\"seq\":true}")->has_seq);
  assert_false(read_plain("{\"seq\":\"\"}")->has_seq);
  assert_false(read_plain("{\"seq\":[1]}")->has_seq);
  assert_false(read_plain("{\"seq\":123456789012345678901}")->has_seq);
}

static void test_stamps_go_by_their_magnitude(void **state)
{
  (void)state;
  assert_int_equal(read_plain("{\"t\":1700000000}")->stamp_ns,
                   1700000000000000000);
  assert_int_equal(read_plain("{\"t\":1700000000123}")->stamp_ns,
                   1700000000123000000);
  assert_int_equal(read_plain("{\"t\":1700000000123456}")->stamp_ns,
                   1700000000123456000);
  assert_int_equal(read_plain("{\"t\":1700000000123456789}")->stamp_ns,
                   1700000000123456789);
  assert_int_equal(read_plain("{\"t\":\"1700000000123\"}")->stamp_ns,
                   1700000000123000000);
  assert_in_range(read_plain("{\"t\":1700000000.5}")->stamp_ns,
                  1700000000499999000, 1700000000500001000);
  assert_false(read_plain("{\"t\":12345}")->has_stamp);
  assert_false(read_plain("{\"t\":0}")->has_stamp);
  assert_false(read_plain("{\"t\":-1700000000}")->has_stamp);
  assert_false(read_plain("{\"t\":9999999999999999999}")->has_stamp &&
               read_plain("{\"t\":9999999999999999999}")->stamp_ns <
                   9999999999999999999u);
}

static void test_a_given_unit_overrules_the_magnitude(void **state)
{
  struct payload_spec spec = plain;
  (void)state;
  spec.unit = UNIT_MS;
  assert_int_equal(read_with(&spec, "{\"t\":12345}")->stamp_ns, 12345000000);
  spec.unit = UNIT_S;
  assert_int_equal(read_with(&spec, "{\"t\":3}")->stamp_ns, 3000000000);
  assert_false(read_with(&spec, "{\"t\":1700000000123456789}")->has_stamp);
  assert_int_equal(payload_time_ns(2.5, 0, UNIT_US), 2500);
  assert_int_equal(payload_time_ns(1.0 / 0.0, 0, UNIT_NS), 0);
}

static void test_deep_pointers_are_followed(void **state)
{
  struct payload_spec spec = {"/data/0/seq",  "/meta/t", "/meta/s",
                              "/data/0/user", "",        UNIT_AUTO,
                              false};
  struct payload *p;
  (void)state;
  p = read_with(&spec, "{\"data\":[{\"seq\":8,\"user\":\"bob\"}],\"seq\":1,"
                       "\"meta\":{\"t\":1700000000,\"s\":1700000001}}");
  assert_true(p->is_object && p->has_seq && p->has_stamp && p->has_sent);
  assert_int_equal(p->seq, 8);
  assert_int_equal(p->stamp_ns, 1700000000000000000);
  assert_true(slice_eq_cstr(p->user, "bob"));
  p = read_with(&spec, "{\"data\":\"no\"}");
  assert_true(p->is_object && !p->has_seq && !p->has_stamp && !p->user.p);
  p = read_with(&spec, "{\"data\":[{\"seq\":8}]");
  assert_false(p->is_object || p->has_seq);
  spec = (struct payload_spec){"/a~1b", "", "", "", "", UNIT_AUTO, false};
  assert_int_equal(read_with(&spec, "{\"a/b\":4}")->seq, 4);
}

static void test_a_user_too_long_for_the_copy_is_not_judged(void **state)
{
  char text[400];
  (void)state;
  memset(text, 'x', sizeof(text));
  memcpy(text, "{\"user\":\"\\n", 11);
  memcpy(text + 396, "\"}", 3);
  assert_true(read_plain(text)->is_object);
  assert_null(read_plain(text)->user.p);
}

static void test_what_is_no_object_says_nothing(void **state)
{
  static const char *const texts[] = {"",
                                      " ",
                                      "7",
                                      "[{\"seq\":1}]",
                                      "\"seq\"",
                                      "{",
                                      "{\"seq",
                                      "{\"seq\"",
                                      "{\"seq\":",
                                      "{seq:1}",
                                      "{\"seq\" 1}",
                                      "{\"a\":\"b",
                                      "{\"a\":[1,2}",
                                      "{\"a\":1",
                                      "{,}",
                                      "{\"a\":1,}",
                                      "{\"a\":,}",
                                      "{\"a\":1 2}",
                                      "\xff\xfe",
                                      "{\"a\\"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    struct payload *p = read_plain(texts[i]);
    if(p->is_object)
      fail_msg("taken for an object: %s", texts[i]);
    assert_false(p->has_seq);
  }
}

static void test_depth_costs_no_stack(void **state)
{
  size_t n = 1000000, i;
  char *text = malloc(2 * n + 20);
  struct payload p;
  (void)state;
  memcpy(text, "{\"a\":", 5);
  for(i = 0; i < n; i++) {
    text[5 + i] = '[';
    text[5 + n + i] = ']';
  }
  memcpy(text + 5 + 2 * n, ",\"seq\":3}", 10);
  payload_read(&plain, slice_of(text), &p);
  assert_true(p.is_object && p.has_seq);
  assert_int_equal(p.seq, 3);
  free(text);
}

static void test_a_sealed_body_checks_out_and_a_damaged_one_does_not(void **st)
{
  struct buf body;
  struct payload p;
  size_t i;
  (void)st;
  buf_init(&body, 0);
  assert_int_equal(buf_adds(&body, "{\"seq\":1,\"pad\":\"xyz\"}"), 0);
  assert_int_equal(payload_seal(&body), 0);
  payload_read(&plain, buf_slice(&body), &p);
  assert_true(p.is_object && p.has_seq && p.has_crc && p.crc_ok);
  for(i = 0; i < body.n; i++) {
    body.p[i] ^= 1;
    payload_read(&plain, buf_slice(&body), &p);
    /* Either seen as damage, or not recognisable at all. */
    assert_false(p.is_object && p.has_crc && p.crc_ok);
    body.p[i] ^= 1;
  }
  buf_free(&body);
}

static void test_only_objects_with_members_can_be_sealed(void **state)
{
  static const char *const bad[] = {"", "}", "{}", "[1]", "\"a\"", "x}}"};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    struct buf b;
    buf_init(&b, 0);
    buf_adds(&b, bad[i]);
    assert_int_equal(payload_seal(&b), E_SYNTAX);
    assert_string_equal(buf_text(&b), bad[i]);
    buf_free(&b);
  }
}

static const char *pick(struct rng *r, const char *const *from, size_t n)
{
  return from[rng_below(r, n)];
}

static json_t *random_value(struct rng *r, int depth)
{
  static const char *const text[] = {
      "",   "a",         "17", "1700000000", "\"", "\\",     "{\"seq\":1}",
      "\n", "r\xc3\xa9", "/",  "1.5",        ",",  "}]\\\"", "1700000000123"};
  json_t *v;
  switch(rng_below(r, depth > 3 ? 6 : 8)) {
  case 0:
    return json_integer((json_int_t)(rng_next(r) >> (1 + rng_below(r, 63))));
  case 1:
    return json_integer(-(json_int_t)rng_below(r, 1000));
  case 2:
    return json_real((double)rng_below(r, 2000000000) / 8);
  case 3:
    return rng_below(r, 2) ? json_true() : json_null();
  case 4:
  case 5:
    return json_string(pick(r, text, sizeof(text) / sizeof(text[0])));
  case 6:
    v = json_array();
    while(rng_below(r, 3))
      json_array_append_new(v, random_value(r, depth + 1));
    return v;
  default:
    v = json_object();
    while(rng_below(r, 3))
      json_object_set_new(v, rng_below(r, 2) ? "seq" : "t",
                          random_value(r, depth + 1));
    return v;
  }
}

static json_t *random_object(struct rng *r)
{
  static const char *const keys[] = {"seq",   "t", "s",    "user",
                                     "s\"eq", "x", "se/q", "\\"};
  json_t *o = json_object();
  while(rng_below(r, 6))
    json_object_set_new(o, pick(r, keys, 8), random_value(r, 0));
  return o;
}

/* What JSON says of a member, put as the scanner should. */
static void same(json_t *o, const struct payload *p, const char *text)
{
  json_t *seq = json_object_get(o, "seq"), *user = json_object_get(o, "user");
  const char *digits = json_string_value(seq);
  if(json_is_integer(seq)) {
    assert_int_equal(p->has_seq, json_integer_value(seq) >= 0);
    if(p->has_seq)
      assert_int_equal(p->seq, json_integer_value(seq));
  } else if(p->has_seq != (digits && digits[0] &&
                           strspn(digits, "0123456789") == strlen(digits)))
    fail_msg("seq in %s", text);
  if(json_is_string(user)) {
    if(!slice_eq_cstr(p->user, json_string_value(user)))
      fail_msg("user in %s", text);
  } else
    assert_int_equal(p->user.p != NULL, json_is_number(user));
}

static void test_the_scanner_agrees_with_a_json_library(void **state)
{
  static const size_t flags[] = {JSON_COMPACT, JSON_INDENT(2),
                                 JSON_ENSURE_ASCII,
                                 JSON_COMPACT | JSON_ESCAPE_SLASH};
  struct payload_spec deep = plain;
  struct rng r;
  int i;
  (void)state;
  deep.deep = true;
  rng_seed(&r, 20260101);
  for(i = 0; i < 20000; i++) {
    json_t *o = random_object(&r);
    char *text = json_dumps(o, flags[rng_below(&r, 4)]);
    struct payload scanned, parsed;
    payload_read(&plain, slice_of(text), &scanned);
    payload_read(&deep, slice_of(text), &parsed);
    assert_true(scanned.is_object && parsed.is_object);
    same(o, &scanned, text);
    assert_int_equal(scanned.has_seq, parsed.has_seq);
    assert_int_equal(scanned.seq, parsed.has_seq ? parsed.seq : scanned.seq);
    assert_int_equal(scanned.has_stamp, parsed.has_stamp);
    assert_int_equal(scanned.has_sent, parsed.has_sent);
    if(!json_is_real(json_object_get(o, "user"))) /* 1.50 is 1.5 */
      assert_true(slice_eq(scanned.user, parsed.user));
    free(text);
    json_decref(o);
  }
}

static void test_no_cut_or_flipped_byte_reads_out_of_bounds(void **state)
{
  static const char text[] =
      "{\"seq\":1,\"t\":1700000000000,\"a\":[{\"b\":\"\\\"\"}],"
      "\"user\":\"x\\u0041\",\"crc\":\"00000000\"}";
  struct rng r;
  size_t n = sizeof(text) - 1, i;
  (void)state;
  rng_seed(&r, 5);
  for(i = 0; i < 20000; i++) {
    size_t cut = rng_below(&r, n + 1);
    char *copy = malloc(cut ? cut : 1);
    struct payload p;
    memcpy(copy, text, cut);
    if(cut)
      copy[rng_below(&r, cut)] = (char)rng_next(&r);
    payload_read(&plain, (struct slice){copy, cut}, &p);
    assert_true(!p.user.p || p.user.n < 300);
    free(copy);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_members_are_found_in_any_order),
      cmocka_unit_test(test_nested_members_are_not_taken_for_top_level_ones),
      cmocka_unit_test(test_the_last_of_equal_members_counts),
      cmocka_unit_test(test_escapes_are_undone_where_they_matter),
      cmocka_unit_test(test_only_whole_numbers_are_sequence_numbers),
      cmocka_unit_test(test_stamps_go_by_their_magnitude),
      cmocka_unit_test(test_a_given_unit_overrules_the_magnitude),
      cmocka_unit_test(test_deep_pointers_are_followed),
      cmocka_unit_test(test_a_user_too_long_for_the_copy_is_not_judged),
      cmocka_unit_test(test_what_is_no_object_says_nothing),
      cmocka_unit_test(test_depth_costs_no_stack),
      cmocka_unit_test(
          test_a_sealed_body_checks_out_and_a_damaged_one_does_not),
      cmocka_unit_test(test_only_objects_with_members_can_be_sealed),
      cmocka_unit_test(test_the_scanner_agrees_with_a_json_library),
      cmocka_unit_test(test_no_cut_or_flipped_byte_reads_out_of_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
