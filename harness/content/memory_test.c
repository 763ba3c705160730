/* SPDX-License-Identifier: MIT
 * Memory: what happens when it runs out, and that judging an event takes none.
 */
#include "content/content_testing.h"

#include "base/memory_testing.h"
#include "content/claims.h"
#include "content/grammar.h"
#include "content/pattern.h"
#include "content/sequence.h"

static const char text[] =
    "event in [a, 'order\\.created'] && (/id == 42 || !exists(/a~1b/0)) && "
    "length(/tags) < 3 && /name ~ '^J.*n$' && data contains 'x' && "
    "/esc == 'a/b' && at < 2s && id > 3";

static const char data[] =
    "{\"id\":42,\"tags\":[1,2],\"name\":\"Jo\\u0061n\",\"esc\":\"a\\/b\","
    "\"x\":{\"y\":[]}}";

static bool make_expression(void *ctx)
{
  struct pointer_set set = {0};
  struct err e = {0};
  struct expr *x = expr_new(SLICE_LIT(text), &set, &e);
  (void)ctx;
  if(!x)
    assert_int_equal(e.code, E_NOMEM);
  expr_free(x);
  pointer_set_fini(&set);
  return x != NULL;
}

/* Parts of every kind, as far as memory goes. */
static int fill(struct pattern *p, struct err *e)
{
  struct slice names[] = {SLICE_LIT("a"), SLICE_LIT("b")};
  struct literal id = {KIND_NUMBER, "42", 2};
  int rc = pattern_event(p, names, 2, e);
  if(!rc)
    rc = pattern_member(p, SLICE_LIT("/id"), &id, true, e);
  if(!rc)
    rc = pattern_part_of_data(p, SLICE_LIT("x"), e);
  if(!rc)
    rc = pattern_where(p, SLICE_LIT(text), e);
  return rc;
}

static bool make_pattern(void *ctx)
{
  struct pointer_set set = {0};
  struct pattern p;
  struct err e = {0};
  int rc;
  (void)ctx;
  pattern_init(&p, &set);
  rc = fill(&p, &e);
  if(!rc)
    rc = pattern_comment(&p, SLICE_LIT("hb"), &e);
  assert_true(rc == 0 || (rc == E_NOMEM && e.code == E_NOMEM));
  pattern_fini(&p);
  pointer_set_fini(&set);
  return rc == 0;
}

static void test_patterns_survive_without_memory(void **state)
{
  (void)state;
  assert_true(memory_sweep(make_pattern, NULL) > 10);
}

static void test_expressions_survive_without_memory(void **state)
{
  (void)state;
  assert_true(memory_sweep(make_expression, NULL) > 10);
}

/* Looks at an event as an expectation does: pattern, order, claims. */
static void judge(const struct pattern *p, struct look *l,
                  const struct sequence *order)
{
  const struct stream_item item = {.kind = ITEM_EVENT,
                                   .event = SLICE_LIT("a"),
                                   .id = SLICE_LIT("7"),
                                   .data = SLICE_LIT(data),
                                   .gap_ns = GAP_NONE};
  struct sequence_run run;
  struct sequence_claim claim[SEQUENCE_CANDIDATES_MAX];
  struct claims claims = {0};
  struct pattern_miss miss;
  look_at(l, &item);
  assert_int_equal(pattern_judge(p, l), HOLDS_YES);
  pattern_measure(p, l, &miss);
  sequence_begin(order, &run);
  assert_true(sequence_event(order, &run, 1, 0));
  assert_int_equal(sequence_claims(order, &run, claim), 1);
  claims_expect(&claims, 0);
  assert_int_equal(claims_event(&claims, 1), 0);
}

static void test_judging_an_event_allocates_nothing(void **state)
{
  struct pointer_set set = {0};
  struct sequence order = {0};
  struct pattern p;
  struct err e;
  struct look l;
  size_t asked;
  int i;
  (void)state;
  pattern_init(&p, &set);
  assert_int_equal(fill(&p, &e), 0);
  assert_int_equal(sequence_step(&order, 0, 1, 1, &e), 0);
  look_init(&l, &set);
  judge(&p, &l, &order); /* makes room for the string with escapes */
  asked = memory_asked();
  for(i = 0; i < 1000; i++)
    judge(&p, &l, &order);
  assert_int_equal(memory_asked(), asked);
  look_fini(&l);
  pattern_fini(&p);
  pointer_set_fini(&set);
}

/* Classes in rows, a lane and rules; 0 or E_*. */
static int build(struct grammar *g, struct err *e)
{
  struct grammar_rule same = {.form = RULE_SAME, .slots = 1};
  struct grammar_lane *lane;
  int rc;
  grammar_init(g);
  rc = grammar_class(g, SLICE_LIT("a"), SLICE_LIT("length(/c/*/t) > 0"), e);
  if(rc >= 0)
    rc = grammar_state(g, SLICE_LIT("s"), e);
  if(rc >= 0)
    rc = grammar_lane(g, SLICE_LIT("l"), e);
  if(rc < 0)
    return rc;
  g->state[0].next[0] = 0;
  lane = &g->lane[0];
  lane->parts = 1;
  lane->open = lane->use = 1;
  rc = grammar_slot(g, SLICE_LIT("/c/*/i"), e);
  lane->key[0] = (uint8_t)rc;
  if(rc >= 0)
    rc = grammar_slot(g, SLICE_LIT("/id"), e);
  same.slot[0] = (uint8_t)rc;
  if(rc >= 0)
    rc = grammar_rule(g, &same, e);
  return rc < 0 ? rc : grammar_seal(g, e);
}

static bool make_grammar(void *ctx)
{
  struct grammar *g = ctx;
  struct grammar_run run;
  struct err e = {0};
  int rc = build(g, &e);
  if(!rc) {
    rc = grammar_begin(&run, g, GRAMMAR_JOIN);
    if(!rc)
      grammar_leave(&run);
  }
  assert_true(rc == 0 || rc == E_NOMEM);
  grammar_fini(g);
  return rc == 0;
}

static void test_grammars_survive_without_memory(void **state)
{
  static struct grammar g;
  (void)state;
  assert_true(memory_sweep(make_grammar, &g) > 10);
}

static void test_a_step_of_a_grammar_allocates_nothing(void **state)
{
  static struct grammar g;
  struct stream_item item = {
      .kind = ITEM_EVENT,
      .event = SLICE_LIT("message"),
      .data = SLICE_LIT("{\"id\":1,\"c\":[{\"i\":0,\"t\":\"x\"},"
                        "{\"i\":1,\"t\":\"y\"}]}"),
      .gap_ns = GAP_NONE};
  struct grammar_run run;
  struct grammar_told told;
  struct look l;
  struct err e;
  size_t asked;
  int i;
  (void)state;
  assert_int_equal(build(&g, &e), 0);
  assert_int_equal(grammar_begin(&run, &g, GRAMMAR_RULES), 0);
  look_init(&l, &g.set);
  asked = memory_asked();
  for(i = 0; i < 1000; i++) {
    grammar_step(&run, &l, &item, &told);
    assert_true(told.allowed);
    assert_int_equal(told.broken, 0);
  }
  assert_int_equal(memory_asked(), asked);
  assert_int_equal(run.keys, 2);
  grammar_leave(&run);
  look_fini(&l);
  grammar_fini(&g);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_expressions_survive_without_memory),
      cmocka_unit_test(test_patterns_survive_without_memory),
      cmocka_unit_test(test_judging_an_event_allocates_nothing),
      cmocka_unit_test(test_grammars_survive_without_memory),
      cmocka_unit_test(test_a_step_of_a_grammar_allocates_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
