/* SPDX-License-Identifier: MIT
 * Making a connection: name to addresses, one after the other until one
 * answers. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/wire_private.h"
#include "transport/arrival.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

static void free_poll(uv_handle_t *h)
{
  free(h);
}

void wire_drop_socket(struct wire *w, bool reset)
{
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  if(w->poll) {
    uv_poll_stop(w->poll);
    w->poll->data = NULL;
    uv_close((uv_handle_t *)w->poll, free_poll);
    w->poll = NULL;
  }
  if(w->fd < 0)
    return;
  if(reset)
    (void)setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(w->fd);
  w->fd = -1;
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

static int open_socket(struct wire *w, const struct addrinfo *a)
{
  int on = 1;
  int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if(fd < 0)
    return -1;
  w->fd = fd;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  arrival_enable(fd);
  if(w->source_ip[0] && bind_source(fd, w->source_ip))
    return -1;
  if(connect(fd, a->ai_addr, a->ai_addrlen) && errno != EINPROGRESS)
    return -1;
  w->poll = calloc(1, sizeof(*w->poll));
  if(!w->poll || uv_poll_init_socket(w->loop, w->poll, fd)) {
    free(w->poll);
    w->poll = NULL;
    errno = ENOMEM;
    return -1;
  }
  w->poll->data = w;
  return 0;
}

static enum wire_fate fate_of(int error)
{
  switch(error) {
  case ECONNREFUSED:
    return WIRE_REFUSED;
  case ECONNRESET:
    return WIRE_RESET;
  case EMFILE:
  case ENFILE:
  case ENOMEM:
  case ENOBUFS:
  case EADDRNOTAVAIL:
  case EADDRINUSE:
    return WIRE_ERROR;
  default:
    return WIRE_UNREACHABLE;
  }
}

/* Takes the next address that a connection can at least be begun to. */
static void try_next(struct wire *w)
{
  while(w->next) {
    const struct addrinfo *a = w->next;
    w->next = a->ai_next;
    if(open_socket(w, a) == 0) {
      w->connecting = true;
      wire_watch(w);
      return;
    }
    w->error = errno;
    wire_drop_socket(w, false);
  }
  wire_end(w, fate_of(w->error), strerror(w->error));
}

void wire_connect_ready(struct wire *w)
{
  socklen_t n = sizeof(w->error);
  if(getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &w->error, &n))
    w->error = errno;
  if(!w->error) {
    w->connecting = false;
    wire_connected(w);
    return;
  }
  wire_drop_socket(w, false);
  try_next(w);
}

static void on_resolved(uv_getaddrinfo_t *req, int status,
                        struct addrinfo *found)
{
  struct wire *w = req->data;
  char detail[120];
  w->resolving = false;
  w->found = found;
  w->next = found;
  w->depth++;
  if(!w->closed && status) {
    snprintf(detail, sizeof(detail), "the name does not resolve: %s",
             uv_strerror(status));
    wire_end(w, WIRE_UNREACHABLE, detail);
  } else if(!w->closed) {
    try_next(w);
  }
  w->depth--;
  wire_release(w);
}

/* A numeric address needs no other thread, so that connections begin in the
 * order in which they are asked for.  What does not even begin takes the long
 * way, where its failure can be told. */
static bool begin_numeric(struct wire *w, const char *port)
{
  struct addrinfo hints, *a = NULL;
  memset(&hints, 0, sizeof(hints));
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  if(getaddrinfo(w->host, port, &hints, &a))
    return false;
  if(open_socket(w, a)) {
    wire_drop_socket(w, false);
    freeaddrinfo(a);
    return false;
  }
  w->found = a;
  w->next = a->ai_next;
  w->connecting = true;
  wire_watch(w);
  return true;
}

int wire_resolve(struct wire *w)
{
  struct addrinfo hints;
  char port[8];
  memset(&hints, 0, sizeof(hints));
  hints.ai_socktype = SOCK_STREAM;
  snprintf(port, sizeof(port), "%u", (unsigned)w->port);
  if(begin_numeric(w, port))
    return 0;
  w->resolve.data = w;
  if(uv_getaddrinfo(w->loop, &w->resolve, on_resolved, w->host, port, &hints))
    return E_NOMEM;
  w->resolving = true;
  return 0;
}
