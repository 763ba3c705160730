/* SPDX-License-Identifier: MIT
 * conf_locate for requests that do not say whom they ask: the server whose
 * location fits the URI best; see locate.h. */
#include <stdio.h>
#include <string.h>

#include "nginxconf/walk.h"

#define SERVERS_MAX 256

/* How much a route looks like what was meant. */
static size_t score(const struct conf_route *r)
{
  struct slice name;
  enum location_kind kind;
  size_t score = r->listener.ssl ? 1 : 0;
  if(conf_family_is_upstream(r->family) || r->family == CONF_OTHER)
    score += 100000;
  else if(r->family == CONF_RETURN && r->status >= 300 && r->status < 500)
    return score;
  if(!r->location)
    return score;
  kind = location_read(r->location, &name);
  if(kind == LOCATION_REGEX || kind == LOCATION_REGEX_ANY_CASE)
    return score + 200;
  return score + 2 * (name.n < 5000 ? name.n : 5000);
}

static int best_server(const struct conf *c,
                       const struct conf_request *request, size_t *n,
                       const struct conf_directive **best, struct err *e)
{
  const struct conf_directive *servers[SERVERS_MAX];
  struct conf_request one = *request;
  struct conf_route *route;
  size_t all = conf_servers(c, servers, SERVERS_MAX), i, most = 0;
  int rc = 0;
  *best = NULL;
  *n = 0;
  for(i = 0; i < all && i < SERVERS_MAX; i++) {
    one.server = servers[i];
    rc = route_follow(c, &one, "", &route, e);
    if(rc == E_NOT_FOUND)
      continue;
    if(rc)
      return rc;
    ++*n;
    if(!*best || score(route) > most) {
      *best = servers[i];
      most = score(route);
    }
    conf_route_free(route);
  }
  return *best ? 0 : E_NOT_FOUND;
}

int conf_locate(const struct conf *c, const struct conf_request *request,
                struct conf_route **out, struct err *e)
{
  struct conf_request one = *request;
  char why[120];
  size_t n;
  int rc;
  *out = NULL;
  if(request->server)
    return route_follow(c, request,
                        conf_servers(c, NULL, 0) == 1 ? "the only server"
                                                      : "the server was given",
                        out, e);
  if(request->host)
    return route_follow(c, request, "", out, e);
  rc = best_server(c, request, &n, &one.server, e);
  if(rc == E_NOT_FOUND)
    return err_set(e, rc,
                   "no server of this configuration listens for such a "
                   "request");
  if(rc)
    return rc;
  snprintf(why, sizeof(why), "%s",
           conf_servers(c, NULL, 0) == 1 ? "the only server"
                                         : "the only server that listens so");
  if(n > 1)
    snprintf(why, sizeof(why),
             "no host was given: of %zu servers the one whose location fits "
             "best",
             n);
  return route_follow(c, &one, why, out, e);
}
