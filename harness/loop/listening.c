/* SPDX-License-Identifier: MIT
 * Reading /proc/net and /proc/PID/fd; see listening.h. */
#include "loop/listening.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/slice.h"
#include "base/units.h"

#define STATE_LISTEN  0x0A
#define FIELD_LOCAL   1
#define FIELD_STATE   3
#define FIELD_INODE   9
#define HEX_WORD      8 /* digits of 32 bits */
#define LINE_MAX_SIZE 512

/* The kernel prints 32 bits at once, as the machine has them: reading one back
 * gives the bytes in their order. */
static bool read_words(const char *hex, uint32_t *word, size_t words)
{
  char one[HEX_WORD + 1], *end;
  size_t i;
  for(i = 0; i < words; i++) {
    memcpy(one, hex + i * HEX_WORD, HEX_WORD);
    one[HEX_WORD] = '\0';
    word[i] = (uint32_t)strtoul(one, &end, 16);
    if(*end)
      return false;
  }
  return true;
}

/* An IPv4 address as IPv6 has it, so that one comparison does. */
static struct in6_addr mapped(uint32_t v4)
{
  struct in6_addr a = {0};
  a.s6_addr[10] = a.s6_addr[11] = 0xFF;
  memcpy(&a.s6_addr[12], &v4, sizeof(v4));
  return a;
}

static bool read_address(struct slice hex, struct in6_addr *out)
{
  uint32_t word[4];
  if(hex.n == HEX_WORD && read_words(hex.p, word, 1)) {
    *out = mapped(word[0]);
    return true;
  }
  if(hex.n != 4 * HEX_WORD || !read_words(hex.p, word, 4))
    return false;
  memcpy(out, word, sizeof(*out));
  return true;
}

static bool read_wanted(const struct sockaddr *to, struct in6_addr *out,
                        unsigned *port)
{
  const struct sockaddr_in *v4 = (const void *)to;
  const struct sockaddr_in6 *v6 = (const void *)to;
  if(to->sa_family == AF_INET) {
    *out = mapped(v4->sin_addr.s_addr);
    *port = ntohs(v4->sin_port);
  } else if(to->sa_family == AF_INET6) {
    *out = v6->sin6_addr;
    *port = ntohs(v6->sin6_port);
  }
  return to->sa_family == AF_INET || to->sa_family == AF_INET6;
}

/* All addresses: "::" takes IPv4, too, unless it was told not to, which does
 * not show here. */
static bool takes(const struct in6_addr *local, const struct in6_addr *wanted)
{
  const struct in6_addr any = IN6ADDR_ANY_INIT, any4 = mapped(INADDR_ANY);
  bool v4 = IN6_IS_ADDR_V4MAPPED(wanted);
  return memcmp(local, wanted, sizeof(any)) == 0 ||
         memcmp(local, &any, sizeof(any)) == 0 ||
         (v4 && memcmp(local, &any4, sizeof(any)) == 0);
}

static struct slice next_field(struct slice *rest)
{
  struct slice field;
  while(rest->n && isspace((unsigned char)rest->p[0])) {
    rest->p++;
    rest->n--;
  }
  field = slice_cut(rest, ' ');
  return field;
}

bool listening_line(const char *line, const struct sockaddr *to,
                    uint64_t *inode)
{
  struct slice rest = slice_of(line), field[FIELD_INODE + 1], address;
  struct in6_addr local, wanted;
  unsigned port;
  size_t i;
  for(i = 0; i <= FIELD_INODE; i++)
    field[i] = next_field(&rest);
  address = slice_cut(&field[FIELD_LOCAL], ':');
  return read_wanted(to, &wanted, &port) &&
         strtoul(field[FIELD_STATE].n ? field[FIELD_STATE].p : "", NULL, 16) ==
             STATE_LISTEN &&
         field[FIELD_LOCAL].n &&
         strtoul(field[FIELD_LOCAL].p, NULL, 16) == port &&
         read_address(address, &local) && takes(&local, &wanted) &&
         units_count(slice_trim(field[FIELD_INODE]), inode) == 0;
}

void listening_on(const struct sockaddr *to, struct listening *l)
{
  static const char *const table[] = {"/proc/self/net/tcp",
                                      "/proc/self/net/tcp6"};
  char line[LINE_MAX_SIZE];
  size_t i;
  for(i = 0; i < 2; i++) {
    FILE *f = fopen(table[i], "re");
    while(f && fgets(line, sizeof(line), f)) {
      uint64_t inode;
      if(listening_line(line, to, &inode) && l->count < LISTENING_MAX)
        l->inode[l->count++] = inode;
    }
    if(f)
      fclose(f);
  }
}

/* The number of the socket that a link in /proc/PID/fd leads to. */
static bool socket_of(int folder, const char *name, uint64_t *inode)
{
  static const char begin[] = "socket:[";
  char to[64];
  ssize_t n = readlinkat(folder, name, to, sizeof(to) - 1);
  struct slice number;
  if(n <= 0)
    return false;
  to[n] = '\0';
  if(strncmp(to, begin, sizeof(begin) - 1) != 0)
    return false;
  number = slice_of(to + sizeof(begin) - 1);
  return units_count(slice_cut(&number, ']'), inode) == 0;
}

static void drop(struct listening *l, uint64_t inode)
{
  size_t i, kept = 0;
  for(i = 0; i < l->count; i++) {
    if(l->inode[i] != inode)
      l->inode[kept++] = l->inode[i];
  }
  l->count = kept;
}

bool listening_drop(struct listening *l, pid_t pid)
{
  char path[64];
  const struct dirent *ent;
  uint64_t inode;
  DIR *d;
  snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
  d = opendir(path);
  if(!d)
    return errno == ENOENT; /* it is gone, and holds nothing */
  for(ent = readdir(d); ent; ent = readdir(d)) {
    if(socket_of(dirfd(d), ent->d_name, &inode))
      drop(l, inode);
  }
  closedir(d);
  return true;
}

pid_t listening_holder(const struct listening *l)
{
  DIR *d = opendir("/proc");
  const struct dirent *ent = d ? readdir(d) : NULL;
  pid_t holder = 0;
  for(; ent && !holder; ent = readdir(d)) {
    struct listening left = *l;
    pid_t pid = (pid_t)strtol(ent->d_name, NULL, 10);
    if(pid > 0 && listening_drop(&left, pid) && left.count < l->count)
      holder = pid;
  }
  if(d)
    closedir(d);
  return holder;
}
