/* SPDX-License-Identifier: MIT
 * The parser's memory: none per event in steady state, large buffers given
 * back, and no harm when there is none to be had. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/memory_testing.h"
#include "base/rng.h"
#include "sse/parser.h"
#include "sse/parser_store.h"
#include "sse/vectors/vectors.h"

static size_t events;

static void on_event(const struct sse_event *event, void *ctx)
{
  (void)event;
  (void)ctx;
  events++;
}

static const struct parser_config config = {
    .on.on_event = on_event,
    .max_line = PARSER_MAX_LINE_DEFAULT,
    .max_event = PARSER_MAX_EVENT_DEFAULT};

/* One block of each kind; ids grow, as ids do. */
static size_t fill(struct buf *text, unsigned from, unsigned count)
{
  unsigned i;
  buf_clear(text);
  for(i = from; i < from + count; i++) {
    assert_int_equal(buf_addf(text,
                              "id: %08u\nevent: update\ndata: {\"n\":%u}\n\n"
                              ": heartbeat\n\ndata: a\ndata: b\r\n\n",
                              i, i),
                     0);
  }
  return text->n;
}

static void feed_in(struct parser *p, const struct buf *text, size_t most,
                    struct rng *rng)
{
  size_t at = 0;
  while(at < text->n) {
    size_t n = 1 + (size_t)rng_below(rng, most);
    n = n < text->n - at ? n : text->n - at;
    assert_int_equal(parser_feed(p, text->p + at, n), 0);
    at += n;
  }
}

static void test_steady_state_allocates_nothing_however_it_is_cut(void **state)
{
  static const size_t most[] = {1, 7, 100, 3000};
  struct parser p;
  struct buf text;
  struct rng rng;
  size_t i, asked;
  (void)state;
  rng_seed(&rng, 7);
  buf_init(&text, 0);
  parser_init(&p, &config, NULL);
  fill(&text, 0, 6000);
  feed_in(&p, &text, 20, &rng);
  for(i = 0; i < 4; i++) {
    fill(&text, 6000 * ((unsigned)i + 1), 6000);
    events = 0;
    asked = memory_asked();
    feed_in(&p, &text, most[i], &rng);
    assert_int_equal(memory_asked(), asked);
    assert_int_equal(events, 12000);
  }
  parser_fini(&p);
  buf_free(&text);
}

static void test_whole_events_without_id_never_allocate(void **state)
{
  static const char text[] = "event: e\ndata: x\n\n:\n\nretry: 1\n\n";
  struct parser p;
  size_t asked = memory_asked();
  int i;
  (void)state;
  parser_init(&p, &config, NULL);
  for(i = 0; i < 1000; i++)
    assert_int_equal(parser_feed(&p, text, sizeof(text) - 1), 0);
  assert_int_equal(memory_asked(), asked);
  parser_fini(&p);
}

/* Feeds "data: " and n bytes in two chunks, and the end in a third. */
static void feed_large(struct parser *p, size_t n)
{
  char *x = malloc(n);
  assert_non_null(x);
  memset(x, 'x', n);
  assert_int_equal(parser_feed(p, "data: ", 6), 0);
  assert_int_equal(parser_feed(p, x, n), 0);
  assert_int_equal(parser_feed(p, "\n\n", 2), 0);
  free(x);
}

static void test_large_buffers_are_given_back(void **state)
{
  struct parser p;
  (void)state;
  parser_init(&p, &config, NULL);
  feed_large(&p, 900000);
  assert_null(p.line);
  feed_large(&p, 100000);
  assert_non_null(p.line);
  assert_int_equal(parser_feed(&p, ":\n", 2), 0);
  assert_null(p.line);
  feed_large(&p, 100000);
  parser_reset(&p);
  assert_null(p.line);
  assert_null(p.data);
  parser_fini(&p);
}

static void test_long_line_is_held_once_not_twice(void **state)
{
  struct parser p;
  size_t n = 1000000;
  char *x = malloc(n);
  (void)state;
  assert_non_null(x);
  memset(x, 'x', n);
  parser_init(&p, &config, NULL);
  assert_int_equal(parser_feed(&p, "data: ", 6), 0);
  assert_int_equal(parser_feed(&p, x, n), 0);
  assert_int_equal(parser_feed(&p, "\n", 1), 0);
  assert_true((p.line ? p.line->cap : 0) + p.data->cap <= 2 * (n + 6));
  parser_fini(&p);
  free(x);
}

/* Runs the vector with only so many allocations; true when that was enough. */
static bool survives(const struct sse_vector *v, size_t step, size_t so_many)
{
  struct parser p;
  size_t at;
  int rc = 0;
  memory_fail_from(so_many);
  parser_init(&p, &config, NULL);
  for(at = 0; at < v->n && !rc; at += step) {
    size_t n = v->n - at < step ? v->n - at : step;
    rc = parser_feed(&p, (const char *)v->bytes + at, n);
  }
  memory_restore();
  assert_true(rc == 0 || rc == E_NOMEM);
  assert_int_equal(parser_feed(&p, "\n", 1), rc);
  parser_end(&p);
  parser_reset(&p);
  assert_int_equal(parser_feed(&p, "data: x\n\n", 9), 0);
  parser_fini(&p);
  return rc == 0;
}

static void test_every_failed_allocation_is_an_error_and_no_crash(void **state)
{
  static const size_t steps[] = {1, 2, 5, 11, 5000};
  size_t n, i, s, so_many;
  const struct sse_vector *v = sse_vectors(&n);
  (void)state;
  for(i = 0; i < n; i++) {
    for(s = 0; s < 5; s++) {
      so_many = 0;
      while(!survives(&v[i], steps[s], so_many))
        so_many++;
      assert_true(so_many < 20);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_steady_state_allocates_nothing_however_it_is_cut),
      cmocka_unit_test(test_whole_events_without_id_never_allocate),
      cmocka_unit_test(test_large_buffers_are_given_back),
      cmocka_unit_test(test_long_line_is_held_once_not_twice),
      cmocka_unit_test(test_every_failed_allocation_is_an_error_and_no_crash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
