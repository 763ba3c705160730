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
  struct buf content_type, location, retry_after;
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

/* The callbacks that curl_setup installs. */
size_t curl_on_header(char *line, size_t size, size_t n, void *ctx);
size_t curl_on_body(char *bytes, size_t size, size_t n, void *ctx);
int curl_on_connected(void *ctx, char *remote, char *local, int remote_port,
                      int local_port);

#endif
