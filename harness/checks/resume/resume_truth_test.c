/* SPDX-License-Identifier: MIT
 * resume.* against a control connection, on walks written by hand. */
#include "checks/resume/chase_sample.h"

#include <stdio.h>

#define P VERDICT_PASS
#define F VERDICT_FAIL
#define W VERDICT_WARN
#define I VERDICT_INFO
#define S VERDICT_SKIP
#define U VERDICT_UNTESTABLE
#define E VERDICT_ERROR

struct row {
  const char *pieces;
  enum verdict offered, exclusive, loss, dup, order, bytes, ids, first, rst;
};

static const struct row table[] = {
    /* clean, each cut inside an event */
    {"1 2 3 4|3>4 5 6 7|6>7 8 9", P, P, P, P, P, P, P, P, P},
    {"1 2 3|3>4 5 6|6>7 8 9", P, P, P, P, P, P, P, P, U},
    /* one is left out */
    {"1 2 3 4|3>5 6 7|7>8 9", P, P, F, P, P, P, P, P, F},
    {"1 2 3|3>4 6 7|7>8 9", P, P, F, P, P, P, P, P, U},
    /* the given one comes again */
    {"1 2 3|3>3 4 5|5>5 6 7", P, F, P, F, P, P, P, P, U},
    {"1 2 3 4|3>3 4 5 6|5>5 6 7", P, F, P, F, P, P, P, P, P},
    /* an older one comes again */
    {"1 2 3|3>4 5 6|6>5 7 8", P, P, P, F, P, P, P, P, U},
    /* two are exchanged */
    {"1 2 3|3>5 4 6|6>7 8 9", P, P, P, P, F, P, P, P, U},
    /* other content, in the replay only */
    {"1 2 3|3>4! 5 6|6>7! 8 9", P, P, P, P, P, F, P, P, U},
    /* ids of the connection's own, random or counted anew */
    {"91=1 92=2 93=3|93>94=4 95=5|95>96=6", U, U, U, U, U, U, F, U, U},
    {"11=1 12=2 13=3|13>11=4 12=5 13=6|13>11=7", U, U, U, U, U, U, F, U, U},
    /* the header is ignored: live again, or from the beginning */
    {"1 2 3|3>8 9|9>14 15|15>20", W, S, S, S, S, S, P, S, S},
    {"5 6 7 8|8>1 2 3|8>1 2 3|8>1 2", W, S, S, S, S, S, P, S, S},
    /* each connection counts from one, or replays all */
    {"1 2 3|3>1 2|2>1|1>1 2 3", W, S, S, S, S, S, P, S, S},
    /* a greeting in front of the replay */
    {"1 2 3|3>- 4 5 6|6>- 7 8 9", P, P, P, P, P, P, P, W, U},
    /* too little */
    {"1 2|2>3", P, P, U, U, U, U, U, P, U},
    /* never an id to come back with */
    {"-|-|-", U, U, U, U, U, U, U, U, U},
};

static void expect_row(const struct row *t)
{
  struct sample s;
  sample_begin(&s);
  chase_control(&s, "resume.0", 20);
  chase_victims(&s, "resume", t->pieces);
  print_message("%s\n", t->pieces);
  sample_expect(&s, "resume.offered", t->offered);
  sample_expect(&s, "resume.exclusive", t->exclusive);
  sample_expect(&s, "resume.no-loss", t->loss);
  sample_expect(&s, "resume.no-dup", t->dup);
  sample_expect(&s, "resume.order", t->order);
  sample_expect(&s, "resume.same-bytes", t->bytes);
  sample_expect(&s, "resume.ids-stable", t->ids);
  sample_expect(&s, "resume.first-has-id", t->first);
  sample_expect(&s, "resume.after-rst", t->rst);
  sample_end(&s);
}

static void test_every_walk_of_the_table(void **state)
{
  (void)state;
  for(size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
    expect_row(&table[i]);
}

/* A newcomer beside the n-th victim. */
static void add_fresh(struct sample *s, unsigned n, unsigned number,
                      const char *piece)
{
  char name[40], detail[60];
  struct recording *r;
  (void)snprintf(name, sizeof(name), "resume.%u", number);
  r = chase_stream(s, name, 1000, piece);
  (void)snprintf(detail, sizeof(detail), "role=fresh of=%u; FIN", n);
  chase_label(r, detail);
}

static void test_who_gets_what_newcomers_get_is_not_resumed(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  chase_control(&s, "resume.0", 20);
  chase_victims(&s, "resume", "1|1>1|1>1");
  sample_expect(&s, "resume.exclusive", F); /* as far as one can see */
  add_fresh(&s, 2, 4, "1 2");
  add_fresh(&s, 3, 5, "1 2");
  sample_expect(&s, "resume.exclusive", S);
  sample_expect(&s, "resume.no-dup", S);
  sample_expect(&s, "resume.offered", W);
  sample_says(&s, "gets what a newcomer gets");
  sample_end(&s);
}

static void test_newcomers_that_begin_elsewhere_change_nothing(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  chase_control(&s, "resume.0", 20);
  chase_victims(&s, "resume", "1 2 3|3>4 5 6|6>7 8 9");
  add_fresh(&s, 2, 4, "4 5"); /* as it happens */
  add_fresh(&s, 3, 5, "9 10");
  sample_expect(&s, "resume.offered", P);
  sample_expect(&s, "resume.no-loss", P);
  sample_end(&s);
}

static void test_the_newest_id_brings_nothing_old(void **state)
{
  static const struct {
    const char *quick;
    enum verdict v;
  } rows[] = {{"18 19 20|20>|20>|20>", U},
              {"18 19 20|20>21|20>21|20>21", P},
              {"18 19 20|20>1 2|20>1 2|20>1 2", F}};
  (void)state;
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sample s;
    sample_begin(&s);
    chase_control(&s, "resume.0", 20);
    chase_victims(&s, "resume", "1 2 3|3>4 5 6|6>7 8 9");
    chase_control(&s, "seam.0", 20);
    chase_victims(&s, "seam", rows[i].quick);
    print_message("%s\n", rows[i].quick);
    sample_expect(&s, "resume.newest", rows[i].v);
    sample_end(&s);
  }
}

static void test_loss_is_a_failure_where_resuming_is_declared(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  s.target->resume = RESUME_EXACTLY_ONCE;
  s.target->resume_known = KNOWN_DECLARED;
  chase_control(&s, "resume.0", 20);
  chase_victims(&s, "resume", "1 2 3|3>8 9|9>14 15|15>20");
  sample_expect(&s, "resume.no-loss", F);
  sample_says(&s, "12 events were lost (8 came in all)");
  s.target->resume = RESUME_NONE;
  sample_expect(&s, "resume.no-loss", S);
  sample_end(&s);
}

static void test_repeats_warn_where_at_least_once_is_declared(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  s.target->resume = RESUME_AT_LEAST_ONCE;
  s.target->resume_known = KNOWN_DECLARED;
  chase_control(&s, "resume.0", 20);
  chase_victims(&s, "resume", "1 2 3|3>3 4 5|5>5 6 7");
  sample_expect(&s, "resume.no-dup", W);
  sample_end(&s);
}

static void test_numbers_stand_for_themselves_without_a_broadcast(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  chase_control(&s, "resume.0", 20);
  chase_victims(&s, "resume", "501 502 503|503>504 505|505>506 507");
  sample_expect(&s, "resume.no-loss", P);
  sample_expect(&s, "resume.no-dup", P);
  sample_expect(&s, "resume.same-bytes", S);
  sample_expect(&s, "resume.ids-stable", S);
  sample_end(&s);
  sample_begin(&s);
  chase_control(&s, "resume.0", 20);
  chase_victims(&s, "resume", "501 502 503|503>505 506|506>507 507 508");
  sample_expect(&s, "resume.no-loss", F);
  sample_says(&s, "id 504");
  sample_expect(&s, "resume.no-dup", F);
  sample_end(&s);
}

static void test_stamps_of_sending_are_no_other_content(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_stream(&s, "resume.0");
  r->started_real_ns = UINT64_C(1700000000000000000);
  for(unsigned i = 0; i < 8; i++)
    sample_chunk(r, 100 + i,
                 i % 2 ? "id: 2\ndata: {\"n\":2,\"s\":1700000000200,"
                         "\"crc\":\"00ff00ff\",\"w\":\"a\"}\n\n"
                       : "id: 1\ndata: {\"n\":1,\"s\":1700000000100,"
                         "\"crc\":\"aaff00ff\",\"w\":\"a\"}\n\n");
  r = sample_stream(&s, "resume.1");
  r->started_real_ns = UINT64_C(1700000000000000000);
  sample_chunk(r, 100,
               "id: 1\ndata: {\"n\":1,\"s\":1700000000100,"
               "\"crc\":\"aaff00ff\",\"w\":\"a\"}\n\n");
  r = sample_stream(&s, "resume.2");
  r->started_real_ns = UINT64_C(1700000001000000000);
  chase_sent(r, "1");
  sample_chunk(r, 100,
               "id: 2\ndata: {\"n\":2,\"s\":1700000001200,"
               "\"crc\":\"11ff11ff\",\"w\":\"a\"}\n\n");
  sample_expect(&s, "resume.same-bytes", U); /* alike, but only two events */
  sample_end(&s);
}

static void test_a_control_that_breaks_leaves_nothing_to_tell_by(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = chase_control(&s, "resume.0", 5);
  sample_ends(r, REC_END_RESET, 400);
  chase_victims(&s, "resume", "1 2 3|3>4 5 6|6>7 8");
  sample_expect(&s, "resume.no-loss", U);
  r->end = REC_END_CLEAN;
  sample_expect(&s, "resume.no-loss", U);
  r->end = REC_END_LIMIT;
  sample_expect(&s, "resume.no-loss", U);
  r->end = REC_END_ERROR;
  sample_expect(&s, "resume.no-loss", E);
  sample_end(&s);
}

static void test_without_ids_nothing_is_offered(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 100, "data: a\n\n");
  sample_expect(&s, "resume.no-loss", S);
  sample_expect(&s, "resume.header", S);
  s.target->resume = RESUME_EXACTLY_ONCE;
  s.target->resume_known = KNOWN_DECLARED;
  sample_expect(&s, "resume.no-loss", U);
  sample_chunk(sample_stream(&s, "resume.0"), 100, "data: a\n\n");
  sample_expect(&s, "resume.no-loss", U);
  sample_end(&s);
}

static void test_the_seam_counts_its_reconnects(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  chase_control(&s, "resume.0", 20);
  chase_victims(&s, "resume", "1 2 3|3>4 5 6|6>7 8 9");
  chase_control(&s, "seam.0", 20);
  chase_victims(&s, "seam", "1 2 3|3>|3>4|4>5 6|6>7 8");
  sample_expect(&s, "resume.seam", P);
  sample_says(&s, "4 quick reconnects");
  sample_says(&s, "3/4");
  sample_end(&s);
  sample_begin(&s);
  chase_control(&s, "resume.0", 20);
  chase_victims(&s, "resume", "1 2 3|3>4 5 6|6>7 8 9");
  chase_control(&s, "seam.0", 20);
  chase_victims(&s, "seam", "1 2 3|3>|3>4|4>6 7|7>8 9");
  sample_expect(&s, "resume.seam", F);
  sample_says(&s, "1 lost and 0 repeated");
  sample_end(&s);
}

static void test_an_id_only_block_is_a_place(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = chase_control(&s, "resume.0", 3);
  sample_expect(&s, "resume.id-only", S);
  sample_end(&s);
  for(int bad = 0; bad < 2; bad++) {
    sample_begin(&s);
    r = chase_control(&s, "resume.0", 3);
    sample_chunk(r, 300, "id: c3\n\n");
    sample_chunk(r, 310, "id: 4\ndata: d4\n\n");
    chase_victims(&s, "resume", bad ? "1 2 3|c3>3 4" : "1 2 3|c3>4");
    sample_expect(&s, "resume.id-only", bad ? I : P);
    sample_end(&s);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_who_gets_what_newcomers_get_is_not_resumed),
      cmocka_unit_test(test_newcomers_that_begin_elsewhere_change_nothing),
      cmocka_unit_test(test_the_newest_id_brings_nothing_old),
      cmocka_unit_test(test_every_walk_of_the_table),
      cmocka_unit_test(test_loss_is_a_failure_where_resuming_is_declared),
      cmocka_unit_test(test_repeats_warn_where_at_least_once_is_declared),
      cmocka_unit_test(test_numbers_stand_for_themselves_without_a_broadcast),
      cmocka_unit_test(test_stamps_of_sending_are_no_other_content),
      cmocka_unit_test(test_a_control_that_breaks_leaves_nothing_to_tell_by),
      cmocka_unit_test(test_without_ids_nothing_is_offered),
      cmocka_unit_test(test_the_seam_counts_its_reconnects),
      cmocka_unit_test(test_an_id_only_block_is_a_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
