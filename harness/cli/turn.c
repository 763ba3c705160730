/* SPDX-License-Identifier: MIT
 * A server for one run; see turn.h. */
#include "cli/turn.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "load/target.h"

#define UP_NS   (30 * NS_PER_SEC)
#define DOWN_NS (10 * NS_PER_SEC)
#define LOOK_NS (20 * NS_PER_MS)

static bool accepts(const struct turn *t)
{
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list, *a;
  bool up = false;
  if(getaddrinfo(t->host, t->port, &hints, &list))
    return false;
  for(a = list; a && !up; a = a->ai_next) {
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, 0);
    if(fd < 0)
      continue;
    up = connect(fd, a->ai_addr, a->ai_addrlen) == 0;
    close(fd);
  }
  freeaddrinfo(list);
  return up;
}

static void wait_a_little(void)
{
  struct timespec t = {.tv_nsec = (long)LOOK_NS};
  nanosleep(&t, NULL);
}

static int find_address(struct turn *t, const struct scenario *s,
                        struct err *e)
{
  struct load_target target;
  int rc = target_look(s, &target, NULL, e);
  if(rc)
    return rc;
  if(target.local)
    return err_set(e, E_UNSUPPORTED,
                   "--interleave awaits a port, and a unix: target has none");
  snprintf(t->host, sizeof(t->host), "%s", target.url.host);
  snprintf(t->port, sizeof(t->port), "%u", (unsigned)target.url.port);
  return 0;
}

static int await(struct turn *t, const char *command, struct err *e)
{
  uint64_t end = clock_mono_ns() + UP_NS;
  int status;
  while(!accepts(t)) {
    if(!process_running(&t->server, &status))
      return err_set(e, E_UNREACHABLE,
                     "%.200s: ended before it listened on %s:%s", command,
                     t->host, t->port);
    if(clock_mono_ns() > end)
      return err_set(e, E_UNREACHABLE,
                     "%.200s: does not listen on %s:%s after 30 s", command,
                     t->host, t->port);
    wait_a_little();
  }
  return 0;
}

int turn_start(struct turn *t, const char *command, const struct scenario *s,
               struct err *e)
{
  const char *argv[] = {"/bin/sh", "-c", NULL, NULL};
  struct buf quiet;
  int rc;
  memset(t, 0, sizeof(*t));
  t->server.out = -1;
  rc = find_address(t, s, e);
  if(rc)
    return rc;
  if(accepts(t))
    return err_set(e, E_UNREACHABLE,
                   "something listens on %s:%s already; --interleave starts "
                   "the servers itself",
                   t->host, t->port);
  buf_init(&quiet, 0);
  rc = buf_addf(&quiet, "{ %s\n} >/dev/null 2>&1", command);
  argv[2] = buf_text(&quiet);
  rc = rc ? err_set(e, rc, "%s", err_name(rc))
          : process_start(&t->server, argv, e);
  buf_free(&quiet);
  return rc ? rc : await(t, command, e);
}

void turn_end(struct turn *t)
{
  uint64_t end = clock_mono_ns() + DOWN_NS;
  if(t->server.pid <= 0)
    return;
  process_end(&t->server);
  while(accepts(t) && clock_mono_ns() < end)
    wait_a_little();
}
