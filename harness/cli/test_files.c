/* SPDX-License-Identifier: MIT
 * Flow files of a command line; see test_files.h. */
#include "cli/test_files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"

#define FOLDERS_MAX 16 /* inside each other */

static int keep(struct test_files *t, struct flow *f, struct err *e)
{
  if(t->count == t->room) {
    uint32_t room = t->room ? t->room * 2 : 16;
    struct flow **more = realloc(t->flow, room * sizeof(*more));
    if(!more || room > TEST_FILES_MAX * 2) {
      flow_free(f);
      return err_set(e, more ? E_LIMIT : E_NOMEM, "too many flow files");
    }
    t->flow = more;
    t->room = room;
  }
  t->flow[t->count++] = f;
  return 0;
}

/* A folder may hold other YAML: only what says that it is a flow is one. */
static bool is_flow(struct slice text)
{
  while(text.n) {
    struct slice line = slice_trim(slice_cut(&text, '\n'));
    if(line.n && line.p[0] != '#' && !slice_eq_cstr(line, "---"))
      return slice_starts(line, "weir:");
  }
  return false;
}

struct source {
  struct slice text;
  const char *path;
  bool run_allowed;
};

/* NULL where the case is wrong; why says how. */
static struct flow *read_case(const struct source *s, uint32_t number,
                              struct err *why)
{
  struct flow *f = flow_read_case(s->text, s->path, number, why);
  if(!f || !f->runs || s->run_allowed)
    return f;
  err_set(why, E_SYNTAX,
          "%s: it runs programs: name the file itself, or say --allow-run",
          s->path);
  flow_free(f);
  return NULL;
}

/* A file is one flow, or one for each of its cases. */
static int add_cases(struct test_files *t, const struct source *s,
                     struct err *e)
{
  struct err why = {0};
  uint32_t i, cases = 1;
  int rc = 0;
  for(i = 0; i < cases && !rc; i++) {
    struct flow *f = read_case(s, i, &why);
    if(!f) {
      log_error("%s", why.text);
      t->bad++;
      return 0;
    }
    cases = flow_cases(f);
    rc = keep(t, f, e);
  }
  return rc;
}

static int add_file(struct test_files *t, const char *path, bool named,
                    struct err *e)
{
  struct err why = {0};
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = file_read(path, FLOW_FILE_MAX, &text, &why);
  if(rc) {
    log_error("%s", why.text);
    t->bad++;
    rc = 0;
  } else if(named || is_flow(buf_slice(&text)))
    rc = add_cases(
        t, &(struct source){buf_slice(&text), path, named || t->run_allowed},
        e);
  buf_free(&text);
  return rc;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_yaml(const char *name)
{
  size_t n = strlen(name);
  return (n > 5 && strcmp(name + n - 5, ".yaml") == 0) ||
         (n > 4 && strcmp(name + n - 4, ".yml") == 0);
}

static int add_any(struct test_files *t, const char *path, int depth,
                   struct err *e);

static int add_entries(struct test_files *t, char **name, size_t n, int depth,
                       struct err *e)
{
  size_t i;
  int rc = 0;
  qsort(name, n, sizeof(*name), by_name);
  for(i = 0; i < n; i++) {
    if(!rc)
      rc = add_any(t, name[i], depth + 1, e);
    free(name[i]);
  }
  free(name);
  return rc;
}

static int add_folder(struct test_files *t, DIR *d, const char *path,
                      int depth, struct err *e)
{
  char **name = calloc(TEST_FILES_MAX, sizeof(*name));
  struct dirent *entry;
  size_t n = 0;
  for(entry = readdir(d); name && entry && n < TEST_FILES_MAX;
      entry = readdir(d)) {
    struct buf full;
    if(entry->d_name[0] == '.')
      continue;
    buf_init(&full, 0);
    file_path_join(&full, path, entry->d_name);
    name[n] = slice_dup(buf_slice(&full));
    n += name[n] != NULL;
    buf_free(&full);
  }
  closedir(d);
  return name ? add_entries(t, name, n, depth, e)
              : err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
}

/* depth 0: named on the command line. */
static int add_any(struct test_files *t, const char *path, int depth,
                   struct err *e)
{
  struct stat s;
  DIR *d;
  if(depth > FOLDERS_MAX)
    return 0;
  if(stat(path, &s) == 0 && S_ISDIR(s.st_mode)) {
    d = opendir(path);
    if(d)
      return add_folder(t, d, path, depth, e);
  } else if(depth == 0 || is_yaml(path))
    return add_file(t, path, depth == 0, e);
  return 0;
}

int test_files_add(struct test_files *t, const char *path, struct err *e)
{
  return add_any(t, path, 0, e);
}

void test_files_free(struct test_files *t)
{
  uint32_t i;
  for(i = 0; i < t->count; i++)
    flow_free(t->flow[i]);
  free(t->flow);
}
