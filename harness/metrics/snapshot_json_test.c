/* SPDX-License-Identifier: MIT
 * The JSON form of snapshots: nothing is lost in it, and what does not fit is
 * refused by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "metrics/snapshot_sample.h"

/* Through text, as pipes and documents carry it. */
static json_t *reprinted(json_t *j, bool pretty)
{
  struct buf text;
  struct err e = {0};
  json_t *back;
  buf_init(&text, 0);
  assert_non_null(j);
  assert_int_equal(json_print(j, pretty, &text), 0);
  back = json_parse(buf_slice(&text), "test", &e);
  assert_non_null(back);
  buf_free(&text);
  return back;
}

static struct snapshot *carried(const struct snapshot *s, bool pretty)
{
  json_t *j = snapshot_to_json(s);
  json_t *text = reprinted(j, pretty);
  struct err e = {0};
  struct snapshot *back = snapshot_from_json(text, &e);
  assert_string_equal(e.text, "");
  assert_non_null(back);
  json_decref(j);
  json_decref(text);
  return back;
}

static void test_random_snapshots_come_back_whole(void **state)
{
  struct rng r;
  int i;
  (void)state;
  rng_seed(&r, 12);
  for(i = 0; i < 20; i++) {
    uint64_t width = 1 + rng_below(&r, 20) * 100 * NS_PER_MS;
    struct snapshot *s = sample_snapshot(&r, width + 999);
    struct snapshot *back = carried(s, i % 2);
    assert_same_snapshot(s, back);
    snapshot_free(s);
    snapshot_free(back);
  }
}

static void test_an_empty_snapshot_comes_back_empty(void **state)
{
  struct snapshot *s = snapshot_new(250 * NS_PER_MS);
  struct snapshot *back;
  (void)state;
  assert_non_null(s);
  back = carried(s, false);
  assert_same_snapshot(s, back);
  assert_int_equal(back->hist[H_LATENCY].min_ns, UINT64_MAX);
  assert_int_equal(back->series.width_ns, 250 * NS_PER_MS);
  snapshot_free(s);
  snapshot_free(back);
}

static void test_the_largest_integers_survive(void **state)
{
  struct snapshot *s = snapshot_new(0);
  struct snapshot *back;
  (void)state;
  assert_non_null(s);
  s->counter[C_LOST] = INT64_MAX;
  hist_record(&s->hist[H_GAP], 9100000000000000000ull);
  hist_record(&s->hist[H_GAP], 0);
  snapshot_slice(s, 0)->counter[S_LOST] = INT64_MIN;
  ledger_tally_add(s->missing, LEDGER_NUMBER_MAX, 1, INT64_MAX);
  back = carried(s, false);
  assert_same_snapshot(s, back);
  s->counter[C_LOST] = UINT64_MAX; /* JSON has no larger one */
  snapshot_free(back);
  back = carried(s, false);
  assert_int_equal(back->counter[C_LOST], INT64_MAX);
  snapshot_free(s);
  snapshot_free(back);
}

static void test_a_merge_of_carried_parts_equals_the_merge(void **state)
{
  struct rng r;
  struct snapshot *a;
  struct snapshot *b;
  struct snapshot *sum;
  struct snapshot *back;
  (void)state;
  rng_seed(&r, 13);
  a = sample_snapshot(&r, NS_PER_SEC);
  b = sample_snapshot(&r, 2 * NS_PER_SEC);
  sum = carried(a, false);
  back = carried(b, false);
  assert_int_equal(snapshot_merge(sum, back), 0);
  assert_int_equal(snapshot_merge(a, b), 0);
  assert_same_snapshot(sum, a);
  snapshot_free(a);
  snapshot_free(b);
  snapshot_free(sum);
  snapshot_free(back);
}

static json_t *from_text(const char *text)
{
  struct err e = {0};
  json_t *j = json_parse(slice_of(text), "test", &e);
  assert_string_equal(e.text, "");
  return j;
}

#define HDR_OF_5 "HISTFAAAACF4nJNpmSzMwMDAxMDAwAilGaBshmuTlzDA+JxMAE9jA2Y="

static const struct {
  const char *text;
  const char *sentence; /* how it starts */
} bad[] = {
    {"[]", "a snapshot must be an object"},
    {"{}", "counters: is missing"},
    {"{\"counters\":[]}", "counters: must be an object"},
    {"{\"counters\":{\"lost\":-1}}", "counters: lost: must be a whole"},
    {"{\"counters\":{\"lost\":1.5}}", "counters: lost: must be a whole"},
    {"{\"counters\":{}}", "histograms: is missing"},
    {"{\"counters\":{},\"histograms\":{\"gap\":3}}",
     "histograms: gap: hdr: is missing"},
    {"{\"counters\":{},\"histograms\":{\"gap\":{\"count\":1,"
     "\"hdr\":\"AAAA\"}}}",
     "histograms: gap: hdr: "},
    {"{\"counters\":{},\"histograms\":{\"gap\":{\"count\":1,"
     "\"hdr\":\"" HDR_OF_5 "\"}}}",
     "histograms: gap: hdr: the histogram has another range"},
    {"{\"counters\":{},\"histograms\":{}}", "timeline: is missing"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{}}",
     "timeline: slices: is missing"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"slices\":[]}}",
     "timeline: width_ms: must be"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1e99,"
     "\"slices\":[]}}",
     "timeline: width_ms: must be"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1000,"
     "\"slices\":[{\"i\":0},{\"i\":1200}]}}",
     "timeline: slices[1]: i: must be"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1000,"
     "\"slices\":[{\"i\":7},{\"i\":7}]}}",
     "timeline: slices[1]: i: 7 comes twice"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1000,"
     "\"slices\":[{\"i\":7,\"events\":\"x\"}]}}",
     "timeline: slices[0]: events: must be"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1000,"
     "\"slices\":[{\"i\":7,\"latency\":[]}]}}",
     "timeline: slices[0]: latency: hdr: is missing"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1,"
     "\"slices\":[]},\"causes\":[{\"count\":1}]}",
     "causes: [0]: name: is missing"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1,"
     "\"slices\":[]},\"causes\":{}}",
     "causes: must be an array"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1,"
     "\"slices\":[]},\"offenders\":[{\"t_s\":\"now\"}]}",
     "offenders: [0]: t_s: must be"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1,"
     "\"slices\":[]},\"missing\":[[1,1,1],[1,2]]}",
     "missing: [1]: must be [first"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1,"
     "\"slices\":[]},\"missing\":[[2,9223372036854775807,1]]}",
     "missing: [0]: leads beyond"},
    {"{\"counters\":{},\"histograms\":{},\"timeline\":{\"width_ms\":1,"
     "\"slices\":[]},\"ledger_overflowed\":1}",
     "ledger_overflowed: must be true or false"},
};

static void test_what_does_not_fit_is_refused_by_name(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    json_t *j = from_text(bad[i].text);
    struct err e = {0};
    assert_null(snapshot_from_json(j, &e));
    assert_true(e.code != 0);
    if(strncmp(e.text, bad[i].sentence, strlen(bad[i].sentence)) != 0)
      assert_string_equal(e.text, bad[i].sentence);
    assert_null(snapshot_from_json(j, NULL));
    json_decref(j);
  }
  assert_null(snapshot_from_json(NULL, NULL));
}

static void test_unknown_members_are_ignored(void **state)
{
  json_t *j = from_text(
      "{\"counters\":{\"lost\":3,\"later\":{}},\"histograms\":{\"x\":1},"
      "\"timeline\":{\"width_ms\":0.5,\"slices\":[{\"i\":2,\"events\":4,"
      "\"mood\":\"fine\"}],\"y\":[]},\"z\":null,\"offenders\":[{}],"
      "\"causes\":[{\"name\":\"timeout\",\"count\":2,\"since\":1}]}");
  struct err e = {0};
  struct snapshot *s = snapshot_from_json(j, &e);
  (void)state;
  assert_string_equal(e.text, "");
  assert_non_null(s);
  assert_int_equal(s->counter[C_LOST], 3);
  assert_int_equal(s->series.width_ns, 500000);
  assert_int_equal(s->series.count, 3);
  assert_false(s->series.slice[1].filled);
  assert_int_equal(s->series.slice[2].counter[S_EVENTS], 4);
  assert_int_equal(s->offender_count, 1);
  assert_string_equal(s->cause[0].name, "timeout");
  assert_int_equal(s->cause[0].count, 2);
  snapshot_free(s);
  json_decref(j);
}

/* The JSON of a histogram of 2 ms and 5 s, one member of it replaced. */
static int reread(const char *key, json_t *value, struct err *e)
{
  struct snapshot *s = snapshot_new(0);
  struct snapshot *back;
  json_t *j;
  assert_non_null(s);
  hist_record(&s->hist[H_GAP], 2000000);
  hist_record(&s->hist[H_GAP], 5000000123);
  j = snapshot_to_json(s);
  assert_non_null(j);
  if(value)
    json_object_set_new(json_dotted_get(j, "histograms.gap"), key, value);
  else
    json_object_del(json_dotted_get(j, "histograms.gap"), key);
  *e = (struct err){0};
  back = snapshot_from_json(j, e);
  snapshot_free(s);
  snapshot_free(back);
  json_decref(j);
  return back ? 0 : e->code;
}

static void test_numbers_beside_the_counts_must_fit_them(void **state)
{
  struct err e;
  (void)state;
  assert_int_equal(reread("count", json_integer(2), &e), 0);
  assert_int_equal(reread("min_ns", NULL, &e), 0);
  assert_int_equal(reread("max_ns", json_null(), &e), 0);
  assert_int_equal(reread("sum_ns", NULL, &e), 0);
  assert_int_equal(reread("count", json_integer(3), &e), E_MISMATCH);
  assert_non_null(strstr(e.text, "gap: count: is 3"));
  assert_int_equal(reread("min_ns", json_integer(1), &e), E_MISMATCH);
  assert_int_equal(reread("min_ns", json_integer(3000000), &e), E_MISMATCH);
  assert_non_null(strstr(e.text, "gap: min_ns: does not fit"));
  assert_int_equal(reread("max_ns", json_integer(1), &e), E_MISMATCH);
  assert_int_equal(reread("max_ns", json_integer(6000000000), &e), E_MISMATCH);
  assert_int_equal(reread("clamped", json_integer(3), &e), E_MISMATCH);
  assert_int_equal(reread("sum_ns", json_integer(-1), &e), E_SYNTAX);
  assert_int_equal(reread("hdr", json_integer(-1), &e), E_SYNTAX);
  assert_int_equal(reread("hdr", NULL, &e), E_SYNTAX);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_snapshots_come_back_whole),
      cmocka_unit_test(test_an_empty_snapshot_comes_back_empty),
      cmocka_unit_test(test_the_largest_integers_survive),
      cmocka_unit_test(test_a_merge_of_carried_parts_equals_the_merge),
      cmocka_unit_test(test_what_does_not_fit_is_refused_by_name),
      cmocka_unit_test(test_unknown_members_are_ignored),
      cmocka_unit_test(test_numbers_beside_the_counts_must_fit_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
