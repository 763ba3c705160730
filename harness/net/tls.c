/* SPDX-License-Identifier: MIT
 * TLS by OpenSSL, which reads from the bytes of a call and writes to its
 * buffer; see tls.h. */
#include "net/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

#define WRITE_MAX (1 << 20) /* bytes for one call of OpenSSL's */

struct tls_context {
  SSL_CTX *ctx;
  BIO_METHOD *method;
  SSL_SESSION *session; /* to go on with; NULL: none yet */
  uint32_t users;       /* connections, and the owner */
};

struct tls {
  struct tls_context *context;
  SSL *ssl;
  struct slice in; /* ciphertext of the call that runs */
  struct buf *out; /* that call's; NULL between calls */
  enum tls_state state;
  const char *reason; /* static */
  bool certificate;   /* the reason is one against the certificate */
};

/* --- What OpenSSL reads from and writes to --------------------------------
 */

static int bio_read(BIO *b, char *out, int room)
{
  struct tls *t = BIO_get_data(b);
  size_t n = t->in.n < (size_t)room ? t->in.n : (size_t)room;
  BIO_clear_retry_flags(b);
  if(!n) {
    BIO_set_retry_read(b);
    return -1;
  }
  memcpy(out, t->in.p, n);
  t->in.p += n;
  t->in.n -= n;
  return (int)n;
}

static int bio_write(BIO *b, const char *bytes, int n)
{
  struct tls *t = BIO_get_data(b);
  BIO_clear_retry_flags(b);
  return t->out && buf_add(t->out, bytes, (size_t)n) == 0 ? n : -1;
}

static long bio_ctrl(BIO *b, int what, long n, void *p)
{
  (void)b;
  (void)n;
  (void)p;
  return what == BIO_CTRL_FLUSH;
}

static BIO_METHOD *method_new(void)
{
  BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
                               "bytes of a call");
  if(!m || !BIO_meth_set_read(m, bio_read) ||
     !BIO_meth_set_write(m, bio_write) || !BIO_meth_set_ctrl(m, bio_ctrl)) {
    BIO_meth_free(m);
    return NULL;
  }
  return m;
}

/* --- What connections share ------------------------------------------------
 */

static const unsigned char alpn[] = "\x08http/1.1";

/* A key behind a password is refused instead of asking the terminal. */
static int no_password(char *out, int size, int writing, void *ctx)
{
  (void)out;
  (void)size;
  (void)writing;
  (void)ctx;
  return -1;
}

static int unreadable(const char *what, const char *path, struct err *e)
{
  unsigned long code = ERR_peek_last_error();
  const char *why = code ? ERR_reason_error_string(code) : NULL;
  err_set(e, E_IO, "cannot read %s from \"%s\"%s%s", what, path,
          why ? ": " : "", why ? why : "");
  ERR_clear_error();
  return E_IO;
}

static int show_certificate(SSL_CTX *ctx, const struct tls_trust *p,
                            struct err *e)
{
  const char *key = p->client_key ? p->client_key : p->client_cert;
  if(!p->client_cert)
    return 0;
  SSL_CTX_set_default_passwd_cb(ctx, no_password);
  if(SSL_CTX_use_certificate_chain_file(ctx, p->client_cert) != 1)
    return unreadable("a certificate", p->client_cert, e);
  if(SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)
    return unreadable("the certificate's key", key, e);
  return 0;
}

/* A certificate that was named is trusted whoever issued it, as with curl. */
static int trust(SSL_CTX *ctx, const struct tls_trust *p, struct err *e)
{
  SSL_CTX_set_verify(ctx, p->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                     NULL);
  X509_STORE_set_flags(SSL_CTX_get_cert_store(ctx), X509_V_FLAG_PARTIAL_CHAIN);
  if(!p->ca_file)
    SSL_CTX_set_default_verify_paths(ctx);
  else if(SSL_CTX_load_verify_locations(ctx, p->ca_file, NULL) != 1)
    return unreadable("certificates", p->ca_file, e);
  return 0;
}

/* The newest one is kept; returns 1 where it is. */
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
  struct tls_context *c = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
  SSL_SESSION_free(c->session);
  c->session = session;
  return 1;
}

static void set_habits(struct tls_context *c, const struct tls_trust *p)
{
  SSL_CTX_set_mode(c->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
                               SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                               SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_protos(c->ctx, alpn, sizeof(alpn) - 1);
  if(!p->resume)
    return;
  SSL_CTX_set_app_data(c->ctx, c);
  SSL_CTX_set_session_cache_mode(c->ctx, SSL_SESS_CACHE_CLIENT |
                                             SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(c->ctx, keep_session);
}

static void let_go(struct tls_context *c)
{
  weir_assert(c->users);
  if(--c->users)
    return;
  SSL_SESSION_free(c->session);
  SSL_CTX_free(c->ctx);
  BIO_meth_free(c->method);
  free(c);
}

struct tls_context *tls_context_new(const struct tls_trust *p, struct err *e)
{
  struct tls_context *c = calloc(1, sizeof(*c));
  if(!c) {
    err_set(e, E_NOMEM, "cannot prepare TLS");
    return NULL;
  }
  c->users = 1;
  c->ctx = SSL_CTX_new(TLS_client_method());
  c->method = method_new();
  if(!c->ctx || !c->method) {
    err_set(e, E_NOMEM, "cannot prepare TLS");
    let_go(c);
    return NULL;
  }
  set_habits(c, p);
  if(trust(c->ctx, p, e) == 0 && show_certificate(c->ctx, p, e) == 0)
    return c;
  let_go(c);
  return NULL;
}

void tls_context_free(struct tls_context *c)
{
  if(c)
    let_go(c);
}

/* --- One connection --------------------------------------------------------
 */

static bool is_address(const char *host)
{
  unsigned char space[16];
  return inet_pton(AF_INET, host, space) == 1 ||
         inet_pton(AF_INET6, host, space) == 1;
}

static bool name_peer(SSL *ssl, const char *host)
{
  if(is_address(host))
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
  return SSL_set1_host(ssl, host) == 1 &&
         SSL_set_tlsext_host_name(ssl, host) == 1;
}

static bool offer(SSL *ssl, struct slice protocols)
{
  return !protocols.n ||
         SSL_set_alpn_protos(ssl, (const unsigned char *)protocols.p,
                             (unsigned)protocols.n) == 0;
}

/* What the handshake is made with. */
static bool prepare(struct tls *t, const char *host, struct slice protocols)
{
  BIO *bytes = BIO_new(t->context->method);
  if(!bytes)
    return false;
  BIO_set_data(bytes, t);
  BIO_set_init(bytes, 1);
  SSL_set_bio(t->ssl, bytes, bytes);
  SSL_set_connect_state(t->ssl);
  if(t->context->session)
    SSL_set_session(t->ssl, t->context->session);
  return name_peer(t->ssl, host) && offer(t->ssl, protocols);
}

struct tls *tls_new(struct tls_context *c, const char *host,
                    struct slice protocols)
{
  struct tls *t = calloc(1, sizeof(*t));
  if(!t)
    return NULL;
  t->context = c;
  c->users++;
  t->reason = "";
  t->ssl = SSL_new(c->ctx);
  if(t->ssl && prepare(t, host, protocols))
    return t;
  tls_free(t);
  return NULL;
}

void tls_free(struct tls *t)
{
  if(!t)
    return;
  SSL_free(t->ssl);
  let_go(t->context);
  free(t);
}

/* Both sentences are OpenSSL's own constants. */
static void fail(struct tls *t)
{
  long verify = SSL_get_verify_result(t->ssl);
  unsigned long code = ERR_peek_error();
  const char *why = code ? ERR_reason_error_string(code) : NULL;
  t->state = TLS_FAILED;
  t->certificate =
      verify != X509_V_OK && SSL_get_verify_mode(t->ssl) != SSL_VERIFY_NONE;
  t->reason = t->certificate ? X509_verify_cert_error_string(verify)
              : why          ? why
                             : "the peer broke it off";
  ERR_clear_error();
}

static void shake_hands(struct tls *t)
{
  int n = SSL_do_handshake(t->ssl);
  int why = n == 1 ? SSL_ERROR_NONE : SSL_get_error(t->ssl, n);
  if(n == 1)
    t->state = TLS_OPEN;
  else if(why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
    fail(t);
}

/* Straight into the caller's buffer. */
static void read_plain(struct tls *t, struct buf *plain)
{
  while(t->state == TLS_OPEN) {
    int n, why;
    if(buf_reserve(plain, SSL3_RT_MAX_PLAIN_LENGTH)) {
      t->state = TLS_FAILED;
      return;
    }
    n = SSL_read(t->ssl, plain->p + plain->n, SSL3_RT_MAX_PLAIN_LENGTH);
    why = n > 0 ? SSL_ERROR_NONE : SSL_get_error(t->ssl, n);
    if(n > 0)
      plain->n += (size_t)n;
    else if(why == SSL_ERROR_ZERO_RETURN)
      t->state = TLS_CLOSED;
    else if(why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
      break;
    else
      fail(t);
  }
  if(plain->p)
    plain->p[plain->n] = '\0';
}

enum tls_state tls_input(struct tls *t, struct slice bytes, struct buf *plain,
                         struct buf *cipher)
{
  ERR_clear_error();
  t->in = bytes;
  t->out = cipher;
  if(t->state == TLS_HANDSHAKE)
    shake_hands(t);
  if(t->state == TLS_OPEN)
    read_plain(t, plain);
  t->in = (struct slice){NULL, 0};
  t->out = NULL;
  return t->state;
}

int tls_output(struct tls *t, struct slice plain, struct buf *cipher)
{
  int rc = 0;
  ERR_clear_error();
  t->out = cipher;
  while(plain.n && !rc) {
    int n = SSL_write(t->ssl, plain.p,
                      plain.n < WRITE_MAX ? (int)plain.n : WRITE_MAX);
    if(n <= 0) {
      rc = E_IO;
    } else {
      plain.p += n;
      plain.n -= (size_t)n;
    }
  }
  t->out = NULL;
  return rc;
}

void tls_protocol(const struct tls *t, char out[TLS_PROTOCOL_MAX])
{
  const unsigned char *p = NULL;
  unsigned n = 0;
  SSL_get0_alpn_selected(t->ssl, &p, &n);
  n = n < TLS_PROTOCOL_MAX ? n : TLS_PROTOCOL_MAX - 1;
  if(n)
    memcpy(out, p, n);
  out[n] = '\0';
}

void tls_goodbye(struct tls *t, struct buf *cipher)
{
  ERR_clear_error();
  t->out = cipher;
  if(t->state == TLS_OPEN || t->state == TLS_CLOSED)
    SSL_shutdown(t->ssl);
  t->out = NULL;
}

void tls_reason(const struct tls *t, char out[TLS_REASON_MAX])
{
  if(t->state == TLS_FAILED)
    snprintf(out, TLS_REASON_MAX, "%s: %s",
             t->certificate ? "certificate" : "TLS", t->reason);
  else
    out[0] = '\0';
}
