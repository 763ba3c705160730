/* SPDX-License-Identifier: MIT
 * Test help: one exchange, the scripted server that answers it, and what was
 * heard. */
#ifndef WEIR_TRANSPORT_TRANSPORT_TESTING_H
#define WEIR_TRANSPORT_TRANSPORT_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "transport/transport.h"

enum after { THEN_CLOSE, THEN_RESET, THEN_HOLD };

struct server { /* answers every connection with the same bytes */
  uv_tcp_t listener;
  uv_tcp_t peer;
  const char *answer;
  enum after after;
  struct buf request;
  bool answered, peer_open, peer_saw_end;
  char in[4096];
};

struct scene {
  uv_loop_t loop;
  struct server server;
  struct transport *t;
  struct exchange *x;
  /* heard */
  int heads, ends, connects, status;
  char type[80];
  struct buf body;
  enum end_kind end;
  bool kernel, head_seen, refuse_head, stop_body;
  uint64_t when_ns;
  uint16_t port;
};

/* Counts into the scene, and does what it says. */
extern const struct exchange_handler scene_handler;

/* scene_start: begins an exchange with a server that sends answer to every
 * request. */
void scene_start(struct scene *sc, enum carrier carrier, const char *answer,
                 enum after after);
void scene_end(struct scene *sc);

#endif
