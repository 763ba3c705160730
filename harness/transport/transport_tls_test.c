/* SPDX-License-Identifier: MIT
 * Both carriers over TLS with HTTP/1.1: what is read and when, announced and
 * unannounced ends, certificates, sessions that go on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "net/server_testing.h"
#include "transport/transport.h"

#define HEAD                                                                  \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                    \
  "Transfer-Encoding: chunked\r\n\r\n"
#define ONE_EVENT "9\r\ndata: 1\n\n\r\n"

static const struct testing_step one_event[] = {
    {STEP_REQUEST, NULL, 0},
    {STEP_SEND, HEAD ONE_EVENT "0\r\n\r\n", 0},
    {STEP_END, NULL, 0}};

enum trust { TRUST_CA_FILE, TRUST_ALL, TRUST_SYSTEM };

struct scene {
  uv_loop_t loop;
  struct testing_server server;
  struct transport *t;
  SSL_CTX *tls;
  char ca[32];
  int connects, heads, ends;
  struct buf body;
  enum end_kind end;
  char sentence[200];
  struct arrival when; /* of the last bytes */
};

static void heard_connect(void *ctx)
{
  ((struct scene *)ctx)->connects++;
}

static bool heard_head(const struct response_head *head, void *ctx)
{
  ((struct scene *)ctx)->heads += head->status == 200;
  return true;
}

static bool heard_data(struct slice bytes, const struct arrival *when,
                       void *ctx)
{
  struct scene *sc = ctx;
  buf_add(&sc->body, bytes.p, bytes.n);
  sc->when = *when;
  return true;
}

static void heard_end(const struct exchange_end *end, void *ctx)
{
  struct scene *sc = ctx;
  sc->ends++;
  sc->end = end->kind;
  snprintf(sc->sentence, sizeof(sc->sentence), "%s", end->sentence);
}

static const struct exchange_handler handler = {heard_connect, heard_head,
                                                heard_data, heard_end, NULL};

static void open_scene(struct scene *sc, enum carrier carrier,
                       const struct testing_step *const *answer)
{
  struct transport_config config = {.loop = &sc->loop, .carrier = carrier};
  struct err e;
  memset(sc, 0, sizeof(*sc));
  snprintf(sc->ca, sizeof(sc->ca), "/tmp/weir-ca-XXXXXX");
  close(mkstemp(sc->ca));
  sc->tls = testing_tls(sc->ca);
  uv_loop_init(&sc->loop);
  testing_server_start(&sc->server, &sc->loop, answer, 1, sc->tls);
  sc->t = transport_new(&config, &e);
  assert_non_null(sc->t);
  assert_int_equal(transport_prepare(sc->t, sc->server.url, &e), 0);
}

static struct exchange *ask(struct scene *sc, enum trust trust)
{
  struct request r = {.method = "GET", .url = sc->server.url};
  struct exchange *x;
  struct err e;
  r.http = REQUEST_HTTP_1_1;
  r.insecure = trust == TRUST_ALL;
  r.ca_file = trust == TRUST_CA_FILE ? sc->ca : NULL;
  r.connect_timeout_ns = r.head_timeout_ns = 20 * NS_PER_SEC;
  x = exchange_start(sc->t, &r, &handler, sc, &e);
  assert_non_null(x);
  return x;
}

static void close_scene(struct scene *sc)
{
  transport_close(sc->t);
  testing_server_stop(&sc->server);
  assert_int_equal(uv_loop_close(&sc->loop), 0);
  SSL_CTX_free(sc->tls);
  unlink(sc->ca);
  buf_free(&sc->body);
}

/* One exchange with a server that does as told, to its end. */
static void hear(struct scene *sc, void **state,
                 const struct testing_step *steps, enum trust trust)
{
  const struct testing_step *const answer[] = {steps};
  open_scene(sc, *(enum carrier *)*state, answer);
  ask(sc, trust);
  while(!sc->ends)
    uv_run(&sc->loop, UV_RUN_ONCE);
  close_scene(sc);
}

static void test_stream_of_a_trusted_server_ends_clean(void **state)
{
  static const struct testing_step steps[] = {{STEP_REQUEST, NULL, 0},
                                              {STEP_SEND, HEAD ONE_EVENT, 0},
                                              {STEP_WAIT, NULL, 10},
                                              {STEP_SEND, "0\r\n\r\n", 0},
                                              {STEP_END, NULL, 0}};
  enum trust trust;
  for(trust = TRUST_CA_FILE; trust <= TRUST_ALL; trust++) {
    struct scene sc;
    hear(&sc, state, steps, trust);
    assert_string_equal(sc.sentence, "the response ended properly");
    assert_int_equal(sc.connects, 1);
    assert_int_equal(sc.heads, 1);
    assert_int_equal(sc.end, END_CLEAN);
  }
}

static void test_large_records_arrive_whole(void **state)
{
  static const struct testing_step steps[] = {
      {STEP_REQUEST, NULL, 0},
      {STEP_SEND,
       "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
       "Content-Length: 300000\r\n\r\n",
       0},
      {STEP_FILL, "abcdefghij", 30000},
      {STEP_END, NULL, 0}};
  const struct testing_step *const answer[] = {steps};
  struct scene sc;
  size_t i;
  open_scene(&sc, *(enum carrier *)*state, answer);
  ask(&sc, TRUST_ALL);
  while(!sc.ends)
    uv_run(&sc.loop, UV_RUN_ONCE);
  assert_int_equal(sc.end, END_CLEAN);
  assert_int_equal(sc.body.n, 300000);
  for(i = 0; i < sc.body.n; i++)
    assert_int_equal(sc.body.p[i], 'a' + (int)(i % 10));
  close_scene(&sc);
}

/* As for browsers: announced or not, it ends a body without a length, and no
 * other. */
static void test_end_of_a_connection_ends_what_has_no_length(void **state)
{
  static const char no_length[] =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n";
  struct scene sc;
  int i;
  for(i = 0; i < 4; i++) {
    const struct testing_step steps[] = {
        {STEP_REQUEST, NULL, 0},
        {STEP_SEND, i & 1 ? HEAD ONE_EVENT : no_length, 0},
        {i & 2 ? STEP_BYE : STEP_FIN, NULL, 0},
        {STEP_FIN, NULL, 0}};
    hear(&sc, state, steps, TRUST_ALL);
    assert_int_equal(sc.heads, 1);
    assert_int_equal(sc.end, i & 1 ? END_TRUNCATED : END_CLEAN);
  }
}

static void test_stranger_is_refused_and_the_reason_told(void **state)
{
  static const struct testing_step steps[] = {{STEP_REQUEST, NULL, 0},
                                              {STEP_END, NULL, 0}};
  struct scene sc;
  hear(&sc, state, steps, TRUST_SYSTEM);
  assert_int_equal(sc.end, END_TLS);
  assert_int_equal(sc.connects, 0);
  if(*(enum carrier *)*state == CARRIER_LEAN)
    assert_non_null(strstr(sc.sentence, "(certificate: self-signed"));
}

/* Whoever issued the server's certificate is not known here. */
static void issue_by_another(struct scene *sc)
{
  X509 *x = X509_dup(SSL_CTX_get0_certificate(sc->tls));
  X509_NAME *issuer = X509_NAME_new();
  EVP_PKEY *key = EVP_EC_gen("P-256");
  FILE *f = fopen(sc->ca, "w");
  assert_non_null(f);
  X509_NAME_add_entry_by_txt(issuer, "CN", MBSTRING_ASC,
                             (const unsigned char *)"another", -1, -1, 0);
  assert_int_equal(X509_set_issuer_name(x, issuer), 1);
  assert_true(X509_sign(x, key, EVP_sha256()) > 0);
  assert_int_equal(PEM_write_X509(f, x), 1);
  assert_int_equal(SSL_CTX_use_certificate(sc->tls, x), 1);
  fclose(f);
  EVP_PKEY_free(key);
  X509_NAME_free(issuer);
  X509_free(x);
}

/* As curl has it: what --tls.ca names needs no further one above it. */
static void test_trusted_certificate_need_be_no_root(void **state)
{
  const struct testing_step *const answer[] = {one_event};
  struct scene sc;
  open_scene(&sc, *(enum carrier *)*state, answer);
  issue_by_another(&sc);
  ask(&sc, TRUST_CA_FILE);
  while(!sc.ends)
    uv_run(&sc.loop, UV_RUN_ONCE);
  assert_string_equal(sc.sentence, "the response ended properly");
  close_scene(&sc);
}

static void test_end_in_the_handshake_is_one_of_tls(void **state)
{
  static const struct testing_step steps[] = {{STEP_FIN, NULL, 0}};
  struct scene sc;
  hear(&sc, state, steps, TRUST_ALL);
  assert_int_equal(sc.end, END_TLS);
}

/* The client has shaken hands when TLS 1.3 lets the server refuse it. */
static void test_want_of_a_certificate_is_told(void **state)
{
  static const struct testing_step steps[] = {{STEP_REQUEST, NULL, 0},
                                              {STEP_END, NULL, 0}};
  const struct testing_step *const answer[] = {steps};
  struct scene sc;
  open_scene(&sc, *(enum carrier *)*state, answer);
  SSL_CTX_set_verify(sc.tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     NULL);
  ask(&sc, TRUST_ALL);
  while(!sc.ends)
    uv_run(&sc.loop, UV_RUN_ONCE);
  assert_int_equal(sc.end, END_NO_RESPONSE);
  if(*(enum carrier *)*state == CARRIER_LEAN)
    assert_non_null(strstr(sc.sentence, "certificate required"));
  close_scene(&sc);
}

/* Bytes have the time at which the kernel had them, however late they are
 * taken.  It starts stamping a moment after it was first asked to. */
static void test_arrival_is_the_kernels(void **state)
{
  bool kernel = false;
  int tries;
  for(tries = 0; tries < 50 && !kernel; tries++) {
    struct scene sc;
    hear(&sc, state, one_event, TRUST_ALL);
    assert_int_equal(sc.end, END_CLEAN);
    kernel = sc.when.kernel;
  }
  assert_true(kernel);
}

static void test_cancelling_says_goodbye(void **state)
{
  static const struct testing_step steps[] = {{STEP_REQUEST, NULL, 0},
                                              {STEP_SEND, HEAD ONE_EVENT, 0},
                                              {STEP_END, NULL, 0}};
  const struct testing_step *const answer[] = {steps};
  struct exchange *x;
  struct scene sc;
  open_scene(&sc, *(enum carrier *)*state, answer);
  x = ask(&sc, TRUST_ALL);
  while(!sc.body.n)
    uv_run(&sc.loop, UV_RUN_ONCE);
  exchange_cancel(x, false);
  while(!sc.server.peer[0].eof)
    uv_run(&sc.loop, UV_RUN_ONCE);
  assert_true(SSL_get_shutdown(sc.server.peer[0].ssl) & SSL_RECEIVED_SHUTDOWN);
  assert_int_equal(sc.ends, 0);
  assert_int_equal(transport_sockets(sc.t), 0);
  close_scene(&sc);
}

static void test_later_connections_go_on_with_the_session(void **state)
{
  const struct testing_step *const answer[] = {one_event};
  struct scene sc;
  int n;
  open_scene(&sc, *(enum carrier *)*state, answer);
  for(n = 1; n <= 2; n++) {
    ask(&sc, TRUST_CA_FILE);
    while(sc.ends < n)
      uv_run(&sc.loop, UV_RUN_ONCE);
    assert_int_equal(sc.end, END_CLEAN);
    assert_int_equal(SSL_session_reused(sc.server.peer[n - 1].ssl), n == 2);
  }
  close_scene(&sc);
}

#define BOTH(test)                                                            \
  cmocka_unit_test_prestate(test, &lean),                                     \
      cmocka_unit_test_prestate(test, &curl)

#define OURS(test) cmocka_unit_test_prestate(test, &lean)

int main(void)
{
  static enum carrier lean = CARRIER_LEAN, curl = CARRIER_CURL;
  const struct CMUnitTest tests[] = {
      BOTH(test_stream_of_a_trusted_server_ends_clean),
      BOTH(test_large_records_arrive_whole),
      BOTH(test_stranger_is_refused_and_the_reason_told),
      BOTH(test_trusted_certificate_need_be_no_root),
      BOTH(test_end_in_the_handshake_is_one_of_tls),
      BOTH(test_want_of_a_certificate_is_told),
      BOTH(test_arrival_is_the_kernels),
      /* What libcurl makes of these depends on its version. */
      OURS(test_end_of_a_connection_ends_what_has_no_length),
      OURS(test_cancelling_says_goodbye),
      OURS(test_later_connections_go_on_with_the_session),
  };
  struct err e;
  if(transport_global_init(&e))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
