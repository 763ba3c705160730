/* SPDX-License-Identifier: MIT
 * A folder for one live run; see private_dir.h. */
#include "nginxbox/private_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nginxbox/private_parts.h"

/* Whether those who own nothing on the way get to a folder. */
static bool can_pass(const char *path)
{
  char part[PATH_MAX];
  struct stat st;
  size_t n = strlen(path);
  for(size_t i = 1; i <= n; i++) {
    if(path[i] && path[i] != '/')
      continue;
    snprintf(part, sizeof(part), "%.*s", (int)i, path);
    if(stat(part, &st) || !(st.st_mode & S_IXOTH))
      return false;
  }
  return true;
}

static void choose_base(char real[PATH_MAX], struct process_user guest)
{
  const char *base = getenv("TMPDIR");
  if(!base || base[0] != '/' || !realpath(base, real) ||
     (guest.uid && !can_pass(real)))
    snprintf(real, PATH_MAX, "/tmp");
}

/* The guest's group gets what `mode` says; the owner stays. */
static int show(const char *path, struct process_user guest, mode_t mode,
                struct err *e)
{
  if(guest.uid && (chown(path, (uid_t)-1, guest.gid) || chmod(path, mode)))
    return err_set(e, E_IO, "cannot let user %lu into %s: %s",
                   (unsigned long)guest.uid, path, strerror(errno));
  return 0;
}

int private_dir_make(struct private_dir *d, bool keep,
                     struct process_user guest, struct err *e)
{
  char real[PATH_MAX];
  *d = (struct private_dir){.owner = -1, .alive = -1, .guest = guest};
  choose_base(real, guest);
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
  return show(d->path, guest, 0710, e);
}

int private_dir_folder(const struct private_dir *d, const char *name,
                       struct err *e)
{
  char path[sizeof(d->path) + 64];
  snprintf(path, sizeof(path), "%s/%s", d->path, name);
  if(mkdir(path, 0700) && errno != EEXIST)
    return err_set(e, E_IO, "cannot make %s: %s", path, strerror(errno));
  return show(path, d->guest, 0750, e);
}

int private_dir_show(const struct private_dir *d, const char *path,
                     struct err *e)
{
  return show(path, d->guest, 0640, e);
}

int private_dir_give(const struct private_dir *d, const char *name,
                     struct err *e)
{
  char path[sizeof(d->path) + 64];
  int rc = private_dir_folder(d, name, e);
  snprintf(path, sizeof(path), "%s/%s", d->path, name);
  if(!rc && d->guest.uid &&
     (chmod(path, 0700) || chown(path, d->guest.uid, d->guest.gid)))
    return err_set(e, E_IO, "cannot give %s to user %lu: %s", path,
                   (unsigned long)d->guest.uid, strerror(errno));
  return rc;
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
