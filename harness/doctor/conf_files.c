/* SPDX-License-Identifier: MIT
 * Reading configurations from disk; see conf_files.h. */
#include "doctor/conf_files.h"

#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

static int read_file(void *ctx, const char *path, struct buf *out)
{
  struct stat st;
  (void)ctx;
  /* A pipe or a device would never end. */
  if(stat(path, &st) == 0 && !S_ISREG(st.st_mode))
    return E_IO;
  return file_read(path, CONF_BYTES_MAX, out, NULL);
}

static int glob_files(void *ctx, const char *pattern, struct buf *out)
{
  glob_t found;
  size_t i;
  int rc = 0;
  (void)ctx;
  switch(glob(pattern, 0, NULL, &found)) {
  case 0:
    break;
  case GLOB_NOMATCH:
    return 0;
  case GLOB_NOSPACE:
    return E_NOMEM;
  default:
    return E_IO;
  }
  for(i = 0; i < found.gl_pathc && !rc; i++)
    rc = buf_add(out, found.gl_pathv[i], strlen(found.gl_pathv[i]) + 1);
  globfree(&found);
  return rc;
}

static bool is_folder(const char *path)
{
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int failed(int rc, const struct conf_fault *fault, const char *path,
                  struct err *e)
{
  if(fault->e.text[0])
    return err_set(e, rc, "%s", fault->e.text);
  return err_set(e, rc, "%s: %s", path, err_name(rc));
}

static int read_text(const char *path, struct conf **out,
                     struct conf_fault *fault, struct err *e)
{
  const struct conf_source source = {NULL, read_file, glob_files};
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = file_read(path, CONF_BYTES_MAX, &text, e);
  if(rc) {
    buf_free(&text);
    return rc;
  }
  if(strcmp(path, "-") == 0)
    rc = conf_parse_text_broken(out, buf_slice(&text), "stdin", fault);
  else if(conf_memory_is_dump(buf_slice(&text)))
    rc = conf_parse_text_broken(out, buf_slice(&text), path, fault);
  else
    rc = conf_parse_broken(out, &source, path, fault);
  buf_free(&text);
  return rc ? failed(rc, fault, path, e) : 0;
}

int conf_files_read(const char *path, struct conf **out,
                    struct conf_fault *fault, struct err *e)
{
  struct buf inner;
  int rc;
  *out = NULL;
  memset(fault, 0, sizeof(*fault));
  if(strcmp(path, "-") == 0 || !is_folder(path))
    return read_text(path, out, fault, e);
  buf_init(&inner, 0);
  rc = file_path_join(&inner, path, "nginx.conf");
  if(!rc)
    rc = read_text(buf_text(&inner), out, fault, e);
  buf_free(&inner);
  return rc;
}
