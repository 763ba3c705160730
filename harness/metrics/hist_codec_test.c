/* SPDX-License-Identifier: MIT
 * The Base64 form of histograms: what another HdrHistogram wrote, what weir
 * writes, and what nobody should have written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/b64.h"
#include "base/clock.h"
#include "base/rng.h"
#include "metrics/hist.h"
#include "metrics/snapshot_sample.h"

/* Written by hdr-histogram-js 3.0.1 (lowest 1, highest 3,600,000,000, 3
 * digits) for: 0; 5 times 1; 300 times 2047; 2048; 2 times 4097; 25 i^2 for i
 * from 1 to 200; 500 times 123,456,789; 3,600,000,000. */
static const char foreign[] =
    "HISTFAAAASl4nFXOsUtCURSA8Xu++yxobYqSiBB5iEiISMQjJCJCJBzEQSQkwkFqiYZoCKEI"
    "iaY3hDTa0uQQTRERDS2BUxH4BxREg1NDBPGuz5fdH9/hnjvdqUN3XCl5UkqJUkqr/vHu6sW9"
    "UIOdsTiu8CV04U7TsjgO8RGiM4L9anGvaVjcWnxqy6EDb1DXNDVXmm+hJ/wIDTiDFrTxHlvC"
    "pdAWroUb4UF4FDrCs9AVjoQddtljnwPqZm8IJ8KpeF9xhaZwLpRZI0+eAgWKFClRosw6FSps"
    "sEmVKjVqbJElTZp5n8MCDg6LRoYMS8ayscKqKWvkSBEhQjRgYxMlhu0XI27qSwyZ8yVNSVJ+"
    "aRJMMBn0X5iwPwemg/7MBA2bNQ2mJ2Lqbb+PtnP8AkZ9Sqc=";
/* The same, written by the Python package hdrhistogram 0.10.8. */
static const char foreign_python[] =
    "HISTFAAAASN4nFXOwSsEURzA8fl93yzl6iQkadu2bZM2bdK2SZK2TQ5y0CZJDuIiBzloi7TJ"
    "aQ/aHMfFaQ5ykiQHF7UnUv4ASsqeHKT85s3uWPOZ7+81b2re9O1Xux1HHpzwMs1VgvFUPXPy"
    "n+EGXWmqwpfwAjcGz+UwxnuMegfJZ5dbQ8Xl2uXDuDnq8AplQ81wYfgWGsKPUIET8MAn2PSE"
    "c8EXLoUr4U64F+rCo54iHAhbbLPDLnuU7XNFOBKOJfgVvWvCqVBiljk1rxbUoiqxxLJaYZU1"
    "ta42KJBVY005xrUceWtCTVpT1jQztoJVZJS4SkSSKkFKZ1iKtC003GakKWPL6JfCsvquh96o"
    "//pVOFsGov4MRrUbsrVmIG5rbL51+kV+AWvhS9Q=";
static const char foreign_empty[] = "HISTFAAAAB54nJNpmSzMwMDACMXMDBAAYjNcm7yE"
                                    "Ac4HAEvsA1s=";
/* The same library, with one minute as the highest, or two digits. */
static const char foreign_short[] = "HISTFAAAACV4nJNpmSzMwMDAxMDAwMjAwMDMAAEg"
                                    "NgPz5HYGGJ+TCQBCmAJ3";
static const char foreign_coarse[] = "HISTFAAAACF4nJNpmSzMwMDAxMDAwAilGaBshmu"
                                     "TlzDA+JxMAE9jA2Y=";

static struct hist *decode(const char *text)
{
  struct hist *h = malloc(sizeof(*h));
  struct err e = {0};
  assert_non_null(h);
  assert_int_equal(hist_decode(h, slice_of(text), &e), 0);
  return h;
}

static void assert_refused(struct slice text, int code)
{
  struct hist *h = malloc(sizeof(*h));
  struct hist *none = hist_new();
  struct err e = {0};
  assert_non_null(h);
  assert_non_null(none);
  assert_int_equal(hist_decode(h, text, &e), code);
  assert_int_equal(e.code, code);
  assert_true(e.text[0] != '\0');
  assert_same_hist(h, none);
  free(h);
  free(none);
}

static struct hist *what_foreign_holds(void)
{
  struct hist *h = hist_new();
  uint64_t i;
  assert_non_null(h);
  hist_record(h, 0);
  hist_record_n(h, NS_PER_US, 5);
  hist_record_n(h, 2047 * NS_PER_US, 300);
  hist_record(h, 2048 * NS_PER_US);
  hist_record_n(h, 4097 * NS_PER_US, 2);
  for(i = 1; i <= 200; i++)
    hist_record(h, 25 * i * i * NS_PER_US);
  hist_record_n(h, 123456789 * NS_PER_US, 500);
  hist_record(h, HIST_HIGHEST_US * NS_PER_US);
  return h;
}

static void test_another_implementations_text_is_read(void **state)
{
  static const struct {
    double q;
    double us; /* as that implementation says */
  } want[] = {
      {0.005, 1},
      {0.1, 2047},
      {0.3, 2047},
      {0.35, 50655},
      {0.4, 225663},
      {0.45, 532991},
      {0.5, 960511},
      {0.9, 123469823},
      {0.99, 123469823},
      {0.999, 123469823},
      {0.9999, 3600809983.0},
      {1.0, 3600809983.0},
  };
  struct hist *h = decode(foreign);
  struct hist *own = what_foreign_holds();
  size_t i;
  (void)state;
  assert_int_equal(h->total, 1010);
  assert_memory_equal(h->counts, own->counts, sizeof(h->counts));
  assert_int_equal(h->counts[18267], 500);
  for(i = 0; i < sizeof(want) / sizeof(want[0]); i++)
    assert_true(hist_quantile_ms(h, want[i].q) == want[i].us / 1e3);
  assert_true(hist_min_ms(h) == 0.0);
  assert_true(hist_mean_ms(h) * 1e3 > 64738698.3);
  assert_true(hist_mean_ms(h) * 1e3 < 64738698.5); /* theirs: 64738698.36 */
  free(h);
  free(own);
}

/* What is deflated inside text, which is how zlib versions differ. */
static struct buf inflated(const char *text)
{
  struct buf packed;
  struct buf plain;
  uLongf size = 10000;
  buf_init(&packed, 0);
  buf_init(&plain, 0);
  assert_int_equal(b64_decode(&packed, slice_of(text)), 0);
  assert_int_equal(buf_reserve(&plain, size), 0);
  assert_int_equal(uncompress((Bytef *)plain.p, &size,
                              (const Bytef *)packed.p + 8,
                              (uLong)packed.n - 8),
                   Z_OK);
  plain.n = size;
  buf_free(&packed);
  return plain;
}

static void test_weir_writes_what_another_implementation_writes(void **state)
{
  struct hist *own = what_foreign_holds();
  struct hist *h = decode(foreign_python);
  struct buf text;
  struct buf ours;
  struct buf theirs;
  (void)state;
  assert_memory_equal(h->counts, own->counts, sizeof(h->counts));
  buf_init(&text, 0);
  assert_int_equal(hist_encode(own, &text), 0);
  ours = inflated(buf_text(&text));
  theirs = inflated(foreign_python);
  assert_int_equal(ours.n, theirs.n);
  assert_memory_equal(ours.p, theirs.p, ours.n);
  buf_free(&text);
  buf_free(&ours);
  buf_free(&theirs);
  free(own);
  free(h);
}

static void test_an_empty_foreign_histogram_is_empty(void **state)
{
  struct hist *h = decode(foreign_empty);
  (void)state;
  assert_int_equal(h->total, 0);
  assert_int_equal(h->min_ns, UINT64_MAX);
  free(h);
}

static void test_another_range_or_precision_is_a_mismatch(void **state)
{
  (void)state;
  assert_refused(slice_of(foreign_short), E_MISMATCH);
  assert_refused(slice_of(foreign_coarse), E_MISMATCH);
}

static void assert_survives(const struct hist *h)
{
  struct buf text;
  struct hist *back;
  buf_init(&text, 0);
  assert_int_equal(hist_encode(h, &text), 0);
  back = decode(buf_text(&text));
  assert_int_equal(back->total, h->total);
  assert_int_equal(back->low, h->low);
  assert_int_equal(back->high, h->high);
  assert_memory_equal(back->counts, h->counts, sizeof(h->counts));
  free(back);
  buf_free(&text);
}

static void test_every_count_survives_encoding(void **state)
{
  struct hist *h = hist_new();
  struct rng r;
  int round;
  uint32_t i;
  (void)state;
  assert_non_null(h);
  rng_seed(&r, 3);
  assert_survives(h);
  for(round = 0; round < 20; round++) {
    uint64_t n = 1 + rng_below(&r, 200);
    hist_init(h);
    while(n--)
      hist_record_n(h, rng_next(&r) >> (20 + rng_below(&r, 44)),
                    1 + (rng_next(&r) >> (12 + rng_below(&r, 52))));
    assert_survives(h);
  }
  hist_init(h);
  hist_record_n(h, 5000000, INT64_MAX);
  assert_survives(h);
  hist_init(h);
  for(i = 0; i < HIST_COUNTS; i++) { /* as long as texts get */
    h->counts[i] = (1ull << 47) + (rng_next(&r) >> 17);
    h->total += h->counts[i];
  }
  h->low = 0;
  h->high = HIST_COUNTS - 1;
  assert_survives(h);
  free(h);
}

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
  assert_refused(buf_slice(&text), E_SYNTAX);
  buf_free(&text);
  free(p);
}

static void test_hand_made_counts_are_read(void **state)
{
  /* 2 zeros, then 3, then a single zero, then 64. */
  struct plain *p = plain_of("\x03\x06\x00\x80\x01", 5);
  struct buf text = wrapped(p, 0);
  struct hist *h = decode(buf_text(&text));
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
    assert_refused(buf_slice(&text), spoil[i].code);
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
  assert_refused(buf_slice(&text), E_SYNTAX);
  buf_free(&text);
  free(p);
  p = plain_of("\x02", 1);
  text = wrapped(p, 5); /* bytes behind the deflated part */
  assert_refused(buf_slice(&text), E_SYNTAX);
  buf_free(&text);
  free(p);
  free(zeros);
}

static void test_damaged_text_is_refused_or_means_the_same(void **state)
{
  size_t n = strlen(foreign);
  char *text = malloc(n);
  struct hist *h = malloc(sizeof(*h));
  struct hist *own = what_foreign_holds();
  size_t i;
  (void)state;
  assert_non_null(text);
  assert_non_null(h);
  for(i = 0; i < n; i++) {
    memcpy(text, foreign, i);
    assert_refused((struct slice){text, i}, E_SYNTAX);
  }
  for(i = 0; i < n; i++) {
    struct err e;
    memcpy(text, foreign, n);
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
  assert_refused((struct slice){text, n}, E_SYNTAX);
  free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_another_implementations_text_is_read),
      cmocka_unit_test(test_weir_writes_what_another_implementation_writes),
      cmocka_unit_test(test_an_empty_foreign_histogram_is_empty),
      cmocka_unit_test(test_another_range_or_precision_is_a_mismatch),
      cmocka_unit_test(test_every_count_survives_encoding),
      cmocka_unit_test(test_hand_made_counts_are_read),
      cmocka_unit_test(test_counts_that_cannot_be_are_refused),
      cmocka_unit_test(test_a_header_that_does_not_fit_is_refused),
      cmocka_unit_test(test_what_inflates_too_far_or_too_short_is_refused),
      cmocka_unit_test(test_damaged_text_is_refused_or_means_the_same),
      cmocka_unit_test(test_text_of_absurd_length_is_refused_unread),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
