/* SPDX-License-Identifier: MIT
 * Rounds judged over records made by hand: every verdict, at its edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "flow/round.h"

#define MS ((int64_t)NS_PER_MS)

static struct flow *flow;
static struct vars vars;
static struct rng rng;
static struct record record;
static struct round r;
static struct stream_state stream;

static void begin(const char *steps)
{
  struct err e = {0};
  struct buf text;
  buf_init(&text, 0);
  buf_adds(&text, "weir: flow/1\nflow: f\ntarget: http://a\nvars: {id: 42, "
                  "text: \"42\"}\nsteps:\n"
                  "- subscribe: {as: s, GET: /events}\n");
  buf_adds(&text, steps);
  flow = flow_read(buf_slice(&text), "t.yaml", &e);
  if(!flow)
    fail_msg("%s", e.text);
  buf_free(&text);
  memset(&vars, 0, sizeof(vars));
  rng_seed(&rng, 1);
  vars.rng = &rng;
  assert_int_equal(vars_set(&vars, "id", KIND_NUMBER, slice_of("42")), 0);
  assert_int_equal(vars_set(&vars, "text", KIND_STRING, slice_of("42")), 0);
  stream = (struct stream_state){.open = true, .bytes = 1};
}

static void end(void)
{
  round_clear(&r);
  record_fini(&record);
  vars_fini(&vars);
  flow_free(flow);
}

/* Arms step n (from 2) with a window from 0 to deadline; until as for. */
static uint32_t arm(uint32_t n, int64_t deadline_ms, int64_t until_ms)
{
  struct err e = {0};
  struct expect *x = expect_new(flow, flow_step_find(flow, n), &vars, &e);
  if(!x)
    fail_msg("%s", e.text);
  x->deadline_ns = deadline_ms * MS;
  x->until_ns = until_ms * MS;
  if(expect_is_negative(x))
    x->deadline_ns = EXPECT_FOREVER;
  assert_int_equal(round_arm(&r, x), 0);
  return r.count - 1;
}

static void event_between(int64_t from_ms, int64_t at_ms, const char *name,
                          const char *data)
{
  struct record_item i = {.item = {.kind = ITEM_EVENT,
                                   .event = slice_of(name),
                                   .data = slice_of(data),
                                   .gap_ns = GAP_NONE},
                          .from_ns = from_ms * MS,
                          .at_ns = at_ms * MS,
                          .connection = 1};
  uint32_t k;
  assert_int_equal(record_add(&record, &i), 0);
  for(k = 0; k < r.count; k++)
    assert_int_equal(expect_look(r.expect[k], &record), 0);
}

static void event(int64_t at_ms, const char *name, const char *data)
{
  event_between(at_ms - 1, at_ms, name, data);
}

static void judged(uint32_t i, int64_t quiet_ms, enum round_state state,
                   enum miss miss)
{
  struct round_said said;
  stream.quiet_ns = quiet_ms * MS;
  said = round_judge(&r, &record, i, &stream);
  if(said.state != state || said.miss != miss)
    fail_msg("expectation %u at %d ms: state %d, class %s; wanted %d, %s", i,
             (int)quiet_ms, said.state, miss_word(said.miss), state,
             miss_word(miss));
}

static void test_an_event_in_time_meets_it(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {event: a, data: {/id: \"{{id}}\"}}\n");
  i = arm(2, 1000, 0);
  judged(i, 0, ROUND_WAITING, MISS_NONE);
  event(5, "a", "{\"id\": \"42\"}"); /* text is no number */
  judged(i, 10, ROUND_WAITING, MISS_NONE);
  event(999, "a", "{\"id\": 42}");
  judged(i, 999, ROUND_MET, MISS_NONE);
  end();
}

static void test_numbers_are_exact(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {data: {/a: 9007199254740993, /b: 1.0, /c: 1e2}}\n");
  i = arm(2, 1000, 0);
  event(1, "m", "{\"a\": 9007199254740992, \"b\": 1, \"c\": 100}");
  judged(i, 2, ROUND_WAITING, MISS_NONE);
  event(2, "m", "{\"a\": 9007199254740993, \"b\": 1, \"c\": 100}");
  judged(i, 2, ROUND_MET, MISS_NONE);
  end();
}

static void test_deadlines_are_judged_by_intervals(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {event: a}\n");
  i = arm(2, 1000, 0);
  judged(i, 999, ROUND_WAITING, MISS_NONE);
  judged(i, 1000, ROUND_MISSED, MISS_ABSENT);
  event_between(999, 1001, "a", ""); /* nobody knows */
  judged(i, 1002, ROUND_UNCERTAIN, MISS_LATE);
  end();
  begin("- expect: {event: a}\n");
  i = arm(2, 1000, 0);
  event_between(1000, 1001, "a", ""); /* half open: that is behind it */
  judged(i, 1002, ROUND_MISSED, MISS_ABSENT);
  end();
}

static void test_what_came_before_does_not_count(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {event: a}\n");
  i = arm(2, 1000, 0);
  event_between(-5, 0, "a", "");
  judged(i, 1000, ROUND_MISSED, MISS_ABSENT);
  end();
}

static void test_an_exact_count_is_watched(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {event: a, times: 1}\n");
  i = arm(2, 1000, 250);
  event(50, "a", "");
  judged(i, 50, ROUND_MET, MISS_NONE);
  event(300, "a", ""); /* behind what is watched */
  judged(i, 300, ROUND_MET, MISS_NONE);
  end();
  begin("- expect: {event: a, times: 1}\n");
  i = arm(2, 1000, 250);
  event(50, "a", "");
  event(200, "a", "");
  judged(i, 200, ROUND_MISSED, MISS_TOO_MANY);
  end();
}

static void test_two_expectations_share_out_their_events(void **state)
{
  uint32_t wide, narrow;
  (void)state;
  begin("- expect: {event: a}\n- expect: {event: a, data: {/x: 1}}\n");
  wide = arm(2, 1000, 0);
  event(1, "a", "{\"x\": 1}"); /* taken by the wide one, where it is alone */
  judged(wide, 1, ROUND_MET, MISS_NONE);
  narrow = arm(3, 1000, 0);
  expect_look(r.expect[narrow], &record);
  judged(narrow, 1, ROUND_WAITING, MISS_NONE);
  event(2, "a", "{\"x\": 2}"); /* which the wide one moves to */
  judged(narrow, 2, ROUND_MET, MISS_NONE);
  judged(wide, 2, ROUND_MET, MISS_NONE);
  end();
}

static void test_a_claim_that_was_used_stays(void **state)
{
  uint32_t wide, narrow;
  (void)state;
  begin("- expect: {event: a}\n- expect: {event: a, data: {/x: 1}}\n");
  wide = arm(2, 1000, 0);
  event(1, "a", "{\"x\": 1}");
  assert_int_equal(round_keep(&r, &record, wide), 0);
  narrow = arm(3, 1000, 0);
  expect_look(r.expect[narrow], &record);
  event(2, "a", "{\"x\": 2}");
  judged(narrow, 1000, ROUND_MISSED, MISS_ABSENT);
  judged(wide, 1000, ROUND_MET, MISS_NONE);
  end();
}

static void test_any_order_finds_what_greed_does_not(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {any-order: [{event: a}, {event: a, data: {/x: 1}}]}\n");
  i = arm(2, 1000, 0);
  event(1, "a", "{\"x\": 1}");
  judged(i, 1, ROUND_WAITING, MISS_NONE);
  event(2, "a", "{\"x\": 2}");
  judged(i, 2, ROUND_MET, MISS_NONE);
  end();
}

static void test_an_order_with_ranges_is_found(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {in-order: [{event: a, times: 1..2}, {event: a, data: "
        "{/x: 1}}, {event: b}]}\n");
  i = arm(2, 1000, 0);
  event(1, "a", "{}");
  event(2, "a", "{\"x\": 1}");
  judged(i, 2, ROUND_WAITING, MISS_NONE);
  event(3, "b", "");
  judged(i, 3, ROUND_MET, MISS_NONE);
  end();
}

static void test_negatives_have_both_colours(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {for: 1s, none: {event: a}}\n");
  i = arm(2, 0, 1000);
  event(500, "b", "");
  judged(i, 999, ROUND_WAITING, MISS_NONE);
  judged(i, 1000, ROUND_MET, MISS_NONE);
  event(600, "a", "");
  judged(i, 1000, ROUND_MISSED, MISS_UNWANTED);
  end();
  begin("- expect: {for: 1s, only: [{event: a}, {comment: hb}]}\n");
  i = arm(2, 0, 1000);
  event(500, "a", "");
  judged(i, 1000, ROUND_MET, MISS_NONE);
  event(600, "c", "");
  judged(i, 1000, ROUND_MISSED, MISS_UNWANTED);
  end();
}

static void test_a_negative_needs_an_open_stream(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {for: 1s, none: {event: a}}\n");
  i = arm(2, 0, 1000);
  stream.open = false;
  stream.ended_how = "fin";
  stream.ended_ns = 400 * MS;
  judged(i, 500, ROUND_MISSED, MISS_NOT_OPEN);
  stream.open = true;
  stream.bytes = 0; /* it never said anything: green, and no proof */
  judged(i, 1000, ROUND_MET, MISS_UNPROVEN);
  end();
}

static void test_an_end_is_no_reason_to_wait(void **state)
{
  uint32_t i;
  (void)state;
  begin(
      "- expect: {event: a}\n- expect: {ends: {how: fin, after: {is: x}}}\n");
  i = arm(2, 1000, 0);
  event(1, "b", "x");
  stream.open = false;
  stream.ended_how = "rst";
  stream.ended_ns = 2 * MS;
  judged(i, 2, ROUND_MISSED, MISS_NOT_OPEN);
  i = arm(3, 1000, 0);
  expect_look(r.expect[i], &record);
  judged(i, 3, ROUND_MISSED, MISS_END);
  stream.ended_how = "fin";
  judged(i, 3, ROUND_MET, MISS_NONE);
  end();
}

static void test_relations_between_matches(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {event: p, times: 3.., rising: /n, gap: ..50ms}\n");
  i = arm(2, 1000, 0);
  event(10, "p", "{\"n\": 1}");
  event(20, "p", "{\"n\": 2}");
  event(30, "p", "{\"n\": 10}");
  judged(i, 30, ROUND_MET, MISS_NONE);
  event(90, "p", "{\"n\": 11}"); /* a gap of 60 ms */
  judged(i, 90, ROUND_MISSED, MISS_RELATION);
  end();
  begin("- expect: {event: p, times: 2.., rising: /n}\n");
  i = arm(2, 1000, 0);
  event(10, "p", "{\"n\": 9}");
  event(20, "p", "{\"n\": 9}");
  judged(i, 30, ROUND_MISSED, MISS_RELATION);
  end();
}

static void test_what_was_met_moves_to_what_else_fits(void **state)
{
  uint32_t wide, narrow, last;
  (void)state;
  begin("- expect: {event: a}\n- expect: {event: a, data: {/x: 1}}\n");
  wide = arm(2, 1000, 0);
  event(1, "a", "{\"x\": 1}");
  judged(wide, 1, ROUND_MET, MISS_NONE);
  assert_int_equal(round_meet(&r, &record, wide, &last), 0);
  narrow = arm(3, 1000, 0);
  expect_look(r.expect[narrow], &record);
  judged(narrow, 1, ROUND_WAITING, MISS_NONE);
  event(2, "a", "{\"x\": 2}");
  judged(narrow, 2, ROUND_MET, MISS_NONE);
  assert_int_equal(round_keep(&r, &record, wide), 1);
  assert_int_equal(round_keep(&r, &record, narrow), 0);
  end();
}

static void test_two_that_want_one_event_are_told_apart_by_order(void **state)
{
  uint32_t a, b, last;
  (void)state;
  begin("- expect: {event: a}\n- expect: {event: a}\n");
  a = arm(2, 1000, 0);
  b = arm(3, 1000, 0);
  event(1, "a", "");
  judged(b, 1, ROUND_WAITING, MISS_NONE);
  judged(a, 1, ROUND_MET, MISS_NONE);
  round_meet(&r, &record, a, &last);
  judged(b, 1000, ROUND_MISSED, MISS_ABSENT);
  judged(a, 1000, ROUND_MET, MISS_NONE);
  end();
}

static void test_more_than_can_be_matched_is_told(void **state)
{
  struct err e = {0};
  struct expect *x;
  uint32_t k;
  (void)state;
  begin("- expect: {event: a, times: 64..}\n- expect: {event: a}\n");
  arm(2, 1000, 0);
  x = expect_new(flow, flow_step_find(flow, 3), &vars, &e);
  assert_int_equal(round_arm(&r, x), E_LIMIT);
  expect_free(x);
  end();
  begin("- expect: {in-order: [{event: a, times: 1..}, {event: b}], take: "
        "{x: event}}\n");
  arm(2, 1000, 0);
  for(k = 1; k <= 200; k++)
    event(k, "a", "");
  event(201, "b", "");
  judged(0, 201, ROUND_MET, MISS_NONE);
  assert_int_equal(round_keep(&r, &record, 0), 200);
  end();
}

/* One story: does what these pieces say together hold? */
static void joins(const char *wanted, const char *const *piece, size_t pieces,
                  bool good)
{
  struct buf step;
  size_t k;
  buf_init(&step, 0);
  buf_addf(&step,
           "- expect: {ends: fin, joined: {pointer: /d, %s}, gap: ..1s}\n",
           wanted);
  begin(buf_text(&step));
  arm(2, 1000, 0);
  for(k = 0; k < pieces; k++)
    event((int64_t)k + 1, "delta", piece[k]);
  stream.open = false;
  stream.ended_how = "fin";
  stream.ended_ns = 20 * MS;
  judged(0, 30, good ? ROUND_MET : ROUND_MISSED,
         good ? MISS_NONE : MISS_RELATION);
  end();
  buf_free(&step);
}

static void test_pieces_are_joined_before_they_are_read(void **state)
{
  static const char *const words[] = {"{\"d\": \"hel\"}", "{\"x\": 1}",
                                      "no json", "{\"d\": \"lo\"}"};
  static const char *const json[] = {"{\"d\": \"{\\\"city\\\": \\\"Z\\u00\"}",
                                     "{\"d\": \"\"}"};
  static const char *const pair[] = {"{\"d\": \"\\ud83d\"}",
                                     "{\"d\": \"\\ude00\"}"};
  static const char *const bytes[] = {"{\"d\": \"caf\xc3\"}",
                                      "{\"d\": \"\xa9\"}"};
  static const char *const escape[] = {
      "{\"d\": \"{\\\"city\\\": \\\"Z\\\\u00\"}", "{\"d\": \"fcrich\\\"}\"}"};
  (void)state;
  joins("is: hello", words, 4, true);
  joins("text: ell", words, 4, true);
  joins("is: hell", words, 4, false);
  joins("is: \"\xf0\x9f\x98\x80\"", pair, 2, true);
  joins("is: \"caf\xc3\xa9\"", bytes, 2, true);
  joins("json: {/city: \"Z\xc3\xbcrich\"}", escape, 2, true);
  joins("json: {/city: Bern}", escape, 2, false);
  joins("json: {/city: Bern}", json, 2, false);
}

static void test_gaps_of_a_stream_that_ends(void **state)
{
  (void)state;
  begin("- expect: {ends: fin, gap: ..50ms}\n");
  arm(2, 1000, 0);
  event(1, "a", "");
  event(100, "b", "");
  stream.open = false;
  stream.ended_how = "fin";
  stream.ended_ns = 101 * MS;
  judged(0, 110, ROUND_MISSED, MISS_RELATION);
  end();
}

static void test_lines_and_fragments(void **state)
{
  uint32_t i;
  (void)state;
  begin("- expect: {lines: {mode: append, selector: \"#todos\", signals: "
        "{/count: 1}}, fragment: {select: \"ul > li.todo[data-n=\\\"1\\\"]\", "
        "text: milk, attr: {id: t1}, count: 1}}\n");
  i = arm(2, 1000, 0);
  event(1, "p",
        "mode append\nselector #todos\nsignals {\"count\": 1}\n"
        "elements <ul><li id=\"t1\" class=\"a todo\" data-n=\"1\">\n"
        "elements buy <b>milk</b></li></ul>");
  judged(i, 1, ROUND_MET, MISS_NONE);
  end();
  begin("- expect: {lines: {mode: append}}\n");
  i = arm(2, 1000, 0);
  event(1, "p", "mode appends");
  event(2, "p", "modes append");
  judged(i, 3, ROUND_WAITING, MISS_NONE);
  end();
  begin("- expect: {fragment: {select: li, count: 0}}\n");
  i = arm(2, 1000, 0);
  event(1, "p", "<ul><li>x</ul>");
  judged(i, 1, ROUND_WAITING, MISS_NONE);
  event(2, "p", "<tr><td>x</td></tr>");
  judged(i, 2, ROUND_MET, MISS_NONE);
  end();
}

/* What is nested without end is a miss, and costs neither stack nor time. */
static void test_an_html_bomb_is_a_miss(void **state)
{
  struct buf html;
  uint32_t i;
  (void)state;
  buf_init(&html, 0);
  while(html.n < 200000)
    buf_adds(&html, "<b><p>");
  buf_adds(&html, "<li>x");
  begin("- expect: {fragment: {select: li}}\n");
  i = arm(2, 1000, 0);
  event(1, "p", buf_text(&html));
  judged(i, 1, ROUND_WAITING, MISS_NONE);
  end();
  buf_free(&html);
}

static void test_what_is_no_json_is_no_match(void **state)
{
  static const char *const bad[] = {"", "\xef\xbb\xbf{\"id\": 42}", "{", "x",
                                    "{\"id\": 42} x"};
  uint32_t i;
  size_t k;
  (void)state;
  begin("- expect: {data: {/id: 42}}\n");
  i = arm(2, 1000, 0);
  for(k = 0; k < sizeof(bad) / sizeof(bad[0]); k++)
    event((int64_t)k + 1, "m", bad[k]);
  judged(i, 10, ROUND_WAITING, MISS_NONE);
  event(20, "m", "{\"id\": 42}");
  judged(i, 20, ROUND_MET, MISS_NONE);
  end();
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_event_in_time_meets_it),
      cmocka_unit_test(test_numbers_are_exact),
      cmocka_unit_test(test_deadlines_are_judged_by_intervals),
      cmocka_unit_test(test_what_came_before_does_not_count),
      cmocka_unit_test(test_an_exact_count_is_watched),
      cmocka_unit_test(test_two_expectations_share_out_their_events),
      cmocka_unit_test(test_a_claim_that_was_used_stays),
      cmocka_unit_test(test_any_order_finds_what_greed_does_not),
      cmocka_unit_test(test_an_order_with_ranges_is_found),
      cmocka_unit_test(test_negatives_have_both_colours),
      cmocka_unit_test(test_a_negative_needs_an_open_stream),
      cmocka_unit_test(test_an_end_is_no_reason_to_wait),
      cmocka_unit_test(test_relations_between_matches),
      cmocka_unit_test(test_what_is_no_json_is_no_match),
      cmocka_unit_test(test_what_was_met_moves_to_what_else_fits),
      cmocka_unit_test(test_two_that_want_one_event_are_told_apart_by_order),
      cmocka_unit_test(test_more_than_can_be_matched_is_told),
      cmocka_unit_test(test_pieces_are_joined_before_they_are_read),
      cmocka_unit_test(test_gaps_of_a_stream_that_ends),
      cmocka_unit_test(test_lines_and_fragments),
      cmocka_unit_test(test_an_html_bomb_is_a_miss),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
