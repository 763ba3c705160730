/* SPDX-License-Identifier: MIT
 * Test help: nghttp2's server on the test's loop, which does what the path
 * says, and those who ask it. */
#ifndef WEIR_TRANSPORT_MUX_TESTING_H
#define WEIR_TRANSPORT_MUX_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <nghttp2/nghttp2.h>

#include "base/buf.h"
#include "transport/transport.h"

#define PEERS  8
#define ASKERS 300

struct scene;

struct peer { /* one connection */
  uv_tcp_t tcp;
  struct scene *sc;
  nghttp2_session *session;
  unsigned requests;
  bool gone;
  char in[4096];
};

struct asked { /* one request */
  char path[32], method[8], authority[32], accept[32];
  char body[64];
  size_t body_n, told;
};

struct asker { /* one exchange */
  struct scene *sc;
  struct exchange *x;
  int connects, heads, ends, status;
  char type[32], sentence[200];
  struct buf body;
  enum end_kind end;
  bool kernel, stop;
};

struct scene {
  uv_loop_t loop;
  uv_tcp_t listener;
  struct transport *t;
  struct peer peer[PEERS];
  unsigned peers;
  uint32_t most;   /* streams that the server takes; 0: says nothing of it */
  const char *raw; /* sent in place of HTTP/2 */
  struct asker asker[ASKERS];
  unsigned askers, over;
  struct asked asked[ASKERS]; /* as the server saw them */
  unsigned requests;
  struct asked last; /* that was answered */
  char origin[40];
};

/* The server takes most streams a connection; 0: it does not say. */
void scene_begin(struct scene *sc, uint32_t most);
/* Asks with GET, or with POST where there is a body. */
struct asker *scene_ask(struct scene *sc, const char *path, const char *body);
void scene_until_over(struct scene *sc, unsigned n);
void scene_finish(struct scene *sc);
void peer_hang_up(struct peer *p);

#endif
