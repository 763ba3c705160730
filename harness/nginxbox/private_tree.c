/* SPDX-License-Identifier: MIT
 * Removing a private folder, step by step from its own descriptor, so that
 * nothing that is renamed or linked meanwhile leads out of it; see
 * private_parts.h. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "nginxbox/private_parts.h"

#define DEPTH_MAX 32

int private_tree_open(int base, const char *name)
{
  return openat(base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool is_itself(const char *name)
{
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool is_on(int fd, dev_t device)
{
  struct stat st;
  return fstat(fd, &st) == 0 && st.st_dev == device;
}

static void remove_below(int dir, dev_t device, unsigned depth);

static void remove_entry(int dir, const char *name, dev_t device,
                         unsigned depth)
{
  int below = private_tree_open(dir, name);
  if(below < 0) {
    unlinkat(dir, name, 0);
    return;
  }
  if(depth < DEPTH_MAX && is_on(below, device))
    remove_below(below, device, depth + 1);
  close(below);
  unlinkat(dir, name, AT_REMOVEDIR);
}

static void remove_below(int dir, dev_t device, unsigned depth)
{
  int fd = private_tree_open(dir, ".");
  DIR *list = fd < 0 ? NULL : fdopendir(fd);
  if(!list) {
    if(fd >= 0)
      close(fd);
    return;
  }
  for(struct dirent *at = readdir(list); at; at = readdir(list)) {
    bool last = depth == 0 && strcmp(at->d_name, PRIVATE_OWNER) == 0;
    if(!last && !is_itself(at->d_name))
      remove_entry(dir, at->d_name, device, depth);
  }
  closedir(list);
}

int private_tree_remove(int base, const char *name, int dir)
{
  struct stat own, named;
  if(fstat(dir, &own))
    return E_IO;
  remove_below(dir, own.st_dev, 0);
  if(fstatat(base, name, &named, AT_SYMLINK_NOFOLLOW) ||
     named.st_dev != own.st_dev || named.st_ino != own.st_ino)
    return 0; /* it has another name now, or none */
  unlinkat(dir, PRIVATE_OWNER, 0);
  return unlinkat(base, name, AT_REMOVEDIR) ? E_IO : 0;
}
