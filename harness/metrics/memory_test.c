/* SPDX-License-Identifier: MIT
 * What happens when memory runs out: every allocation in turn fails once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory_testing.h"
#include "metrics/snapshot_sample.h"

static bool make_snapshot(void *ctx)
{
  struct snapshot *s = snapshot_new(0);
  (void)ctx;
  snapshot_free(s);
  return s != NULL;
}

static bool make_histogram(void *ctx)
{
  struct hist *h = hist_new();
  (void)ctx;
  free(h);
  return h != NULL;
}

static bool encode(void *ctx)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = hist_encode(ctx, &text);
  assert_true(rc == 0 || rc == E_NOMEM);
  buf_free(&text);
  return rc == 0;
}

static bool decode(void *ctx)
{
  static struct hist h;
  struct err e;
  int rc = hist_decode(&h, buf_slice(ctx), &e);
  assert_true(rc == 0 || (rc == E_NOMEM && h.total == 0));
  return rc == 0;
}

static bool to_json(void *ctx)
{
  json_t *j = snapshot_to_json(ctx);
  json_decref(j);
  return j != NULL;
}

static bool from_json(void *ctx)
{
  struct err e = {0};
  struct snapshot *s = snapshot_from_json(ctx, &e);
  snapshot_free(s);
  assert_int_equal(e.code, s ? 0 : E_NOMEM);
  return s != NULL;
}

static void test_constructors_give_null_without_memory(void **state)
{
  (void)state;
  assert_int_equal(memory_sweep(make_histogram, NULL), 1);
  assert_int_equal(memory_sweep(make_snapshot, NULL), 3);
}

static void test_the_codec_reports_missing_memory(void **state)
{
  struct hist *h = hist_new();
  struct buf text;
  (void)state;
  assert_non_null(h);
  hist_record(h, 12345678);
  buf_init(&text, 0);
  assert_int_equal(hist_encode(h, &text), 0);
  assert_true(memory_sweep(encode, h) > 2);
  assert_true(memory_sweep(decode, &text) > 1);
  buf_free(&text);
  free(h);
}

static struct snapshot *small_snapshot(void)
{
  struct snapshot *s = snapshot_new(NS_PER_SEC);
  struct offender o = {.kind = "lost"};
  struct timeslice *slice;
  assert_non_null(s);
  hist_record(&s->hist[H_GAP], 1000);
  slice = snapshot_slice(s, 3 * NS_PER_SEC);
  assert_non_null(snapshot_slice_latency(slice));
  hist_record(slice->latency, 1000);
  snapshot_cause(s, "timeout", "It took too long.");
  snapshot_offender(s, &o);
  ledger_tally_add(s->missing, 5, 6, 7);
  return s;
}

static void test_json_is_whole_or_not_at_all(void **state)
{
  struct snapshot *s = small_snapshot();
  json_t *j;
  (void)state;
  memory_include_json();
  assert_true(memory_sweep(to_json, s) > 100);
  j = snapshot_to_json(s);
  assert_non_null(j);
  assert_true(memory_sweep(from_json, j) > 3);
  json_decref(j);
  snapshot_free(s);
}

static void test_a_failed_merge_leaves_the_counts_alone(void **state)
{
  struct snapshot *dst = snapshot_new(NS_PER_SEC);
  struct snapshot *src = small_snapshot();
  struct snapshot *want = sample_copy(src);
  (void)state;
  assert_non_null(dst);
  memory_fail_once(0);
  assert_int_equal(snapshot_merge(dst, src), E_NOMEM);
  memory_restore();
  assert_int_equal(dst->counter[C_LOST], 0);
  assert_int_equal(dst->cause_count, 0);
  assert_int_equal(ledger_tally_total(dst->missing), 0);
  assert_int_equal(snapshot_merge(dst, src), 0); /* nothing came twice */
  assert_same_snapshot(dst, want);
  snapshot_free(dst);
  snapshot_free(src);
  snapshot_free(want);
}

static void test_a_ledger_without_memory_counts_but_forgets(void **state)
{
  struct ledger_stream s = {0};
  struct ledger_result res;
  (void)state;
  ledger_expect(&s, 0);
  memory_fail_once(0);
  res = ledger_arrive(&s, 10);
  memory_restore();
  assert_int_equal(res.arrival, LEDGER_AHEAD);
  assert_int_equal(res.gap_count, 10);
  assert_true(s.overflowed);
  assert_int_equal(s.missing_count, 10);
  assert_int_equal(ledger_forgotten(&s), 10);
  assert_int_equal(ledger_arrive(&s, 12).arrival, LEDGER_AHEAD);
  assert_int_equal(ledger_arrive(&s, 14).arrival, LEDGER_AHEAD);
  memory_fail_once(0); /* no growing: the oldest goes */
  assert_int_equal(ledger_arrive(&s, 16).arrival, LEDGER_AHEAD);
  memory_restore();
  assert_int_equal(s.missing_count, 13);
  assert_int_equal(ledger_forgotten(&s), 11);
  ledger_fini(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_constructors_give_null_without_memory),
      cmocka_unit_test(test_the_codec_reports_missing_memory),
      cmocka_unit_test(test_json_is_whole_or_not_at_all),
      cmocka_unit_test(test_a_failed_merge_leaves_the_counts_alone),
      cmocka_unit_test(test_a_ledger_without_memory_counts_but_forgets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
