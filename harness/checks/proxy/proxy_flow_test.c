/* SPDX-License-Identifier: MIT
 * proxy.*: when events arrive, from hand-made pairs of recordings. */
#include <string.h>

#include "checks/proxy/proxy_sample.h"

#define FLOW SCRIPT_PROXY_FLOW

/* n events of so many bytes, 50 ms apart, each late by wait_ms. */
static struct proxy_sample flow(struct sample *s, const char *role, int n,
                                int64_t wait_ms)
{
  struct proxy_sample p = proxy_sample_add(s, FLOW, role);
  for(int i = 0; i < n; i++)
    proxy_sample_event(&p, 50 * (i + 1), 50 * (i + 1) + wait_ms, 60);
  return p;
}

static void healthy(struct sample *s)
{
  proxy_sample_begin(s);
  flow(s, "steady", 30, 1);
  flow(s, "closed", 20, 1);
  flow(s, "sizes", 18, 1);
}

static void test_events_that_come_at_once_pass(void **state)
{
  struct sample s;
  (void)state;
  healthy(&s);
  sample_expect(&s, "proxy.no-buffer", VERDICT_PASS);
  sample_expect(&s, "proxy.no-coalesce", VERDICT_PASS);
  sample_end(&s);
}

static void test_without_an_origin_of_ours_it_is_skipped(void **state)
{
  struct sample s;
  (void)state;
  healthy(&s);
  s.target->via = false;
  sample_expect(&s, "proxy.no-buffer", VERDICT_SKIP);
  sample_says(&s, "--via-origin");
  sample_end(&s);
}

static void test_one_pause_of_a_busy_machine_is_no_buffer(void **state)
{
  struct sample s;
  struct proxy_sample p;
  int i;
  (void)state;
  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, FLOW, "steady");
  for(i = 0; i < 30; i++) {
    int64_t sent = 50 * (i + 1);
    /* What was due between 500 and 776 ms comes at 776. */
    proxy_sample_event(&p, sent, sent >= 500 && sent < 776 ? 776 : sent + 1,
                       60);
  }
  flow(&s, "closed", 20, 1);
  flow(&s, "sizes", 18, 1);
  sample_expect(&s, "proxy.no-buffer", VERDICT_PASS);
  sample_end(&s);
}

static void test_haproxy_without_no_delay_is_named(void **state)
{
  struct sample s;
  struct proxy_sample p;
  int i;
  (void)state;
  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, FLOW, "steady");
  for(i = 0; i < 30; i++)
    proxy_sample_event(&p, 50 * (i + 1), 200 * (i / 4 + 1) + 60, 60);
  flow(&s, "closed", 20, 1);
  flow(&s, "sizes", 18, 1);
  sample_expect(&s, "proxy.no-buffer", VERDICT_FAIL);
  sample_says(&s, "http-no-delay");
  assert_true(s.finding.timing);
  sample_expect(&s, "proxy.no-coalesce", VERDICT_WARN);
  sample_end(&s);
}

static void test_events_held_to_the_end_are_told_so(void **state)
{
  struct sample s;
  struct proxy_sample p;
  int i;
  (void)state;
  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, FLOW, "steady");
  for(i = 0; i < 30; i++)
    proxy_sample_event(&p, 50 * (i + 1), 5001, 60);
  sample_ends(p.client, REC_END_CLEAN, 5010);
  flow(&s, "closed", 20, 1);
  flow(&s, "sizes", 18, 1);
  sample_expect(&s, "proxy.no-buffer", VERDICT_FAIL);
  sample_says(&s, "until the response ends");
  sample_end(&s);
}

static void test_large_events_that_wait_for_the_next_are_found(void **state)
{
  struct sample s;
  struct proxy_sample p;
  int i;
  (void)state;
  proxy_sample_begin(&s);
  flow(&s, "steady", 30, 1);
  flow(&s, "closed", 20, 1);
  p = proxy_sample_add(&s, FLOW, "sizes");
  for(i = 0; i < 12; i++)
    proxy_sample_event(&p, 70 * (i + 1), 70 * (i + 1) + 1, i < 6 ? 264 : 1032);
  proxy_sample_event(&p, 980, 1050, 8200);
  proxy_sample_event(&p, 1050, 1120, 8200);
  sample_expect(&s, "proxy.no-buffer", VERDICT_FAIL);
  sample_says(&s, "8200 bytes");
  sample_end(&s);
}

static void test_a_stream_that_was_not_made_is_untestable(void **state)
{
  struct sample s;
  (void)state;
  proxy_sample_begin(&s);
  flow(&s, "steady", 30, 1);
  sample_expect(&s, "proxy.no-buffer", VERDICT_UNTESTABLE);
  sample_end(&s);
}

static void test_a_proxy_that_answers_itself_is_untestable(void **state)
{
  struct sample s;
  (void)state;
  proxy_sample_begin(&s);
  sample_add(&s, "proxy-flow.0", "HTTP/1.1 502 Bad Gateway\r\n\r\n");
  s.recording[0]->label.role = ROLE_LONELY;
  sample_expect(&s, "proxy.lonely-event", VERDICT_UNTESTABLE);
  sample_says(&s, "did not reach");
  sample_end(&s);
}

static void test_a_lonely_event_waits_for_nothing(void **state)
{
  struct sample s;
  struct proxy_sample p;
  (void)state;
  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, FLOW, "lonely");
  proxy_sample_event(&p, 50, 51, 20);
  proxy_sample_text(&p, 1550, 1551, ":\n\n");
  sample_expect(&s, "proxy.lonely-event", VERDICT_PASS);
  sample_end(&s);

  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, FLOW, "lonely");
  proxy_sample_event(&p, 50, 1551, 20);
  proxy_sample_text(&p, 1550, 1551, ":\n\n");
  sample_expect(&s, "proxy.lonely-event", VERDICT_FAIL);
  sample_says(&s, "together with the next bytes");
  sample_end(&s);

  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, FLOW, "lonely");
  proxy_sample_event(&p, 50, -1, 20);
  sample_expect(&s, "proxy.lonely-event", VERDICT_FAIL);
  sample_says(&s, "never came");
  sample_end(&s);
}

static void test_the_head_is_not_to_wait_for_the_body(void **state)
{
  struct sample s;
  struct proxy_sample p;
  (void)state;
  proxy_sample_begin(&s);
  p = proxy_sample_add(&s, FLOW, "head");
  proxy_sample_event(&p, 1500, 1501, 20);
  sample_expect(&s, "proxy.headers-flush", VERDICT_PASS);
  p.client->head.began_ns = p.client->head.complete_ns = 1503000000;
  sample_expect(&s, "proxy.headers-flush", VERDICT_FAIL);
  sample_says(&s, "only with the first event");
  sample_end(&s);

  proxy_sample_begin(&s);
  (void)proxy_sample_heads(&s, FLOW, "head", SAMPLE_STREAM, "");
  sample_expect(&s, "proxy.headers-flush", VERDICT_FAIL);
  sample_says(&s, "no response head");
  sample_end(&s);
}

static void accel(struct sample *s, int64_t plain, int64_t no, int64_t yes)
{
  proxy_sample_begin(s);
  flow(s, "steady", 12, plain);
  flow(s, "accel-no", 12, no);
  flow(s, "accel-yes", 12, yes);
}

static void test_what_the_buffering_header_does_is_told(void **state)
{
  struct sample s;
  (void)state;
  accel(&s, 400, 1, 400);
  sample_expect(&s, "proxy.x-accel", VERDICT_INFO);
  sample_says(&s, "would mend");
  sample_end(&s);
  accel(&s, 1, 1, 400);
  sample_expect(&s, "proxy.x-accel", VERDICT_INFO);
  sample_says(&s, "bring buffering back");
  sample_end(&s);
  accel(&s, 1, 1, 1);
  sample_expect(&s, "proxy.x-accel", VERDICT_PASS);
  sample_end(&s);
}

#define CODED                                                                 \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                    \
  "Content-Encoding: br\r\nTransfer-Encoding: chunked\r\n\r\n"

static void test_compression_may_not_hold_events(void **state)
{
  struct sample s;
  struct proxy_sample p;
  (void)state;
  proxy_sample_begin(&s);
  flow(&s, "gzip", 20, 1);
  sample_expect(&s, "proxy.no-compress", VERDICT_PASS);
  sample_end(&s);

  proxy_sample_begin(&s);
  p = proxy_sample_heads(&s, FLOW, "gzip", SAMPLE_STREAM, CODED);
  proxy_sample_event(&p, 50, 51, 60);
  sample_expect(&s, "proxy.no-compress", VERDICT_UNTESTABLE);
  sample_says(&s, "does not undo");
  sample_end(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_events_that_come_at_once_pass),
      cmocka_unit_test(test_without_an_origin_of_ours_it_is_skipped),
      cmocka_unit_test(test_one_pause_of_a_busy_machine_is_no_buffer),
      cmocka_unit_test(test_haproxy_without_no_delay_is_named),
      cmocka_unit_test(test_events_held_to_the_end_are_told_so),
      cmocka_unit_test(test_large_events_that_wait_for_the_next_are_found),
      cmocka_unit_test(test_a_stream_that_was_not_made_is_untestable),
      cmocka_unit_test(test_a_proxy_that_answers_itself_is_untestable),
      cmocka_unit_test(test_a_lonely_event_waits_for_nothing),
      cmocka_unit_test(test_the_head_is_not_to_wait_for_the_body),
      cmocka_unit_test(test_what_the_buffering_header_does_is_told),
      cmocka_unit_test(test_compression_may_not_hold_events),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
