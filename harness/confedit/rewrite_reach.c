/* SPDX-License-Identifier: MIT
 * Where requests of the probes get to; all else of the copy is closed; see
 * rewrite.h. */
#include <stdio.h>
#include <string.h>

#include "confedit/rewrite.h"

#define URI_MAX 1024

/* --- the set ------------------------------------------------------------ */

static void reach(struct rewrite *r, const struct conf_directive *location)
{
  if(!location || !conf_is(location, "location") ||
     r->reacheds == REWRITE_REACHED_MAX)
    return;
  for(size_t i = 0; i < r->reacheds; i++) {
    if(r->reached[i] == location)
      return;
  }
  r->reached[r->reacheds++] = location;
}

/* The location that answers, and those on the way to it. */
static void reach_route(struct rewrite *r, const struct conf_route *route)
{
  reach(r, route->location);
  if(route->nchain)
    reach(r, route->chain[route->nchain - 1]);
  for(size_t i = 0; i < route->nsteps; i++) {
    if(route->steps[i].at)
      reach(r, conf_outer(route->steps[i].at, "location"));
  }
}

static void reach_named(struct rewrite *r, const char *name)
{
  const struct conf_directive *l = conf_child(r->of.route->server, "location");
  for(; l; l = conf_sibling(l, "location")) {
    if(strcmp(conf_arg(l, 0), name) == 0)
      reach(r, l);
  }
}

/* Up to the first variable and the query: what the text alone tells. */
static void reach_uri(struct rewrite *r, const char *target)
{
  char uri[URI_MAX];
  struct conf_request q = {.uri = uri, .server = r->of.route->server};
  struct conf_route *route = NULL;
  snprintf(uri, sizeof(uri), "%.*s", (int)strcspn(target, "?$"), target);
  if(conf_locate(r->of.conf, &q, &route, NULL))
    return;
  reach_route(r, route);
  conf_route_free(route);
}

static void reach_target(struct rewrite *r, const char *target)
{
  if(target[0] == '@')
    reach_named(r, target);
  else if(target[0] == '/')
    reach_uri(r, target);
}

/* --- what leads on ------------------------------------------------------ */

/* Directives that pass a request on inside of nginx, by the last word. */
static const char *const PASSED_ON[] = {
    "error_page",      "try_files",      "auth_request", "mirror",
    "add_before_body", "add_after_body", "post_action",  "index"};

static bool is_passing_on(const struct conf_directive *d)
{
  for(size_t i = 0; i < sizeof(PASSED_ON) / sizeof(PASSED_ON[0]); i++) {
    if(conf_is(d, PASSED_ON[i]))
      return true;
  }
  return false;
}

static void follow(struct rewrite *r, const struct conf_directive *d)
{
  if(!d->nargs)
    return;
  if(conf_is(d, "rewrite"))
    reach_target(r, conf_arg(d, 1));
  else if(is_passing_on(d))
    reach_target(r, conf_arg(d, d->nargs - 1));
}

static void follow_inherited(struct rewrite *r,
                             const struct conf_directive *location)
{
  for(size_t i = 0; i < sizeof(PASSED_ON) / sizeof(PASSED_ON[0]); i++) {
    struct conf_setting s =
        conf_effective_at(location, PASSED_ON[i], r->of.version);
    for(size_t k = 0; k < s.n; k++)
      follow(r, s.from[k]);
  }
}

/* What stands in it, in an `if` too, but not in a location inside of it. */
static void follow_own(struct rewrite *r,
                       const struct conf_directive *location)
{
  for(const struct conf_directive *d = conf_walk(location, location); d;
      d = conf_walk(location, d)) {
    if(conf_outer(d, "location") == location)
      follow(r, d);
  }
}

void rewrite_find_reached(struct rewrite *r)
{
  r->reacheds = 0;
  reach_route(r, r->of.route);
  for(size_t i = 0; i < r->reacheds; i++) {
    follow_inherited(r, r->reached[i]);
    follow_own(r, r->reached[i]);
  }
}

bool rewrite_concerns(const struct rewrite *r, const struct conf_directive *d)
{
  if(!d->parent || conf_within(r->of.route->server, d->parent))
    return true;
  for(size_t i = 0; i < r->reacheds; i++) {
    if(conf_within(r->reached[i], d->parent) || conf_within(d, r->reached[i]))
      return true;
  }
  return false;
}
