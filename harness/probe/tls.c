/* SPDX-License-Identifier: MIT
 * TLS over memory BIOs; see tls.h. */
#include "probe/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_context {
  SSL_CTX *ctx;
};

struct tls {
  SSL *ssl;
  BIO *in, *out; /* owned by ssl */
  enum tls_state state;
  char reason[160];
};

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

static int show_certificate(SSL_CTX *ctx, const struct endpoint *p,
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

static int trust(SSL_CTX *ctx, const struct endpoint *p, struct err *e)
{
  SSL_CTX_set_verify(ctx, p->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                     NULL);
  if(!p->ca_file)
    SSL_CTX_set_default_verify_paths(ctx);
  else if(SSL_CTX_load_verify_locations(ctx, p->ca_file, NULL) != 1)
    return unreadable("certificates", p->ca_file, e);
  return 0;
}

struct tls_context *tls_context_new(const struct endpoint *p, struct err *e)
{
  struct tls_context *c = calloc(1, sizeof(*c));
  if(c)
    c->ctx = SSL_CTX_new(TLS_client_method());
  if(!c || !c->ctx) {
    free(c);
    err_set(e, E_NOMEM, "cannot prepare TLS");
    return NULL;
  }
  SSL_CTX_set_mode(c->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
                               SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                               SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_protos(c->ctx, alpn, sizeof(alpn) - 1);
  if(trust(c->ctx, p, e) == 0 && show_certificate(c->ctx, p, e) == 0)
    return c;
  tls_context_free(c);
  return NULL;
}

void tls_context_free(struct tls_context *c)
{
  if(!c)
    return;
  SSL_CTX_free(c->ctx);
  free(c);
}

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

struct tls *tls_new(struct tls_context *c, const char *host,
                    struct slice protocols)
{
  struct tls *t = calloc(1, sizeof(*t));
  if(!t)
    return NULL;
  t->ssl = SSL_new(c->ctx);
  t->in = BIO_new(BIO_s_mem());
  t->out = BIO_new(BIO_s_mem());
  if(!t->ssl || !t->in || !t->out || !name_peer(t->ssl, host) ||
     !offer(t->ssl, protocols)) {
    BIO_free(t->in);
    BIO_free(t->out);
    SSL_free(t->ssl);
    free(t);
    return NULL;
  }
  SSL_set_bio(t->ssl, t->in, t->out);
  SSL_set_connect_state(t->ssl);
  return t;
}

void tls_free(struct tls *t)
{
  if(!t)
    return;
  SSL_free(t->ssl);
  free(t);
}

static void drain(struct tls *t, struct buf *cipher)
{
  char piece[4096];
  int n = BIO_read(t->out, piece, sizeof(piece));
  while(n > 0) {
    if(buf_add(cipher, piece, (size_t)n)) {
      t->state = TLS_FAILED;
      return;
    }
    n = BIO_read(t->out, piece, sizeof(piece));
  }
}

static void fail(struct tls *t)
{
  long verify = SSL_get_verify_result(t->ssl);
  unsigned long code = ERR_peek_error();
  t->state = TLS_FAILED;
  if(verify != X509_V_OK && SSL_get_verify_mode(t->ssl) != SSL_VERIFY_NONE)
    snprintf(t->reason, sizeof(t->reason), "certificate: %s",
             X509_verify_cert_error_string(verify));
  else
    snprintf(t->reason, sizeof(t->reason), "TLS: %s",
             code ? ERR_reason_error_string(code) : "the peer broke it off");
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

static void read_plain(struct tls *t, struct buf *plain)
{
  char piece[16384];
  while(t->state == TLS_OPEN) {
    int n = SSL_read(t->ssl, piece, sizeof(piece));
    int why = n > 0 ? SSL_ERROR_NONE : SSL_get_error(t->ssl, n);
    if(n > 0 && buf_add(plain, piece, (size_t)n))
      t->state = TLS_FAILED;
    else if(why == SSL_ERROR_ZERO_RETURN)
      t->state = TLS_CLOSED;
    else if(why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
      return;
    else if(n <= 0)
      fail(t);
  }
}

enum tls_state tls_input(struct tls *t, struct slice bytes, struct buf *plain,
                         struct buf *cipher)
{
  ERR_clear_error();
  if(bytes.n && BIO_write(t->in, bytes.p, (int)bytes.n) != (int)bytes.n)
    t->state = TLS_FAILED;
  if(t->state == TLS_HANDSHAKE)
    shake_hands(t);
  if(t->state == TLS_OPEN)
    read_plain(t, plain);
  drain(t, cipher);
  return t->state;
}

int tls_output(struct tls *t, struct slice plain, struct buf *cipher)
{
  ERR_clear_error();
  while(plain.n) {
    int n = SSL_write(t->ssl, plain.p, (int)plain.n);
    if(n <= 0)
      return E_IO;
    plain.p += n;
    plain.n -= (size_t)n;
    drain(t, cipher);
  }
  return 0;
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
  if(t->state == TLS_OPEN || t->state == TLS_CLOSED)
    SSL_shutdown(t->ssl);
  drain(t, cipher);
}

const char *tls_reason(const struct tls *t)
{
  return t->reason;
}
