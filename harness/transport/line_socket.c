/* SPDX-License-Identifier: MIT
 * Making a connection; see line.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "transport/arrival.h"
#include "transport/line.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

/* Binding to an address without a port lets connect() choose one that is free
 * for this destination, not one that is free for all. */
static int bind_source(int fd, const char *ip)
{
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  int on = 1;
  (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
  memset(&v4, 0, sizeof(v4));
  v4.sin_family = AF_INET;
  if(inet_pton(AF_INET, ip, &v4.sin_addr) == 1)
    return bind(fd, (struct sockaddr *)&v4, sizeof(v4));
  memset(&v6, 0, sizeof(v6));
  v6.sin6_family = AF_INET6;
  if(inet_pton(AF_INET6, ip, &v6.sin6_addr) == 1)
    return bind(fd, (struct sockaddr *)&v6, sizeof(v6));
  errno = EADDRNOTAVAIL;
  return -1;
}

static void set_options(int fd, const struct request *r)
{
  int on = 1;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if(r->receive_buffer) {
    int size = (int)r->receive_buffer;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
  }
  arrival_enable(fd);
}

int line_socket(const struct origin *o, const struct request *r)
{
  int error;
  int fd =
      socket(o->addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if(fd < 0)
    return -errno;
  set_options(fd, r);
  if(r->source_ip && r->source_ip[0] && o->addr.ss_family != AF_UNIX &&
     bind_source(fd, r->source_ip)) {
    error = errno;
    close(fd);
    return -error;
  }
  if(connect(fd, (const struct sockaddr *)&o->addr, o->addr_len) == 0 ||
     errno == EINPROGRESS)
    return fd;
  error = errno;
  close(fd);
  return -error;
}
