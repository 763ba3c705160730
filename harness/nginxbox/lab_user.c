/* SPDX-License-Identifier: MIT
 * The user of the private nginx; see lab_user.h. */
#include "nginxbox/lab_user.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

/* Containers seldom have users beyond 65535; those just below are given out by
 * hand the least. */
#define FIRST 65000u
#define LAST  65500u

struct process_user lab_user(void)
{
  struct process_user u = {0, 0, NULL};
  if(geteuid() != 0)
    return u;
  for(unsigned n = FIRST; n <= LAST && !u.uid; n++) {
    if(!getpwuid(n) && !getgrgid(n))
      u = (struct process_user){n, n, NULL};
  }
  if(!u.uid)
    u = (struct process_user){LAST + 1, LAST + 1, NULL};
  return u;
}
