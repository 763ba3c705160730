/* SPDX-License-Identifier: MIT
 * The route and its settings for a reader; see nginx_effective.h. */
#include "cli/nginx_effective.h"

#include <stdio.h>
#include <string.h>

#include "cli/nginx_names.h"

/* What goes wrong on the way goes wrong for want of memory. */
struct lines {
  struct buf *out;
  const struct nginx_effective *ask;
  int rc;
};

static void say(struct lines *p, const char *text)
{
  if(!p->rc)
    p->rc = buf_adds(p->out, text);
}

/* Columns start where the text before them ends, at least. */
static void pad(struct lines *p, size_t from, size_t width)
{
  size_t used = p->out->n - from;
  do {
    say(p, " ");
  } while(!p->rc && ++used < width);
}

static void say_place(struct lines *p, const struct conf_directive *d)
{
  if(!p->rc)
    p->rc = conf_place(d, p->out);
}

static void say_title(struct lines *p, const struct conf_directive *d)
{
  if(!p->rc)
    p->rc = nginx_effective_title(p->ask, d, p->out);
}

static void say_block(struct lines *p, const struct conf_directive *d)
{
  if(!p->rc)
    p->rc = conf_path(d, p->out);
  say(p, "\n  ");
  say_place(p, d);
  say(p, "\n");
}

static void say_handler(struct lines *p, const struct conf_route *r)
{
  say(p, "  ");
  if(r->handler)
    say_title(p, r->handler);
  else
    say(p, "files");
  if(r->upstream) {
    say(p, ", servers in ");
    say_place(p, r->upstream);
  }
  if(r->family == CONF_RETURN && r->status && !p->rc)
    p->rc = buf_addf(p->out, " (%d)", r->status);
  say(p, "\n");
}

static void say_steps(struct lines *p, const struct conf_route *r)
{
  size_t i;
  say(p, "\nHow nginx gets there\n");
  for(i = 0; i < r->nsteps; i++) {
    say(p, "  ");
    say(p, r->steps[i].text);
    if(r->steps[i].at) {
      say(p, "\n      ");
      say_title(p, r->steps[i].at);
      say(p, ", ");
      say_place(p, r->steps[i].at);
    }
    say(p, "\n");
  }
  if(!r->certain)
    say(p, "  Not certain: it depends on what only a run can tell.\n");
}

/* In quotes where it would not be one word without. */
static void say_word(struct lines *p, const struct conf_setting *s, size_t i,
                     size_t j)
{
  struct slice word = conf_setting_word(s, i, j);
  bool bare = word.n > 0 && s->n > 0 && !memchr(word.p, ' ', word.n);
  say(p, bare || !s->n ? "" : "\"");
  if(!p->rc)
    p->rc = nginx_effective_word(p->ask, s, i, j, p->out);
  say(p, bare || !s->n ? "" : "\"");
}

/* All words of all values, values separated by "; ". */
static void say_values(struct lines *p, const struct conf_setting *s)
{
  size_t i, j;
  for(i = 0; i < conf_setting_count(s); i++) {
    if(i)
      say(p, "; ");
    for(j = 0; conf_setting_word(s, i, j).p; j++) {
      if(j)
        say(p, " ");
      say_word(p, s, i, j);
    }
  }
}

static void say_setting(struct lines *p, const struct conf_setting *s)
{
  size_t from = p->out->n;
  say(p, "  ");
  say(p, s->name);
  pad(p, from, 32);
  from = p->out->n;
  if(s->origin == CONF_UNSET)
    say(p, "-");
  else
    say_values(p, s);
  pad(p, from, 24);
  if(!p->rc)
    p->rc = conf_setting_origin(s, p->out);
  say(p, "\n");
}

static struct conf_setting read_setting(const struct conf_route *r,
                                        const struct conf_directive *block,
                                        const char *name,
                                        struct conf_version v)
{
  return block == r->block ? conf_effective(r, name, v)
                           : conf_effective_at(block, name, v);
}

static void say_settings(struct lines *p, const struct conf_route *r,
                         const struct nginx_effective *ask)
{
  const char *names[NGINX_NAMES_MAX];
  size_t n = nginx_names(r, ask, names), i;
  say(p, "\nSettings in force\n");
  for(i = 0; i < n; i++) {
    struct conf_setting s = read_setting(r, r->block, names[i], ask->version);
    say_setting(p, &s);
  }
}

/* Only what a condition changes. */
static void say_branch(struct lines *p, const struct conf_route *r,
                       const struct conf_branch *b,
                       const struct nginx_effective *ask)
{
  const char *names[NGINX_NAMES_MAX];
  size_t n = nginx_names(r, ask, names), i;
  say(p, "\nWhere ");
  say_title(p, b->block);
  say(p, " holds, ");
  say_place(p, b->block);
  say(p, "\n  ");
  if(b->handler && b->handler != r->handler)
    say_title(p, b->handler);
  else
    say(p, "the same handler");
  say(p, "\n");
  for(i = 0; i < n; i++) {
    struct conf_setting s = read_setting(r, r->block, names[i], ask->version);
    struct conf_setting other =
        read_setting(r, b->block, names[i], ask->version);
    if(s.level != other.level)
      say_setting(p, &other);
  }
}

static void say_notes(struct lines *p, const struct conf *c)
{
  size_t i;
  for(i = 0; i < c->nnotes; i++) {
    say(p, i == 0 ? "\nNotes\n  " : "  ");
    if(c->notes[i]->at) {
      say_place(p, c->notes[i]->at);
      say(p, ": ");
    }
    say(p, c->notes[i]->text);
    say(p, "\n");
  }
}

static void say_route(struct lines *p, const struct conf *c,
                      const struct conf_route *r,
                      const struct nginx_effective *ask)
{
  size_t i;
  say(p, ask->request.uri);
  say(p, " is answered by\n  ");
  say_block(p, r->block);
  say_handler(p, r);
  say_steps(p, r);
  if(r->family != CONF_RETURN || ask->nnames > 0)
    say_settings(p, r, ask);
  for(i = 0; i < r->nbranches; i++)
    say_branch(p, r, &r->branches[i], ask);
  say_notes(p, c);
}

int nginx_effective_text(const struct conf *c,
                         const struct nginx_effective *ask, struct buf *out,
                         struct err *e)
{
  struct conf_route *r;
  struct lines p = {out, ask, 0};
  int rc = conf_locate(c, &ask->request, &r, e);
  if(rc)
    return rc;
  say_route(&p, c, r, ask);
  conf_route_free(r);
  return p.rc ? err_set(e, p.rc, "%s", err_name(p.rc)) : 0;
}

static int print_json(const struct conf *c, const struct nginx_effective *ask,
                      struct buf *out, struct err *e)
{
  json_t *doc = nginx_effective_json(c, ask, e);
  int rc;
  if(!doc)
    return e && e->code ? e->code : E_NOMEM;
  rc = json_print(doc, true, out);
  if(!rc && out->p[out->n - 1] != '\n')
    rc = buf_addc(out, '\n');
  json_decref(doc);
  return rc ? err_set(e, rc, "%s", err_name(rc)) : 0;
}

int nginx_effective_print(const struct conf *c,
                          const struct nginx_effective *ask, bool json,
                          struct err *e)
{
  struct buf out;
  int rc;
  buf_init(&out, 0);
  rc = json ? print_json(c, ask, &out, e)
            : nginx_effective_text(c, ask, &out, e);
  if(!rc && fwrite(buf_text(&out), 1, out.n, stdout) != out.n)
    rc = err_set(e, E_IO, "standard output cannot be written");
  buf_free(&out);
  return rc;
}
