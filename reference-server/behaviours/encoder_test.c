/* SPDX-License-Identifier: MIT
 * Tests of event formatting against an independent reading of the bytes. */
#include "behaviours/encoder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
/* cmocka.h needs what stands above */
#include <cmocka.h>

#include "base/json.h"

static struct encoder encoder;

static char *encode(const struct generated_event *ev, size_t *n)
{
  char *out = malloc(encode_generated_max(ev->size, ev->type.n) + 1);
  assert_non_null(out);
  *n = encode_generated(&encoder, ev, out);
  assert_true(*n <= encode_generated_max(ev->size, ev->type.n));
  out[*n] = '\0';
  return out;
}

static char *data_of(char *event, size_t *n)
{
  char *data = strstr(event, "data: ");
  char *end;
  assert_non_null(data);
  data += 6;
  end = strchr(data, '\n');
  assert_non_null(end);
  assert_string_equal(end, "\n\n");
  *n = (size_t)(end - data);
  return data;
}

static void assert_checksum(const char *data)
{
  const char *at = strstr(data, ",\"crc\":\"");
  char want[9];
  assert_non_null(at);
  snprintf(want, sizeof(want), "%08lx",
           crc32(0, (const Bytef *)data, (uInt)(at - data)));
  assert_memory_equal(at + 8, want, 8);
}

static void test_event_has_all_members_in_order(void **state)
{
  struct generated_event ev = {.id = 7,
                               .seq = 7,
                               .t_ns = 1700000000000000000ull,
                               .s_ns = 1700000000000000123ull,
                               .type = SLICE_LIT("tick")};
  size_t n;
  char *text = encode(&ev, &n);
  (void)state;
  assert_memory_equal(text,
                      "id: 7\nevent: tick\ndata: {\"seq\":7,"
                      "\"t\":1700000000000000000,\"s\":1700000000000000123,"
                      "\"pad\":\"x\",\"crc\":\"",
                      96);
  assert_checksum(data_of(text, &n));
  free(text);
}

static void test_checksum_and_size_hold_for_every_size(void **state)
{
  (void)state;
  for(size_t size = 0; size < 700; size++) {
    struct generated_event ev = {.id = size * size + 1,
                                 .seq = size * 99991 + 1,
                                 .t_ns = 1700000000000000000ull + size,
                                 .s_ns = 1700000000000000000ull + 3 * size,
                                 .size = size};
    size_t n;
    char *text = encode(&ev, &n);
    char *data = data_of(text, &n);
    if(size >= 110)
      assert_int_equal(n, size);
    assert_checksum(data);
    free(text);
  }
}

static void test_data_is_json_with_the_values_given(void **state)
{
  struct generated_event ev = {.id = 12,
                               .seq = 34,
                               .t_ns = 1700000000000000001ull,
                               .s_ns = 1700000000000000002ull,
                               .size = 70000};
  struct err e;
  size_t n;
  char *text = encode(&ev, &n);
  char *data = data_of(text, &n);
  json_t *o = json_parse((struct slice){data, n}, "event", &e);
  (void)state;
  assert_non_null(o);
  assert_int_equal(json_integer_value(json_object_get(o, "seq")), 34);
  assert_int_equal(json_integer_value(json_object_get(o, "t")),
                   1700000000000000001ll);
  assert_int_equal(json_integer_value(json_object_get(o, "s")),
                   1700000000000000002ll);
  assert_int_equal(n, 70000);
  json_decref(o);
  free(text);
}

static void test_numbers_of_every_length_are_written_in_full(void **state)
{
  uint64_t v = 0;
  (void)state;
  for(int digits = 0; digits < 20; digits++) {
    char got[32] = {0}, want[32];
    snprintf(want, sizeof(want), "%llu", (unsigned long long)v);
    assert_int_equal(encode_u64(got, v), strlen(want));
    assert_string_equal(got, want);
    v = v * 10 + (uint64_t)(digits % 9) + 1;
  }
  char got[32] = {0};
  encode_u64(got, UINT64_MAX);
  assert_string_equal(got, "18446744073709551615");
}

static void assert_fields(struct slice type, struct slice data,
                          const char *want)
{
  struct buf out;
  buf_init(&out, 0);
  assert_int_equal(encode_fields(&out, type, data), 0);
  assert_string_equal(buf_text(&out), want);
  buf_free(&out);
}

static void test_every_line_end_starts_a_new_data_line(void **state)
{
  struct slice none = {NULL, 0};
  (void)state;
  assert_fields(none, SLICE_LIT("a\r\nb\rc\nd"),
                "data: a\ndata: b\ndata: c\ndata: d\n\n");
  assert_fields(none, SLICE_LIT("a\n"), "data: a\ndata: \n\n");
  assert_fields(none, SLICE_LIT("\r\r\n\n"),
                "data: \ndata: \ndata: \ndata: \n\n");
  assert_fields(none, none, "data: \n\n");
  assert_fields(SLICE_LIT("t"), SLICE_LIT(" id: 4"),
                "event: t\ndata:  id: 4\n\n");
}

static void test_chunk_head_is_the_length_in_hex(void **state)
{
  static const size_t SIZES[] = {1, 15, 16, 255, 256, 65535, 65536};
  (void)state;
  for(size_t i = 0; i < sizeof(SIZES) / sizeof(SIZES[0]); i++) {
    size_t n = SIZES[i];
    char *p = calloc(1, n + ENCODE_CHUNK_HEAD + ENCODE_CHUNK_TAIL + 1);
    char want[16];
    size_t head;
    assert_non_null(p);
    snprintf(want, sizeof(want), "%zx\r\n", n);
    head = encode_chunk(p + ENCODE_CHUNK_HEAD, n);
    assert_int_equal(head, strlen(want));
    assert_memory_equal(p + ENCODE_CHUNK_HEAD - head, want, head);
    assert_memory_equal(p + ENCODE_CHUNK_HEAD + n, "\r\n", 2);
    free(p);
  }
}

static void test_corruption_breaks_the_checksum_and_nothing_else(void **state)
{
  struct generated_event ev = {
      .id = 5, .seq = 5, .t_ns = 1, .s_ns = 2, .size = 120};
  size_t n, data_n;
  char *good = encode(&ev, &n), *bad = encode(&ev, &n);
  unsigned differences = 0;
  char *data;
  (void)state;
  assert_true(encode_corrupt(bad, n));
  for(size_t i = 0; i < n; i++)
    differences += good[i] != bad[i];
  assert_int_equal(differences, 1);
  data = data_of(bad, &data_n);
  assert_memory_equal(data, "{\"seq\":5,\"t\":1,\"s\":2,\"pad\":\"yxx", 31);
  free(good);
  free(bad);
}

static void test_corruption_of_free_text_stays_inside_its_line(void **state)
{
  char text[] = "id: 3\nevent: t\ndata: hello!\ndata: x\n\n";
  char empty[] = "id: 3\ndata: \n\n";
  (void)state;
  assert_true(encode_corrupt(text, sizeof(text) - 1));
  assert_string_equal(text, "id: 3\nevent: t\ndata: hellx!\ndata: x\n\n");
  assert_false(encode_corrupt(empty, sizeof(empty) - 1));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_event_has_all_members_in_order),
      cmocka_unit_test(test_checksum_and_size_hold_for_every_size),
      cmocka_unit_test(test_data_is_json_with_the_values_given),
      cmocka_unit_test(test_numbers_of_every_length_are_written_in_full),
      cmocka_unit_test(test_every_line_end_starts_a_new_data_line),
      cmocka_unit_test(test_chunk_head_is_the_length_in_hex),
      cmocka_unit_test(test_corruption_breaks_the_checksum_and_nothing_else),
      cmocka_unit_test(test_corruption_of_free_text_stays_inside_its_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
