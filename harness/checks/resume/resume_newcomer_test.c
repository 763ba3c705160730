/* SPDX-License-Identifier: MIT
 * resume.* where a reader without an id is given history first, and where not
 * so many readers are let in, on recordings written by hand. */
#include <stdio.h>

#include "checks/resume/chase_sample.h"

#define P     VERDICT_PASS
#define F     VERDICT_FAIL
#define W     VERDICT_WARN
#define S     VERDICT_SKIP
#define U     VERDICT_UNTESTABLE
#define START 720 /* ms: the control has had twelve events then */

/* Twenty events, one each 50 ms. */
static void begin(struct chase_single *x)
{
  chase_single_begin(x, 20);
}

/* Ten events, given at once just before the resumes. */
static void begin_given(struct chase_single *x)
{
  struct recording *r;
  char text[64];
  sample_begin(&x->s);
  x->n = 0;
  r = chase_control(&x->s, "resume-ids.0", 0);
  for(unsigned i = 1; i <= 10; i++) {
    (void)snprintf(text, sizeof(text), "id: %u\ndata: d%u\n\n", i, i);
    sample_chunk(r, START - 10, text);
  }
}

static struct recording *add_late(struct chase_single *x, int64_t late_ms,
                                  const char *role, const char *piece)
{
  return chase_single_add(x, START + late_ms, role, piece);
}

static void add(struct chase_single *x, const char *role, const char *piece)
{
  add_late(x, 0, role, piece);
}

/* With what a newcomer is given, and where the small letters begin. */
static void test_a_newcomers_history_is_no_resume_and_hides_none(void **state)
{
  static const struct {
    const char *plain, *lower;
    enum verdict v;
  } rows[] = {{"1 2 3", "6>7 8 9 10", P}, {"4 5 6", "6>7 8 9 10", P},
              {"10", "6>7 8 9 10", P},    {"1 2 3", "6>1 2 3", F},
              {"10", "6>10", F},          {"7 8 9", "6>7 8 9", U}};
  (void)state;
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct chase_single x;
    print_message("plain %s, lower %s\n", rows[i].plain, rows[i].lower);
    begin_given(&x);
    add(&x, "canonical", "6>7 8 9 10");
    add(&x, "plain", rows[i].plain);
    add(&x, "lower", rows[i].lower);
    sample_expect(&x.s, "resume.header", rows[i].v);
    sample_expect(&x.s, "resume.competing", U); /* no peers */
    sample_end(&x.s);
  }
}

static void test_why_a_newcomers_history_is_undecidable_is_said(void **state)
{
  struct chase_single x;
  (void)state;
  begin_given(&x);
  add(&x, "canonical", "6>7 8 9 10");
  add(&x, "plain", "7 8 9 10");
  sample_expect(&x.s, "resume.twice", U);
  sample_says(&x.s, "who asks without an id is given the same history");
  sample_end(&x.s);
}

static void test_an_ignored_id_with_a_newcomers_history_is_no_resume(
    void **state)
{
  static const char *const given[] = {"3 4 5", "6 7 8", "8 9 10", "10"};
  (void)state;
  for(size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
    struct chase_single x;
    char piece[64];
    begin_given(&x);
    (void)snprintf(piece, sizeof(piece), "6>%s", given[i]);
    add(&x, "canonical", piece);
    add(&x, "plain", given[i]);
    sample_expect(&x.s, "resume.header", S);
    x.s.target->resume = RESUME_EXACTLY_ONCE;
    x.s.target->resume_known = KNOWN_DECLARED;
    sample_expect(&x.s, "resume.header", U);
    sample_end(&x.s);
  }
}

/* Event 12 is published just then: between two newcomers whose history moves
 * on lies all that one of them could have begun with. */
static void test_two_newcomers_say_what_a_third_would_have_got(void **state)
{
  static const struct {
    const char *before, *canonical, *after;
    enum verdict v;
  } rows[] = {{"8", "9>10 11 12", "9", P},   {"8", "9>10 11 12", "10", U},
              {"9", "9>10 11 12", "12", U},  {"10", "9>10 11 12", "10", U},
              {"11", "9>10 11 12", "12", P}, {"8", "9>8 9 10", "8", S},
              {"7", "9>8 9 10", "9", S},     {"8", "9>11 12", "11", S},
              {"10", "9>10 11 12", "20", U}, {"12", "9>10 11 12", "20", P}};
  (void)state;
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct chase_single x;
    print_message("%s, then %s, then %s\n", rows[i].before, rows[i].canonical,
                  rows[i].after);
    begin(&x);
    add_late(&x, -90, "fresh", rows[i].before);
    add_late(&x, -20, "canonical", rows[i].canonical);
    add_late(&x, -10, "fresh", rows[i].after);
    /* One of many may be served late: it decides nothing. */
    add_late(&x, -10, "plain", "10 11 12");
    add_late(&x, -10, "lower", rows[i].canonical);
    sample_expect(&x.s, "resume.header", rows[i].v);
    sample_end(&x.s);
  }
}

/* What was published while either request was under way may part them, as
 * long as it takes until the answer. */
static void test_a_slow_answer_may_begin_later_than_it_was_asked(void **state)
{
  for(int slow = 0; slow < 2; slow++) {
    struct chase_single x;
    struct recording *r;
    (void)state;
    begin(&x);
    add_late(&x, -20, "canonical", "9>10 11 12");
    x.n++;
    r = chase_stream(&x.s, "resume-ids.2", START - 10, "");
    chase_label(r, "role=plain; FIN");
    sample_chunk(r, slow ? 120 : 1, "id: 12\ndata: d12\n\n");
    sample_ends(r, REC_END_OURS, 130);
    add_late(&x, -20, "lower", "9>10 11 12");
    sample_expect(&x.s, "resume.header", slow ? U : P);
    sample_end(&x.s);
  }
}

/* The history moves on by an event each 50 ms; what fell out of it cannot be
 * resumed from, which is no fault of a later resume. */
static void test_a_resume_that_comes_too_late_is_not_blamed(void **state)
{
  static const struct {
    const char *plain, *again;
    enum verdict v;
  } rows[] = {{"7 8 9 10 11 12", "9>10 11", P},
              {"7 8 9 10 11 12", "9>13 14", U},
              {"3 4 5 6 7 8", "9>13 14", F},
              {"13 14", "9>13 14", F}};
  (void)state;
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct chase_single x;
    begin(&x);
    add(&x, "canonical", "9>10 11 12");
    add(&x, "plain", rows[i].plain);
    add_late(&x, 200, "again", rows[i].again);
    print_message("plain %s, again %s\n", rows[i].plain, rows[i].again);
    sample_expect(&x.s, "resume.twice", rows[i].v);
    sample_end(&x.s);
  }
}

static void test_newcomers_are_alike_while_their_history_moves_on(void **state)
{
  for(int far = 0; far < 2; far++) {
    struct chase_single x;
    (void)state;
    begin(&x);
    add(&x, "canonical", "9>10 11 12");
    add(&x, "plain", "3 4 5");
    add_late(&x, 60, "empty", far ? ">6 7 8" : ">4 5 6");
    add(&x, "duplicate", "9>3 4 5");
    add_late(&x, 60, "duplicate", far ? "9>6 7 8" : "9>4 5 6");
    sample_expect(&x.s, "resume.empty-header", far ? W : P);
    sample_expect(&x.s, "resume.dup-header", far ? W : P);
    sample_end(&x.s);
  }
}

static void test_a_newcomers_history_does_not_make_a_query_known(void **state)
{
  struct chase_single x;
  (void)state;
  begin(&x);
  add(&x, "canonical", "9>10 11 12");
  add(&x, "plain", "9 10 11");
  add_late(&x, 60, "query", "10 11 12");
  add_late(&x, 60, "query-header", "9>10 11 12");
  sample_expect(&x.s, "resume.query-fallback", S);
  sample_end(&x.s);
}

static void add_refused(struct chase_single *x, const char *role, int status)
{
  struct recording *r = add_late(x, 0, role, "9>");
  buf_clear(&r->head.bytes);
  assert_int_equal(
      buf_addf(&r->head.bytes, "HTTP/1.1 %d Full\r\n\r\n", status), 0);
}

static void test_a_refusal_of_too_many_is_no_fault_of_the_resume(void **state)
{
  static const struct {
    int replay;
    enum verdict v, warn;
  } rows[] = {{503, U, U}, {429, F, W}, {200, F, W}};
  (void)state;
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct chase_single x;
    begin(&x);
    add(&x, "canonical", "9>10 11 12");
    add(&x, "plain", "12 13");
    add_refused(&x, "again", 503);
    add_refused(&x, "unknown", 503);
    add_refused(&x, "empty", 503);
    add(&x, "duplicate", "9>10 11 12");
    add_refused(&x, "duplicate", 503);
    if(rows[i].replay == 200)
      add(&x, "replay", "9>10 11 12");
    else
      add_refused(&x, "replay", rows[i].replay);
    sample_expect(&x.s, "resume.twice", rows[i].v);
    sample_expect(&x.s, "resume.unknown-id", rows[i].warn);
    sample_expect(&x.s, "resume.empty-header", rows[i].warn);
    sample_expect(&x.s, "resume.dup-header", rows[i].warn);
    sample_end(&x.s);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_newcomers_history_is_no_resume_and_hides_none),
      cmocka_unit_test(test_why_a_newcomers_history_is_undecidable_is_said),
      cmocka_unit_test(
          test_an_ignored_id_with_a_newcomers_history_is_no_resume),
      cmocka_unit_test(test_two_newcomers_say_what_a_third_would_have_got),
      cmocka_unit_test(test_a_slow_answer_may_begin_later_than_it_was_asked),
      cmocka_unit_test(test_a_resume_that_comes_too_late_is_not_blamed),
      cmocka_unit_test(test_newcomers_are_alike_while_their_history_moves_on),
      cmocka_unit_test(test_a_newcomers_history_does_not_make_a_query_known),
      cmocka_unit_test(test_a_refusal_of_too_many_is_no_fault_of_the_resume),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
