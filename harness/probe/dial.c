/* SPDX-License-Identifier: MIT
 * Names to connections; see dial.h.  Memory is released when it is over and no
 * name is being looked up. */
#include "probe/dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "probe/poll.h"
#include "transport/arrival.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

struct dial {
  uv_loop_t *loop;
  dial_done_fn done;
  void *ctx; /* borrowed */
  uv_getaddrinfo_t resolve;
  struct addrinfo *found, *next; /* found is owned */
  uv_poll_t *poll;               /* owned */
  int fd;
  int error; /* errno of what was tried last */
  char host[256], source_ip[64];
  char port[8];
  struct sockaddr_un local; /* its family 0: not asked for */
  bool resolving, over;
};

static void release(struct dial *d)
{
  if(!d->over || d->resolving)
    return;
  if(d->found)
    uv_freeaddrinfo(d->found);
  free(d);
}

static void drop_socket(struct dial *d)
{
  poll_drop(&d->poll);
  if(d->fd >= 0)
    close(d->fd);
  d->fd = -1;
}

static void finish(struct dial *d, int error, const char *detail)
{
  dial_done_fn done = d->done;
  void *ctx = d->ctx;
  int fd = d->fd;
  poll_drop(&d->poll);
  d->fd = -1;
  d->over = true;
  release(d);
  done(fd, error, detail, ctx);
}

static int bind_source(int fd, const char *ip)
{
  struct addrinfo hints, *a = NULL;
  int on = 1, rc;
  memset(&hints, 0, sizeof(hints));
  hints.ai_flags = AI_NUMERICHOST;
  hints.ai_socktype = SOCK_STREAM;
  if(getaddrinfo(ip, NULL, &hints, &a) || !a) {
    errno = EADDRNOTAVAIL;
    return -1;
  }
  (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
  rc = bind(fd, a->ai_addr, a->ai_addrlen);
  freeaddrinfo(a);
  return rc;
}

static void try_next(struct dial *d);

static void on_poll(uv_poll_t *p, int status, int events)
{
  struct dial *d = p->data;
  socklen_t n = sizeof(d->error);
  (void)status; /* SO_ERROR tells */
  (void)events;
  if(!d)
    return;
  if(getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &d->error, &n))
    d->error = errno;
  if(!d->error) {
    finish(d, 0, "");
    return;
  }
  drop_socket(d);
  try_next(d);
}

/* Begins to connect; -1 with errno when it cannot even begin. */
static int begin(struct dial *d, const struct sockaddr *a, socklen_t n)
{
  int on = 1;
  d->fd = socket(a->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if(d->fd < 0)
    return -1;
  if(a->sa_family != AF_UNIX) {
    (void)setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    arrival_enable(d->fd);
    if(d->source_ip[0] && bind_source(d->fd, d->source_ip))
      return -1;
  }
  if(connect(d->fd, a, n) && errno != EINPROGRESS)
    return -1;
  d->poll = poll_new(d->loop, d->fd, d);
  if(!d->poll) {
    errno = ENOMEM;
    return -1;
  }
  return uv_poll_start(d->poll, UV_WRITABLE, on_poll) ? -1 : 0;
}

static int begin_local(struct dial *d)
{
  return begin(d, (const struct sockaddr *)(const void *)&d->local,
               sizeof(d->local));
}

/* Takes the next address that a connection can at least be begun to. */
static void try_next(struct dial *d)
{
  while(d->next) {
    const struct addrinfo *a = d->next;
    int rc;
    d->next = a->ai_next;
    rc = d->local.sun_family ? begin_local(d)
                             : begin(d, a->ai_addr, a->ai_addrlen);
    if(rc == 0)
      return;
    d->error = errno;
    drop_socket(d);
  }
  finish(d, d->error, strerror(d->error));
}

static void on_resolved(uv_getaddrinfo_t *req, int status,
                        struct addrinfo *found)
{
  struct dial *d = req->data;
  char detail[120];
  d->resolving = false;
  d->found = found;
  d->next = found;
  if(d->over) {
    release(d);
  } else if(status) {
    snprintf(detail, sizeof(detail), "the name does not resolve: %s",
             uv_strerror(status));
    finish(d, 0, detail);
  } else {
    try_next(d);
  }
}

/* A numeric address needs no other thread, so that connections begin in the
 * order in which they are asked for. */
static bool begin_numeric(struct dial *d)
{
  struct addrinfo hints, *a = NULL;
  memset(&hints, 0, sizeof(hints));
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  if(getaddrinfo(d->host, d->port, &hints, &a))
    return false;
  if(begin(d, a->ai_addr, a->ai_addrlen)) {
    drop_socket(d);
    freeaddrinfo(a);
    return false;
  }
  d->found = a;
  d->next = a->ai_next;
  return true;
}

/* What does not even begin takes the long way, by the resolver, where its
 * failure can be told from the loop. */
static int start(struct dial *d)
{
  struct addrinfo hints;
  bool local = d->local.sun_family != 0;
  if(local ? begin_local(d) == 0 : begin_numeric(d))
    return 0;
  if(local) {
    drop_socket(d);
    snprintf(d->host, sizeof(d->host), "127.0.0.1");
  }
  memset(&hints, 0, sizeof(hints));
  hints.ai_socktype = SOCK_STREAM;
  d->resolve.data = d;
  if(uv_getaddrinfo(d->loop, &d->resolve, on_resolved, d->host, d->port,
                    &hints))
    return -1;
  d->resolving = true;
  return 0;
}

struct dial *dial_open(uv_loop_t *loop, const struct dial_options *o,
                       dial_done_fn done, void *ctx)
{
  struct dial *d = calloc(1, sizeof(*d));
  if(!d)
    return NULL;
  d->loop = loop;
  d->done = done;
  d->ctx = ctx;
  d->fd = -1;
  snprintf(d->host, sizeof(d->host), "%s", o->host);
  snprintf(d->port, sizeof(d->port), "%u", (unsigned)o->port);
  snprintf(d->source_ip, sizeof(d->source_ip), "%s",
           o->source_ip ? o->source_ip : "");
  if(o->unix_socket) {
    d->local.sun_family = AF_UNIX;
    snprintf(d->local.sun_path, sizeof(d->local.sun_path), "%s",
             o->unix_socket);
  }
  if(start(d) == 0)
    return d;
  free(d);
  return NULL;
}

void dial_close(struct dial *d)
{
  drop_socket(d);
  d->over = true;
  if(d->resolving)
    uv_cancel((uv_req_t *)&d->resolve);
  release(d);
}
