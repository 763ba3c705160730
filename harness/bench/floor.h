/* SPDX-License-Identifier: MIT
 * What the floor client and the floor server share: a bare epoll loop's few
 * helpers.  The floor is the least that any program must do to hold event
 * streams; weir's own cost is measured against it.  No library, no parser, no
 * accounting beyond two counters. */
#ifndef WEIR_BENCH_FLOOR_H
#define WEIR_BENCH_FLOOR_H
#include <netinet/in.h>
#include <stdint.h>

#define FLOOR_BATCH 512 /* epoll events taken at once */

/* floor_now_ns is CLOCK_MONOTONIC. */
uint64_t floor_now_ns(void);
/* floor_raise_fds lifts the soft limit of open files to the hard one. */
void floor_raise_fds(void);
/* floor_loopback is 127.0.0.1:port. */
struct sockaddr_in floor_loopback(uint16_t port);
/* floor_number reads a non-negative number; prints the usage and returns -1
 * when text is none. */
double floor_number(const char *text, const char *what);
/* floor_watch adds fd to the epoll set, edge-triggered, under a number. */
int floor_watch(int epoll_fd, int fd, uint32_t events, uint32_t number);

#endif
