/* SPDX-License-Identifier: MIT
 * The Base64 form of histograms: what another HdrHistogram wrote, and what
 * weir writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/b64.h"
#include "base/clock.h"
#include "base/rng.h"
#include "metrics/hist_testing.h"

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
  struct hist *h = hist_decoded(hist_foreign);
  struct hist *own = hist_foreign_holds();
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
  struct hist *own = hist_foreign_holds();
  struct hist *h = hist_decoded(foreign_python);
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
  struct hist *h = hist_decoded(foreign_empty);
  (void)state;
  assert_int_equal(h->total, 0);
  assert_int_equal(h->min_ns, UINT64_MAX);
  free(h);
}

static void test_another_range_or_precision_is_a_mismatch(void **state)
{
  (void)state;
  assert_hist_refused(slice_of(foreign_short), E_MISMATCH);
  assert_hist_refused(slice_of(foreign_coarse), E_MISMATCH);
}

static void assert_survives(const struct hist *h)
{
  struct buf text;
  struct hist *back;
  buf_init(&text, 0);
  assert_int_equal(hist_encode(h, &text), 0);
  back = hist_decoded(buf_text(&text));
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

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_another_implementations_text_is_read),
      cmocka_unit_test(test_weir_writes_what_another_implementation_writes),
      cmocka_unit_test(test_an_empty_foreign_histogram_is_empty),
      cmocka_unit_test(test_another_range_or_precision_is_a_mismatch),
      cmocka_unit_test(test_every_count_survives_encoding),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
