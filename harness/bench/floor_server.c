/* SPDX-License-Identifier: MIT
 * The floor server: answers every request with an event stream and writes one
 * formatted event to each of N streams at a rate, nothing else.
 *
 *   floor_server [-n STREAMS] [-r RATE] [-d SECONDS] [-s BYTES] [-b]
 *
 * It says "listening on URL", "full" once N streams are open, "start", sends
 * RATE events per second to each stream for some seconds, says "done" with its
 * counts, holds the streams, and ends when its standard input closes.  The
 * streams' turns are spread evenly over the period; with -b all come at once,
 * as a fan-out does. */
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/floor.h"

#define LISTEN_NUMBER UINT32_MAX
#define STDIN_NUMBER  (UINT32_MAX - 1)
#define SETTLE_NS     500000000u /* from "full" to "start" */
#define EVENT_MAX     65536

static const char HEAD[] = "HTTP/1.1 200 OK\r\n"
                           "Content-Type: text/event-stream\r\n"
                           "Cache-Control: no-cache\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n";

enum phase { FILLING, SETTLING, SENDING, HOLDING };

struct server {
  int epoll_fd, listen_fd;
  uint32_t wanted;
  double rate, seconds;
  size_t event_bytes; /* on the wire, chunk framing included */
  int burst;
  int *fd;         /* owned; open streams by number, -1 = none */
  uint32_t *order; /* owned; numbers of the streams that were asked for */
  uint32_t open, capacity;
  enum phase phase;
  uint64_t since_ns, sent, events, bytes, cut;
  char event[EVENT_MAX];
  size_t event_length;
};

/* Formats the event that every stream gets in this round. */
static void format_event(struct server *s, uint64_t round)
{
  char block[EVENT_MAX - 32];
  struct timespec t;
  int n, pad;
  clock_gettime(CLOCK_REALTIME, &t);
  n = snprintf(block, sizeof(block),
               "id: %llu\ndata: {\"seq\":%llu,\"t\":%lld%09ld,\"pad\":\"",
               (unsigned long long)round + 1, (unsigned long long)round + 1,
               (long long)t.tv_sec, t.tv_nsec);
  pad = (int)s->event_bytes - n - 4 - 6; /* the tail; the chunk's framing */
  if(pad > 0) {
    memset(block + n, 'x', (size_t)pad);
    n += pad;
  }
  n += snprintf(block + n, sizeof(block) - (size_t)n, "\"}\n\n");
  n = snprintf(s->event, sizeof(s->event), "%x\r\n%s\r\n", (unsigned)n, block);
  s->event_length = (size_t)n;
}

static void drop(struct server *s, uint32_t number)
{
  uint32_t i;
  close(s->fd[number]);
  s->fd[number] = -1;
  for(i = 0; i < s->open; i++) {
    if(s->order[i] == number) {
      s->order[i] = s->order[--s->open];
      break;
    }
  }
}

static void accept_all(struct server *s)
{
  int one = 1;
  for(;;) {
    int fd = accept4(s->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if(fd < 0)
      return;
    if((uint32_t)fd >= s->capacity) {
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    s->fd[fd] = fd;
    floor_watch(s->epoll_fd, fd, EPOLLIN | EPOLLRDHUP, (uint32_t)fd);
  }
}

static void answer(struct server *s, uint32_t number)
{
  char request[4096];
  ssize_t n =
      s->fd[number] < 0 ? -1 : read(s->fd[number], request, sizeof(request));
  if(n < 0)
    return;
  if(n == 0 || send(s->fd[number], HEAD, sizeof(HEAD) - 1, MSG_NOSIGNAL) < 0) {
    drop(s, number);
    return;
  }
  s->order[s->open++] = number;
}

static void send_one(struct server *s)
{
  uint32_t turn = (uint32_t)(s->sent % s->open);
  uint32_t number = s->order[turn];
  ssize_t n;
  if(turn == 0)
    format_event(s, s->sent / s->open);
  s->sent++;
  n = send(s->fd[number], s->event, s->event_length, MSG_NOSIGNAL);
  if(n == (ssize_t)s->event_length) {
    s->events++;
    s->bytes += s->event_length;
  } else {
    /* The floor has no queue: a reader that is that far behind is cut. */
    s->cut++;
    drop(s, number);
  }
}

static void say(const struct server *s, const char *what)
{
  printf("%s {\"open\": %u, \"events\": %llu, \"bytes\": %llu, "
         "\"cut\": %llu}\n",
         what, s->open, (unsigned long long)s->events,
         (unsigned long long)s->bytes, (unsigned long long)s->cut);
  fflush(stdout);
}

static void enter(struct server *s, enum phase phase, const char *what)
{
  s->phase = phase;
  s->since_ns = floor_now_ns();
  say(s, what);
}

/* Sends what is due.  Returns how long the loop may wait, -1 = for ever. */
static int send_due(struct server *s)
{
  double elapsed = (double)(floor_now_ns() - s->since_ns) / 1e9;
  double due = elapsed < s->seconds ? elapsed * s->rate : s->seconds * s->rate;
  uint64_t goal;
  if(s->burst)
    goal = (uint64_t)due * s->wanted;
  else
    goal = (uint64_t)(due * s->wanted);
  while(s->sent < goal && s->open)
    send_one(s);
  if(elapsed >= s->seconds) {
    enter(s, HOLDING, "done");
    return -1;
  }
  /* Round up: a wake-up before the next burst is due would be for nothing. */
  if(s->burst)
    return (int)((floor(due) + 1 - due) / s->rate * 1e3) + 1;
  return 1;
}

static int advance(struct server *s)
{
  if(s->phase == FILLING && s->open >= s->wanted)
    enter(s, SETTLING, "full");
  if(s->phase == SETTLING && floor_now_ns() - s->since_ns >= SETTLE_NS)
    enter(s, SENDING, "start");
  if(s->phase == SENDING)
    return send_due(s);
  return s->phase == SETTLING ? 20 : -1;
}

static void handle(struct server *s, const struct epoll_event *ev)
{
  uint32_t number = ev->data.u32;
  if(number == LISTEN_NUMBER)
    accept_all(s);
  else if(ev->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
    if(s->fd[number] >= 0)
      drop(s, number);
  } else
    answer(s, number);
}

static void serve(struct server *s)
{
  struct epoll_event ev[FLOOR_BATCH];
  for(;;) {
    int timeout_ms = advance(s);
    int n = epoll_wait(s->epoll_fd, ev, FLOOR_BATCH, timeout_ms);
    for(int i = 0; i < n; i++) {
      if(ev[i].data.u32 == STDIN_NUMBER)
        return;
      handle(s, &ev[i]);
    }
  }
}

static int listen_here(struct server *s)
{
  struct sockaddr_in a = floor_loopback(0);
  socklen_t size = sizeof(a);
  s->listen_fd =
      socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if(s->listen_fd < 0 || s->epoll_fd < 0 ||
     bind(s->listen_fd, (struct sockaddr *)&a, size) ||
     listen(s->listen_fd, 65535) ||
     getsockname(s->listen_fd, (struct sockaddr *)&a, &size) ||
     floor_watch(s->epoll_fd, s->listen_fd, EPOLLIN, LISTEN_NUMBER))
    return -1;
  floor_watch(s->epoll_fd, STDIN_FILENO, EPOLLIN, STDIN_NUMBER);
  printf("listening on http://127.0.0.1:%u\n", ntohs(a.sin_port));
  fflush(stdout);
  return 0;
}

static int prepare(struct server *s)
{
  uint32_t i;
  floor_raise_fds();
  s->capacity = (uint32_t)sysconf(_SC_OPEN_MAX);
  s->fd = calloc(s->capacity, sizeof(*s->fd));
  s->order = calloc(s->capacity, sizeof(*s->order));
  if(!s->fd || !s->order)
    return -1;
  for(i = 0; i < s->capacity; i++)
    s->fd[i] = -1;
  return listen_here(s);
}

static int read_options(struct server *s, int argc, char **argv)
{
  for(;;) {
    int opt = getopt(argc, argv, "n:r:d:s:b");
    double v = 1;
    if(opt < 0)
      break;
    if(opt != '?' && opt != 'b')
      v = floor_number(optarg, "floor_server");
    if(opt == '?' || v < 0)
      return -1;
    if(opt == 'n')
      s->wanted = (uint32_t)v;
    else if(opt == 'r')
      s->rate = v;
    else if(opt == 'd')
      s->seconds = v;
    else if(opt == 's')
      s->event_bytes = (size_t)v;
    else
      s->burst = 1;
  }
  if(optind < argc || !s->wanted || s->event_bytes > EVENT_MAX - 64)
    return -1;
  return 0;
}

int main(int argc, char **argv)
{
  static struct server s = {
      .wanted = 1, .rate = 20, .seconds = 5, .event_bytes = 200};
  if(read_options(&s, argc, argv)) {
    fputs("usage: floor_server [-n STREAMS] [-r RATE] [-d SECONDS] "
          "[-s BYTES] [-b]\n",
          stderr);
    return 2;
  }
  if(prepare(&s)) {
    perror("floor_server");
    return 1;
  }
  serve(&s);
  free(s.fd);
  free(s.order);
  return 0;
}
