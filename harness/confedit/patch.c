/* SPDX-License-Identifier: MIT
 * Edits on a configuration; see patch.h. */
#include "confedit/patch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "confedit/carve.h"
#include "confedit/patch_place.h"
#include "confedit/text_edit.h"

static int add_edit(const struct conf *c, const struct conf_edit *edit,
                    struct text_edits *all, struct err *e)
{
  const struct conf_file *file =
      edit->file ? conf_file_of(c, edit->file) : NULL;
  int rc;
  if(!file)
    return err_set(e, E_MISMATCH, "an edit is for a file that was not read");
  if(edit->start_bytes > edit->end_bytes || edit->end_bytes > file->text.n)
    return err_set(e, E_MISMATCH, "an edit is beyond the end of %s",
                   edit->file);
  rc = patch_place(file->text, edit, &all[file->index]);
  return rc ? err_set(e, rc, "out of memory") : 0;
}

/* All that are for one copy, with the first of them. */
static int add_carved(const struct conf_edit *const *edit, size_t n, size_t at,
                      struct text_edits *all, struct err *e)
{
  int rc;
  for(size_t i = 0; i < at; i++) {
    if(edit[i]->carve == edit[at]->carve)
      return 0;
  }
  rc = carve_write(edit[at]->carve, edit, n, all);
  return rc ? err_set(e, rc, "the location cannot be copied") : 0;
}

static size_t count_lines(struct slice a)
{
  size_t n = 0;
  for(size_t i = 0; i < a.n; i++)
    n += a.p[i] == '\n';
  return n;
}

/* Lines that an edit puts in or takes away or changes. */
static size_t touched(const struct text_edit *t, struct slice text)
{
  size_t before =
      count_lines((struct slice){text.p + t->start, t->end - t->start});
  size_t after = count_lines(slice_of(t->text));
  size_t n = before > after ? before : after;
  return n ? n : 1;
}

static int apply_one(const struct conf_file *file, struct text_edits *all,
                     struct patched *out, struct err *e)
{
  struct patched_file *p = &out->file[file->index];
  size_t made;
  int rc = text_edits_apply(all, file->text, &p->text, &made);
  if(rc)
    return err_set(e, rc, "%s cannot be edited", file->path);
  p->path = file->path;
  p->name = file->name;
  p->changed = made > 0;
  out->edits += made;
  for(size_t i = 0; i < all->n; i++) {
    bool again = i && all->at[i].start == all->at[i - 1].start &&
                 strcmp(all->at[i].text, all->at[i - 1].text) == 0;
    if(!again)
      out->lines += touched(&all->at[i], file->text);
  }
  return 0;
}

int patch_apply(const struct conf *c, const struct conf_edit *const *edit,
                size_t n, struct patched *out, struct err *e)
{
  struct text_edits *all = calloc(c->nfiles + 1, sizeof(*all));
  int rc = 0;
  memset(out, 0, sizeof(*out));
  out->file = calloc(c->nfiles + 1, sizeof(*out->file));
  if(!all || !out->file) {
    free(all);
    return err_set(e, E_NOMEM, "out of memory");
  }
  out->files = c->nfiles;
  for(size_t i = 0; !rc && i < n; i++)
    rc = edit[i]->carve ? add_carved(edit, n, i, all, e)
                        : add_edit(c, edit[i], all, e);
  for(size_t i = 0; i < c->nfiles; i++) {
    buf_init(&out->file[i].text, 0);
    rc = rc ? rc : apply_one(c->files[i], &all[i], out, e);
    text_edits_free(&all[i]);
  }
  free(all);
  return rc;
}

int patched_conf(const struct patched *p, struct conf **out, struct err *e)
{
  struct conf_memory m;
  struct conf_source source;
  struct conf_fault fault;
  int rc = 0;
  conf_memory_init(&m);
  for(size_t i = 0; !rc && i < p->files; i++)
    rc = conf_memory_add(&m, p->file[i].name, buf_slice(&p->file[i].text));
  source = conf_memory_source(&m);
  if(rc)
    err_set(e, rc, "out of memory");
  else
    rc = conf_parse(out, &source, p->file[0].name, &fault);
  if(rc && rc != E_NOMEM)
    *e = fault.e;
  conf_memory_fini(&m);
  return rc;
}

void patched_free(struct patched *p)
{
  for(size_t i = 0; i < p->files; i++)
    buf_free(&p->file[i].text);
  free(p->file);
  memset(p, 0, sizeof(*p));
}

/* --- writing ------------------------------------------------------------ */

static bool is_folder(const char *path)
{
  struct stat st;
  size_t n = strlen(path);
  return (n && path[n - 1] == '/') ||
         (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

static bool is_same_file(const char *a, const char *b)
{
  struct stat sa, sb;
  return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
         sa.st_ino == sb.st_ino;
}

static int guard(const struct conf *c, const char *path, bool over,
                 struct err *e)
{
  for(size_t i = 0; !over && i < c->nfiles; i++) {
    if(is_same_file(c->files[i]->path, path))
      return err_set(e, E_MISMATCH,
                     "%s is part of the configuration that was read: it is "
                     "not written over",
                     path);
  }
  return 0;
}

static int make_folders(const char *path, struct err *e)
{
  char part[1024];
  for(size_t i = 1; path[i] && i < sizeof(part) - 1; i++) {
    if(path[i] != '/')
      continue;
    memcpy(part, path, i);
    part[i] = '\0';
    if(mkdir(part, 0755) && errno != EEXIST)
      return err_set(e, E_IO, "cannot make the folder %s: %s", part,
                     strerror(errno));
  }
  return 0;
}

static int write_one(const struct conf *c, const struct patched_file *p,
                     const char *path, bool over, struct err *e)
{
  int rc = guard(c, path, over, e);
  return rc ? rc : file_write(path, buf_slice(&p->text), e);
}

/* Below the folder, each file has its own path: /etc/nginx/nginx.conf is
 * FOLDER/etc/nginx/nginx.conf. */
static int write_tree(const struct conf *c, const struct patched *p,
                      const char *where, bool over, struct err *e)
{
  struct buf path;
  int rc = 0;
  for(size_t i = 0; !rc && i < p->files; i++) {
    const char *name = p->file[i].path;
    while(*name == '/' || strncmp(name, "../", 3) == 0)
      name += *name == '/' ? 1 : 3;
    buf_init(&path, 1000);
    rc = buf_addf(&path, "%s/%s", where, name)
             ? err_set(e, E_TOO_LONG, "%s: the path is too long", name)
             : make_folders(buf_text(&path), e);
    rc = rc ? rc : write_one(c, &p->file[i], buf_text(&path), over, e);
    buf_free(&path);
  }
  return rc;
}

int patch_write(const struct conf *c, const struct patched *p,
                const char *where, bool over, struct err *e)
{
  size_t changed = 0, which = 0;
  if(is_folder(where))
    return write_tree(c, p, where, over, e);
  for(size_t i = 0; i < p->files; i++) {
    if(p->file[i].changed) {
      which = i;
      changed++;
    }
  }
  if(p->files > 1 && (changed > 1 || which != 0))
    return write_tree(c, p, where, over, e);
  return write_one(c, &p->file[0], where, over, e);
}
