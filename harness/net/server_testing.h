/* SPDX-License-Identifier: MIT
 * Test help: a server in the test's own loop that answers each connection
 * from a list of steps, byte by byte as told, with TLS where asked for. */
#ifndef WEIR_NET_SERVER_TESTING_H
#define WEIR_NET_SERVER_TESTING_H
#include <openssl/ssl.h>
#include <uv.h>

#include "base/buf.h"

#define TESTING_PEERS 40

enum testing_kind {
  STEP_END,     /* nothing more; the connection stays */
  STEP_REQUEST, /* wait until the n-th request head is there */
  STEP_SEND,
  STEP_WAIT, /* n ms */
  STEP_FILL, /* n times the text */
  STEP_BYE,  /* close_notify */
  STEP_FIN,
  STEP_RST
};

struct testing_step {
  enum testing_kind kind;
  const char *text;
  unsigned n;
};

struct testing_server;

struct testing_peer {
  uv_tcp_t tcp;
  uv_timer_t timer;
  struct testing_server *server;
  const struct testing_step *at;
  struct buf request; /* all that came */
  struct buf out;     /* to be written in one go */
  SSL *ssl;
  int open_handles;
  bool eof, reset; /* how the client ended it */
  char in[4096];
};

struct testing_server {
  uv_tcp_t listener;
  uv_timer_t guard; /* ends a test in which nothing happens any more */
  const struct testing_step *const *answer; /* by connection; the last one
                                               is for all further */
  unsigned answers;
  struct testing_peer peer[TESTING_PEERS];
  unsigned peers;
  SSL_CTX *tls;
  char url[80];
};

/* Listens on any port of 127.0.0.1; url is "http(s)://127.0.0.1:PORT/s". */
void testing_server_start(struct testing_server *s, uv_loop_t *loop,
                          const struct testing_step *const *answer,
                          unsigned answers, SSL_CTX *tls);
void testing_server_stop(struct testing_server *s);
/* A self-signed certificate for 127.0.0.1, also written to ca_path. */
SSL_CTX *testing_tls(const char *ca_path);

#endif
