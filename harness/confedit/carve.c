/* SPDX-License-Identifier: MIT
 * Whether a stream gets a location of its own, and which; see carve.h. */
#include "confedit/carve.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PATH_MAX_BYTES 300

/* ---- does it serve more ---- */

/* A name that people give to streams and to nothing else. */
static bool names_stream(const char *name)
{
  static const char *const words[] = {"event", "sse",     "stream", "subscri",
                                      "notif", "mercure", "feed"};
  for(size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if(strcasestr(name, words[i]))
      return true;
  }
  return false;
}

/* The last segment of a path that is no number: "events" of /jobs/42/events,
 * "jobs" of /jobs/42. */
static void last_word(const char *path, char out[120])
{
  size_t end = strlen(path), begin;
  out[0] = '\0';
  while(end > 0 && !out[0]) {
    bool letters = false;
    for(begin = end; begin > 0 && path[begin - 1] != '/'; begin--)
      letters |= isalpha((unsigned char)path[begin - 1]) != 0;
    if(letters)
      snprintf(out, 120, "%.*s", (int)(end - begin), path + begin);
    end = begin > 0 ? begin - 1 : 0;
  }
}

static size_t without_slash(const char *path)
{
  size_t n = strlen(path);
  return n > 1 && path[n - 1] == '/' ? n - 1 : n;
}

static bool serves_more(const struct conf_directive *l, const char *path)
{
  const char *first = conf_arg(l, 0), *name = conf_arg(l, l->nargs - 1);
  const char *tail = strrchr(name, '/');
  size_t n = without_slash(name);
  char word[120];
  if(first[0] == '=')
    return false;
  if(n == without_slash(path) && strncmp(name, path, n) == 0)
    return false;
  last_word(path, word);
  if(first[0] == '~')
    return !word[0] || !strstr(name, word);
  if(tail && !tail[1] && tail > name) {
    while(tail > name && tail[-1] != '/')
      tail--;
  }
  return !names_stream(tail ? tail : name);
}

/* ---- can it be copied ---- */

/* Nothing that would need quotes, or mean something in a rewrite. */
static bool is_plain(const char *path)
{
  size_t n = strlen(path);
  return path[0] == '/' && n < PATH_MAX_BYTES &&
         strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                      "0123456789-_.~/@:,+!") == n;
}

bool carve_shared(const struct conf *conf, const struct conf_directive *d)
{
  const struct conf_directive *i;
  if(!d || !d->file || !d->via)
    return false;
  for(i = conf_walk(conf->root, conf->root); i; i = conf_walk(conf->root, i)) {
    if(i != d && i->file == d->file && i->start == d->start)
      return true;
  }
  return false;
}

static bool uses_captures(const struct conf_directive *l)
{
  for(const struct conf_directive *d = conf_walk(l, l); d;
      d = conf_walk(l, d)) {
    for(size_t i = 0; i < d->nargs; i++) {
      for(const char *p = strchr(conf_arg(d, i), '$'); p;
          p = strchr(p + 1, '$')) {
        if(isdigit((unsigned char)p[p[1] == '{' ? 2 : 1]))
          return true;
      }
    }
  }
  return strstr(conf_arg(l, l->nargs - 1), "(?") != NULL;
}

/* What lets some in and others not, or sets what is used later: a copy that
 * does not come through it must not lose it. */
static bool guards(const struct conf_directive *d)
{
  static const char *const prefixes[] = {
      "auth_",   "allow",       "deny",        "satisfy", "limit_",
      "access_", "modsecurity", "secure_link", "valid_",  "internal",
      "if",      "set",         "jwt_",        "js_",     "perl",
      "lua_",    "rewrite_by_"};
  for(size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
    if(strncmp(d->name, prefixes[i], strlen(prefixes[i])) == 0)
      return true;
  }
  return false;
}

/* The locations that a request came through before the last one. */
static bool guarded_on_the_way(const struct conf_route *r,
                               const struct conf_directive *from)
{
  for(size_t i = 0; i < r->nsteps; i++) {
    const struct conf_directive *l = r->steps[i].at;
    l = l ? conf_outer(l, "location") : NULL;
    if(!l || conf_within(from, l) || conf_within(l, from))
      continue;
    for(const struct conf_directive *d = l->child; d; d = d->next) {
      if(guards(d))
        return true;
    }
  }
  return false;
}

/* An inner location is taken out of the copy, and what an include brings is
 * inlined where it is changed: both stand in sight. */
static bool is_simple(const struct conf_directive *from)
{
  for(const struct conf_directive *d = conf_walk(from, from); d;
      d = conf_walk(from, d)) {
    if(conf_is(d, "location") && d->file != from->file)
      return false;
    if(d->via && d->via->file != from->file && d->via->file != d->file)
      return false;
  }
  return from->file != NULL;
}

static bool has_rewrites(const struct conf_directive *from)
{
  return conf_child(from, "set") || conf_child(from, "if") ||
         conf_child(from, "rewrite") || conf_child(from, "break") ||
         conf_child(from, "return");
}

/* There is one already, whatever it does. */
static bool is_taken(const struct conf_directive *server, const char *path)
{
  for(const struct conf_directive *d = conf_walk(server, server); d;
      d = conf_walk(server, d)) {
    if(conf_is(d, "location") && d->nargs == 2 && conf_arg(d, 0)[0] == '=' &&
       strcmp(conf_arg(d, 1), path) == 0)
      return true;
  }
  return false;
}

/* ---- what is different in it ---- */

/* proxy_pass replaces what its location matched: all of it now. */
static bool plan_pass(struct conf_carve *c, const struct conf_route *r)
{
  const struct conf_directive *h = r->handler;
  const char *name = conf_arg(c->from, c->from->nargs - 1);
  const char *to, *path;
  size_t n = strlen(name);
  if(!h || !conf_is(h, "proxy_pass") || !r->pass_uri || r->pass_variable)
    return true;
  if(conf_arg(c->from, 0)[0] == '~' || name[0] == '@')
    return true;
  to = conf_arg(h, 0);
  path = strstr(to, "://");
  path = path && strncmp(path + 3, "unix:", 5) != 0 ? strchr(path + 3, '/')
                                                    : NULL;
  if(!path || strpbrk(to, "?$") || strncmp(r->uri, name, n) != 0)
    return false;
  c->handler = h;
  snprintf(c->pass, sizeof(c->pass), "%.*s%.300s%.300s", (int)(path - to), to,
           path, r->uri + n);
  return true;
}

/* Behind a rewrite or try_files: the copy changes the path itself. */
static bool plan_rewrite(struct conf_carve *c, const struct conf_route *r,
                         const char *path, const char *query)
{
  const char *args = r->args ? r->args : "";
  if(strcmp(r->uri, path) == 0)
    return true;
  if(!is_plain(r->uri) || has_rewrites(c->from) ||
     (strcmp(args, query) != 0 && args[0]) || r->pass_uri)
    return false;
  snprintf(c->rewrite, sizeof(c->rewrite), "rewrite ^ %s break;", r->uri);
  return true;
}

/* Where the copy stands: beside, or, where the text beside serves others, too,
 * in the server. */
static bool plan_place(struct conf_carve *c, const struct conf_route *r)
{
  const struct conf_directive *outer = c->from->parent;
  bool alone = !carve_shared(c->conf, c->from);
  c->server = r->server;
  c->beside = alone;
  if(conf_is(outer, "location")) /* settings around it must hold on */
    return alone && conf_arg(outer, 0)[0] != '~' &&
           conf_arg(outer, 0)[0] != '@' &&
           strncmp(r->uri, conf_arg(outer, outer->nargs - 1),
                   strlen(conf_arg(outer, outer->nargs - 1))) == 0 &&
           !c->rewrite[0];
  return conf_is(outer, "server") &&
         (alone || (r->server->file && !carve_shared(c->conf, r->server)));
}

bool carve_plan(struct conf_carve *c, const struct conf *conf,
                const struct conf_route *route, const char *asked)
{
  const char *path_end = asked + strcspn(asked, "?#");
  const char *query = *path_end == '?' ? path_end + 1 : "";
  const struct conf_directive *from =
      route->block ? conf_outer(route->block, "location") : NULL;
  char path[PATH_MAX_BYTES + 1];
  memset(c, 0, sizeof(*c));
  snprintf(path, sizeof(path), "%.*s", (int)(path_end - asked), asked);
  c->conf = conf;
  c->from = from;
  if(!from || !from->nargs || !conf_family_is_upstream(route->family) ||
     !is_plain(path) || path[strlen(path) - 1] == '/' ||
     !serves_more(from, path) || !is_simple(from))
    return false;
  if((conf_arg(from, 0)[0] == '~' && uses_captures(from)) ||
     guarded_on_the_way(route, from) || is_taken(route->server, path))
    return false;
  snprintf(c->match, sizeof(c->match), "= %s", path);
  return plan_rewrite(c, route, path, query) && plan_pass(c, route) &&
         plan_place(c, route);
}

bool carve_takes(const struct conf_carve *c, const struct conf_edit *edit)
{
  size_t at = edit->start_bytes;
  const struct conf_directive *d = c->from;
  if(!edit->file)
    return false;
  if(strcmp(d->file->path, edit->file) == 0)
    return at >= d->body_start && at <= d->body_end &&
           edit->end_bytes <= d->body_end;
  for(d = conf_walk(c->from, c->from); d; d = conf_walk(c->from, d)) {
    if(d->file && strcmp(d->file->path, edit->file) == 0 && at >= d->start &&
       at <= d->end)
      return true;
  }
  return false;
}
