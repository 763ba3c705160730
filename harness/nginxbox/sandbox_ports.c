/* SPDX-License-Identifier: MIT
 * Ports of 127.0.0.1 for a live run; see sandbox.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nginxbox/sandbox.h"

static int bound_socket(uint16_t *port)
{
  struct sockaddr_in a = {.sin_family = AF_INET,
                          .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t n = sizeof(a);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if(fd < 0)
    return -1;
  if(bind(fd, (struct sockaddr *)&a, sizeof(a)) ||
     getsockname(fd, (struct sockaddr *)&a, &n)) {
    close(fd);
    return -1;
  }
  *port = ntohs(a.sin_port);
  return fd;
}

/* All are held until the last is there, so that they differ. */
int sandbox_free_ports(uint16_t *out, size_t n, struct err *e)
{
  int fd[REWRITE_LISTENS_MAX];
  size_t got = 0;
  while(got < n && got < REWRITE_LISTENS_MAX) {
    fd[got] = bound_socket(&out[got]);
    if(fd[got] < 0)
      break;
    got++;
  }
  for(size_t i = 0; i < got; i++)
    close(fd[i]);
  return got == n ? 0
                  : err_set(e, E_LIMIT, "no free port: %s", strerror(errno));
}

int sandbox_closed_port(uint16_t *out, struct err *e)
{
  int fd = bound_socket(out);
  return fd >= 0 ? fd
                 : err_set(e, E_LIMIT, "no free port: %s", strerror(errno));
}

bool sandbox_accepts(uint16_t port)
{
  struct sockaddr_in a = {.sin_family = AF_INET,
                          .sin_port = htons(port),
                          .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool ok;
  if(fd < 0)
    return false;
  ok = connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
  close(fd);
  return ok;
}
