/* SPDX-License-Identifier: MIT
 * Who owns a private folder, and the folders of the dead; see private_dir.h.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nginxbox/private_parts.h"

#define NEW_OWNER    "owner.new"
#define REMOVED_MOST 64 /* by one run */

/* Locked before it has its name: nobody finds it unlocked. */
int private_owner_take(const struct private_dir *d)
{
  int dir = private_tree_open(AT_FDCWD, d->path), fd = -1;
  if(dir < 0)
    return -1;
  fd = openat(dir, NEW_OWNER, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if(fd >= 0 && (flock(fd, LOCK_EX | LOCK_NB) ||
                 renameat(dir, NEW_OWNER, dir, PRIVATE_OWNER))) {
    unlinkat(dir, NEW_OWNER, 0);
    close(fd);
    fd = -1;
  }
  close(dir);
  return fd;
}

static bool has_name(const char *name)
{
  size_t n = strlen(PRIVATE_NAME);
  return strncmp(name, PRIVATE_NAME, n) == 0 &&
         strlen(name) == n + strlen(PRIVATE_DRAWN) && !strchr(name, '/');
}

/* mode: the rights that it may have. */
static bool is_ours(int fd, mode_t type, mode_t mode)
{
  struct stat st;
  return fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == type &&
         (st.st_mode & 07777 & ~mode) == 0 && st.st_uid == geteuid();
}

/* Another run may have removed it between our opening and our locking. */
static bool is_still_there(int dir, int owner)
{
  struct stat named, own;
  return fstatat(dir, PRIVATE_OWNER, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         fstat(owner, &own) == 0 && named.st_dev == own.st_dev &&
         named.st_ino == own.st_ino;
}

static bool is_dead(int dir, int owner)
{
  return owner >= 0 && is_ours(dir, S_IFDIR, 0710) &&
         is_ours(owner, S_IFREG, 0600) &&
         flock(owner, LOCK_EX | LOCK_NB) == 0 && is_still_there(dir, owner);
}

static bool remove_dead(int base, const char *name)
{
  int dir = private_tree_open(base, name), owner = -1;
  bool dead;
  if(dir >= 0)
    owner = openat(dir, PRIVATE_OWNER,
                   O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  dead = is_dead(dir, owner);
  if(dead)
    private_tree_remove(base, name, dir);
  if(owner >= 0)
    close(owner);
  if(dir >= 0)
    close(dir);
  return dead;
}

void private_stale_remove(const char *base)
{
  DIR *list = opendir(base);
  unsigned removed = 0;
  if(!list)
    return;
  for(struct dirent *at = readdir(list); at && removed < REMOVED_MOST;
      at = readdir(list))
    removed += has_name(at->d_name) && remove_dead(dirfd(list), at->d_name);
  closedir(list);
}
