/* SPDX-License-Identifier: MIT
 * Whole files; see file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
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

static int write_temp(const char *temp, const char *path, struct slice content)
{
  int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
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

int file_write(const char *path, struct slice content, struct err *e)
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
      rc = write_temp(temp.p, path, content);
    cause = errno;
    if(rc == E_IO)
      unlink(temp.p);
  }
  if(rc)
    err_set(e, rc, "%s: cannot be written: %s", path, strerror(cause));
  buf_free(&temp);
  return rc;
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
