/* SPDX-License-Identifier: MIT
 * The Base64 form of histograms made by hand: counts and headers that cannot
 * be, damaged and absurdly long texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/b64.h"
#include "metrics/hist_testing.h"

/* A histogram's plain form, for spoiling. */
struct plain {
  unsigned char byte[300000];
  size_t n;
};

static struct plain *plain_of(const void *counts, size_t n)
{
  static const unsigned char head[40] = {
      0x1c, 0x84, 0x93, 0x13, 0,    0,    0,    0, 0,    0,   0, 0,
      0,    0,    0,    3,    0,    0,    0,    0, 0,    0,   0, 1,
      0,    0,    0,    0,    0xd6, 0x93, 0xa4, 0, 0x3f, 0xf0};
  struct plain *p = calloc(1, sizeof(*p));
  assert_non_null(p);
  memcpy(p->byte, head, sizeof(head));
  memcpy(p->byte + 40, counts, n);
  p->byte[5] = (unsigned char)(n >> 16);
  p->byte[6] = (unsigned char)(n >> 8);
  p->byte[7] = (unsigned char)n;
  p->n = 40 + n;
  return p;
}

/* Wraps p as hist_encode does, with extra bytes behind the deflated part. */
static struct buf wrapped(const struct plain *p, size_t extra)
{
  uLongf size = compressBound((uLong)p->n);
  unsigned char *packed = calloc(1, size + 8 + extra);
  size_t n;
  struct buf text;
  buf_init(&text, 0);
  assert_non_null(packed);
  assert_int_equal(compress(packed + 8, &size, p->byte, (uLong)p->n), Z_OK);
  memcpy(packed, "\x1c\x84\x93\x14", 4);
  n = size + extra;
  packed[5] = (unsigned char)(n >> 16);
  packed[6] = (unsigned char)(n >> 8);
  packed[7] = (unsigned char)n;
  assert_int_equal(
      b64_encode(&text, (struct slice){(const char *)packed, n + 8}), 0);
  free(packed);
  return text;
}

static void assert_counts_refused(const void *counts, size_t n)
{
  struct plain *p = plain_of(counts, n);
  struct buf text = wrapped(p, 0);
  assert_hist_refused(buf_slice(&text), E_SYNTAX);
  buf_free(&text);
  free(p);
}

static void test_hand_made_counts_are_read(void **state)
{
  /* 2 zeros, then 3, then a single zero, then 64. */
  struct plain *p = plain_of("\x03\x06\x00\x80\x01", 5);
  struct buf text = wrapped(p, 0);
  struct hist *h = hist_decoded(buf_text(&text));
  (void)state;
  assert_int_equal(h->counts[2], 3);
  assert_int_equal(h->counts[4], 64);
  assert_int_equal(h->total, 67);
  assert_int_equal(h->min_ns, 2000);
  assert_int_equal(h->max_ns, 4000);
  free(h);
  buf_free(&text);
  free(p);
}

static void test_counts_that_cannot_be_are_refused(void **state)
{
  unsigned char ones[HIST_COUNTS + 1];
  (void)state;
  assert_counts_refused("\x80", 1); /* ends within a count */
  assert_counts_refused("\x02\xff\xff", 3);
  assert_counts_refused("\x81\xf0\x02", 3);     /* 23,553 zeros */
  assert_counts_refused("\xff\xef\x02\x01", 4); /* 23,552 and one more */
  assert_counts_refused("\xff\xef\x02\x02", 4);
  /* The most negative count there is. */
  assert_counts_refused("\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9);
  /* Twice 2^62, which 63 bits do not hold. */
  assert_counts_refused("\x80\x80\x80\x80\x80\x80\x80\x80\x80"
                        "\x80\x80\x80\x80\x80\x80\x80\x80\x80",
                        18);
  memset(ones, 2, sizeof(ones));
  assert_counts_refused(ones, sizeof(ones));
}

static void test_a_header_that_does_not_fit_is_refused(void **state)
{
  static const struct {
    size_t at;
    int code;
  } spoil[] = {{0, E_SYNTAX},    {3, E_SYNTAX},    {7, E_SYNTAX},
               {15, E_MISMATCH}, {23, E_MISMATCH}, {31, E_MISMATCH},
               {33, E_MISMATCH}};
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(spoil) / sizeof(spoil[0]); i++) {
    struct plain *p = plain_of("\x02", 1);
    struct buf text;
    p->byte[spoil[i].at] ^= 1;
    text = wrapped(p, 0);
    assert_hist_refused(buf_slice(&text), spoil[i].code);
    buf_free(&text);
    free(p);
  }
}

static void test_what_inflates_too_far_or_too_short_is_refused(void **state)
{
  unsigned char *zeros = calloc(1, 250000);
  struct plain *p;
  struct buf text;
  (void)state;
  assert_non_null(zeros);
  assert_counts_refused(zeros, 250000);
  p = plain_of("\x02", 1);
  p->n = 39;
  text = wrapped(p, 0);
  assert_hist_refused(buf_slice(&text), E_SYNTAX);
  buf_free(&text);
  free(p);
  p = plain_of("\x02", 1);
  text = wrapped(p, 5); /* bytes behind the deflated part */
  assert_hist_refused(buf_slice(&text), E_SYNTAX);
  buf_free(&text);
  free(p);
  free(zeros);
}

static void test_damaged_text_is_refused_or_means_the_same(void **state)
{
  size_t n = strlen(hist_foreign);
  char *text = malloc(n);
  struct hist *h = malloc(sizeof(*h));
  struct hist *own = hist_foreign_holds();
  size_t i;
  (void)state;
  assert_non_null(text);
  assert_non_null(h);
  for(i = 0; i < n; i++) {
    memcpy(text, hist_foreign, i);
    assert_hist_refused((struct slice){text, i}, E_SYNTAX);
  }
  for(i = 0; i < n; i++) {
    struct err e;
    memcpy(text, hist_foreign, n);
    text[i] = text[i] == 'Q' ? 'R' : 'Q';
    /* zlib's checksum finds what the lengths do not; some bits of the last
     * character mean nothing. */
    if(hist_decode(h, (struct slice){text, n}, &e) == 0)
      assert_memory_equal(h->counts, own->counts, sizeof(h->counts));
  }
  free(own);
  free(text);
  free(h);
}

static void test_text_of_absurd_length_is_refused_unread(void **state)
{
  size_t n = 1024 * 1024;
  char *text = malloc(n);
  (void)state;
  assert_non_null(text);
  memset(text, 'A', n);
  assert_hist_refused((struct slice){text, n}, E_SYNTAX);
  free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hand_made_counts_are_read),
      cmocka_unit_test(test_counts_that_cannot_be_are_refused),
      cmocka_unit_test(test_a_header_that_does_not_fit_is_refused),
      cmocka_unit_test(test_what_inflates_too_far_or_too_short_is_refused),
      cmocka_unit_test(test_damaged_text_is_refused_or_means_the_same),
      cmocka_unit_test(test_text_of_absurd_length_is_refused_unread),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
