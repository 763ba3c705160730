/* SPDX-License-Identifier: MIT
 * The socket of the live view; see live.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/units.h"
#include "load/live.h"

#define BACKLOG 16

static int refuse(int fd, uint16_t port, struct err *e)
{
  int why = errno;
  if(fd >= 0)
    close(fd);
  return err_set(e, E_IO, "--metrics %u: cannot listen on 127.0.0.1:%u: %s",
                 port, port, strerror(why));
}

int live_open(uint16_t port, struct live_socket *out, struct err *e)
{
  struct sockaddr_in at;
  socklen_t size = sizeof(at);
  int one = 1;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  memset(&at, 0, sizeof(at));
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  /* The same port again at once, although old connections linger. */
  if(fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
     bind(fd, (const struct sockaddr *)&at, size) || listen(fd, BACKLOG) ||
     getsockname(fd, (struct sockaddr *)&at, &size))
    return refuse(fd, port, e);
  out->fd = fd;
  out->port = ntohs(at.sin_port);
  return 0;
}

void live_close(struct live_socket *s)
{
  close(s->fd);
  s->fd = -1;
}

int live_port(const char *text, uint16_t *out, struct err *e)
{
  uint64_t n;
  if(units_count(slice_of(text), &n) || n > UINT16_MAX)
    return err_set(e, E_RANGE,
                   "--metrics %s: a port is 0 (any free one) to 65535", text);
  *out = (uint16_t)n;
  return 0;
}
