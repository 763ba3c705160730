/* SPDX-License-Identifier: MIT
 * What answers in a location, and where it passes requests on to; see
 * locate.h and walk.h. */
#include <string.h>

#include "nginxconf/walk.h"

static const struct {
  const char *name, *pass;
} families[] = {
    [CONF_STATIC] = {"static", NULL},
    [CONF_PROXY] = {"proxy", "proxy_pass"},
    [CONF_FASTCGI] = {"fastcgi", "fastcgi_pass"},
    [CONF_UWSGI] = {"uwsgi", "uwsgi_pass"},
    [CONF_SCGI] = {"scgi", "scgi_pass"},
    [CONF_GRPC] = {"grpc", "grpc_pass"},
    [CONF_RETURN] = {"return", "return"},
    [CONF_OTHER] = {"other", NULL},
};

const char *conf_family_name(enum conf_family family)
{
  return families[family].name;
}

bool conf_family_is_upstream(enum conf_family family)
{
  return family >= CONF_PROXY && family <= CONF_GRPC;
}

static bool is_other(const char *name)
{
  static const char *const names[] = {
      "stub_status",
      "empty_gif",
      "js_content",
      "perl",
      "memcached_pass",
      "nchan_subscriber",
      "nchan_pubsub",
      "nchan_publisher",
      "echo",
      "flv",
      "mp4",
      "push_stream_subscriber",
      "redis_pass",
      "postgres_pass",
  };
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(strcmp(name, names[i]) == 0)
      return true;
  }
  return strncmp(name, "content_by_lua", 14) == 0;
}

static enum conf_family family_of(const char *name)
{
  size_t i;
  for(i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
    if(families[i].pass && strcmp(name, families[i].pass) == 0)
      return (enum conf_family)i;
  }
  return is_other(name) ? CONF_OTHER : CONF_STATIC;
}

enum conf_family conf_handler_of(const struct conf_directive *block,
                                 const struct conf_directive **handler)
{
  enum conf_family found = CONF_STATIC;
  const struct conf_directive *d = block->child;
  *handler = NULL;
  /* `return` runs before all handlers; of these the last one counts. */
  for(; d && found != CONF_RETURN; d = d->next) {
    enum conf_family family = family_of(d->name);
    if(family == CONF_STATIC)
      continue;
    found = family;
    *handler = d;
  }
  if(!*handler && block->parent &&
     (conf_is(block, "if") || conf_is(block, "limit_except")))
    return conf_handler_of(block->parent, handler);
  return found;
}

/* ---- Where it passes to ---- */

static bool take_scheme(struct slice *rest, const char *scheme)
{
  if(!slice_starts(*rest, scheme))
    return false;
  rest->p += strlen(scheme);
  rest->n -= strlen(scheme);
  return true;
}

/* Behind "unix:" the path ends at the next ":". */
static size_t host_length(struct slice rest, bool http)
{
  size_t i, from = slice_starts(rest, "unix:") ? 5 : 0;
  char end = from ? ':' : '/';
  if(!http)
    return rest.n;
  for(i = from; i < rest.n; i++) {
    if(rest.p[i] == end)
      return i;
  }
  return rest.n;
}

static void find_upstream(struct walk *w, const char *host)
{
  const struct conf_directive *http = conf_child(w->c->root, "http");
  const struct conf_directive *u = conf_child(http, "upstream");
  for(; u; u = conf_sibling(u, "upstream")) {
    if(slice_ieq_cstr(slice_of(host), conf_arg(u, 0))) {
      w->route->upstream = u;
      return;
    }
  }
}

void handler_target(struct walk *w)
{
  struct conf_route *r = w->route;
  const char *raw = conf_arg(r->handler, 0), *full = walk_expand(w, raw);
  struct slice rest = slice_of(full ? full : raw), uri;
  bool http = r->family == CONF_PROXY;
  size_t n;
  r->pass_variable = strchr(raw, '$') != NULL;
  if(take_scheme(&rest, "https://") || take_scheme(&rest, "grpcs://"))
    r->pass_tls = true;
  else if(!take_scheme(&rest, "http://"))
    take_scheme(&rest, "grpc://");
  n = host_length(rest, http);
  r->pass_host = walk_text(w, (struct slice){rest.p, n});
  uri = (struct slice){rest.p + n, rest.n - n};
  if(uri.n > 0 && uri.p[0] == ':')
    uri = (struct slice){uri.p + 1, uri.n - 1};
  if(uri.n > 0)
    r->pass_uri = walk_text(w, uri);
  if(r->pass_variable && !full)
    walk_step(w, r->handler, "where %.200s leads is known to a run only", raw);
  else
    find_upstream(w, r->pass_host);
}
