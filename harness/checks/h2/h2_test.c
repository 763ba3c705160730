/* SPDX-License-Identifier: MIT
 * h2.* against hand-made recordings. */
#include "checks/core/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define P VERDICT_PASS
#define F VERDICT_FAIL
#define W VERDICT_WARN
#define I VERDICT_INFO
#define S VERDICT_SKIP
#define U VERDICT_UNTESTABLE

#define STATUS "HTTP/2.0 200\r\n"
#define TYPE   "content-type: text/event-stream\r\n"
#define OK     STATUS TYPE "\r\n"
#define FINE   "stream=1 pseudo=ok field=ok rst=none; the time was over"
#define H2     "alpn=h2 settings=1 max-streams=128 pings=0 goaway=none; "
#define BESIDE 3

static void begin(struct sample *s)
{
  sample_begin(s);
  s->target->tls = true;
  s->target->event_ns = 250000000;
}

/* The script's next recording; head "" = none came. */
static struct recording *add(struct sample *s, const char *script,
                             const char *head, const char *detail)
{
  char name[40];
  unsigned n = 0;
  struct recording *r;
  for(size_t i = 0; i < s->recordings; i++) {
    const char *other = s->recording[i]->name;
    size_t k = strlen(script);
    n += strncmp(other, script, k) == 0 && other[k] == '.';
  }
  snprintf(name, sizeof(name), "%s.%u", script, n);
  r = sample_add(s, name, head);
  r->head.exact = false;
  r->tls = true;
  recording_tell(r, detail);
  return r;
}

static struct recording *connect_to(struct sample *s, const char *script,
                                    const char *part, const char *facts)
{
  char detail[200];
  snprintf(detail, sizeof(detail), "role=connection part=%s %s", part, facts);
  return add(s, script, "", detail);
}

static struct recording *look(struct sample *s, const char *head,
                              const char *detail)
{
  connect_to(s, "h2", "look", H2);
  return add(s, "h2", head, detail);
}

static void test_plain_targets_are_skipped(void **state)
{
  struct sample s;
  (void)state;
  sample_begin(&s);
  sample_expect(&s, "h2.available", S);
  sample_expect(&s, "h2.cancel", S);
  sample_expect(&s, "h2.204", S);
  sample_end(&s);
}

/* A connection of these facts, and how it ended. */
static void expect_offer(const char *facts, bool connected,
                         enum verdict available, enum verdict others)
{
  struct sample s;
  struct recording *r;
  begin(&s);
  r = connect_to(&s, "h2", "look", facts);
  if(!connected)
    r->connected_ns = -1;
  sample_expect(&s, "h2.available", available);
  sample_expect(&s, "h2.max-streams", others);
  sample_expect(&s, "h2.lowercase", others);
  sample_end(&s);
}

static void test_what_alpn_says_decides(void **state)
{
  (void)state;
  expect_offer("alpn=http/1.1 settings=0; the server chose http/1.1", true, I,
               S);
  expect_offer("alpn=none settings=0; the server chose no protocol", true, I,
               S);
  expect_offer("alpn=none settings=0; certificate: expired", false, U, U);
  expect_offer("alpn=h2 settings=0; no SETTINGS within the deadline", true, I,
               U);
}

static void expect_limit(const char *facts, enum verdict v)
{
  struct sample s;
  begin(&s);
  connect_to(&s, "h2", "look", facts);
  sample_expect(&s, "h2.max-streams", v);
  sample_expect(&s, "h2.available", P);
  sample_end(&s);
}

static void test_a_hundred_streams_are_due(void **state)
{
  (void)state;
  expect_limit("alpn=h2 settings=1 max-streams=none", P);
  expect_limit("alpn=h2 settings=1 max-streams=100", P);
  expect_limit("alpn=h2 settings=1 max-streams=99", W);
}

static void expect_head(const char *head, const char *detail,
                        enum verdict fields, enum verdict names)
{
  struct sample s;
  begin(&s);
  look(&s, head, detail);
  sample_expect(&s, "h2.no-connection-headers", fields);
  sample_expect(&s, "h2.lowercase", names);
  sample_end(&s);
}

static void test_heads_are_as_http2_wants_them(void **state)
{
  (void)state;
  expect_head(OK, "role=look " FINE, P, P);
  expect_head(STATUS "connection: keep-alive\r\n\r\n", "role=look " FINE, F,
              P);
  expect_head(STATUS "Transfer-Encoding: chunked\r\n\r\n", "role=look " FINE,
              F, F);
  expect_head(STATUS "x: y\r\n\r\n", "role=look pseudo=late field=ok", P, F);
  expect_head(OK, "role=look pseudo=twice field=ok", P, F);
  expect_head(OK, "role=look pseudo=other field=ok", P, F);
  expect_head("HTTP/2.0 000\r\n\r\n", "role=look pseudo=none field=ok", P, F);
  expect_head(OK, "role=look pseudo=ok field=bad", P, F);
  expect_head("", "role=look pseudo=none field=ok; RST_STREAM", U, U);
}

static void expect_length(const char *said, enum recording_end end,
                          enum verdict v)
{
  struct sample s;
  struct recording *r;
  char head[120];
  snprintf(head, sizeof(head), STATUS TYPE "%s\r\n", said);
  begin(&s);
  r = look(&s, head, "role=look " FINE);
  sample_text(r, 20, "data: a\n\n");
  sample_ends(r, end, 40);
  sample_expect(&s, "h2.content-length", v);
  sample_end(&s);
}

static void test_a_length_is_what_comes(void **state)
{
  (void)state;
  expect_length("", REC_END_OURS, P);
  expect_length("content-length: 9\r\n", REC_END_CLEAN, P);
  expect_length("content-length: 8\r\n", REC_END_OURS, F);
  expect_length("content-length: 10\r\n", REC_END_CLEAN, F);
  expect_length("content-length: 10\r\n", REC_END_OURS, I);
  expect_length("content-length: ten\r\n", REC_END_OURS, F);
}

static void expect_end(enum recording_end end, const char *detail,
                       enum verdict v)
{
  struct sample s;
  struct recording *r;
  begin(&s);
  connect_to(&s, "h2-end", "end", H2);
  r = add(&s, "h2-end", OK, detail);
  sample_text(r, 20, "data: a\n\n");
  sample_ends(r, end, 400);
  sample_expect(&s, "h2.end", v);
  sample_end(&s);
}

static void test_a_stream_ends_with_end_stream(void **state)
{
  (void)state;
  expect_end(REC_END_CLEAN, "role=first rst=none; END_STREAM", P);
  expect_end(REC_END_OURS, "role=first rst=none; the time was over", S);
  expect_end(REC_END_RESET, "role=first rst=INTERNAL_ERROR; RST_STREAM", W);
  expect_end(REC_END_TRUNCATED, "role=first rst=none; FIN", W);
  expect_end(REC_END_LIMIT, "role=first rst=none; more came", U);
}

static void expect_204(const char *head, const char *body,
                       enum recording_end end, enum verdict v)
{
  struct sample s;
  struct recording *r;
  begin(&s);
  s.target->stream = STREAM_FINITE;
  add(&s, "finished", OK, "role=first");
  add(&s, "finished", "HTTP/1.1 204 No Content\r\n\r\n", "role=reconnect");
  connect_to(&s, "h2-end", "end", H2);
  sample_ends(add(&s, "h2-end", OK, "role=first " FINE), REC_END_CLEAN, 90);
  r = add(&s, "h2-end", head, "role=reconnect " FINE);
  if(*body)
    sample_text(r, 20, body);
  sample_ends(r, end, 40);
  sample_expect(&s, "h2.204", v);
  s.target->stream = STREAM_ENDLESS;
  sample_expect(&s, "h2.204", S);
  sample_end(&s);
}

static void test_a_204_is_a_head_and_nothing_else(void **state)
{
  (void)state;
  expect_204("HTTP/2.0 204\r\n\r\n", "", REC_END_CLEAN, P);
  expect_204("HTTP/2.0 204\r\n\r\n", "bye\n", REC_END_CLEAN, F);
  expect_204("HTTP/2.0 204\r\n\r\n", "", REC_END_OURS, F);
  expect_204("", "", REC_END_RESET, F);
  expect_204(OK, "", REC_END_OURS, S);
}

static void expect_heartbeat(const char *facts, const char *body,
                             enum verdict v)
{
  struct sample s;
  struct recording *r;
  begin(&s);
  s.target->heartbeat_ns = 1000000000;
  connect_to(&s, "h2-end", "end", facts);
  r = add(&s, "h2-end", OK, "role=first " FINE);
  sample_text(r, 2000, body);
  sample_expect(&s, "h2.heartbeat-is-data", v);
  sample_end(&s);
}

static void test_a_ping_is_no_heartbeat(void **state)
{
  (void)state;
  expect_heartbeat("alpn=h2 settings=1 pings=3", ": hb\n\n", P);
  expect_heartbeat("alpn=h2 settings=1 pings=3", "data: a\n\n", I);
  expect_heartbeat("alpn=h2 settings=1 pings=0", "data: a\n\n", S);
}

static void events(struct recording *r, unsigned from, unsigned n,
                   unsigned pace_ms)
{
  char text[60];
  for(unsigned i = 0; i < n; i++) {
    snprintf(text, sizeof(text), "id: %u\ndata: number %u, and more\n\n",
             from + i, from + i);
    sample_text(r, 10 + (int64_t)i * pace_ms, text);
  }
  sample_ends(r, REC_END_OURS, 1000);
}

/* Streams of a role, ten events each, the last one with its own. */
static void beside(struct sample *s, const char *role, unsigned last_events)
{
  char detail[120];
  snprintf(detail, sizeof(detail), "role=%s " FINE, role);
  for(unsigned i = 0; i < BESIDE; i++)
    events(add(s, "h2-many", OK, detail), 1, i + 1 < BESIDE ? 10 : last_events,
           95);
}

static void expect_shared(unsigned last, unsigned alone, enum verdict v)
{
  struct sample s;
  begin(&s);
  connect_to(&s, "h2-many", "shared", H2);
  beside(&s, "shared", last);
  beside(&s, "alone", alone);
  sample_expect(&s, "h2.multiplex", v);
  sample_end(&s);
}

static void test_streams_progress_as_if_alone(void **state)
{
  (void)state;
  expect_shared(10, 10, P);
  expect_shared(7, 10, W); /* and then nothing */
  expect_shared(0, 10, W);
  expect_shared(2, 2, U);
}

static void test_a_stream_that_does_not_open_is_told(void **state)
{
  struct sample s;
  (void)state;
  begin(&s);
  connect_to(&s, "h2-many", "shared", H2);
  beside(&s, "shared", 10);
  add(&s, "h2-many", "", "role=shared; no response head");
  sample_expect(&s, "h2.multiplex", U);
  beside(&s, "alone", 10);
  sample_expect(&s, "h2.multiplex", W);
  sample_says(&s, "no response head");
  sample_end(&s);
}

/* One that got so many events of its window of 100 bytes. */
static void expect_stall(unsigned unread, enum recording_end end,
                         unsigned sibling, enum verdict v)
{
  struct sample s;
  struct recording *r;
  begin(&s);
  connect_to(&s, "h2-many", "stalled", H2);
  r = add(&s, "h2-many", OK, "role=unread window=100 " FINE);
  events(r, 1, unread, 95);
  sample_ends(r, end, 1000);
  beside(&s, "sibling", sibling);
  beside(&s, "alone", 10);
  sample_expect(&s, "h2.hol-stall", v);
  sample_end(&s);
}

static void test_an_unread_stream_holds_nobody_up(void **state)
{
  (void)state;
  expect_stall(2, REC_END_OURS, 10, P);
  expect_stall(2, REC_END_OURS, 2, F);
  expect_stall(10, REC_END_OURS, 10, F); /* the window is ignored */
  expect_stall(2, REC_END_PROTOCOL, 10, F);
}

static void expect_cancel(const char *facts, const char *after, enum verdict v)
{
  struct sample s;
  begin(&s);
  connect_to(&s, "h2-many", "cancel", facts);
  add(&s, "h2-many", OK, "role=cancel of=138 " FINE);
  if(after)
    add(&s, "h2-many", after, "role=after " FINE);
  sample_expect(&s, "h2.cancel", v);
  sample_end(&s);
}

static void test_cancelled_streams_are_gone(void **state)
{
  (void)state;
  expect_cancel(H2, OK, P);
  expect_cancel(H2, "HTTP/2.0 503\r\n\r\n", F);
  expect_cancel(H2, "", F);
  expect_cancel("alpn=h2 settings=1 goaway=ENHANCE_YOUR_CALM", NULL, F);
  expect_cancel("alpn=h2 settings=1 goaway=NO_ERROR", NULL, I);
}

/* Over HTTP/1.1 events 1 to 10; over HTTP/2 n from that one on. */
static struct recording *same(struct sample *s, unsigned from, unsigned n)
{
  struct recording *r;
  begin(s);
  s->target->broadcast = true;
  events(sample_add(s, "plain", "HTTP/1.1 200 OK\r\n" TYPE "\r\n"), 1, 10, 9);
  events(sample_add(s, "second", "HTTP/1.1 200 OK\r\n" TYPE "\r\n"), 2, 9, 9);
  r = look(s, OK, "role=look " FINE);
  events(r, from, n, 9);
  events(add(s, "h2", "HTTP/1.1 200 OK\r\n" TYPE "\r\n", "role=peer"), 1, 10,
         9);
  return r;
}

static void expect_same(unsigned from, unsigned n, const char *more,
                        enum verdict v)
{
  struct sample s;
  struct recording *r = same(&s, from, n);
  sample_text(r, 900, more);
  sample_expect(&s, "h2.same-events", v);
  s.target->broadcast = false;
  sample_expect(&s, "h2.same-events", S);
  sample_end(&s);
}

/* Over HTTP/1.1 there is a stream. */
static void expect_none(const char *facts, const char *head,
                        enum recording_end end, enum verdict v)
{
  struct sample s;
  begin(&s);
  sample_stream(&s, "plain");
  sample_stream(&s, "second");
  connect_to(&s, "h2", "look", facts)->end = end;
  if(head)
    add(&s, "h2", head, "role=look rst=none; gone")->end = end;
  sample_expect(&s, "h2.same-events", v);
  sample_end(&s);
}

static void test_a_stream_over_one_protocol_only_is_told(void **state)
{
  (void)state;
  expect_none(H2, "HTTP/2.0 500\r\n\r\n", REC_END_CLEAN, F);
  expect_none(H2, "", REC_END_TIMEOUT, F);
  expect_none("alpn=h2 settings=0; no HTTP/2", NULL, REC_END_PROTOCOL, F);
  expect_none("alpn=none settings=0; none", NULL, REC_END_OURS, S);
  expect_none(H2, "", REC_END_OURS, U); /* stopped */
}

static void test_both_protocols_deliver_the_same(void **state)
{
  (void)state;
  expect_same(1, 10, "", P);
  expect_same(4, 9, "", P); /* began later, and read on for longer */
  expect_same(4, 2, "id: 7\ndata: number 7, and more\n\n", F); /* 6 is lost */
  expect_same(4, 2, "id: 6\ndata: number six\n\n", F);
  expect_same(90, 3, "", F);
  expect_same(4, 1, "", U);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain_targets_are_skipped),
      cmocka_unit_test(test_what_alpn_says_decides),
      cmocka_unit_test(test_a_hundred_streams_are_due),
      cmocka_unit_test(test_heads_are_as_http2_wants_them),
      cmocka_unit_test(test_a_length_is_what_comes),
      cmocka_unit_test(test_a_stream_ends_with_end_stream),
      cmocka_unit_test(test_a_204_is_a_head_and_nothing_else),
      cmocka_unit_test(test_a_ping_is_no_heartbeat),
      cmocka_unit_test(test_streams_progress_as_if_alone),
      cmocka_unit_test(test_a_stream_that_does_not_open_is_told),
      cmocka_unit_test(test_an_unread_stream_holds_nobody_up),
      cmocka_unit_test(test_cancelled_streams_are_gone),
      cmocka_unit_test(test_a_stream_over_one_protocol_only_is_told),
      cmocka_unit_test(test_both_protocols_deliver_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
