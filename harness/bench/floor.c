/* SPDX-License-Identifier: MIT
 * Helpers of the floor programs; see floor.h. */
#include "bench/floor.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

uint64_t floor_now_ns(void)
{
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

void floor_raise_fds(void)
{
  struct rlimit limit;
  if(getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

struct sockaddr_in floor_loopback(uint16_t port)
{
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

double floor_number(const char *text, const char *what)
{
  char *end;
  double value = strtod(text, &end);
  if(end == text || *end || !(value >= 0)) {
    fprintf(stderr, "%s: '%s' is not a number\n", what, text);
    return -1;
  }
  return value;
}

int floor_watch(int epoll_fd, int fd, uint32_t events, uint32_t number)
{
  struct epoll_event ev = {.events = events | EPOLLET};
  ev.data.u32 = number;
  return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev);
}
