/* SPDX-License-Identifier: MIT
 * Configuration files in memory, and the dump of `nginx -T`; see tree.h. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "nginxconf/tree.h"

#define MARKER "# configuration file "

void conf_memory_init(struct conf_memory *m)
{
  m->files = NULL;
  m->nfiles = 0;
}

void conf_memory_fini(struct conf_memory *m)
{
  size_t i;
  for(i = 0; i < m->nfiles; i++) {
    free(m->files[i].path);
    free(m->files[i].text);
  }
  free(m->files);
  conf_memory_init(m);
}

static int add_file(struct conf_memory *m, struct slice path,
                    struct slice text)
{
  struct conf_memory_file *files, f;
  if(m->nfiles >= CONF_FILES_MAX)
    return E_TOO_LONG;
  files = realloc(m->files, (m->nfiles + 1) * sizeof(*files));
  if(!files)
    return E_NOMEM;
  m->files = files;
  f.path = slice_dup(path);
  f.text = slice_dup(text);
  f.n = text.n;
  if(!f.path || !f.text) {
    free(f.path);
    free(f.text);
    return E_NOMEM;
  }
  files[m->nfiles++] = f;
  return 0;
}

int conf_memory_add(struct conf_memory *m, const char *path, struct slice text)
{
  return add_file(m, slice_of(path), text);
}

/* "# configuration file /abs/path:" gives the path. */
static bool is_marker(struct slice line, struct slice *path)
{
  size_t skip = sizeof(MARKER) - 1;
  if(line.n > 0 && line.p[line.n - 1] == '\r')
    line.n--;
  if(!slice_starts(line, MARKER "/") || line.p[line.n - 1] != ':')
    return false;
  *path = (struct slice){line.p + skip, line.n - skip - 1};
  return true;
}

/* Takes lines up to the next marker or the end.  nginx adds one \n to each
 * file. */
static struct slice take_content(struct slice *rest)
{
  struct slice content = *rest, ignored, ahead = *rest, line;
  while(ahead.n > 0) {
    struct slice before = ahead;
    line = slice_cut(&ahead, '\n');
    if(is_marker(line, &ignored)) {
      content.n = (size_t)(before.p - content.p);
      *rest = before;
      break;
    }
    *rest = ahead;
  }
  if(content.n > 0 && content.p[content.n - 1] == '\n')
    content.n--;
  return content;
}

/* What nginx says on the terminal may stand before the first marker, and
 * somebody's own comments. */
static bool find_marker(struct slice *rest, struct slice *path)
{
  while(rest->n > 0) {
    struct slice line = slice_cut(rest, '\n');
    if(is_marker(line, path))
      return true;
    line = slice_trim(line);
    if(line.n > 0 && line.p[0] != '#' && !slice_starts(line, "nginx:") &&
       slice_find(line, " [warn] ") < 0)
      return false;
  }
  return false;
}

bool conf_memory_is_dump(struct slice text)
{
  struct slice path;
  return find_marker(&text, &path);
}

int conf_memory_add_dump(struct conf_memory *m, struct slice text)
{
  struct slice rest = text, path;
  bool any = false;
  int rc = 0;
  while(rc == 0 && find_marker(&rest, &path)) {
    rc = add_file(m, path, take_content(&rest));
    any = true;
  }
  return rc == 0 && !any ? E_MISMATCH : rc;
}

/* ---- As a source ---- */

static int memory_read(void *ctx, const char *path, struct buf *out)
{
  struct conf_memory *m = ctx;
  size_t i;
  for(i = 0; i < m->nfiles; i++) {
    if(strcmp(m->files[i].path, path) == 0)
      return buf_add(out, m->files[i].text, m->files[i].n);
  }
  return E_NOT_FOUND;
}

static int compare(const void *a, const void *b)
{
  const char *const *x = a, *const *y = b;
  return strcmp(*x, *y);
}

static int memory_glob(void *ctx, const char *pattern, struct buf *out)
{
  struct conf_memory *m = ctx;
  const char **found = calloc(m->nfiles + 1, sizeof(*found));
  size_t i, n = 0;
  int rc = 0;
  if(!found)
    return E_NOMEM;
  for(i = 0; i < m->nfiles; i++) {
    if(fnmatch(pattern, m->files[i].path, FNM_PATHNAME | FNM_PERIOD) == 0)
      found[n++] = m->files[i].path;
  }
  qsort(found, n, sizeof(*found), compare);
  for(i = 0; rc == 0 && i < n; i++)
    rc = buf_add(out, found[i], strlen(found[i]) + 1);
  free((void *)found);
  return rc;
}

struct conf_source conf_memory_source(struct conf_memory *m)
{
  return (struct conf_source){m, memory_read, memory_glob, NULL};
}
