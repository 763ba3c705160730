/* SPDX-License-Identifier: MIT
 * Which way a request goes to its origin: straight, to an address that
 * --resolve tells, through a proxy, or to a socket of this machine.  Private
 * to probe/. */
#ifndef WEIR_PROBE_ROUTE_H
#define WEIR_PROBE_ROUTE_H
#include "probe/wire.h"
#include "recording/target.h"
#include "transport/url.h"

struct route {
  struct url_parts origin;
  char host[256]; /* what is dialled: the origin, its address, or the proxy */
  uint16_t port;
  const char *unix_socket; /* borrowed from the endpoint; NULL */
  bool absolute;           /* the request line has the whole URL */
  bool tunnel;             /* CONNECT comes first */
  char authorization[400]; /* for the proxy: "Basic ..."; "" */
  const char *tls_name;    /* borrowed; NULL: the URL's host */
};

/* route_find: to the origin of url.  0, or E_SYNTAX with a sentence when the
 * proxy is no URL. */
int route_find(const struct target *t, const char *url, struct route *out,
               struct err *e);
/* route_wire fills in where a connection goes; way is borrowed by it. */
void route_wire(const struct route *way, struct wire_options *out);
/* route_source is the local address whose turn it is; NULL: any. */
const char *route_source(const struct target *t, uint32_t *turn);
/* How long a connection may take to come about, and then a head. */
uint64_t route_connect_ns(const struct target *t);
uint64_t route_patience_ns(const struct target *t);

#endif
