/* SPDX-License-Identifier: MIT
 * The floor client: opens N event streams on 127.0.0.1 and counts bytes and
 * blank lines, nothing else.  It says "full" once all streams have a response,
 * counts for some seconds, says "done" with its counts, and ends.
 *
 *   floor_client [-n STREAMS] [-d SECONDS] PORT PATH
 *
 * With -d 0 it stays until its standard input closes. */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/floor.h"

#define OPENING_MAX        256  /* connects under way at once */
#define STREAMS_PER_SOURCE 5000 /* one source address has 28,000 ports */
#define STDIN_NUMBER       UINT32_MAX

struct stream {
  int fd;
  uint8_t asked;    /* the request is sent */
  uint8_t answered; /* the first bytes of a 200 are in */
  uint8_t newline;  /* the last byte seen was LF */
};

struct client {
  int epoll_fd;
  struct sockaddr_in server;
  char request[512];
  size_t request_bytes;
  struct stream *stream; /* owned */
  uint32_t wanted, started, open, failed;
  uint64_t events, bytes;
};

static char input[65536];

static int start_stream(struct client *c, uint32_t i)
{
  struct sockaddr_in from = floor_loopback(0);
  int one = 1;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if(fd < 0)
    return -1;
  from.sin_addr.s_addr = htonl(0x7f010001u + i / STREAMS_PER_SOURCE);
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  c->stream[i].fd = fd;
  if(bind(fd, (struct sockaddr *)&from, sizeof(from)))
    return -1;
  if(connect(fd, (struct sockaddr *)&c->server, sizeof(c->server)) &&
     errno != EINPROGRESS)
    return -1;
  return floor_watch(c->epoll_fd, fd, EPOLLIN | EPOLLOUT, i);
}

static void end_stream(struct client *c, struct stream *s)
{
  close(s->fd);
  s->fd = -1;
  c->failed++;
}

static void count(struct client *c, struct stream *s, size_t n)
{
  const char *at = input, *end = input + n;
  c->bytes += n;
  if(s->newline && input[0] == '\n')
    c->events++;
  for(;;) {
    at = memchr(at, '\n', (size_t)(end - at));
    if(!at || at + 1 == end)
      break;
    at++;
    if(*at == '\n')
      c->events++;
  }
  s->newline = input[n - 1] == '\n';
}

static void take(struct client *c, struct stream *s)
{
  ssize_t n;
  do {
    n = read(s->fd, input, sizeof(input));
    if(n <= 0)
      break;
    if(!s->answered) {
      if(n < 12 || memcmp(input, "HTTP/1.1 200", 12) != 0) {
        end_stream(c, s);
        return;
      }
      s->answered = 1;
      c->open++;
    }
    count(c, s, (size_t)n);
  } while(n == (ssize_t)sizeof(input));
  if(n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    end_stream(c, s);
}

static void handle(struct client *c, const struct epoll_event *ev)
{
  struct stream *s = &c->stream[ev->data.u32];
  if(s->fd < 0)
    return;
  if(!s->asked && (ev->events & EPOLLOUT)) {
    s->asked = 1;
    if(send(s->fd, c->request, c->request_bytes, MSG_NOSIGNAL) < 0) {
      end_stream(c, s);
      return;
    }
  }
  if(ev->events & (EPOLLIN | EPOLLHUP | EPOLLERR))
    take(c, s);
}

/* One pass of the loop.  Returns -1 when standard input closed. */
static int turn(struct client *c, int timeout_ms)
{
  struct epoll_event ev[FLOOR_BATCH];
  int i, n;
  while(c->started < c->wanted &&
        c->started - c->open - c->failed < OPENING_MAX) {
    if(start_stream(c, c->started))
      end_stream(c, &c->stream[c->started]);
    c->started++;
  }
  n = epoll_wait(c->epoll_fd, ev, FLOOR_BATCH, timeout_ms);
  for(i = 0; i < n; i++) {
    if(ev[i].data.u32 == STDIN_NUMBER)
      return -1;
    handle(c, &ev[i]);
  }
  return 0;
}

static void say(const struct client *c, const char *what)
{
  printf("%s {\"open\": %u, \"failed\": %u, \"events\": %llu, "
         "\"bytes\": %llu}\n",
         what, c->open, c->failed, (unsigned long long)c->events,
         (unsigned long long)c->bytes);
  fflush(stdout);
}

static int run(struct client *c, double seconds)
{
  uint64_t end = UINT64_MAX, now;
  int timeout_ms = -1;
  while(c->open + c->failed < c->wanted) {
    if(turn(c, -1))
      return 1;
  }
  say(c, "full");
  c->events = c->bytes = 0;
  now = floor_now_ns();
  if(seconds > 0)
    end = now + (uint64_t)(seconds * 1e9);
  while(now < end) {
    if(seconds > 0)
      timeout_ms = (int)((end - now) / 1000000) + 1;
    if(turn(c, timeout_ms))
      break;
    now = floor_now_ns();
  }
  say(c, "done");
  return c->failed ? 1 : 0;
}

static int prepare(struct client *c, const char *path)
{
  int n = snprintf(c->request, sizeof(c->request),
                   "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                   "Accept: text/event-stream\r\n"
                   "Cache-Control: no-cache\r\n\r\n",
                   path, ntohs(c->server.sin_port));
  if(n < 0 || (size_t)n >= sizeof(c->request))
    return -1;
  c->request_bytes = (size_t)n;
  c->stream = calloc(c->wanted, sizeof(*c->stream));
  c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  floor_raise_fds();
  if(!c->stream || c->epoll_fd < 0)
    return -1;
  /* A file or /dev/null on standard input cannot be watched: run on. */
  if(!isatty(STDIN_FILENO))
    floor_watch(c->epoll_fd, STDIN_FILENO, EPOLLIN, STDIN_NUMBER);
  return 0;
}

/* Reads -n and -d and the port.  Returns -1 when they make no sense. */
static int read_options(struct client *c, double *seconds, int argc,
                        char **argv)
{
  double streams = 1, port;
  for(;;) {
    int opt = getopt(argc, argv, "n:d:");
    if(opt < 0)
      break;
    if(opt == '?')
      return -1;
    *(opt == 'n' ? &streams : seconds) = floor_number(optarg, "floor_client");
  }
  if(argc - optind != 2 || streams < 1 || *seconds < 0)
    return -1;
  port = floor_number(argv[optind], "PORT");
  if(port < 1 || port > 65535)
    return -1;
  c->wanted = (uint32_t)streams;
  c->server = floor_loopback((uint16_t)port);
  return 0;
}

int main(int argc, char **argv)
{
  struct client c = {.wanted = 1};
  double seconds = 5;
  int rc;
  if(read_options(&c, &seconds, argc, argv)) {
    fputs("usage: floor_client [-n STREAMS] [-d SECONDS] PORT PATH\n", stderr);
    return 2;
  }
  if(prepare(&c, argv[optind + 1])) {
    perror("floor_client");
    return 1;
  }
  rc = run(&c, seconds);
  free(c.stream);
  return rc;
}
