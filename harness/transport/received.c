/* SPDX-License-Identifier: MIT
 * Counts of a TCP connection; see received.h. */
#include "transport/received.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

uint64_t received_bytes(int fd)
{
  struct tcp_info info;
  socklen_t n = sizeof(info);
  memset(&info, 0, sizeof(info));
  if(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n))
    return 0;
  return info.tcpi_bytes_received;
}

uint64_t received_taken(int fd)
{
  /* Asked first: what comes in between counts as taken, not as waiting. */
  int waiting = 0;
  uint64_t received;
  if(ioctl(fd, SIOCINQ, &waiting) || waiting < 0)
    return 0;
  received = received_bytes(fd);
  return received > (uint64_t)waiting ? received - (uint64_t)waiting : 0;
}
