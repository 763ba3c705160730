/* SPDX-License-Identifier: MIT
 * Finding one's way in a tree, and naming places in it; see tree.h. */
#include <string.h>

#include "nginxconf/tree.h"

bool conf_is(const struct conf_directive *d, const char *name)
{
  return d && strcmp(d->name, name) == 0;
}

const char *conf_arg(const struct conf_directive *d, size_t i)
{
  return d && i < d->nargs ? d->args[i].text : "";
}

static const struct conf_directive *first_of(const struct conf_directive *d,
                                             const char *name)
{
  while(d && strcmp(d->name, name) != 0)
    d = d->next;
  return d;
}

const struct conf_directive *conf_child(const struct conf_directive *block,
                                        const char *name)
{
  return block ? first_of(block->child, name) : NULL;
}

const struct conf_directive *conf_sibling(const struct conf_directive *d,
                                          const char *name)
{
  return d ? first_of(d->next, name) : NULL;
}

const struct conf_directive *conf_walk(const struct conf_directive *top,
                                       const struct conf_directive *d)
{
  if(d->child)
    return d->child;
  while(d != top && !d->next)
    d = d->parent;
  return d == top ? NULL : d->next;
}

const struct conf_file *conf_file_of(const struct conf *c, const char *path)
{
  for(size_t i = 0; i < c->nfiles; i++) {
    if(strcmp(c->files[i]->path, path) == 0)
      return c->files[i];
  }
  return NULL;
}

bool conf_within(const struct conf_directive *d,
                 const struct conf_directive *block)
{
  while(d && d != block)
    d = d->parent;
  return d != NULL;
}

const struct conf_directive *conf_outer(const struct conf_directive *d,
                                        const char *name)
{
  while(d && strcmp(d->name, name) != 0)
    d = d->parent;
  return d;
}

/* An argument as one would write it. */
static int add_word(const struct conf_arg *a, struct buf *out)
{
  int rc = buf_addc(out, ' ');
  bool bare = a->n > 0 && !strpbrk(a->text, " \t\r\n;\"'");
  if(rc == 0 && !bare)
    rc = buf_addc(out, '"');
  if(rc == 0)
    rc = buf_add(out, a->text, a->n);
  if(rc == 0 && !bare)
    rc = buf_addc(out, '"');
  return rc;
}

/* A server is known by its names, without any by where it listens. */
static int title_server(const struct conf_directive *d, struct buf *out)
{
  const struct conf_directive *by = conf_child(d, "server_name");
  size_t i;
  buf_adds(out, "server");
  if(!by || by->nargs == 0 || by->args[0].n == 0)
    by = conf_child(d, "listen");
  for(i = 0; by && i < by->nargs && i < 3; i++)
    add_word(&by->args[i], out);
  if(by && by->nargs > 3 && conf_is(by, "server_name"))
    buf_adds(out, " ...");
  return out->rc;
}

int conf_title(const struct conf_directive *d, struct buf *out)
{
  size_t i;
  if(d->body == CONF_BLOCK && conf_is(d, "server") && d->nargs == 0)
    return title_server(d, out);
  buf_adds(out, d->parent ? d->name : "main");
  for(i = 0; i < d->nargs; i++)
    add_word(&d->args[i], out);
  return out->rc;
}

int conf_path(const struct conf_directive *d, struct buf *out)
{
  const struct conf_directive *up[CONF_LEVELS_MAX + 4];
  size_t n = 0;
  if(!d->parent)
    return conf_title(d, out);
  for(; d->parent && n < sizeof(up) / sizeof(up[0]); d = d->parent)
    up[n++] = d;
  while(n > 0) {
    conf_title(up[--n], out);
    if(n > 0)
      buf_adds(out, " > ");
  }
  return out->rc;
}

int conf_place(const struct conf_directive *d, struct buf *out)
{
  if(!d->file)
    return buf_adds(out, "(assumed)");
  return buf_addf(out, "%s:%u", d->file->path, d->line);
}
