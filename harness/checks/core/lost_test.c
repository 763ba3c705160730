/* SPDX-License-Identifier: MIT
 * Targets that are lost in the middle of a run. */
#include "checks/core/sample.h"

#include <stdio.h>

#define BUSY "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"

static struct recording *control(struct sample *s, const char *name,
                                 const char *head, const char *since)
{
  struct recording *r = sample_add(s, name, head);
  r->label.role = ROLE_AFTER;
  (void)snprintf(r->label.since, sizeof(r->label.since), "%s", since);
  return r;
}

static void begin(struct sample *s)
{
  sample_begin(s);
  sample_stream(s, "plain");
  sample_stream(s, "second");
  sample_stream(s, "redirects.0");
}

static void test_who_is_still_there_passes(void **state)
{
  struct sample s;
  (void)state;
  begin(&s);
  sample_expect(&s, "reconnect.alive", VERDICT_PASS);
  sample_expect(&s, "reconnect.no-slot-leak", VERDICT_PASS);
  control(&s, "control.0", SAMPLE_STREAM, "");
  sample_expect(&s, "reconnect.alive", VERDICT_PASS);
  sample_end(&s);
}

static void test_a_target_that_died_fails(void **state)
{
  struct sample s;
  (void)state;
  begin(&s);
  control(&s, "control.0", SAMPLE_STREAM, "");
  sample_ends(control(&s, "control.1", "", "aborts"), REC_END_REFUSED, 1);
  sample_expect(&s, "reconnect.alive", VERDICT_FAIL);
  sample_says(&s, "since the script \"aborts\" the target does not listen");
  sample_expect(&s, "reconnect.no-slot-leak", VERDICT_UNTESTABLE);
  sample_end(&s);
}

/* Where no ordinary request follows, those of the script are enough. */
static void test_a_target_that_dies_of_aborts_leaks_no_slots(void **state)
{
  static const char *const name[] = {"aborts.2", "aborts.3"};
  struct sample s;
  struct recording *r;
  size_t i;
  (void)state;
  begin(&s);
  recording_tell(sample_stream(&s, "aborts.0"), "role=before; closed");
  r = sample_stream(&s, "aborts.1");
  recording_tell(r, "role=abort kind=rst-after-head of=20; RST");
  for(i = 0; i < 2; i++) {
    r = sample_add(&s, name[i], "");
    recording_tell(r, "role=after; no response (refused)");
    sample_ends(r, REC_END_REFUSED, 1);
  }
  sample_expect(&s, "reconnect.alive", VERDICT_FAIL);
  sample_says(&s, "since the script \"aborts\" the target does not listen");
  sample_expect(&s, "reconnect.no-slot-leak", VERDICT_UNTESTABLE);
  sample_end(&s);
}

static void test_no_room_behind_closed_streams_is_a_leak(void **state)
{
  struct sample s;
  (void)state;
  begin(&s);
  control(&s, "control.0", BUSY, "");
  sample_expect(&s, "reconnect.no-slot-leak", VERDICT_FAIL);
  sample_says(&s, "3 streams or more were opened and closed again");
  sample_expect(&s, "reconnect.alive", VERDICT_UNTESTABLE);
  sample_end(&s);
  begin(&s);
  control(&s, "control.0", "HTTP/1.1 429 x\r\n\r\n", "");
  sample_expect(&s, "reconnect.no-slot-leak", VERDICT_UNTESTABLE);
  sample_end(&s);
}

static void test_a_first_stream_that_keeps_its_slot_is_one(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_stream(&s, "redirects.0");
  sample_add(&s, "plain", "HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n");
  sample_add(&s, "second", "HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n");
  sample_expect(&s, "reconnect.no-slot-leak", VERDICT_FAIL);
  sample_end(&s);
}

static void test_nothing_behind_it_is_blamed(void **state)
{
  struct sample s;
  (void)state;
  begin(&s);
  sample_add(&s, "accept-any", BUSY);
  sample_stream(&s, "accept-none");
  sample_stream(&s, "accept-list");
  sample_expect(&s, "http.hdr.accept-tolerant", VERDICT_WARN);
  control(&s, "control.0", BUSY, "");
  sample_expect(&s, "http.hdr.accept-tolerant", VERDICT_UNTESTABLE);
  sample_says(&s, "answers 503 to ordinary requests, whatever is asked for");
  sample_end(&s);
}

static void test_one_stream_at_a_time_is_no_fault(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  s.target->busy_status = 409;
  sample_stream(&s, "plain");
  sample_add(&s, "second", "HTTP/1.1 409 x\r\n\r\n");
  sample_add(&s, "accept-any", "HTTP/1.1 409 x\r\n\r\n");
  sample_stream(&s, "accept-none");
  sample_stream(&s, "accept-list");
  sample_expect(&s, "http.cache.two-readers", VERDICT_SKIP);
  sample_expect(&s, "http.hdr.accept-tolerant", VERDICT_UNTESTABLE);
  sample_expect(&s, "reconnect.storm", VERDICT_UNTESTABLE);
  sample_says(&s, "lets in one stream at a time: \"storm\" needs more");
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_who_is_still_there_passes),
      cmocka_unit_test(test_a_target_that_died_fails),
      cmocka_unit_test(test_a_target_that_dies_of_aborts_leaks_no_slots),
      cmocka_unit_test(test_no_room_behind_closed_streams_is_a_leak),
      cmocka_unit_test(test_a_first_stream_that_keeps_its_slot_is_one),
      cmocka_unit_test(test_nothing_behind_it_is_blamed),
      cmocka_unit_test(test_one_stream_at_a_time_is_no_fault),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
