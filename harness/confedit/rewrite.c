/* SPDX-License-Identifier: MIT
 * The private copy of a configuration; see rewrite.h. */
#include "confedit/rewrite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVERS_MAX 4096

static void key_of(const struct conf_listener *l, char out[140])
{
  if(l->port)
    snprintf(out, 140, "%s:%u%s", l->address, l->port, l->quic ? "/udp" : "");
  else
    snprintf(out, 140, "%s", l->address);
}

const struct rewrite_listen *rewrite_listen_of(const struct rewrite *r,
                                               const struct conf_listener *l)
{
  char key[140];
  key_of(l, key);
  for(size_t i = 0; i < r->listens; i++) {
    if(strcmp(r->listen[i].key, key) == 0)
      return &r->listen[i];
  }
  return NULL;
}

static void add_listens(struct rewrite *r, const struct conf_directive *server)
{
  struct conf_listener all[CONF_LISTENERS_MAX];
  size_t n = conf_listeners(r->of.conf, server, all, CONF_LISTENERS_MAX);
  if(n > CONF_LISTENERS_MAX)
    n = CONF_LISTENERS_MAX;
  for(size_t i = 0; i < n && r->listens < REWRITE_LISTENS_MAX; i++) {
    if(rewrite_listen_of(r, &all[i]))
      continue;
    key_of(&all[i], r->listen[r->listens].key);
    r->listen[r->listens].sample = all[i];
    r->listens++;
  }
}

static void find_takers(struct rewrite *r, const struct conf_directive *server)
{
  struct conf_listener all[CONF_LISTENERS_MAX];
  size_t n = conf_listeners(r->of.conf, server, all, CONF_LISTENERS_MAX);
  for(size_t i = 0; i < n && i < CONF_LISTENERS_MAX; i++) {
    const struct rewrite_listen *found = rewrite_listen_of(r, &all[i]);
    struct rewrite_listen *l = found ? &r->listen[found - r->listen] : NULL;
    if(!l || (l->taker && (l->said || !all[i].default_server)))
      continue;
    l->taker = server;
    l->said = all[i].default_server;
  }
}

int rewrite_init(struct rewrite *r, const struct examined *of,
                 struct edit_notes *notes)
{
  const struct conf_directive *server[SERVERS_MAX];
  size_t n;
  memset(r, 0, sizeof(*r));
  r->of = *of;
  r->notes = notes;
  r->edits = calloc(of->conf->nfiles + 1, sizeof(*r->edits));
  if(!r->edits)
    return E_NOMEM;
  if(!of->route)
    return 0;
  /* The examined one first, so that it has a port whatever else there is. */
  add_listens(r, of->route->server);
  n = conf_servers(of->conf, server, SERVERS_MAX);
  for(size_t i = 0; i < n && i < SERVERS_MAX; i++)
    add_listens(r, server[i]);
  for(size_t i = 0; i < n && i < SERVERS_MAX; i++)
    find_takers(r, server[i]);
  return 0;
}

void rewrite_fini(struct rewrite *r)
{
  for(size_t i = 0; r->edits && i < r->of.conf->nfiles; i++)
    text_edits_free(&r->edits[i]);
  free(r->edits);
  r->edits = NULL;
  buf_free(&r->defined);
}

/* A block of the main context that has nothing to do with HTTP (stream, mail,
 * rtmp, ...): removed whole, since it may listen, too. */
static const struct conf_directive *outer_left_out(
    const struct conf_directive *d)
{
  while(d->parent && d->parent->parent)
    d = d->parent;
  return d->body == CONF_SIMPLE || conf_is(d, "http") || conf_is(d, "events")
             ? NULL
             : d;
}

static int make_one(struct rewrite *r, const struct conf_directive *d)
{
  const struct conf_directive *out = outer_left_out(d);
  if(out == d)
    return rewrite_remove(r, d, "{ } is left out: only http is probed");
  if(out || (d->parent && d->parent->body == CONF_RAW &&
             !conf_is(d->parent, "upstream") && !conf_is(d, "include")))
    return 0;
  return rewrite_directive(r, d);
}

static int make_all(struct rewrite *r)
{
  const struct conf_directive *root = r->of.conf->root, *shut = NULL;
  int rc = 0;
  for(const struct conf_directive *d = conf_walk(root, root); !rc && d;
      d = conf_walk(root, d)) {
    bool closed = false;
    if(!d->file || (shut && conf_within(d, shut)))
      continue;
    rc = rewrite_close(r, d, &closed);
    if(closed)
      shut = d;
    else
      rc = rc ? rc : make_one(r, d);
  }
  return rc;
}

/* Of two edits at one place the first wins: those of the examined location
 * come first, since its file may be included elsewhere, too. */
static int make_examined(struct rewrite *r)
{
  const struct conf_directive *root = r->of.conf->root;
  int rc = 0;
  for(const struct conf_directive *d = conf_walk(root, root); !rc && d;
      d = conf_walk(root, d)) {
    if(d->file && rewrite_is_examined(r, d))
      rc = rewrite_directive(r, d);
  }
  return rc;
}

int rewrite_make(struct rewrite *r)
{
  const struct conf_directive *root = r->of.conf->root;
  const struct conf_directive *http = conf_child(root, "http");
  struct buf common;
  int rc;
  rewrite_find_aux(r);
  rewrite_find_reached(r);
  rc = make_examined(r);
  r->closed = 0;
  rc = rc ? rc : make_all(r);
  if(r->closed)
    rewrite_note(r, NULL, false,
                 "%zu location%s and server%s that no probe gets to %s 404 in "
                 "the copy, whatever stands in them",
                 r->closed, r->closed == 1 ? "" : "s",
                 r->closed == 1 ? "" : "s",
                 r->closed == 1 ? "answers" : "answer");
  buf_init(&common, 0);
  if(!rc && http && http->file) {
    rc = rewrite_common(r, &common);
    rc = rc ? rc : rewrite_insert(r, http, buf_text(&common));
  }
  buf_free(&common);
  return rc;
}

int rewrite_define(struct rewrite *r, const char *variable)
{
  const struct conf_directive *http = conf_child(r->of.conf->root, "http");
  char text[200];
  rewrite_note(r, NULL, true,
               "nobody defines $%s: it was given a value in the copy",
               variable);
  snprintf(text, sizeof(text), " map \"\" $%s { default weir; }", variable);
  if(!http)
    return E_NOT_FOUND;
  return http->file ? rewrite_insert(r, http, text)
                    : buf_adds(&r->defined, text);
}

/* The innermost directive that stands at that line; name NULL: any. */
static const struct conf_directive *find_at(const struct rewrite *r,
                                            size_t file, uint32_t line,
                                            const char *name)
{
  const struct conf_directive *root = r->of.conf->root, *best = NULL;
  for(const struct conf_directive *d = conf_walk(root, root); d;
      d = conf_walk(root, d)) {
    uint32_t last = d->line;
    if(!d->file || d->file->index != file || d->line > line ||
       (name && !conf_is(d, name)))
      continue;
    for(size_t i = d->start; i < d->end; i++)
      last += d->file->text.p[i] == '\n';
    if(last >= line)
      best = d;
  }
  return best;
}

bool rewrite_drop(struct rewrite *r, size_t file, uint32_t line,
                  const char *name, const char *why)
{
  const struct conf_directive *d = find_at(r, file, line, name);
  if(!d)
    return false;
  rewrite_note(r, d, true, "%s", why);
  if(conf_is(d, "listen"))
    return rewrite_spare_listen(r, d) == 0;
  return rewrite_replace(r, d, d->start, d->end, "") == 0;
}
