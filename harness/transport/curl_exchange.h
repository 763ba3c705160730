/* SPDX-License-Identifier: MIT
 * Private to transport/: the libcurl carrier's parts.  curl_setup.c turns a
 * request into easy options, curl_exchange.c runs it. */
#ifndef WEIR_TRANSPORT_CURL_EXCHANGE_H
#define WEIR_TRANSPORT_CURL_EXCHANGE_H
#include "transport/exchange.h"

struct curl_exchange {
  struct exchange base; /* first */
  CURL *easy;
  /* Owned, needed while it runs. */
  struct curl_slist *headers, *resolve, *connect_to;
  struct kept_fields kept;
  /* The socket it runs on, to find receive times; -1 = unknown.  libcurl's own
   * answer walks all connections. */
  int fd;
  int status, http_major, http_minor;
  bool head_done;
  bool paused;
};

/* curl_setup applies r to x->easy; 0 or E_NOMEM. */
int curl_setup(struct curl_exchange *x, const struct request *r);

/* jar_use has an exchange send and keep its cookies (jar.c). */
void jar_use(struct jar *j, CURL *easy);

/* curl_start: NULL with e set. */
struct exchange *curl_start(struct transport *t, const struct request *r,
                            struct err *e);

#endif
