/* SPDX-License-Identifier: MIT
 * A process's own view of the files; see jail.h.
 *
 * An outer namespace of users has the right to mount; the inner one, in which
 * the program then runs, has none.  All of the root folder but the system's
 * programs is covered by empty folders, so what is not named here is not
 * there, whatever a machine has. */
#include "loop/jail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define COVER       "size=1m,nr_inodes=1k,mode=755"
#define COVER_FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC)
#define FIRST_FD    3 /* behind the standard ones */
#define NEW_SPACES  (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC)

/* Below the root: what programs are made of. */
static const char *const SYSTEM[] = {"usr",   "bin",    "sbin", "lib", "lib32",
                                     "lib64", "libx32", "opt",  "gnu", "nix"};

/* What programs read when they start, and the devices that they open. */
static const char *const PIECES[] = {
    "/dev/full",          "/dev/null",        "/dev/random",
    "/dev/urandom",       "/dev/zero",        "/etc/group",
    "/etc/hosts",         "/etc/ld.so.cache", "/etc/localtime",
    "/etc/nsswitch.conf", "/etc/passwd",      "/etc/ssl/openssl.cnf"};
#define PIECES_N (sizeof(PIECES) / sizeof(PIECES[0]))

/* Held open while all is covered; -1: not there. */
struct held {
  int own, read[JAIL_READ_MAX], self; /* self: /proc/<number> */
  int piece[PIECES_N];
};

/* --- users -------------------------------------------------------------- */

static bool write_text(const char *path, const char *text)
{
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  size_t n = strlen(text);
  bool done = fd >= 0 && write(fd, text, n) == (ssize_t)n;
  if(fd >= 0)
    close(fd);
  return done;
}

/* In the new namespace the one user `inside` is the one called `outside`. */
static bool map_one(const char *path, unsigned inside, unsigned outside)
{
  char text[64];
  snprintf(text, sizeof(text), "%u %u 1", inside, outside);
  return write_text(path, text);
}

bool jail_unshare(int kinds, const uid_t uid[2], const gid_t gid[2])
{
  if(unshare(kinds))
    return false;
  /* A change of user took the files of /proc away from this process. */
  prctl(PR_SET_DUMPABLE, 1);
  return write_text("/proc/self/setgroups", "deny") &&
         map_one("/proc/self/uid_map", uid[0], uid[1]) &&
         map_one("/proc/self/gid_map", gid[0], gid[1]);
}

/* --- files -------------------------------------------------------------- */

static int hold(const char *path)
{
  return path ? open(path, O_PATH | O_CLOEXEC) : -1;
}

static void hold_all(const struct jail *j, struct held *h)
{
  char self[32];
  snprintf(self, sizeof(self), "/proc/%d", (int)getpid());
  h->own = hold(j->own);
  for(size_t i = 0; i < JAIL_READ_MAX; i++)
    h->read[i] = hold(j->read[i]);
  h->self = hold(self);
  for(size_t i = 0; i < PIECES_N; i++)
    h->piece[i] = hold(PIECES[i]);
}

/* Whatever a mount denies already has to be denied again. */
static unsigned long denied(const char *path)
{
  struct statvfs v;
  if(statvfs(path, &v))
    return 0;
  return ((v.f_flag & ST_NOSUID) ? MS_NOSUID : 0) |
         ((v.f_flag & ST_NODEV) ? MS_NODEV : 0) |
         ((v.f_flag & ST_NOEXEC) ? MS_NOEXEC : 0) |
         ((v.f_flag & ST_NOATIME) ? MS_NOATIME : 0) |
         ((v.f_flag & ST_NODIRATIME) ? MS_NODIRATIME : 0) |
         ((v.f_flag & ST_RELATIME) ? MS_RELATIME : 0);
}

static bool freeze(const char *path)
{
  return mount(NULL, path, NULL,
               MS_REMOUNT | MS_BIND | MS_RDONLY | denied(path), NULL) == 0;
}

static bool is_system(const char *name)
{
  for(size_t i = 0; i < sizeof(SYSTEM) / sizeof(SYSTEM[0]); i++) {
    if(strcmp(name, SYSTEM[i]) == 0)
      return true;
  }
  return false;
}

static bool cover_one(const char *name)
{
  char path[NAME_MAX + 2];
  struct stat st;
  snprintf(path, sizeof(path), "/%s", name);
  if(lstat(path, &st) || !S_ISDIR(st.st_mode))
    return true;
  if(strcmp(name, "proc") == 0)
    return true; /* cover_proc */
  if(is_system(name))
    return mount(path, path, NULL, MS_BIND | MS_REC, NULL) == 0 &&
           freeze(path);
  return mount("none", path, "tmpfs", COVER_FLAGS, COVER) == 0;
}

static bool cover_all(void)
{
  DIR *root = opendir("/");
  bool done = root != NULL;
  for(struct dirent *d = done ? readdir(root) : NULL; d && done;
      d = readdir(root)) {
    if(strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
      done = cover_one(d->d_name);
  }
  if(root)
    closedir(root);
  return done;
}

static void make_folders(const char *path)
{
  char part[PATH_MAX];
  for(const char *s = strchr(path + 1, '/'); s; s = strchr(s + 1, '/')) {
    snprintf(part, sizeof(part), "%.*s", (int)(s - path), path);
    mkdir(part, 0755);
  }
}

/* What is held is there again, at its path. */
static bool show(int fd, const char *path)
{
  char held[32];
  struct stat st;
  int file;
  if(fd < 0)
    return true;
  make_folders(path);
  if(fstat(fd, &st))
    return false;
  if(S_ISDIR(st.st_mode)) {
    mkdir(path, 0755);
  } else {
    file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if(file >= 0)
      close(file);
  }
  snprintf(held, sizeof(held), "/proc/self/fd/%d", fd);
  return mount(held, path, NULL, MS_BIND | MS_REC, NULL) == 0;
}

/* Of /proc a program sees itself alone.  It is put together elsewhere, since
 * what is held is reached through the old one. */
static bool cover_proc(const struct held *h)
{
  static const char made[] = "/dev/proc";
  char self[32], number[16];
  snprintf(number, sizeof(number), "%d", (int)getpid());
  snprintf(self, sizeof(self), "%s/self", made);
  if(mkdir(made, 0755) || mount("none", made, "tmpfs", COVER_FLAGS, COVER) ||
     symlink(number, self))
    return false;
  snprintf(self, sizeof(self), "%s/%s", made, number);
  return show(h->self, self) &&
         mount(made, "/proc", NULL, MS_BIND | MS_REC, NULL) == 0 &&
         umount2(made, MNT_DETACH) == 0 && rmdir(made) == 0;
}

static bool furnish(const struct jail *j)
{
  struct held h;
  bool done;
  if(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
    return false;
  hold_all(j, &h);
  done = cover_all() && show(h.own, j->own);
  for(size_t i = 0; done && i < JAIL_READ_MAX; i++)
    done =
        h.read[i] < 0 || (show(h.read[i], j->read[i]) && freeze(j->read[i]));
  for(size_t i = 0; done && i < PIECES_N; i++)
    done = show(h.piece[i], PIECES[i]);
  done = done && cover_proc(&h);
  /* Whoever was in a folder that is covered now would still be in it, or hold
   * it open. */
  close_range(FIRST_FD, UINT_MAX, CLOSE_RANGE_CLOEXEC);
  return done && chdir("/") == 0;
}

bool jail_enter(const struct jail *j)
{
  uid_t uid = geteuid();
  gid_t gid = getegid();
  return jail_unshare(NEW_SPACES, (uid_t[]){0, uid}, (gid_t[]){0, gid}) &&
         furnish(j) &&
         jail_unshare(CLONE_NEWUSER, (uid_t[]){uid, 0}, (gid_t[]){gid, 0});
}
