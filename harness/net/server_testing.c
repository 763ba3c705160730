/* SPDX-License-Identifier: MIT
 * A scripted server; see server_testing.h. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "net/server_testing.h"

static void go_on(struct testing_peer *p);

static void handle_closed(uv_handle_t *h)
{
  ((struct testing_peer *)h->data)->open_handles--;
}

static void close_peer(struct testing_peer *p)
{
  if(!uv_is_closing((uv_handle_t *)&p->tcp))
    uv_close((uv_handle_t *)&p->tcp, handle_closed);
  if(!uv_is_closing((uv_handle_t *)&p->timer))
    uv_close((uv_handle_t *)&p->timer, handle_closed);
}

static void written(uv_write_t *w, int status)
{
  (void)status;
  free(w);
}

/* The bytes live behind the request that carries them. */
static void write_raw(struct testing_peer *p, const char *bytes, size_t n)
{
  uv_write_t *w = malloc(sizeof(*w) + n);
  uv_buf_t b;
  if(!n || uv_is_closing((uv_handle_t *)&p->tcp)) {
    free(w);
    return;
  }
  assert_non_null(w);
  memcpy(w + 1, bytes, n);
  b = uv_buf_init((char *)(w + 1), (unsigned)n);
  uv_write(w, (uv_stream_t *)&p->tcp, &b, 1, written);
}

static void drain_tls(struct testing_peer *p)
{
  char piece[4096];
  int n = BIO_read(SSL_get_wbio(p->ssl), piece, sizeof(piece));
  while(n > 0) {
    write_raw(p, piece, (size_t)n);
    n = BIO_read(SSL_get_wbio(p->ssl), piece, sizeof(piece));
  }
}

static void write_plain(struct testing_peer *p, const char *bytes, size_t n)
{
  if(!p->ssl) {
    write_raw(p, bytes, n);
    return;
  }
  assert_int_equal(SSL_write(p->ssl, bytes, (int)n), (int)n);
  drain_tls(p);
}

static unsigned requests(const struct testing_peer *p)
{
  const char *at = strstr(buf_text(&p->request), "\r\n\r\n");
  unsigned n = 0;
  while(at) {
    n++;
    at = strstr(at + 4, "\r\n\r\n");
  }
  return n;
}

static void timer_fired(uv_timer_t *t)
{
  go_on(t->data);
}

static void end_tcp(struct testing_peer *p, bool reset)
{
  if(reset)
    uv_tcp_close_reset(&p->tcp, handle_closed);
  else
    uv_close((uv_handle_t *)&p->tcp, handle_closed);
  close_peer(p);
}

/* Returns false when the step has to wait. */
static bool take_step(struct testing_peer *p)
{
  const struct testing_step *s = p->at;
  unsigned i;
  switch(s->kind) {
  case STEP_REQUEST:
    return requests(p) >= (s->n ? s->n : 1);
  case STEP_SEND:
    write_plain(p, s->text, strlen(s->text));
    return true;
  case STEP_FILL:
    for(i = 0; i < s->n; i++)
      write_plain(p, s->text, strlen(s->text));
    return true;
  case STEP_WAIT:
    p->at++;
    uv_update_time(p->timer.loop);
    uv_timer_start(&p->timer, timer_fired, s->n, 0);
    return false;
  case STEP_BYE:
    SSL_shutdown(p->ssl);
    drain_tls(p);
    return true;
  case STEP_FIN:
  case STEP_RST:
    end_tcp(p, s->kind == STEP_RST);
    return false;
  default:
    return false;
  }
}

static void go_on(struct testing_peer *p)
{
  while(!uv_is_closing((uv_handle_t *)&p->tcp) && take_step(p))
    p->at++;
}

static void take_tls(struct testing_peer *p, const char *bytes, size_t n)
{
  char piece[4096];
  int got;
  BIO_write(SSL_get_rbio(p->ssl), bytes, (int)n);
  got = SSL_read(p->ssl, piece, sizeof(piece));
  while(got > 0) {
    buf_add(&p->request, piece, (size_t)got);
    got = SSL_read(p->ssl, piece, sizeof(piece));
  }
  drain_tls(p);
}

static void give_buffer(uv_handle_t *h, size_t n, uv_buf_t *out)
{
  struct testing_peer *p = h->data;
  (void)n;
  *out = uv_buf_init(p->in, sizeof(p->in));
}

static void got_bytes(uv_stream_t *st, ssize_t n, const uv_buf_t *b)
{
  struct testing_peer *p = st->data;
  if(n < 0) {
    p->eof = n == UV_EOF;
    p->reset = n == UV_ECONNRESET;
    if(p->reset)
      close_peer(p);
    else
      uv_read_stop(st);
    return;
  }
  if(p->ssl)
    take_tls(p, b->base, (size_t)n);
  else
    buf_add(&p->request, b->base, (size_t)n);
  if(p->at->kind == STEP_REQUEST)
    go_on(p);
}

static void got_peer(uv_stream_t *listener, int status)
{
  struct testing_server *s = listener->data;
  struct testing_peer *p = &s->peer[s->peers];
  unsigned i = s->peers < s->answers ? s->peers : s->answers - 1;
  assert_int_equal(status, 0);
  assert_true(s->peers < TESTING_PEERS);
  s->peers++;
  p->server = s;
  p->at = s->answer[i];
  p->open_handles = 2;
  uv_tcp_init(listener->loop, &p->tcp);
  uv_timer_init(listener->loop, &p->timer);
  p->tcp.data = p->timer.data = p;
  uv_accept(listener, (uv_stream_t *)&p->tcp);
  uv_tcp_nodelay(&p->tcp, 1);
  if(s->tls) {
    p->ssl = SSL_new(s->tls);
    SSL_set_bio(p->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(p->ssl);
  }
  uv_read_start((uv_stream_t *)&p->tcp, give_buffer, got_bytes);
  go_on(p);
}

static void guard_fired(uv_timer_t *t)
{
  (void)t;
  fail_msg("nothing more happened");
}

void testing_server_start(struct testing_server *s, uv_loop_t *loop,
                          const struct testing_step *const *answer,
                          unsigned answers, SSL_CTX *tls)
{
  struct sockaddr_in a;
  int n = sizeof(a);
  signal(SIGPIPE, SIG_IGN); /* clients leave in the middle of it */
  memset(s, 0, sizeof(*s));
  s->answer = answer;
  s->answers = answers;
  s->tls = tls;
  uv_ip4_addr("127.0.0.1", 0, &a);
  uv_tcp_init(loop, &s->listener);
  s->listener.data = s;
  assert_int_equal(uv_tcp_bind(&s->listener, (struct sockaddr *)&a, 0), 0);
  assert_int_equal(uv_listen((uv_stream_t *)&s->listener, 64, got_peer), 0);
  uv_tcp_getsockname(&s->listener, (struct sockaddr *)&a, &n);
  snprintf(s->url, sizeof(s->url), "%s://127.0.0.1:%u/s",
           tls ? "https" : "http", (unsigned)ntohs(a.sin_port));
  uv_timer_init(loop, &s->guard);
  uv_timer_start(&s->guard, guard_fired, 15000, 0);
}

void testing_server_stop(struct testing_server *s)
{
  unsigned i;
  uv_close((uv_handle_t *)&s->listener, NULL);
  uv_close((uv_handle_t *)&s->guard, NULL);
  for(i = 0; i < s->peers; i++)
    close_peer(&s->peer[i]);
  uv_run(s->listener.loop, UV_RUN_DEFAULT);
  for(i = 0; i < s->peers; i++) {
    assert_int_equal(s->peer[i].open_handles, 0);
    buf_free(&s->peer[i].request);
    SSL_free(s->peer[i].ssl);
  }
}

static X509 *make_certificate(EVP_PKEY *key)
{
  X509 *x = X509_new();
  X509_NAME *name = X509_get_subject_name(x);
  X509_EXTENSION *san =
      X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x), 3600);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             (const unsigned char *)"weir test", -1, -1, 0);
  X509_set_issuer_name(x, name);
  X509_add_ext(x, san, -1);
  X509_EXTENSION_free(san);
  X509_set_pubkey(x, key);
  assert_true(X509_sign(x, key, EVP_sha256()) > 0);
  return x;
}

SSL_CTX *testing_tls(const char *ca_path)
{
  SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *x = make_certificate(key);
  FILE *f = fopen(ca_path, "w");
  assert_non_null(f);
  assert_int_equal(PEM_write_X509(f, x), 1);
  fclose(f);
  assert_int_equal(SSL_CTX_use_certificate(ctx, x), 1);
  assert_int_equal(SSL_CTX_use_PrivateKey(ctx, key), 1);
  X509_free(x);
  EVP_PKEY_free(key);
  return ctx;
}
