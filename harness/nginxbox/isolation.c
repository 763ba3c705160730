/* SPDX-License-Identifier: MIT
 * A network of the run's own; see isolation.h. */
#include "nginxbox/isolation.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static bool write_text(const char *path, const char *text)
{
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  size_t n = strlen(text);
  bool done = fd >= 0 && write(fd, text, n) == (ssize_t)n;
  if(fd >= 0)
    close(fd);
  return done;
}

/* This user stays this user: files are its own as before. */
static bool map_self(uid_t uid, gid_t gid)
{
  char text[64];
  if(!write_text("/proc/self/setgroups", "deny"))
    return false;
  snprintf(text, sizeof(text), "%u %u 1", (unsigned)uid, (unsigned)uid);
  if(!write_text("/proc/self/uid_map", text))
    return false;
  snprintf(text, sizeof(text), "%u %u 1", (unsigned)gid, (unsigned)gid);
  return write_text("/proc/self/gid_map", text);
}

static bool raise_loopback(void)
{
  struct ifreq lo;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool up;
  if(fd < 0)
    return false;
  memset(&lo, 0, sizeof(lo));
  snprintf(lo.ifr_name, sizeof(lo.ifr_name), "lo");
  up = ioctl(fd, SIOCGIFFLAGS, &lo) == 0;
  lo.ifr_flags = (short)(lo.ifr_flags | IFF_UP);
  up = up && ioctl(fd, SIOCSIFFLAGS, &lo) == 0;
  close(fd);
  return up;
}

/* Root has the right to a network; others get it in a user namespace. */
static bool enter(void)
{
  uid_t uid = geteuid();
  gid_t gid = getegid();
  if(uid == 0)
    return unshare(CLONE_NEWNET) == 0 && raise_loopback();
  return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && map_self(uid, gid) &&
         raise_loopback();
}

/* Half of the way there is no way back: a child tries it first. */
static int try_in_child(void)
{
  int status = 0;
  pid_t child = fork();
  if(child == 0) {
    errno = EPERM;
    _exit(enter() ? 0 : errno & 0x7f);
  }
  if(child < 0)
    return errno;
  while(waitpid(child, &status, 0) < 0) {
    if(errno != EINTR)
      return errno;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

bool isolation_enter(char *why, size_t size)
{
  int trouble = try_in_child();
  if(!trouble && enter())
    return true;
  snprintf(why, size, "this system lets it have no network of its own: %s",
           strerror(trouble ? trouble : errno));
  return false;
}
