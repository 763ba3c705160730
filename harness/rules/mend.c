/* SPDX-License-Identifier: MIT
 * Where a finding points, and the edits that mend it; see facts.h. */
#include <stdio.h>
#include <string.h>

#include "rules/facts.h"

static void title(const struct conf_directive *d, char *out, size_t size)
{
  struct buf text;
  buf_init(&text, 0);
  if(conf_title(d, &text) == 0)
    snprintf(out, size, "%s", buf_text(&text));
  buf_free(&text);
}

static const char *file_of(const struct conf_directive *d)
{
  return d->file ? d->file->path : NULL;
}

/* The nearest one around d that stands in a file: what was added around a
 * snippet has no place. */
static const struct conf_directive *placed(const struct conf_directive *d)
{
  const struct conf_directive *c;
  if(!d || d->file)
    return d;
  for(c = d->child; c && !c->file; c = c->next)
    continue;
  return c;
}

void fact_blame_directive(const struct conf_directive *d,
                          struct doctor_finding *out)
{
  const struct conf_directive *at = placed(d);
  if(!at)
    return;
  out->file = file_of(at);
  out->line = at->line;
  out->column = at->column;
  snprintf(out->directive, sizeof(out->directive), "%s", at->name);
}

static void blame_block(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  if(f->block)
    title(f->block, out->block, sizeof(out->block));
}

void fact_blame_block(const struct doctor_facts *f, struct doctor_finding *out)
{
  blame_block(f, out);
  if(f->block)
    fact_blame_directive(f->block, out);
  out->directive[0] = '\0';
}

void fact_blame(const struct doctor_facts *f, const struct conf_setting *s,
                struct doctor_finding *out)
{
  struct buf text;
  fact_blame_block(f, out);
  if(s->n)
    fact_blame_directive(s->from[s->n - 1], out);
  snprintf(out->directive, sizeof(out->directive), "%s", s->name);
  buf_init(&text, 0);
  if(conf_setting_print(s, &text) == 0)
    snprintf(out->effective, sizeof(out->effective), "%s", buf_text(&text));
  buf_free(&text);
  if(s->origin == CONF_DEFAULT)
    snprintf(out->inherited_from, sizeof(out->inherited_from), "default");
  else if(s->origin == CONF_INHERITED && s->level)
    title(s->level, out->inherited_from, sizeof(out->inherited_from));
}

static struct conf_edit *edit_at(struct doctor_finding *out,
                                 const struct conf_directive *d,
                                 enum edit_kind kind, const char *text)
{
  struct conf_edit *e;
  if(out->edits == DOCTOR_MAX_EDITS || !d->file)
    return NULL;
  e = &out->edit[out->edits++];
  memset(e, 0, sizeof(*e));
  e->kind = kind;
  e->file = file_of(d);
  e->start_bytes = d->start;
  e->end_bytes = d->end;
  e->line = d->line;
  snprintf(e->text, sizeof(e->text), "%s", text);
  if(d->parent)
    title(d->parent, e->block, sizeof(e->block));
  out->state = FIX_PROPOSED;
  return e;
}

void fact_fix_replace(const struct conf_directive *d, const char *text,
                      struct doctor_finding *out)
{
  edit_at(out, d, EDIT_SET, text);
}

void fact_fix_remove(const struct conf_directive *d,
                     struct doctor_finding *out)
{
  edit_at(out, d, EDIT_REMOVE, "");
}

void fact_fix_behind(const struct conf_directive *d, const char *text,
                     struct doctor_finding *out)
{
  struct conf_edit *e = edit_at(out, d, EDIT_INSERT, text);
  if(e)
    e->start_bytes = e->end_bytes = d->end;
}

void fact_fix_inside(const struct conf_directive *block, const char *text,
                     struct doctor_finding *out)
{
  const struct conf_directive *first = block->file ? NULL : placed(block);
  struct conf_edit *e;
  if(first) {
    fact_fix_behind(first, text, out);
    return;
  }
  e = edit_at(out, block, EDIT_INSERT, text);
  if(!e)
    return;
  e->start_bytes = e->end_bytes = block->body_start;
  title(block, e->block, sizeof(e->block));
}

void fact_fix_main(const struct doctor_facts *f, const char *text,
                   struct doctor_finding *out)
{
  const struct conf_directive *d, *at = NULL;
  for(d = f->conf->root->child; d; d = d->next) {
    bool plain = d->body == CONF_SIMPLE && !conf_is(d, "include");
    if(d->file && (!at || (plain && at->body != CONF_SIMPLE)))
      at = d;
  }
  if(at)
    fact_fix_behind(at, text, out);
}

static size_t count_listens(const struct doctor_facts *f, unsigned int port)
{
  const struct conf_directive *server[256];
  struct conf_listener l[CONF_LISTENERS_MAX];
  size_t i, k, n, all = conf_servers(f->conf, server, 256), same = 0;
  for(i = 0; i < all && i < 256; i++) {
    n = conf_listeners(f->conf, server[i], l, CONF_LISTENERS_MAX);
    for(k = 0; k < n; k++)
      same += l[k].port == port;
  }
  return same;
}

void fact_fix_listen(const struct doctor_facts *f,
                     const struct conf_listener *l, const char *option,
                     struct doctor_finding *out)
{
  const struct conf_directive *d = l->directive;
  char text[300];
  size_t n = d ? d->end - d->start : 0;
  if(!d || !d->file || n < 2 || n > 200 || count_listens(f, l->port) > 1)
    return;
  snprintf(text, sizeof(text), "%.*s %s;", (int)n - 1,
           d->file->text.p + d->start, option);
  fact_fix_replace(d, text, out);
}

void fact_fix_argument(const struct conf_directive *d, size_t i,
                       const char *text, struct doctor_finding *out)
{
  struct conf_edit *e = edit_at(out, d, EDIT_SET, text);
  if(!e)
    return;
  e->start_bytes = d->args[i].start;
  e->end_bytes = d->args[i].end;
  e->line = d->args[i].line;
}

/* What nginx allows in an `if` of a location, of what rules set. */
static bool is_allowed_in_if(const char *text)
{
  static const char *const names[] = {"gzip ",       "ssi ",     "charset ",
                                      "add_header ", "expires ", "limit_rate ",
                                      "error_page "};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(strncmp(text, names[i], strlen(names[i])) == 0)
      return true;
  }
  return false;
}

const struct conf_directive *fact_home(const struct doctor_facts *f,
                                       const char *text)
{
  const struct conf_directive *outer = NULL;
  if(f->block && ((conf_is(f->block, "if") && !is_allowed_in_if(text)) ||
                  conf_is(f->block, "limit_except")))
    outer = conf_outer(f->block, "location");
  return outer ? outer : f->block;
}

void fact_fix_insert(const struct doctor_facts *f, const char *text,
                     struct doctor_finding *out)
{
  const struct conf_directive *h = f->route->handler;
  const struct conf_directive *block = fact_home(f, text);
  if(!block)
    return;
  if(h && h->parent == block && h->file && h->file == block->file &&
     h->body == CONF_SIMPLE)
    fact_fix_behind(h, text, out);
  else
    fact_fix_inside(block, text, out);
}

void fact_fix_set(const struct doctor_facts *f, const char *name,
                  const char *value, struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, name);
  const struct conf_directive *block;
  char text[300];
  size_t i;
  snprintf(text, sizeof(text), "%s %s;", name, value);
  block = fact_home(f, text);
  if(block && block != f->block)
    s = conf_effective_at(block, name, f->version);
  if(s.origin != CONF_OWN || !s.n) {
    fact_fix_insert(f, text, out);
    return;
  }
  fact_fix_replace(s.from[0], text, out);
  for(i = 1; i < s.n; i++)
    fact_fix_remove(s.from[i], out);
}
