/* SPDX-License-Identifier: MIT
 * Whole files; see file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, size_t max, struct buf *out)
{
  char tmp[65536];
  for(;;) {
    ssize_t n = read(fd, tmp, sizeof(tmp));
    int rc;
    if(n == 0)
      return 0;
    if(n < 0) {
      if(errno == EINTR)
        continue;
      return E_IO;
    }
    if(max && out->n + (size_t)n > max)
      return E_TOO_LONG;
    rc = buf_add(out, tmp, (size_t)n);
    if(rc)
      return rc;
  }
}

int file_read(const char *path, size_t max, struct buf *out, struct err *e)
{
  int fd = STDIN_FILENO;
  int rc;
  if(strcmp(path, "-") != 0) {
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if(fd < 0)
      return err_set(e, errno == ENOENT ? E_NOT_FOUND : E_IO,
                     "%s: cannot be read: %s", path, strerror(errno));
  }
  rc = read_all(fd, max, out);
  if(rc == E_IO)
    err_set(e, rc, "%s: cannot be read: %s", path, strerror(errno));
  else if(rc == E_TOO_LONG)
    err_set(e, rc, "%s: larger than %zu bytes", path, max);
  else if(rc)
    err_set(e, rc, "%s: %s", path, err_name(rc));
  if(fd != STDIN_FILENO)
    close(fd);
  return rc;
}

static int write_all(int fd, struct slice s)
{
  while(s.n) {
    ssize_t n = write(fd, s.p, s.n);
    if(n < 0) {
      if(errno == EINTR)
        continue;
      return E_IO;
    }
    s.p += n;
    s.n -= (size_t)n;
  }
  return 0;
}

static int write_temp(const char *temp, const char *path, struct slice content,
                      mode_t mode)
{
  int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  int rc;
  if(fd < 0)
    return E_IO;
  rc = write_all(fd, content);
  if(!rc && fsync(fd) && errno != EINVAL && errno != EROFS)
    rc = E_IO;
  if(close(fd) && !rc)
    rc = E_IO;
  if(!rc && rename(temp, path))
    rc = E_IO;
  return rc;
}

static int write_as(const char *path, struct slice content, mode_t mode,
                    struct err *e)
{
  struct stat st;
  struct buf temp;
  int rc, cause;
  if(strcmp(path, "-") == 0) {
    rc = write_all(STDOUT_FILENO, content);
    return rc ? err_set(e, rc, "standard output: %s", strerror(errno)) : 0;
  }
  buf_init(&temp, 0);
  if(stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
    /* A device or a pipe (/dev/null, /dev/stdout) cannot be renamed over. */
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    rc = fd < 0 ? E_IO : write_all(fd, content);
    cause = errno;
    if(fd >= 0)
      close(fd);
  } else {
    rc = buf_addf(&temp, "%s.tmp.%ld", path, (long)getpid());
    if(!rc)
      rc = write_temp(temp.p, path, content, mode);
    cause = errno;
    if(rc == E_IO)
      unlink(temp.p);
  }
  if(rc)
    err_set(e, rc, "%s: cannot be written: %s", path, strerror(cause));
  buf_free(&temp);
  return rc;
}

int file_write(const char *path, struct slice content, struct err *e)
{
  return write_as(path, content, 0666, e);
}

int file_write_private(const char *path, struct slice content, struct err *e)
{
  return write_as(path, content, 0600, e);
}

/* All folders in front of the last part of path. */
static int make_folders(const char *path)
{
  char folder[PATH_MAX];
  size_t i, n = strlen(path);
  if(n >= sizeof(folder))
    return E_TOO_LONG;
  for(i = 1; i < n; i++) {
    if(path[i] != '/')
      continue;
    memcpy(folder, path, i);
    folder[i] = '\0';
    if(mkdir(folder, 0777) && errno != EEXIST && errno != EISDIR)
      return E_IO;
  }
  return 0;
}

/* A device, or a pipe, which somebody has to read already. */
static bool takes_bytes(const char *path)
{
  int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if(fd >= 0)
    close(fd);
  return fd >= 0;
}

/* As file_write will: beside it, so that what stands there is left alone. */
static int try_beside(const char *path)
{
  struct buf temp;
  int fd = -1, rc;
  buf_init(&temp, 0);
  rc = buf_addf(&temp, "%s.tmp.%ld", path, (long)getpid());
  if(!rc)
    fd = open(temp.p, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if(fd >= 0) {
    close(fd);
    unlink(temp.p);
  }
  buf_free(&temp);
  return fd >= 0 ? 0 : E_IO;
}

int file_ready(const char *path, struct err *e)
{
  struct stat st;
  bool there = stat(path, &st) == 0;
  if(strcmp(path, "-") == 0)
    return 0;
  if(there && S_ISDIR(st.st_mode))
    return err_set(e, E_IO, "%s: is a folder", path);
  if(there && !S_ISREG(st.st_mode))
    return takes_bytes(path)
               ? 0
               : err_set(e, E_IO, "%s: cannot be written: %s", path,
                         errno == ENXIO ? "nobody reads this pipe"
                                        : strerror(errno));
  if(make_folders(path))
    return err_set(e, E_IO, "%s: its folder cannot be made: %s", path,
                   strerror(errno));
  return try_beside(path) ? err_set(e, E_IO, "%s: cannot be written: %s", path,
                                    strerror(errno))
                          : 0;
}

size_t file_dir_of(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash ? (size_t)(slash - path) : 0;
}

int file_path_join(struct buf *out, const char *dir, const char *name)
{
  if(name[0] == '/' || !dir || !dir[0])
    return buf_adds(out, name);
  return buf_addf(out, "%s/%s", dir, name);
}

int file_self(char *out, size_t size)
{
  ssize_t n = readlink("/proc/self/exe", out, size - 1);
  out[n > 0 ? n : 0] = '\0';
  return n > 0 ? 0 : E_NOT_FOUND;
}
