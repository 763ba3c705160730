/* SPDX-License-Identifier: MIT
 * The recorder over TLS: decrypted bytes with their times, announced and
 * unannounced ends, certificates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "net/server_testing.h"
#include "probe/recorder.h"

#define MS INT64_C(1000000)
#define OK                                                                    \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                    \
  "Transfer-Encoding: chunked\r\n\r\n"

static void on_done(struct recording *r, void *ctx)
{
  *(struct recording **)ctx = r;
}

static const struct recorder_handler handler = {NULL, on_done};

enum trust { TRUST_CA_FILE, TRUST_ALL, TRUST_SYSTEM };

/* One plain GET of a server with a certificate nobody knows; owned by the
 * caller. */
static struct recording *record(const struct testing_step *steps,
                                enum trust trust)
{
  const struct testing_step *const answer[] = {steps};
  char path[] = "/tmp/weir-ca-XXXXXX";
  int fd = mkstemp(path);
  SSL_CTX *tls = testing_tls(path);
  struct probe_request q = {.name = "tls"};
  struct testing_server server;
  struct recording *r = NULL;
  struct recorder *rec;
  struct target *t;
  struct err e;
  uv_loop_t loop;
  close(fd);
  uv_loop_init(&loop);
  testing_server_start(&server, &loop, answer, 1, tls);
  t = target_new(server.url);
  t->endpoint.insecure = trust == TRUST_ALL;
  t->endpoint.ca_file =
      trust == TRUST_CA_FILE ? slice_dup(slice_of(path)) : NULL;
  rec = recorder_new(&loop, t, &e);
  assert_non_null(rec);
  assert_non_null(recorder_start(rec, &q, &handler, &r));
  while(!r)
    uv_run(&loop, UV_RUN_ONCE);
  recorder_close(rec);
  testing_server_stop(&server);
  assert_int_equal(uv_loop_close(&loop), 0);
  target_free(t);
  SSL_CTX_free(tls);
  unlink(path);
  return r;
}

static void check_end(enum testing_kind last, enum trust trust)
{
  const struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 0}, {STEP_SEND, OK "9\r\ndata: 1\n\n\r\n", 0},
      {STEP_WAIT, NULL, 20},   {STEP_SEND, "0\r\n\r\n", 0},
      {last, NULL, 1},         {STEP_FIN, NULL, 0}};
  bool notified = last == STEP_BYE;
  struct recording *r = record(steps, trust);
  assert_string_equal(r->detail,
                      notified ? "close_notify" : "FIN without close_notify");
  assert_int_equal(r->end, REC_END_CLEAN);
  assert_true(r->tls);
  assert_int_equal(r->close_notify, notified);
  assert_int_equal(r->events, 1);
  assert_true(r->read[1].t_ns - r->read[0].t_ns >= 18 * MS);
  recording_free(r);
}

static void test_tls_tells_whether_its_end_was_announced(void **st)
{
  (void)st;
  check_end(STEP_BYE, TRUST_CA_FILE);
  check_end(STEP_WAIT, TRUST_ALL);
}

static void test_a_body_to_the_end_of_tls_may_be_truncated(void **st)
{
  static const struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND, "HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n", 0},
      {STEP_WAIT, NULL, 5},
      {STEP_FIN, NULL, 0}};
  struct recording *r = record(steps, TRUST_ALL);
  (void)st;
  assert_int_equal(r->end, REC_END_CLOSE);
  assert_false(r->close_notify);
  recording_free(r);
}

static void test_an_unknown_certificate_is_refused(void **st)
{
  static const struct testing_step steps[] = {{STEP_REQUEST, NULL, 0},
                                              {STEP_END, NULL, 0}};
  struct recording *r = record(steps, TRUST_SYSTEM);
  (void)st;
  assert_int_equal(r->end, REC_END_TLS);
  assert_non_null(strstr(r->detail, "self"));
  recording_free(r);
}

static void test_a_missing_ca_file_is_an_error_with_a_sentence(void **st)
{
  struct target *t = target_new("https://127.0.0.1/");
  struct err e;
  uv_loop_t loop;
  (void)st;
  uv_loop_init(&loop);
  t->endpoint.ca_file = slice_dup(SLICE_LIT("/no/such/file"));
  assert_null(recorder_new(&loop, t, &e));
  assert_non_null(strstr(e.text, "/no/such/file"));
  assert_int_equal(uv_loop_close(&loop), 0);
  target_free(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tls_tells_whether_its_end_was_announced),
      cmocka_unit_test(test_a_body_to_the_end_of_tls_may_be_truncated),
      cmocka_unit_test(test_an_unknown_certificate_is_refused),
      cmocka_unit_test(test_a_missing_ca_file_is_an_error_with_a_sentence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
