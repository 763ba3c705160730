/* SPDX-License-Identifier: MIT
 * Sockets on the shared port; see listen.h. */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Unsent bytes the kernel takes per stream.  Beyond it the server's own
 * queue, which is bounded and counted, holds what a slow client leaves. */
#define UNSENT_BYTES (128 << 10)

struct address {
  struct sockaddr_storage storage;
  socklen_t n;
};

static void fill(const struct server_options *o, uint16_t port,
                 struct address *a)
{
  struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)&a->storage;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)&a->storage;
  memset(a, 0, sizeof(*a));
  if(inet_pton(AF_INET, o->host, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    a->n = sizeof(*v4);
    return;
  }
  inet_pton(AF_INET6, o->host, &v6->sin6_addr);
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  a->n = sizeof(*v6);
}

static void turn_on(int fd, int level, int option, int value)
{
  /* An option that a kernel lacks costs speed, not truth. */
  int rc = setsockopt(fd, level, option, &value, sizeof(value));
  (void)rc;
}

static int open_bound(const struct server_options *o, uint16_t port,
                      bool shared, struct err *e)
{
  struct address a;
  int fd;
  fill(o, port, &a);
  fd = socket(a.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
              0);
  if(fd < 0)
    return err_set(e, E_LIMIT, "cannot open a socket: %s", strerror(errno));
  turn_on(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if(shared) {
    turn_on(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    turn_on(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    turn_on(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_BYTES);
  }
  if(bind(fd, (struct sockaddr *)&a.storage, a.n)) {
    err_set(e, E_LIMIT, "cannot listen on %s port %u: %s", o->host, port,
            strerror(errno));
    close(fd);
    return E_LIMIT;
  }
  return fd;
}

int listen_bind(const struct server_options *o, uint16_t port, struct err *e)
{
  return open_bound(o, port, true, e);
}

int listen_reserve(const struct server_options *o, uint16_t *port,
                   struct err *e)
{
  struct sockaddr_storage bound;
  socklen_t n = sizeof(bound);
  int fd;
  /* SO_REUSEPORT would share the port with a stranger of the same user: look
   * without it first. */
  if(o->port) {
    fd = open_bound(o, o->port, false, e);
    if(fd < 0)
      return fd;
    close(fd);
  }
  fd = listen_bind(o, o->port, e);
  if(fd < 0)
    return fd;
  if(getsockname(fd, (struct sockaddr *)&bound, &n)) {
    close(fd);
    return err_set(e, E_IO, "getsockname: %s", strerror(errno));
  }
  *port = bound.ss_family == AF_INET6
              ? ntohs(((struct sockaddr_in6 *)(void *)&bound)->sin6_port)
              : ntohs(((struct sockaddr_in *)(void *)&bound)->sin_port);
  return fd;
}
