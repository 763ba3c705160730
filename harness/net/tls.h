/* SPDX-License-Identifier: MIT
 * TLS over memory: ciphertext in, plaintext out and the other way round.  The
 * socket stays with the caller, who keeps the times.  Between two calls a
 * connection holds no buffer of its own. */
#ifndef WEIR_NET_TLS_H
#define WEIR_NET_TLS_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct tls_context; /* what all connections share */
struct tls;

/* Whom to trust, and the certificate to show; NULL: the system's, none. */
struct tls_trust {
  bool insecure; /* any certificate will do */
  const char *ca_file, *client_cert, *client_key;
  /* Later connections go on with the session of an earlier one, as browsers
   * do: for contexts that ask one host alone. */
  bool resume;
};

enum tls_state {
  TLS_HANDSHAKE,
  TLS_OPEN,
  TLS_CLOSED, /* the peer said close_notify */
  TLS_FAILED
};

/* tls_context_new reads the files.  NULL with a sentence. */
struct tls_context *tls_context_new(const struct tls_trust *trust,
                                    struct err *e);
/* tls_context_free may be called before its connections are freed. */
void tls_context_free(struct tls_context *c);

#define TLS_PROTOCOL_MAX 32

/* tls_new begins a client handshake for host (name or address).  protocols are
 * offered by ALPN, each behind a byte with its length; none: http/1.1 alone.
 * NULL without memory. */
struct tls *tls_new(struct tls_context *c, const char *host,
                    struct slice protocols);
void tls_free(struct tls *t);
/* tls_input takes ciphertext (none at all to begin), appends what it decrypts
 * to plain and what must be sent to cipher. */
enum tls_state tls_input(struct tls *t, struct slice bytes, struct buf *plain,
                         struct buf *cipher);
/* tls_output encrypts.  0 or E_IO. */
int tls_output(struct tls *t, struct slice plain, struct buf *cipher);
/* tls_protocol is what the peer chose of the protocols, "" when nothing. */
void tls_protocol(const struct tls *t, char out[TLS_PROTOCOL_MAX]);
/* tls_goodbye appends our close_notify. */
void tls_goodbye(struct tls *t, struct buf *cipher);
#define TLS_REASON_MAX 160
/* tls_reason is why it failed, for people; "" before. */
void tls_reason(const struct tls *t, char out[TLS_REASON_MAX]);

#endif
