/* SPDX-License-Identifier: MIT
 * A request as it comes in: its URI, its host, its server; see walk.h. */
#include <stdlib.h>
#include <string.h>

#include "nginxconf/effective.h"
#include "nginxconf/uri.h"
#include "nginxconf/walk.h"

/* The request line is read before the name is known: the socket's default
 * server says it. */
static bool merges_slashes(const struct walk *w)
{
  struct conf_setting s = conf_effective_at(server_default(w), "merge_slashes",
                                            (struct conf_version){0, 0, 0});
  return !conf_setting_is(&s, "off");
}

static int read_uri(struct walk *w, struct err *e)
{
  struct slice rest = slice_of(w->request->uri), path;
  struct buf b;
  int rc;
  rest.n = strcspn(rest.p, "#");
  if(rest.n > CONF_URI_MAX)
    return err_set(e, E_SYNTAX, "the URI is longer than %d bytes",
                   CONF_URI_MAX);
  path = slice_cut(&rest, '?');
  w->args = rest.p ? walk_text(w, rest) : "";
  buf_init(&b, 0);
  rc = uri_normalise(path, merges_slashes(w), &b);
  if(rc == 0)
    w->uri = walk_text(w, buf_slice(&b));
  buf_free(&b);
  if(rc == E_NOMEM)
    return err_set(e, rc, "%s", err_name(rc));
  return rc ? err_set(e, rc,
                      "%.300s is not a URI that nginx accepts: it "
                      "starts with \"/\", and each %% is followed by "
                      "two hexadecimal digits",
                      w->request->uri)
            : 0;
}

/* In small letters, without port and trailing dot. */
static void read_host(struct walk *w)
{
  struct slice host = slice_of(w->request->host);
  char *at;
  if(host.n > 0 && host.p[0] != '[')
    host = slice_cut(&host, ':');
  if(host.n > 0 && host.p[host.n - 1] == '.')
    host.n--;
  at = conf_arena_text(w->route->arena, host);
  w->out_of_memory |= !at;
  w->host = at ? at : "";
  for(; at && *at; at++) {
    if(*at >= 'A' && *at <= 'Z')
      *at = (char)(*at - 'A' + 'a');
  }
}

/* Nobody said it: the first name of the server that is a whole one. */
static void assume_host(struct walk *w)
{
  const struct conf_directive *d = conf_child(w->route->server, "server_name");
  const char *name = conf_arg(d, 0);
  if(w->host[0] == '\0' && !strpbrk(name, "*~_") && name[0] != '.')
    w->host = name;
}

static struct conf_route *route_new(void)
{
  struct conf_arena *arena = conf_arena_new();
  struct conf_route *r = arena ? conf_arena_get(arena, sizeof(*r)) : NULL;
  if(!r) {
    conf_arena_free(arena);
    return NULL;
  }
  r->arena = arena;
  r->certain = true;
  return r;
}

void conf_route_free(struct conf_route *route)
{
  if(route)
    conf_arena_free(route->arena);
}

bool conf_route_adds_slash(const struct conf_route *route)
{
  size_t n = strlen(route->uri);
  return route->target && strncmp(route->target, route->uri, n) == 0 &&
         strcmp(route->target + n, "/") == 0;
}

static int locate(struct walk *w, struct err *e)
{
  int rc;
  w->uri = w->args = "";
  w->method = w->request->method ? w->request->method : "GET";
  read_host(w);
  rc = server_choose(w);
  if(rc == E_NOT_FOUND)
    return err_set(e, rc,
                   "no server of this configuration listens for such a "
                   "request");
  if(rc)
    return err_set(e, rc, "%s", err_name(rc));
  assume_host(w);
  rc = read_uri(w, e);
  if(rc)
    return rc;
  walk_follow(w);
  return w->out_of_memory ? err_set(e, E_NOMEM, "%s", err_name(E_NOMEM)) : 0;
}

int route_follow(const struct conf *c, const struct conf_request *request,
                 const char *why, struct conf_route **out, struct err *e)
{
  struct walk *w = calloc(1, sizeof(*w));
  int rc = E_NOMEM;
  *out = NULL;
  if(w)
    w->route = route_new();
  if(!w || !w->route) {
    free(w);
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  }
  w->c = c;
  w->request = request;
  w->why = why;
  rc = locate(w, e);
  if(rc)
    conf_route_free(w->route);
  else
    *out = w->route;
  free(w);
  return rc;
}
