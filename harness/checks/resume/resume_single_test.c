/* SPDX-License-Identifier: MIT
 * resume.* on single reconnects, hostile values and two identities, on
 * recordings written by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/resume/chase_sample.h"

#define P     VERDICT_PASS
#define F     VERDICT_FAIL
#define W     VERDICT_WARN
#define I     VERDICT_INFO
#define S     VERDICT_SKIP
#define U     VERDICT_UNTESTABLE
#define START 700 /* ms: the control has had eleven events then */

static void begin(struct chase_single *x)
{
  chase_single_begin(x, 20);
}

static struct recording *add(struct chase_single *x, const char *role,
                             const char *piece)
{
  return chase_single_add(x, START, role, piece);
}

static struct recording *add_status(struct chase_single *x, const char *role,
                                    const char *head)
{
  struct recording *r = add(x, role, "1>");
  buf_clear(&r->head.bytes);
  assert_int_equal(buf_adds(&r->head.bytes, head), 0);
  return r;
}

struct row {
  const char *id, *role, *piece;
  enum verdict v;
};

static const struct row table[] = {
    {"resume.header", "lower", "1>2 3 4", P},
    {"resume.header", "lower", "1>12 13", F},
    {"resume.header", "upper", "1>", F},
    {"resume.header", "nothing", "1>", U},
    {"resume.twice", "again", "1>2 3 4", P},
    {"resume.twice", "again", "1>4 5", F},
    {"resume.ip-independent", "other-ip", "1>2 3", P},
    {"resume.ip-independent", "other-ip", "1>12 13", W},
    {"resume.unknown-id", "unknown", "zz>1 2", P},
    {"resume.unknown-id", "unknown", "zz>12", P},
    {"resume.unknown-id", "nothing", "zz>12", U},
    {"resume.expired-id", "oldest", "1>2 3", S},
    {"resume.expired-id", "oldest", "1>- 8 9 10", P},
    {"resume.gap-signal", "oldest", "1>2 3", S},
    {"resume.gap-signal", "oldest", "1>- 8 9 10", P},
    {"resume.gap-signal", "oldest", "1>8 9 10", I},
    {"resume.window", "oldest", "1>8 9 10", I},
    {"resume.future-id", "future", "1000011>12 13", P},
    {"resume.future-id", "nothing", "1000011>12 13", S},
    {"resume.cost", "replay", "1>2 3 4 5 6 7 8 9 10 11 12", I},
    {"resume.cost", "replay", "1>2 3", S},
};

static void test_every_single_resume_of_the_table(void **state)
{
  (void)state;
  for(size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
    struct chase_single x;
    begin(&x);
    add(&x, "canonical", "1>2 3 4 5 6 7 8 9");
    add(&x, table[i].role, table[i].piece);
    print_message("%s %s %s\n", table[i].id, table[i].role, table[i].piece);
    sample_expect(&x.s, table[i].id, table[i].v);
    sample_end(&x.s);
  }
}

static void test_beyond_the_last_id_a_stream_may_be_over(void **state)
{
  struct chase_single x;
  (void)state;
  begin(&x);
  add(&x, "canonical", "1>2 3 4 5 6 7 8 9");
  add_status(&x, "future", "HTTP/1.1 204 No Content\r\n\r\n");
  sample_expect(&x.s, "resume.future-id", P);
  sample_end(&x.s);
}

static void test_single_resumes_say_nothing_where_none_works(void **state)
{
  struct chase_single x;
  (void)state;
  begin(&x);
  add(&x, "canonical", "1>12 13");
  add(&x, "lower", "1>12 13");
  sample_expect(&x.s, "resume.header", S);
  x.s.target->resume = RESUME_EXACTLY_ONCE;
  x.s.target->resume_known = KNOWN_DECLARED;
  sample_expect(&x.s, "resume.header", U);
  sample_end(&x.s);
}

static void test_a_count_per_connection_is_no_resume(void **state)
{
  struct chase_single x;
  (void)state;
  begin(&x);
  add(&x, "canonical", "1>1 2 3");
  add(&x, "peer-a", "1>1 2 3");
  add(&x, "peer-b", "1>3 4 5");
  sample_expect(&x.s, "resume.competing", F);
  add(&x, "plain", ">1 2 3");
  sample_expect(&x.s, "resume.competing", S);
  sample_end(&x.s);
}

static void test_header_case_is_not_blamed_for_a_consumed_queue(void **state)
{
  struct chase_single x;
  (void)state;
  begin(&x);
  add(&x, "canonical", "1>2 5 8");
  add(&x, "lower", "1>3 6 9");
  add(&x, "peer-a", "1>4 7 10");
  sample_expect(&x.s, "resume.header", U);
  sample_end(&x.s);
}

static void test_a_consumed_queue_fails_competing(void **state)
{
  static const struct {
    const char *a, *b;
    enum verdict v;
  } rows[] = {{"1>2 3 4 5", "1>2 3 4 5", P},
              {"1>1 2 3 4", "1>2 3 4 5", P},
              {"1>2 4 6", "1>3 5 7", F},
              {"1>2 3 4 5", "1>", F}};
  (void)state;
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct chase_single x;
    begin(&x);
    add(&x, "canonical", "1>2 3 4");
    add(&x, "peer-a", rows[i].a);
    add(&x, "peer-b", rows[i].b);
    sample_expect(&x.s, "resume.competing", rows[i].v);
    sample_end(&x.s);
  }
}

static void test_an_id_is_not_slow_where_everything_is(void **state)
{
  static const struct {
    int64_t plain_ms;
    enum verdict v;
  } rows[] = {{20, W}, {1020, P}};
  (void)state;
  for(size_t i = 0; i < 2; i++) {
    struct chase_single x;
    begin(&x);
    sample_stream(&x.s, "plain")->head.complete_ns =
        rows[i].plain_ms * 1000000;
    add(&x, "canonical", "1>2 3 4");
    add(&x, "unknown", "zz>12")->head.complete_ns = 1032 * 1000000;
    sample_expect(&x.s, "resume.unknown-id", rows[i].v);
    sample_end(&x.s);
  }
}

static void test_an_unknown_id_must_not_end_in_an_error(void **state)
{
  struct chase_single x;
  struct recording *r;
  (void)state;
  begin(&x);
  add(&x, "canonical", "1>2 3 4");
  add_status(&x, "unknown", "HTTP/1.1 500 Oops\r\n\r\n");
  sample_expect(&x.s, "resume.unknown-id", W);
  sample_end(&x.s);
  begin(&x);
  add(&x, "canonical", "1>2 3 4");
  r = add(&x, "unknown", "zz>");
  sample_ends(r, REC_END_OURS, 1500);
  sample_expect(&x.s, "resume.unknown-id", W);
  sample_says(&x.s, "stays silent");
  sample_end(&x.s);
}

static void test_an_empty_header_is_no_header(void **state)
{
  static const struct {
    const char *empty, *plain;
    enum verdict v;
  } rows[] = {{">12 13", "12 13", P},
              {">1 2 3", "12 13", W},
              {">1 2 3", "1 2 3", P},
              {">", "12 13", U}};
  (void)state;
  for(size_t i = 0; i < 4; i++) {
    struct chase_single x;
    begin(&x);
    add(&x, "empty", rows[i].empty);
    add(&x, "plain", rows[i].plain);
    sample_expect(&x.s, "resume.empty-header", rows[i].v);
    sample_end(&x.s);
  }
}

static void test_two_headers_have_one_outcome(void **state)
{
  for(int bad = 0; bad < 3; bad++) {
    struct chase_single x;
    (void)state;
    begin(&x);
    add(&x, "canonical", "1>2 3 4");
    add(&x, "duplicate", "1>2 3");
    if(bad == 2)
      add_status(&x, "duplicate", "HTTP/1.1 400 Bad\r\n\r\n");
    else
      add(&x, "duplicate", bad ? "1>4 5" : "1>2 3");
    sample_expect(&x.s, "resume.dup-header", bad ? W : P);
    sample_end(&x.s);
  }
}

static void test_two_headers_may_begin_live(void **state)
{
  struct chase_single x;
  (void)state;
  begin(&x);
  add(&x, "canonical", "1>2 3 4");
  add(&x, "duplicate", "1>12 13");
  add(&x, "duplicate", "1>13 14");
  add(&x, "duplicate", "1>");
  sample_expect(&x.s, "resume.dup-header", P);
  add(&x, "duplicate", "1>2 3");
  sample_expect(&x.s, "resume.dup-header", W);
  sample_end(&x.s);
}

static void test_the_header_wins_over_the_query(void **state)
{
  static const struct {
    const char *query, *both;
    enum verdict v;
  } rows[] = {{"2 3 4", "3>4 5", P}, {"2 3 4", "3>2 3", I}, {"12", "3>4", S}};
  (void)state;
  for(size_t i = 0; i < 3; i++) {
    struct chase_single x;
    begin(&x);
    add(&x, "canonical", "1>2 3 4");
    add(&x, "query", rows[i].query);
    add(&x, "query-header", rows[i].both);
    sample_expect(&x.s, "resume.query-fallback", rows[i].v);
    sample_end(&x.s);
  }
}

static void test_hostile_values_and_the_requests_behind_them(void **state)
{
  static const struct {
    const char *value, *head, *after;
    enum recording_end end;
    enum verdict v;
  } rows[] = {
      {"latin-1", SAMPLE_STREAM, SAMPLE_STREAM, REC_END_OURS, P},
      {"8-kib", "HTTP/1.1 431 Large\r\n\r\n", SAMPLE_STREAM, REC_END_CLEAN, P},
      {"64-kib", "", SAMPLE_STREAM, REC_END_NO_RESPONSE, P},
      {"uuid", "", SAMPLE_STREAM, REC_END_NO_RESPONSE, F},
      {"nul", "HTTP/1.1 500 Oops\r\n\r\n", SAMPLE_STREAM, REC_END_CLEAN, F},
      {"nul", "HTTP/1.1 400 Bad\r\n\r\n", "", REC_END_CLEAN, F},
      {"tab", "", SAMPLE_STREAM, REC_END_TIMEOUT, F}};
  (void)state;
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sample s;
    struct recording *r;
    char detail[64];
    sample_begin(&s);
    r = sample_add(&s, "hostile-ids.0", rows[i].head);
    (void)snprintf(detail, sizeof(detail), "role=hostile value=%s; FIN",
                   rows[i].value);
    chase_label(r, detail);
    sample_ends(r, rows[i].end, 20);
    chase_label(sample_add(&s, "hostile-ids.1", rows[i].after),
                "role=normal; FIN");
    sample_expect(&s, "resume.malformed-id", rows[i].v);
    sample_end(&s);
  }
}

static void test_a_reflected_id_fails(void **state)
{
  struct sample s;
  struct recording *r;
  (void)state;
  sample_begin(&s);
  r = sample_add(&s, "hostile-ids.0",
                 "HTTP/1.1 400 Bad\r\nContent-Type: text/html\r\n"
                 "Content-Length: 12\r\n\r\n");
  chase_label(r, "role=hostile value=markup; FIN");
  sample_text(r, 10, "<p><\"'&></p>");
  sample_expect(&s, "resume.malformed-id", F);
  sample_says(&s, "reflected");
  sample_end(&s);
}

/* a reads 1 2 3 while b reads 1 3; 2 is a's own. */
static void begin_users(struct sample *s, const char *again, const char *with,
                        const char *nobody)
{
  sample_begin(s);
  s->target->user_a = slice_dup(slice_of("Bearer a"));
  s->target->user_b = slice_dup(slice_of("Bearer b"));
  for(int b = 0; b < 2; b++) {
    struct recording *r = chase_control(s, b ? "users.1" : "users.0", 0);
    chase_label(r, b ? "role=b; FIN" : "role=a; FIN");
    sample_chunk(r, 1000, "id: 1\ndata: d1\n\n");
    if(!b)
      sample_chunk(r, 1100, "id: 2\ndata: d2\n\n");
    sample_chunk(r, 1200, "id: 3\ndata: d3\n\n");
  }
  chase_label(chase_stream(s, "users.2", 6000, again), "role=a-again; FIN");
  chase_label(chase_stream(s, "users.3", 6000, with), "role=b-with-a; FIN");
  chase_label(chase_stream(s, "users.4", 6000, nobody),
              "role=nobody-with-a; FIN");
}

static void test_a_replay_keeps_to_its_user(void **state)
{
  struct sample s;
  (void)state;
  begin_users(&s, "1>2 3", "1>3", "1>3");
  sample_expect(&s, "resume.auth", P);
  sample_end(&s);
  begin_users(&s, "1>2 3", "1>2 3", "1>3");
  sample_expect(&s, "resume.auth", F);
  sample_end(&s);
  begin_users(&s, "1>2 3", "1>3", "1>2 3");
  sample_expect(&s, "resume.auth", F);
  sample_says(&s, "1 to nobody");
  sample_end(&s);
  begin_users(&s, "1>3", "1>3", "1>3");
  sample_expect(&s, "resume.auth", U);
  free(s.target->user_b);
  s.target->user_b = NULL;
  sample_expect(&s, "resume.auth", S);
  sample_says(&s, "not declared: two identities (--user-a, --user-b)");
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_single_resume_of_the_table),
      cmocka_unit_test(test_beyond_the_last_id_a_stream_may_be_over),
      cmocka_unit_test(test_single_resumes_say_nothing_where_none_works),
      cmocka_unit_test(test_header_case_is_not_blamed_for_a_consumed_queue),
      cmocka_unit_test(test_a_consumed_queue_fails_competing),
      cmocka_unit_test(test_a_count_per_connection_is_no_resume),
      cmocka_unit_test(test_an_id_is_not_slow_where_everything_is),
      cmocka_unit_test(test_an_unknown_id_must_not_end_in_an_error),
      cmocka_unit_test(test_an_empty_header_is_no_header),
      cmocka_unit_test(test_two_headers_have_one_outcome),
      cmocka_unit_test(test_two_headers_may_begin_live),
      cmocka_unit_test(test_the_header_wins_over_the_query),
      cmocka_unit_test(test_hostile_values_and_the_requests_behind_them),
      cmocka_unit_test(test_a_reflected_id_fails),
      cmocka_unit_test(test_a_replay_keeps_to_its_user),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
