/* SPDX-License-Identifier: MIT
 * Bytes that wait until enough have gathered, on hand-made readers. */
#include <stdio.h>
#include <string.h>

#include "checks/frame/frame_sample.h"

#define HELD "frame.bytes.held"
/* Events of one block, and bytes of each: 40 of them pass 4 KiB by a part. */
#define EVENTS 40
#define EACH   104

static char text[EVENTS * EACH + 1];

/* So many events from number on, each as long as the others. */
static const char *events(int from, int n)
{
  char *p = text;
  int i;
  for(i = 0; i < n; i++)
    p += snprintf(p, (size_t)(text + sizeof(text) - p),
                  "id: %07d\ndata: {\"n\":%078d}\n\n", from + i, from + i);
  return text;
}

static struct recording *reader(struct sample *s, const char *name,
                                enum role role, int64_t began_ms)
{
  struct recording *r = sample_stream(s, name);
  r->started_real_ns =
      UINT64_C(1700000000000000000) + (uint64_t)began_ms * UINT64_C(1000000);
  r->label.role = role;
  sample_ends(r, REC_END_OURS, 30000);
  return r;
}

/* Two readers; the second one begins after two seconds and gets the events
 * late_ms later than the first one. */
static void pair(struct sample *s, int n, int late_ms)
{
  struct recording *r;
  (void)reader(s, "plain", ROLE_NONE, -5000);
  r = reader(s, "held.0", ROLE_FIRST, 0);
  sample_chunk(r, 10000, events(100, n));
  sample_chunk(r, 20000, events(100 + n, n));
  r = reader(s, "held.1", ROLE_PEER, 2000);
  sample_chunk(r, 8000 + late_ms, events(110, n));
  sample_chunk(r, 18000 + late_ms, events(110 + n, n));
}

static void test_what_counts_bytes_is_later_for_who_begins_later(void **state)
{
  struct sample s;
  (void)state;
  assert_int_equal(strlen(events(0, 1)), EACH);
  sample_begin(&s);
  pair(&s, EVENTS, 2000);
  sample_expect(&s, HELD, FAIL);
  sample_says(&s, "until 4096 have gathered");
  sample_says(&s, "70 of 70 events");
  sample_end(&s);
}

static void test_what_comes_to_all_at_once_is_not_held(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  pair(&s, EVENTS, 0);
  sample_expect(&s, HELD, PASS);
  sample_end(&s);
}

/* A query every ten seconds, each connection by its own timer. */
static void test_timers_are_no_buffers(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  pair(&s, EVENTS - 15, 2000);
  sample_expect(&s, HELD, VERDICT_INFO);
  sample_end(&s);
}

static void test_without_a_pair_a_handful_proves_nothing(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 2000, events(1, EVENTS));
  sample_expect(&s, HELD, UNTESTABLE);
  sample_end(&s);
  sample_begin(&s);
  sample_chunk(sample_stream(&s, "plain"), 10, events(1, EVENTS));
  sample_expect(&s, HELD, PASS);
  sample_end(&s);
}

static void test_silence_is_idle(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  (void)sample_stream(&s, "plain");
  sample_expect(&s, HELD, UNTESTABLE);
  assert_true(s.finding.idle);
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_counts_bytes_is_later_for_who_begins_later),
      cmocka_unit_test(test_what_comes_to_all_at_once_is_not_held),
      cmocka_unit_test(test_timers_are_no_buffers),
      cmocka_unit_test(test_without_a_pair_a_handful_proves_nothing),
      cmocka_unit_test(test_silence_is_idle),
  };
  return cmocka_run_group_tests_name("frame held", tests, NULL, NULL);
}
