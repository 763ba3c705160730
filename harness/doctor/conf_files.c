/* SPDX-License-Identifier: MIT
 * Reading configurations from disk; see conf_files.h. */
#include "doctor/conf_files.h"

#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static bool is_folder(const char *path)
{
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A file, or any that fits a pattern. */
static bool is_there(const char *path)
{
  glob_t found;
  bool any;
  if(!strpbrk(path, "*?["))
    return access(path, F_OK) == 0;
  any = glob(path, GLOB_NOSORT, NULL, &found) == 0;
  if(any)
    globfree(&found);
  return any;
}

static bool find(const struct conf_place *p, const char *name,
                 char path[PATH_MAX])
{
  struct conf_placed at;
  return conf_place_find(p, name, is_there, &at) &&
         conf_place_path(&at, name, path);
}

static int read_file(void *ctx, const char *name, struct buf *out)
{
  char path[PATH_MAX];
  struct stat st;
  if(!find(ctx, name, path))
    return E_NOT_FOUND;
  /* A pipe or a device would never end. */
  if(stat(path, &st) == 0 && !S_ISREG(st.st_mode))
    return E_IO;
  return file_read(path, CONF_BYTES_MAX, out, NULL);
}

static int place_file(void *ctx, const char *name, struct buf *out)
{
  char path[PATH_MAX];
  return buf_adds(out, find(ctx, name, path) ? path : name);
}

/* As the configuration would call it. */
static int add_name(const struct conf_placed *at, const char *pattern,
                    const char *path, struct buf *out)
{
  buf_add(out, pattern, at->n);
  buf_adds(out, path + strlen(at->to));
  return buf_addc(out, '\0');
}

static int glob_files(void *ctx, const char *pattern, struct buf *out)
{
  struct conf_placed at;
  char path[PATH_MAX];
  glob_t found;
  size_t i;
  int rc = 0;
  if(!conf_place_find(ctx, pattern, is_there, &at) ||
     !conf_place_path(&at, pattern, path))
    return 0;
  switch(glob(path, 0, NULL, &found)) {
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
    rc = add_name(&at, pattern, found.gl_pathv[i], out);
  globfree(&found);
  return rc;
}

static int failed(int rc, const struct conf_fault *fault, const char *path,
                  struct err *e)
{
  if(fault->e.text[0])
    return err_set(e, rc, "%s", fault->e.text);
  return err_set(e, rc, "%s: %s", path, err_name(rc));
}

static int read_text(const char *path, const struct conf_places *places,
                     struct conf **out, struct conf_fault *fault,
                     struct err *e)
{
  struct conf_place place;
  const struct conf_source source = {&place, read_file, glob_files,
                                     place_file};
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = file_read(path, CONF_BYTES_MAX, &text, e);
  if(rc) {
    buf_free(&text);
    return rc;
  }
  conf_place_main(&place, places, path);
  if(strcmp(path, "-") == 0)
    rc = conf_parse_text_broken(out, buf_slice(&text), "stdin", fault);
  else if(conf_memory_is_dump(buf_slice(&text)))
    rc = conf_parse_text_broken(out, buf_slice(&text), path, fault);
  else
    rc = conf_parse_broken(out, &source, path, fault);
  buf_free(&text);
  return rc ? failed(rc, fault, path, e) : 0;
}

/* Where a folder has its nginx.conf: itself, or as a copy of a machine's or an
 * image's files does. */
static const char *const INSIDE[] = {"nginx.conf",
                                     "nginx/nginx.conf",
                                     "conf/nginx.conf",
                                     "etc/nginx/nginx.conf",
                                     "config/nginx/nginx.conf",
                                     "usr/local/nginx/conf/nginx.conf",
                                     "usr/local/etc/nginx/nginx.conf"};

static int find_inside(const char *folder, struct buf *out, struct err *e)
{
  for(size_t i = 0; i < sizeof(INSIDE) / sizeof(INSIDE[0]); i++) {
    int rc;
    buf_clear(out);
    rc = file_path_join(out, folder, INSIDE[i]);
    if(rc || access(buf_text(out), F_OK) == 0)
      return rc;
  }
  return err_set(e, E_NOT_FOUND,
                 "there is no nginx.conf in %s: give the file that is meant",
                 folder);
}

int conf_files_read(const char *path, const struct conf_places *places,
                    struct conf **out, struct conf_fault *fault, struct err *e)
{
  struct buf inner;
  int rc = 0;
  *out = NULL;
  memset(fault, 0, sizeof(*fault));
  buf_init(&inner, 0);
  if(strcmp(path, "-") == 0 || !is_folder(path))
    rc = buf_adds(&inner, path);
  else
    rc = find_inside(path, &inner, e);
  if(!rc)
    rc = read_text(buf_text(&inner), places, out, fault, e);
  buf_free(&inner);
  return rc;
}
