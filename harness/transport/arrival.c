/* SPDX-License-Identifier: MIT
 * Kernel receive times; see arrival.h.  Where one read covers several
 * segments, the kernel tells the time of the newest: never later than the
 * read itself, so always nearer to the truth than a user-space clock. */
#include "transport/arrival.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

#define PEEK_BYTES ((size_t)1 << 20)

void arrival_enable(int fd)
{
  int on = 1;
  /* Failure shows as arrivals without a kernel time, which are counted. */
  (void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

static bool find_stamp(struct msghdr *m, uint64_t *out)
{
  struct cmsghdr *c;
  for(c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
    if(c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
      struct timespec ts;
      memcpy(&ts, CMSG_DATA(c), sizeof(ts));
      *out = (uint64_t)ts.tv_sec * NS_PER_SEC + (uint64_t)ts.tv_nsec;
      return *out != 0;
    }
  }
  return false;
}

ssize_t arrival_recv(int fd, void *buf, size_t size, int flags,
                     struct arrival *when)
{
  union {
    char space[CMSG_SPACE(sizeof(struct timespec))];
    struct cmsghdr align;
  } control;
  struct iovec v = {buf, size};
  struct msghdr m;
  ssize_t n;
  memset(&m, 0, sizeof(m));
  m.msg_iov = &v;
  m.msg_iovlen = 1;
  m.msg_control = &control;
  m.msg_controllen = sizeof(control);
  n = recvmsg(fd, &m, flags);
  if(n > 0) {
    when->kernel = find_stamp(&m, &when->real_ns);
    if(!when->kernel)
      when->real_ns = clock_real_ns();
  }
  return n;
}

/* MSG_TRUNC spares the copying: the kernel passes over the bytes, and the room
 * for them is never touched. */
bool arrival_peek(int fd, struct arrival *when)
{
  static char room[PEEK_BYTES];
  ssize_t n = arrival_recv(fd, room, sizeof(room),
                           MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT, when);
  return n > 0 && (size_t)n < sizeof(room);
}

void arrival_warm_up(void)
{
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if(fd >= 0)
    arrival_enable(fd); /* deliberately never closed */
}
