/* SPDX-License-Identifier: MIT
 * The files of the private copy: main.conf, and f<number>.conf of each file
 * that is included.  What is pasted as a part gets the blocks around it; each
 * of them includes the same text, in which only its own directives are left,
 * so that line numbers hold; see rewrite.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "confedit/rewrite.h"

static int write_text(const struct rewrite *r, const char *name,
                      const struct buf *text, struct err *e)
{
  return rewrite_put(r, name, buf_slice(text), e);
}

static int write_file(struct rewrite *r, const struct conf_file *file,
                      struct err *e)
{
  struct buf out;
  char name[48];
  size_t made;
  int rc;
  buf_init(&out, 0);
  snprintf(name, sizeof(name), "f%zu.conf", file->index);
  rc = text_edits_apply(&r->edits[file->index], file->text, &out, &made);
  if(rc)
    err_set(e, rc, "cannot rewrite %s", file->path);
  else
    rc = write_text(r, name, &out, e);
  buf_free(&out);
  return rc;
}

/* The main file with only those of its outermost directives that stand in
 * block. */
static int write_part(struct rewrite *r, const struct conf_directive *block,
                      const char *name, struct err *e)
{
  const struct conf_file *file = r->of.conf->files[0];
  const struct conf_directive *root = r->of.conf->root;
  struct text_edits *own = &r->edits[0], all;
  struct buf out;
  size_t made;
  int rc = 0;
  buf_init(&out, 0);
  text_edits_init(&all);
  for(const struct conf_directive *d = conf_walk(root, root); !rc && d;
      d = conf_walk(root, d)) {
    struct text_edits kept = *own;
    if(d->file != file || !d->parent->synthetic || d->parent == block)
      continue;
    *own = all;
    rc = rewrite_replace(r, d, d->start, d->end, "");
    all = *own;
    *own = kept;
  }
  for(size_t i = 0; !rc && i < own->n; i++)
    rc = text_edits_add(&all, own->at[i].start, own->at[i].end,
                        slice_of(own->at[i].text));
  rc = rc ? rc : text_edits_apply(&all, file->text, &out, &made);
  rc = rc ? err_set(e, rc, "cannot rewrite %s", file->path)
          : write_text(r, name, &out, e);
  text_edits_free(&all);
  buf_free(&out);
  return rc;
}

static int add_listens(const struct rewrite *r,
                       const struct conf_directive *server, struct buf *out)
{
  struct conf_listener all[CONF_LISTENERS_MAX];
  size_t n = conf_listeners(r->of.conf, server, all, CONF_LISTENERS_MAX);
  for(size_t i = 0; i < n && i < CONF_LISTENERS_MAX; i++) {
    const struct rewrite_listen *l = rewrite_listen_of(r, &all[i]);
    if(!all[i].directive && l)
      buf_addf(out, "  listen 127.0.0.1:%u;\n", (unsigned)l->port);
  }
  return out->rc;
}

/* A synthetic block, what it holds, and the synthetic blocks in it. */
static int wrap(struct rewrite *r, const struct conf_directive *block,
                struct buf *out, struct err *e)
{
  char name[32];
  int rc;
  snprintf(name, sizeof(name), "part_%s.conf", block->name);
  rc = buf_addf(out, "%s %s {\n", block->name, conf_arg(block, 0));
  if(!rc && conf_is(block, "http"))
    rc = r->common ? buf_adds(out, r->common) : rewrite_common(r, out);
  if(!rc && conf_is(block, "server"))
    rc = add_listens(r, block, out);
  if(!rc && r->read_timeout_ms && block == r->of.route->block)
    rc = buf_addf(out, " %s_read_timeout %llums;",
                  conf_family_name(r->of.family),
                  (unsigned long long)r->read_timeout_ms);
  rc = rc ? rc : buf_addf(out, " include \"%s/%s\";\n", r->dir, name);
  rc = rc ? rc : write_part(r, block, name, e);
  for(const struct conf_directive *d = block->child; !rc && d; d = d->next) {
    if(d->synthetic)
      rc = wrap(r, d, out, e);
  }
  return rc ? rc : buf_adds(out, "}\n");
}

static int write_main(struct rewrite *r, struct err *e)
{
  const struct conf_directive *root = r->of.conf->root;
  struct buf out;
  int rc = 0;
  buf_init(&out, 0);
  if(r->of.conf->shape == CONF_WHOLE) {
    rc = buf_addf(&out, "include \"%s/f0.conf\";\n", r->dir);
    if(!rc && !conf_child(root, "events"))
      rc = buf_adds(&out, "events { }\n");
  } else {
    rc = buf_adds(&out, "events { }\n");
    for(const struct conf_directive *d = root->child; !rc && d; d = d->next) {
      if(d->synthetic)
        rc = wrap(r, d, &out, e);
    }
  }
  rc = rc ? rc : write_text(r, "main.conf", &out, e);
  buf_free(&out);
  return rc;
}

/* The scaled timeout goes where the location's own one stands, or in front of
 * all else in it. */
static int set_timeout(struct rewrite *r)
{
  const struct conf_route *route = r->of.route;
  const struct conf_directive *block = route->block;
  struct conf_setting s;
  char name[64], text[128];
  if(conf_is(block, "if") || conf_is(block, "limit_except"))
    block = conf_outer(block, "location");
  if(!block)
    return 0;
  snprintf(name, sizeof(name), "%s_read_timeout",
           conf_family_name(r->of.family));
  snprintf(text, sizeof(text), " %s %llums;", name,
           (unsigned long long)r->read_timeout_ms);
  s = conf_effective_at(block, name, r->of.version);
  if(s.origin == CONF_OWN && s.n && s.from[0]->file)
    return rewrite_replace(r, s.from[0], s.from[0]->start, s.from[0]->end,
                           text);
  return block->file ? rewrite_insert(r, block, text) : 0;
}

int rewrite_write(struct rewrite *r, struct err *e)
{
  const struct conf *c = r->of.conf;
  size_t i = c->shape == CONF_WHOLE ? 0 : 1;
  int rc = 0;
  if(r->read_timeout_ms && set_timeout(r))
    return err_set(e, E_NOMEM, "out of memory");
  for(; !rc && i < c->nfiles; i++)
    rc = write_file(r, c->files[i], e);
  rc = rc ? rc : rewrite_write_files(r, e);
  return rc ? rc : write_main(r, e);
}

size_t rewrite_file(const struct rewrite *r, const char *path)
{
  size_t n = strlen(r->dir);
  const char *name = path + n + 1;
  char *end;
  unsigned long i;
  if(strncmp(path, r->dir, n) != 0 || path[n] != '/')
    return SIZE_MAX;
  if(strncmp(name, "part_", 5) == 0)
    return 0;
  if(name[0] != 'f')
    return SIZE_MAX;
  i = strtoul(name + 1, &end, 10);
  return end != name + 1 && i < r->of.conf->nfiles ? (size_t)i : SIZE_MAX;
}
