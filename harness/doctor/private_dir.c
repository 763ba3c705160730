/* SPDX-License-Identifier: MIT
 * A folder for one live run; see private_dir.h. */
#include "doctor/private_dir.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_AT_ONCE 16

int private_dir_make(struct private_dir *d, struct err *e)
{
  const char *base = getenv("TMPDIR");
  char real[PATH_MAX];
  if(!base || base[0] != '/' || !realpath(base, real))
    snprintf(real, sizeof(real), "/tmp");
  d->path[0] = '\0';
  if(strlen(real) > sizeof(d->path) - 40)
    return err_set(e, E_TOO_LONG, "the name of the folder %s is too long",
                   real);
  snprintf(d->path, sizeof(d->path), "%.*s/weir-nginx-XXXXXX",
           (int)sizeof(d->path) - 40, real);
  if(mkdtemp(d->path))
    return 0;
  d->path[0] = '\0';
  return err_set(e, E_IO, "no private folder below %s: %s", real,
                 strerror(errno));
}

int private_dir_folder(const struct private_dir *d, const char *name,
                       struct err *e)
{
  char path[sizeof(d->path) + 64];
  snprintf(path, sizeof(path), "%s/%s", d->path, name);
  if(mkdir(path, 0700) && errno != EEXIST)
    return err_set(e, E_IO, "cannot make %s: %s", path, strerror(errno));
  return 0;
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *at)
{
  (void)st;
  (void)at;
  if(type == FTW_DP)
    rmdir(path);
  else
    unlink(path);
  return 0;
}

void private_dir_remove(struct private_dir *d)
{
  if(d->path[0])
    nftw(d->path, remove_one, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS);
  d->path[0] = '\0';
}
