/* SPDX-License-Identifier: MIT
 * A folder for one live run; see private_dir.h. */
#include "doctor/private_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/private_parts.h"

int private_dir_make(struct private_dir *d, bool keep, struct err *e)
{
  const char *base = getenv("TMPDIR");
  char real[PATH_MAX];
  *d = (struct private_dir){.owner = -1, .alive = -1};
  if(!base || base[0] != '/' || !realpath(base, real))
    snprintf(real, sizeof(real), "/tmp");
  if(strlen(real) > sizeof(d->path) - 40)
    return err_set(e, E_TOO_LONG, "the name of the folder %s is too long",
                   real);
  private_stale_remove(real);
  snprintf(d->path, sizeof(d->path), "%.*s/" PRIVATE_NAME PRIVATE_DRAWN,
           (int)sizeof(d->path) - 40, real);
  if(!mkdtemp(d->path)) {
    d->path[0] = '\0';
    return err_set(e, E_IO, "no private folder below %s: %s", real,
                   strerror(errno));
  }
  if(!keep) {
    d->owner = private_owner_take(d);
    private_guard_start(d);
  }
  return 0;
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

static void remove_folder(char *path)
{
  char *name = strrchr(path, '/');
  int base, dir;
  *name++ = '\0';
  base = open(path[0] ? path : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  dir = base < 0 ? -1 : private_tree_open(base, name);
  if(dir >= 0) {
    private_tree_remove(base, name, dir);
    close(dir);
  }
  if(base >= 0)
    close(base);
}

void private_dir_remove(struct private_dir *d)
{
  if(!d->path[0])
    return;
  remove_folder(d->path);
  private_guard_end(d);
  if(d->owner >= 0)
    close(d->owner);
  *d = (struct private_dir){.owner = -1, .alive = -1};
}
