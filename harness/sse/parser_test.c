/* SPDX-License-Identifier: MIT
 * The parser on its vectors: every vector, cut in every way, on pages whose
 * neighbours are not mapped, wiped after each feed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/rng.h"
#include "sse/parser.h"
#include "sse/transcript.h"
#include "sse/vectors/vectors.h"

#define ROOM ((size_t)64 << 10) /* a multiple of every usual page size */

/* ROOM readable bytes between two pages that are not. */
static char *room;

static struct parser_config config;
static struct transcript seen;
static struct buf expected;
static struct parser parser;

static int set_up(void **state)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *p = mmap(NULL, ROOM + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
                 -1, 0);
  (void)state;
  if(p == MAP_FAILED)
    return -1;
  room = p + page;
  if(mprotect(room, ROOM, PROT_READ | PROT_WRITE))
    return -1;
  transcript_callbacks(&config.on, true);
  config.max_line = PARSER_MAX_LINE_DEFAULT;
  config.max_event = PARSER_MAX_EVENT_DEFAULT;
  return 0;
}

static int tear_down(void **state)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  (void)state;
  transcript_free(&seen);
  buf_free(&expected);
  return munmap(room - page, ROOM + 2 * page);
}

/* Feeds a copy that touches the page before it or behind it, then wipes it: a
 * parser that keeps a view is found out. */
static void feed(const unsigned char *p, size_t n)
{
  static unsigned turn;
  char *copy = turn++ & 1 ? room : room + ROOM - n;
  assert_true(n <= ROOM);
  memcpy(copy, p, n);
  assert_int_equal(parser_feed(&parser, copy, n), 0);
  memset(copy, '\n', n);
}

static void start(void)
{
  transcript_clear(&seen);
  parser_init(&parser, &config, &seen);
}

static struct slice text_of(struct sse_vector_text t)
{
  return (struct slice){t.p, t.n};
}

static void finish(const struct sse_vector *v, const char *how, size_t at)
{
  struct slice id = parser_last_event_id(&parser), got;
  size_t i;
  buf_clear(&expected);
  for(i = 0; i < v->event_count; i++) {
    const struct sse_vector_event *e = &v->events[i];
    transcript_add_event(&expected, text_of(e->type), text_of(e->data),
                         text_of(e->last_event_id));
  }
  parser_end(&parser);
  got = buf_slice(&seen.text);
  if(!slice_eq(got, buf_slice(&expected)))
    fail_msg("%s, %s %zu: got\n%swanted\n%s", v->id, how, at,
             buf_text(&seen.text), buf_text(&expected));
  if(!slice_eq(id, text_of(v->last_event_id)))
    fail_msg("%s, %s %zu: id is %.*s", v->id, how, at, (int)id.n, id.p);
  if(parser_retry_ms(&parser) != v->retry_ms)
    fail_msg("%s, %s %zu: retry is wrong", v->id, how, at);
  parser_fini(&parser);
}

static void run_given_chunks(const struct sse_vector *v)
{
  size_t i, at = 0;
  start();
  for(i = 0; i < v->cut_count; i++) {
    feed(v->bytes + at, v->cuts[i] - at);
    at = v->cuts[i];
  }
  feed(v->bytes + at, v->n - at);
  finish(v, "given chunks", 0);
}

static void run_steps(const struct sse_vector *v, size_t step)
{
  size_t at;
  start();
  for(at = 0; at < v->n; at += step)
    feed(v->bytes + at, v->n - at < step ? v->n - at : step);
  finish(v, "steps of", step);
}

static void run_two(const struct sse_vector *v, size_t cut)
{
  start();
  feed(v->bytes, cut);
  feed(v->bytes, 0);
  feed(v->bytes + cut, v->n - cut);
  finish(v, "cut at", cut);
}

static void run_random(const struct sse_vector *v, uint64_t seed)
{
  struct rng rng;
  size_t at = 0;
  rng_seed(&rng, seed);
  start();
  while(at < v->n) {
    size_t n = (size_t)rng_below(&rng, rng_below(&rng, 4) ? 9 : 200);
    n = n < v->n - at ? n : v->n - at;
    feed(v->bytes + at, n);
    at += n;
  }
  finish(v, "random cuts of seed", (size_t)seed);
}

static void each(void (*run)(const struct sse_vector *v))
{
  size_t n, i;
  const struct sse_vector *v = sse_vectors(&n);
  assert_int_equal(n, 158);
  for(i = 0; i < n; i++)
    run(&v[i]);
}

static void whole_and_small_steps(const struct sse_vector *v)
{
  run_steps(v, v->n ? v->n : 1);
  run_steps(v, 1);
  run_steps(v, 2);
  run_steps(v, 3);
}

static void all_two_way(const struct sse_vector *v)
{
  size_t cut;
  for(cut = 0; cut <= v->n; cut++)
    run_two(v, cut);
}

static void many_random(const struct sse_vector *v)
{
  uint64_t seed;
  for(seed = 1; seed <= 50; seed++)
    run_random(v, seed);
}

static void test_vectors_pass_in_their_own_chunks(void **state)
{
  (void)state;
  each(run_given_chunks);
}

static void test_vectors_pass_whole_and_in_1_2_3_byte_chunks(void **state)
{
  (void)state;
  each(whole_and_small_steps);
}

static void test_vectors_pass_at_every_two_way_split(void **state)
{
  (void)state;
  each(all_two_way);
}

static void test_vectors_pass_in_random_chunks_some_empty(void **state)
{
  (void)state;
  each(many_random);
}

/* Whether the byte at i completes a blank line; found without the parser. */
static bool completes_blank(const unsigned char *p, size_t i)
{
  bool eol = p[i] == '\n' || p[i] == '\r';
  if(!eol || (p[i] == '\n' && i > 0 && p[i - 1] == '\r'))
    return false;
  if(i == 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
    return true;
  return i == 0 || p[i - 1] == '\n' || p[i - 1] == '\r';
}

static void dispatches_in_time(const struct sse_vector *v)
{
  size_t i, before;
  start();
  for(i = 0; i < v->n; i++) {
    before = seen.events;
    feed(v->bytes + i, 1);
    if(seen.events == before)
      continue;
    if(seen.events != before + 1 || !completes_blank(v->bytes, i) ||
       seen.event_offset != i + 1)
      fail_msg("%s: event out of time at byte %zu", v->id, i);
  }
  parser_fini(&parser);
}

static void test_events_leave_with_the_byte_that_ends_them(void **state)
{
  (void)state;
  each(dispatches_in_time);
}

static void test_second_cr_dispatches_without_a_next_byte(void **state)
{
  (void)state;
  start();
  feed((const unsigned char *)"data: x\r", 8);
  assert_int_equal(seen.events, 0);
  feed((const unsigned char *)"\r", 1);
  assert_int_equal(seen.events, 1);
  feed((const unsigned char *)"\ndata: y\n", 9);
  assert_int_equal(seen.events, 1);
  feed((const unsigned char *)"\n", 1);
  assert_int_equal(seen.events, 2);
  assert_int_equal(seen.event_offset, 19);
  parser_fini(&parser);
}

static void test_vector_lookup_knows_ids_and_only_those(void **state)
{
  const struct sse_vector *v = sse_vector_find("i.cr-empty-lf");
  (void)state;
  assert_non_null(v);
  assert_int_equal(v->cut_count, 2);
  assert_int_equal(v->cuts[0], v->cuts[1]);
  assert_null(sse_vector_find("i.cr-empty"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_vectors_pass_in_their_own_chunks),
      cmocka_unit_test(test_vectors_pass_whole_and_in_1_2_3_byte_chunks),
      cmocka_unit_test(test_vectors_pass_at_every_two_way_split),
      cmocka_unit_test(test_vectors_pass_in_random_chunks_some_empty),
      cmocka_unit_test(test_events_leave_with_the_byte_that_ends_them),
      cmocka_unit_test(test_second_cr_dispatches_without_a_next_byte),
      cmocka_unit_test(test_vector_lookup_knows_ids_and_only_those),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
