/* SPDX-License-Identifier: MIT
 * A network and a jail of the run's own; see isolation.h. */
#include "nginxbox/isolation.h"

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nginxbox/lab_user.h"

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
  /* Who stays who it is keeps its files, too. */
  return jail_unshare(CLONE_NEWUSER | CLONE_NEWNET, (uid_t[]){uid, uid},
                      (gid_t[]){gid, gid}) &&
         raise_loopback();
}

/* Half of the way there is no way back: a child tries it first. */
static int try_in_child(void)
{
  const struct jail none = {NULL, {NULL, NULL}};
  struct process_user as = lab_user();
  int status = 0;
  pid_t child;
  as.jail = &none;
  child = fork();
  if(child == 0) {
    errno = EPERM;
    _exit(enter() && process_turn_into(as) ? 0 : errno & 0x7f);
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
  snprintf(why, size,
           "this system lets it have no network and no files of its own (%s)",
           strerror(trouble ? trouble : errno));
  return false;
}
