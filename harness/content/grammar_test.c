/* SPDX-License-Identifier: MIT
 * A small protocol, walked rightly and wrongly. */
#include "content/content_testing.h"

#include <stdio.h>

#include "content/grammar.h"

#define BIT(i) (UINT64_C(1) << (i))

enum { DONE, USAGE, FINISH, TOKEN, ROLE };
enum { START, BODY, TAIL, ENDED };
enum { ORDER, SAME, TOOL, AGAIN, BAD_JSON, CUT, UNMARKED };

static struct grammar g;

static void add_class(const char *name, const char *expr)
{
  struct err e;
  if(grammar_class(&g, slice_of(name), slice_of(expr), &e) < 0)
    fail_msg("%s: %s", name, e.text);
}

static void add_state(const char *name, enum outcome end)
{
  struct err e;
  int at = grammar_state(&g, slice_of(name), &e);
  assert_true(at >= 0);
  g.state[at].end.outcome = (uint8_t)end;
}

static void allow(uint8_t state, uint64_t classes, uint8_t next)
{
  for(; classes; classes &= classes - 1)
    g.state[state].next[__builtin_ctzll(classes)] = next;
}

static void add_rule(struct grammar_rule rule)
{
  struct err e;
  assert_true(grammar_rule(&g, &rule, &e) >= 0);
}

static uint8_t slot(const char *pointer)
{
  struct err e;
  int at = grammar_slot(&g, slice_of(pointer), &e);
  assert_true(at >= 0);
  return (uint8_t)at;
}

static void add_lanes(void)
{
  struct err e;
  int choice = grammar_lane(&g, SLICE_LIT("choice"), &e);
  int tool = grammar_lane(&g, SLICE_LIT("tool"), &e);
  struct grammar_lane *l = &g.lane[choice];
  l->parts = 1;
  l->key[0] = slot("/c/*/index");
  l->open = BIT(ROLE) | BIT(TOKEN) | BIT(FINISH);
  l->use = BIT(ROLE) | BIT(TOKEN);
  l->close = BIT(FINISH);
  l = &g.lane[tool];
  l->parts = 2;
  l->key[0] = slot("/c/*/index");
  l->key[1] = slot("/c/*/tools/*/index");
  l->open = l->use = BIT(TOKEN);
  l->join = slot("/c/*/tools/*/args");
}

static int build(void **state)
{
  struct err e;
  (void)state;
  grammar_init(&g);
  add_class("done", "data == '[DONE]'");
  add_class("usage", "length(/c) == 0 && type(/usage) == object");
  add_class("finish", "length(/c/*/finish) > 0");
  add_class("token", "length(/c/*/text) > 0 || type(/c/*/tools/*) == object");
  add_class("role", "type(/c/*) == object");
  add_state("start", OUTCOME_EMPTY);
  add_state("body", OUTCOME_TRUNCATED);
  add_state("tail", OUTCOME_UNMARKED);
  add_state("ended", OUTCOME_OK);
  allow(START, BIT(ROLE) | BIT(TOKEN) | BIT(FINISH), BODY);
  allow(BODY, BIT(ROLE) | BIT(TOKEN) | BIT(FINISH), BODY);
  allow(BODY, BIT(USAGE), TAIL);
  allow(BODY, BIT(DONE), ENDED);
  allow(TAIL, BIT(DONE), ENDED);
  g.state[BODY].end.closed = OUTCOME_UNMARKED;
  add_lanes();
  add_rule((struct grammar_rule){.form = RULE_ORDER});
  add_rule((struct grammar_rule){.form = RULE_SAME,
                                 .not_in = BIT(DONE),
                                 .slots = 1,
                                 .slot = {slot("/id")}});
  add_rule((struct grammar_rule){
      .form = RULE_LANE, .lane = 1, .fault = LANE_MISSING});
  add_rule((struct grammar_rule){
      .form = RULE_LANE, .lane = 0, .fault = LANE_REOPENED});
  add_rule(
      (struct grammar_rule){.form = RULE_LANE, .lane = 1, .fault = LANE_JSON});
  add_rule((struct grammar_rule){.form = RULE_END,
                                 .outcomes = 1u << OUTCOME_TRUNCATED});
  add_rule((struct grammar_rule){.form = RULE_END,
                                 .outcomes = 1u << OUTCOME_UNMARKED});
  g.token = BIT(TOKEN);
  g.counts_in = BIT(FINISH);
  g.marker = BIT(DONE);
  assert_int_equal(grammar_seal(&g, &e), 0);
  return 0;
}

static int drop(void **state)
{
  (void)state;
  grammar_fini(&g);
  return 0;
}

struct walked {
  uint64_t broken;
  enum outcome end;
  unsigned tokens;
  bool marked;
};

/* Events are separated by newlines. */
static struct walked walk(const char *events)
{
  struct slice rest = slice_of(events);
  struct grammar_run run;
  struct look l;
  struct walked w = {0};
  assert_int_equal(grammar_begin(&run, &g, GRAMMAR_JOIN), 0);
  look_init(&l, &g.set);
  while(rest.n) {
    struct stream_item item = {.kind = ITEM_EVENT,
                               .event = SLICE_LIT("message"),
                               .data = slice_cut(&rest, '\n'),
                               .gap_ns = GAP_NONE};
    struct grammar_told told;
    grammar_step(&run, &l, &item, &told);
    w.tokens += told.token;
  }
  w.end = grammar_outcome(&run);
  grammar_finish(&run, w.end);
  w.broken = run.broken;
  w.marked = run.marked;
  grammar_leave(&run);
  look_fini(&l);
  return w;
}

#define ROLE_0   "{\"id\":1,\"c\":[{\"index\":0,\"role\":\"a\"}]}\n"
#define TEXT_0   "{\"id\":1,\"c\":[{\"index\":0,\"text\":\"x\"}]}\n"
#define FINISH_0 "{\"id\":1,\"c\":[{\"index\":0,\"finish\":\"stop\"}]}\n"
#define USAGE_0  "{\"id\":1,\"c\":[],\"usage\":{\"n\":1}}\n"

static void a_right_walk_breaks_nothing(void **state)
{
  struct walked w = walk(ROLE_0 TEXT_0 TEXT_0 FINISH_0 USAGE_0 "[DONE]\n");
  (void)state;
  assert_int_equal(w.broken, 0);
  assert_int_equal(w.end, OUTCOME_OK);
  assert_int_equal(w.tokens, 2);
  assert_true(w.marked);
}

static void ends_are_told_apart(void **state)
{
  (void)state;
  assert_int_equal(walk("").end, OUTCOME_EMPTY);
  assert_int_equal(walk(ROLE_0 TEXT_0).end, OUTCOME_TRUNCATED);
  assert_int_equal(walk(ROLE_0 FINISH_0).end, OUTCOME_UNMARKED);
  assert_int_equal(walk(ROLE_0 FINISH_0 USAGE_0).end, OUTCOME_UNMARKED);
  assert_int_equal(walk(ROLE_0 TEXT_0).broken, BIT(CUT));
  assert_int_equal(walk(ROLE_0 FINISH_0).broken, BIT(UNMARKED));
}

static void one_of_two_lanes_left_is_no_end(void **state)
{
  (void)state;
  assert_int_equal(
      walk("{\"id\":1,\"c\":[{\"index\":0,\"text\":\"x\"},{\"index\":1,"
           "\"text\":\"y\"}]}\n" FINISH_0)
          .end,
      OUTCOME_TRUNCATED);
  assert_int_equal(
      walk("{\"id\":1,\"c\":[{\"index\":0,\"finish\":\"stop\"},{\"index\":1,"
           "\"text\":\"y\"}]}\n"
           "{\"id\":1,\"c\":[{\"index\":1,\"finish\":\"stop\"}]}\n")
          .end,
      OUTCOME_UNMARKED);
}

static void each_rule_is_broken_alone(void **state)
{
  (void)state;
  assert_int_equal(walk(ROLE_0 FINISH_0 USAGE_0 TEXT_0 "[DONE]\n").broken,
                   BIT(ORDER) | BIT(AGAIN));
  assert_int_equal(walk(ROLE_0 FINISH_0 TEXT_0 "[DONE]\n").broken, BIT(AGAIN));
  assert_int_equal(
      walk("{\"id\":2,\"c\":[{\"index\":0,\"text\":\"x\"}]}\n" FINISH_0
           "[DONE]\n")
          .broken,
      BIT(SAME));
}

#define TOOL_OF(index, args)                                                  \
  "{\"id\":1,\"c\":[{\"index\":0,\"tools\":[{" index "\"args\":\"" args       \
  "\"}]}]}\n"

static void texts_of_a_lane_are_joined(void **state)
{
  (void)state;
  assert_int_equal(walk(TOOL_OF("\"index\":0,", "{\\\"a\\\":")
                            TOOL_OF("\"index\":0,", "1}") FINISH_0 "[DONE]\n")
                       .broken,
                   0);
  assert_int_equal(walk(TOOL_OF("\"index\":0,", "{\\\"a\\\":")
                            TOOL_OF("\"index\":1,", "1}") FINISH_0 "[DONE]\n")
                       .broken,
                   BIT(BAD_JSON));
  assert_int_equal(walk(TOOL_OF("", "{}") FINISH_0 "[DONE]\n").broken,
                   BIT(TOOL));
}

static void more_lanes_than_are_kept_are_told(void **state)
{
  struct grammar_run run;
  struct look l;
  int i;
  (void)state;
  assert_int_equal(grammar_begin(&run, &g, GRAMMAR_MOVES), 0);
  look_init(&l, &g.set);
  for(i = 0; i <= GRAMMAR_KEYS_MAX; i++) {
    char data[80];
    struct stream_item item = {.kind = ITEM_EVENT, .gap_ns = GAP_NONE};
    struct grammar_told told;
    item.data.n = (size_t)snprintf(
        data, sizeof(data), "{\"c\":[{\"index\":%d,\"text\":\"x\"}]}", i);
    item.data.p = data;
    assert_false(run.over);
    grammar_step(&run, &l, &item, &told);
  }
  assert_true(run.over);
  grammar_leave(&run);
  look_fini(&l);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_right_walk_breaks_nothing),
      cmocka_unit_test(ends_are_told_apart),
      cmocka_unit_test(one_of_two_lanes_left_is_no_end),
      cmocka_unit_test(each_rule_is_broken_alone),
      cmocka_unit_test(texts_of_a_lane_are_joined),
      cmocka_unit_test(more_lanes_than_are_kept_are_told),
  };
  return cmocka_run_group_tests_name("grammar", tests, build, drop);
}
