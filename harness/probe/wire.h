/* SPDX-License-Identifier: MIT
 * One connection, through a proxy's tunnel and with TLS on it where asked for:
 * bytes out, bytes in with their kernel receive times, and how it ended.
 * Knows nothing of what they say.  Private to probe/. */
#ifndef WEIR_PROBE_WIRE_H
#define WEIR_PROBE_WIRE_H
#include <stdint.h>
#include <uv.h>

#include "base/slice.h"
#include "net/tls.h"
#include "probe/dial.h"

enum wire_fate {
  WIRE_EOF,
  WIRE_RESET,
  WIRE_REFUSED,
  WIRE_UNREACHABLE, /* no address, no route, a proxy that does not let us */
  WIRE_TLS,
  WIRE_ERROR /* this machine's trouble */
};

struct wire;

/* on_end is the last call, and the owner's turn to wire_close.  All may close
 * the wire or give it to another handler. */
struct wire_handler {
  void (*on_open)(void *ctx); /* TCP, and TLS where used */
  void (*on_sent)(void *ctx); /* nothing is left to be written */
  void (*on_bytes)(struct slice bytes, uint64_t mono_ns, void *ctx);
  void (*on_end)(enum wire_fate fate, const char *detail, void *ctx);
};

struct wire_options {
  struct dial_options dial; /* what is connected to */
  const char *host;         /* whom a tunnel leads to */
  uint16_t port;
  bool tunnel;                 /* CONNECT comes first */
  const char *authorization;   /* of it; "" or NULL: none */
  struct tls_context *context; /* NULL: no TLS; borrowed while it lives */
  const char *tls_name;        /* SNI and whose certificate it has to be */
  struct slice protocols;      /* see tls_new; borrowed while it lives */
};

/* wire_open never calls back itself.  NULL without memory. */
struct wire *wire_open(uv_loop_t *loop, const struct wire_options *o,
                       const struct wire_handler *h, void *ctx);
void wire_attach(struct wire *w, const struct wire_handler *h, void *ctx);
/* wire_send queues bytes; 0 or E_NOMEM, E_IO. */
int wire_send(struct wire *w, struct slice bytes);
void wire_pause(struct wire *w, bool paused);
/* wire_half_close sends our FIN; reading goes on. */
void wire_half_close(struct wire *w);
/* wire_close ends it without any further call: FIN, or RST. */
void wire_close(struct wire *w, bool reset);
/* What the peer chose of the protocols; "" without TLS or a choice. */
void wire_protocol(const struct wire *w, char out[TLS_PROTOCOL_MAX]);
bool wire_close_notify(const struct wire *w); /* the peer's came */
/* "127.0.0.1:80" of this end and of the other; "" before connecting. */
void wire_addresses(const struct wire *w, char local[64], char peer[64]);
/* The instant before the last bytes were written, CLOCK_MONOTONIC. */
uint64_t wire_sent_ns(const struct wire *w);

#endif
