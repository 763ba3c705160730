/* SPDX-License-Identifier: MIT
 * Private to wire.c and wire_connect.c. */
#ifndef WEIR_PROBE_WIRE_PRIVATE_H
#define WEIR_PROBE_WIRE_PRIVATE_H
#include <netdb.h>

#include "probe/wire.h"

#define WIRE_MAX_OUT   ((size_t)4 << 20)
#define WIRE_READ_SIZE 65536
#define WIRE_READS     16 /* at a time, so that others get their turn */

struct wire {
  uv_loop_t *loop;
  const struct wire_handler *h; /* borrowed */
  void *ctx;
  uv_getaddrinfo_t resolve;
  struct addrinfo *found, *next; /* found is owned */
  uv_poll_t *poll; /* owned; its memory goes with its closing callback */
  int fd;
  char host[256], source_ip[64];
  uint16_t port;
  struct tls_context *context; /* borrowed */
  struct slice protocols;      /* borrowed */
  struct tls *tls;             /* owned */
  struct buf out, plain;
  uint64_t sent_ns;
  int error;      /* errno of the last address tried */
  unsigned depth; /* callbacks on the stack */
  bool resolving, connecting, open;
  bool paused, closed, close_notify, telling_sent;
};

/* wire_connect.c: begins; all outcomes come from the loop. */
int wire_resolve(struct wire *w);
/* The socket's turn came while it was connecting. */
void wire_connect_ready(struct wire *w);
void wire_drop_socket(struct wire *w, bool reset);

/* wire.c */
void wire_on_poll(uv_poll_t *p, int status, int events);
void wire_watch(struct wire *w);
void wire_connected(struct wire *w);
void wire_end(struct wire *w, enum wire_fate fate, const char *detail);
void wire_release(struct wire *w);

#endif
