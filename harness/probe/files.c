/* SPDX-License-Identifier: MIT
 * Folders of recordings; see probe.h. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "probe/probe.h"

#define SUFFIX    ".recording.json"
#define TARGET    "target.json"
#define MAX_FILES 5000
#define MAX_BYTES ((size_t)256 << 20)

static int write_json(const char *dir, const char *name, json_t *j,
                      struct err *e)
{
  struct buf path, text;
  int rc = j ? 0 : err_set(e, E_NOMEM, "out of memory");
  buf_init(&path, 0);
  buf_init(&text, 0);
  if(!rc && (file_path_join(&path, dir, name) || json_print(j, true, &text) ||
             buf_addc(&text, '\n')))
    rc = err_set(e, E_NOMEM, "out of memory");
  if(!rc)
    rc = file_write_private(buf_text(&path), buf_slice(&text), e);
  json_decref(j);
  buf_free(&path);
  buf_free(&text);
  return rc;
}

static int write_recording(const char *dir, size_t n,
                           const struct recording *r, bool keep, struct err *e)
{
  struct buf name;
  const char *c;
  int rc;
  buf_init(&name, 200);
  rc = buf_addf(&name, "%03zu-", n);
  for(c = r->name; !rc && *c; c++)
    rc = buf_addc(&name,
                  isalnum((unsigned char)*c) || strchr(".-", *c) ? *c : '_');
  if(!rc)
    rc = buf_adds(&name, SUFFIX);
  if(rc)
    rc = err_set(e, rc, "the name of a recording is too long");
  else
    rc = write_json(dir, buf_text(&name), recording_to_json(r, keep), e);
  buf_free(&name);
  return rc;
}

int probe_save(const char *dir, const struct target *t,
               const struct probe_result *r, bool keep_secrets, struct err *e)
{
  size_t i;
  int rc;
  if(mkdir(dir, 0777) && errno != EEXIST)
    return err_set(e, E_IO, "cannot make the folder \"%s\": %s", dir,
                   strerror(errno));
  rc = write_json(dir, TARGET, target_to_json(t, keep_secrets), e);
  for(i = 0; !rc && i < r->recordings; i++)
    rc = write_recording(dir, i, r->recording[i], keep_secrets, e);
  return rc;
}

static json_t *read_json(const char *dir, const char *name, struct err *e)
{
  struct buf path, text;
  json_t *j = NULL;
  buf_init(&path, 0);
  buf_init(&text, 0);
  if(file_path_join(&path, dir, name))
    err_set(e, E_NOMEM, "out of memory");
  else if(file_read(buf_text(&path), MAX_BYTES, &text, e) == 0)
    j = json_parse(buf_slice(&text), buf_text(&path), e);
  buf_free(&path);
  buf_free(&text);
  return j;
}

static int is_recording(const struct dirent *d)
{
  size_t n = strlen(d->d_name), suffix = strlen(SUFFIX);
  return n > suffix && strcmp(d->d_name + n - suffix, SUFFIX) == 0;
}

/* "1000-" comes after "999-". */
static int by_number(const struct dirent **a, const struct dirent **b)
{
  unsigned long x = strtoul((*a)->d_name, NULL, 10);
  unsigned long y = strtoul((*b)->d_name, NULL, 10);
  return x != y ? (x < y ? -1 : 1) : strcmp((*a)->d_name, (*b)->d_name);
}

static int read_recordings(const char *dir, struct dirent **file, size_t n,
                           struct probe_result *out, struct err *e)
{
  size_t i;
  out->recording = calloc(n ? n : 1, sizeof(struct recording *));
  if(!out->recording)
    return err_set(e, E_NOMEM, "out of memory");
  for(i = 0; i < n; i++) {
    json_t *j = read_json(dir, file[i]->d_name, e);
    struct recording *r = j ? recording_from_json(j, e) : NULL;
    if(j && !r)
      err_prefix(e, "%s/%s", dir, file[i]->d_name);
    json_decref(j);
    if(!r)
      return e->code;
    out->recording[out->recordings++] = r;
  }
  return 0;
}

static int read_target(const char *dir, struct target **t, struct err *e)
{
  json_t *j = read_json(dir, TARGET, e);
  *t = j ? target_from_json(j, e) : NULL;
  if(!*t && j)
    err_prefix(e, "%s/" TARGET, dir);
  json_decref(j);
  return *t ? 0 : e->code;
}

int probe_load(const char *dir, struct target **t, struct probe_result *out,
               struct err *e)
{
  struct dirent **file = NULL;
  int n, i, rc;
  memset(out, 0, sizeof(*out));
  *t = NULL;
  n = scandir(dir, &file, is_recording, by_number);
  if(n < 0)
    return err_set(e, E_NOT_FOUND, "cannot read the folder \"%s\": %s", dir,
                   strerror(errno));
  if(!n || n > MAX_FILES)
    rc = err_set(e, E_NOT_FOUND, "\"%s\" holds %s recordings", dir,
                 n ? "too many" : "no");
  else
    rc = read_target(dir, t, e);
  if(!rc)
    rc = read_recordings(dir, file, (size_t)n, out, e);
  for(i = 0; i < n; i++)
    free(file[i]);
  free(file);
  if(!rc)
    return 0;
  probe_result_free(out);
  target_free(*t);
  *t = NULL;
  return rc;
}
