/* SPDX-License-Identifier: MIT
 * The phases of a request, followed until something answers; see walk.h. */
#include <string.h>

#include "nginxconf/effective.h"
#include "nginxconf/walk.h"

/* Where nginx goes on. */
enum next {
  NEXT_SERVER, /* an internal redirect: the server's rewrites again */
  NEXT_SEARCH, /* another URI: look for its location */
  NEXT_NAMED,  /* the chain is set already */
  NEXT_DONE,
};

static const struct conf_directive *current(const struct walk *w)
{
  const struct conf_route *r = w->route;
  if(w->applied)
    return w->applied;
  return r->nchain > 0 ? r->chain[r->nchain - 1] : r->server;
}

static struct conf_setting look_up(const struct walk *w, const char *name)
{
  return conf_effective_at(current(w), name, (struct conf_version){0, 0, 0});
}

/* ---- Moving on ---- */

/* nginx gives up at the eleventh time, where it stands then. */
static bool may_move(struct walk *w)
{
  if(++w->cycles <= WALK_CYCLES_MAX)
    return true;
  walk_doubt(w, current(w), "the request goes round in circles");
  walk_answer(w, current(w), 500, NULL);
  return false;
}

static enum next go_named(struct walk *w, const struct conf_directive *by,
                          const char *name)
{
  if(!may_move(w))
    return NEXT_DONE;
  w->internal = true;
  w->route->nchain = 0;
  if(walk_named(w, name)) {
    walk_step(w, by, "passed on to location %.200s", name);
    return NEXT_NAMED;
  }
  walk_doubt(w, by, "there is no location %.200s", name);
  walk_answer(w, by, 500, NULL);
  return NEXT_DONE;
}

static enum next go_uri(struct walk *w, const struct conf_directive *by,
                        const char *target)
{
  const char *full = walk_expand(w, target);
  struct slice rest, path;
  if(!full || full[0] != '/') {
    walk_doubt(w, by, "where %.200s leads is known to a run only", target);
    return NEXT_DONE;
  }
  if(!may_move(w))
    return NEXT_DONE;
  rest = slice_of(full);
  path = slice_cut(&rest, '?');
  w->uri = walk_text(w, path);
  w->args = rest.p ? walk_text(w, rest) : "";
  w->internal = true;
  walk_step(w, by, "passed on inside of nginx to %.300s", full);
  return NEXT_SERVER;
}

/* ---- Error pages ---- */

static const struct conf_directive *page_for(const struct conf_setting *s,
                                             int status)
{
  size_t i, j;
  for(i = 0; i < s->n; i++) {
    const struct conf_directive *d = s->from[i];
    for(j = 0; j + 1 < d->nargs; j++) {
      uint64_t code;
      if(conf_read_bytes(slice_of(conf_arg(d, j)), &code) == 0 &&
         code == (uint64_t)status)
        return d;
    }
  }
  return NULL;
}

static bool may_page(const struct walk *w)
{
  struct conf_setting s = look_up(w, "recursive_error_pages");
  return !w->error_paged || conf_setting_is(&s, "on");
}

/* A page elsewhere is a redirect. */
static enum next go_page(struct walk *w, const struct conf_directive *page)
{
  const char *target = conf_arg(page, page->nargs - 1);
  w->error_paged = true;
  if(target[0] == '@')
    return go_named(w, page, target);
  if(target[0] == '/')
    return go_uri(w, page, target);
  walk_answer(w, page, 302, target);
  return NEXT_DONE;
}

static enum next answer_error(struct walk *w, const struct conf_directive *by,
                              int status)
{
  struct conf_setting pages = look_up(w, "error_page");
  const struct conf_directive *page = page_for(&pages, status);
  if(!page || !may_page(w)) {
    walk_answer(w, by, status, NULL);
    return NEXT_DONE;
  }
  walk_step(w, by, "answered with %d, which error_page catches", status);
  return go_page(w, page);
}

/* A page for 404 matters where it leads to an application. */
static bool leads_to_application(struct walk *w, const char *target)
{
  struct conf_route *r = w->route;
  const char *uri = w->uri, *full = walk_expand(w, target);
  const struct conf_directive *handler;
  const struct conf_directive *chain[CONF_CHAIN_MAX];
  size_t n = r->nchain, steps = r->nsteps;
  bool certain = r->certain, found = target[0] == '@';
  if(found || !full || full[0] != '/')
    return found;
  memcpy((void *)chain, (const void *)r->chain, n * sizeof(chain[0]));
  w->uri = walk_text(w, (struct slice){full, strcspn(full, "?")});
  if(walk_search(w) != SEARCH_NONE)
    found = conf_family_is_upstream(
        conf_handler_of(r->chain[r->nchain - 1], &handler));
  w->uri = uri;
  memcpy((void *)r->chain, (const void *)chain, n * sizeof(chain[0]));
  r->nchain = n;
  r->nsteps = steps;
  r->certain = certain;
  return found;
}

static enum next serve_file(struct walk *w)
{
  struct conf_setting pages = look_up(w, "error_page");
  const struct conf_directive *page = page_for(&pages, 404);
  const char *target = page ? conf_arg(page, page->nargs - 1) : "";
  if(!page || !may_page(w) || !leads_to_application(w, target)) {
    walk_step(w, current(w),
              "nothing here passes requests on: files are "
              "served");
    return NEXT_DONE;
  }
  walk_step(w, current(w), "assuming that no file of that name exists");
  return go_page(w, page);
}

/* ---- A location ---- */

static enum next try_files(struct walk *w, const struct conf_directive *d)
{
  const char *last = conf_arg(d, d->nargs - 1);
  uint64_t status;
  walk_step(w, d, "assuming that no file of that name exists");
  if(last[0] == '@')
    return go_named(w, d, last);
  if(last[0] != '=')
    return go_uri(w, d, last);
  if(conf_read_bytes(slice_of(last + 1), &status) || status > 999)
    status = 404;
  return answer_error(w, d, (int)status);
}

static void note_branches(struct walk *w)
{
  struct conf_route *r = w->route;
  size_t i;
  for(i = 0; i < w->nopen; i++) {
    struct conf_branch *b = &r->branches[r->nbranches++];
    b->block = w->open[i];
    b->family = conf_handler_of(b->block, &b->handler);
  }
}

/* limit_except GET { } holds for all other methods. */
static void apply_limit_except(struct walk *w, const struct conf_directive *l)
{
  const struct conf_directive *d = conf_child(l, "limit_except");
  bool listed = false;
  size_t i;
  if(!d || w->applied)
    return;
  for(i = 0; i < d->nargs; i++) {
    if(strcmp(w->method, conf_arg(d, i)) == 0)
      listed = true;
  }
  if(!listed)
    w->applied = d;
}

/* `try_files $uri =404;` beside a *_pass only looks whether the script is
 * there: a request that is worth asking about has one. */
static bool only_guards(const struct conf_directive *location,
                        const struct conf_directive *files)
{
  const struct conf_directive *handler;
  return conf_arg(files, files->nargs - 1)[0] == '=' &&
         conf_family_is_upstream(conf_handler_of(location, &handler));
}

static enum next handle(struct walk *w)
{
  struct conf_route *r = w->route;
  const struct conf_directive *location = r->chain[r->nchain - 1];
  const struct conf_directive *files = conf_child(location, "try_files");
  apply_limit_except(w, location);
  /* An `if` that holds has no try_files, whatever its location has. */
  if(files && files->nargs > 1 && !w->applied) {
    if(!only_guards(location, files))
      return try_files(w, files);
    walk_step(w, files, "assuming that the file exists");
  }
  r->family = conf_handler_of(current(w), &r->handler);
  if(conf_family_is_upstream(r->family))
    handler_target(w);
  note_branches(w);
  return r->family == CONF_STATIC ? serve_file(w) : NEXT_DONE;
}

static enum next run_location(struct walk *w)
{
  struct conf_route *r = w->route;
  const struct conf_directive *location = r->chain[r->nchain - 1];
  enum run run;
  w->applied = NULL;
  w->nopen = 0;
  w->changed = false;
  if(!w->internal && conf_child(location, "internal")) {
    walk_step(w, location, "this location is internal");
    return answer_error(w, location, 404);
  }
  run = walk_rewrite(w, location);
  if(run == RUN_DONE)
    return NEXT_DONE;
  if(run == RUN_ERROR)
    return answer_error(w, r->handler, w->status);
  if(!w->changed)
    return handle(w);
  return may_move(w) ? NEXT_SEARCH : NEXT_DONE;
}

/* ---- The phases ---- */

static void explain_location(struct walk *w, enum search_found found)
{
  const struct conf_directive *d = w->route->chain[w->route->nchain - 1];
  struct slice name;
  enum location_kind kind = location_read(d, &name);
  if(found == SEARCH_PREFIX)
    walk_step(w, d, "the longest prefix that fits %.300s", w->uri);
  else if(kind == LOCATION_EXACT)
    walk_step(w, d, "exactly %.300s", w->uri);
  else if(kind == LOCATION_REGEX || kind == LOCATION_REGEX_ANY_CASE)
    walk_step(w, d, "the first regular expression that fits %.300s", w->uri);
  else
    walk_step(w, d, "inside of a regular expression that fits %.300s", w->uri);
}

static enum next add_slash(struct walk *w)
{
  const char *query = w->args[0] ? walk_join(w, "?", w->args, "") : "";
  walk_answer(w, w->route->chain[w->route->nchain - 1], 301,
              walk_join(w, w->uri, "/", query));
  return NEXT_DONE;
}

static enum next find_location(struct walk *w)
{
  enum search_found found = walk_search(w);
  w->applied = NULL;
  if(found == SEARCH_NONE) {
    walk_step(w, w->route->server, "no location fits %.300s", w->uri);
    w->route->nchain = 0;
    return serve_file(w);
  }
  if(found == SEARCH_REDIRECT)
    return add_slash(w);
  explain_location(w, found);
  return run_location(w);
}

static enum next run_server(struct walk *w)
{
  enum run run;
  w->applied = NULL;
  w->route->nchain = 0;
  run = walk_rewrite(w, w->route->server);
  w->applied = NULL;
  if(run == RUN_DONE)
    return NEXT_DONE;
  if(run == RUN_ERROR)
    return answer_error(w, w->route->handler, w->status);
  return find_location(w);
}

void walk_follow(struct walk *w)
{
  struct conf_route *r = w->route;
  enum next next = NEXT_SERVER;
  while(next != NEXT_DONE) {
    w->route->handler = NULL;
    w->route->family = CONF_STATIC;
    next = next == NEXT_SERVER   ? run_server(w)
           : next == NEXT_SEARCH ? find_location(w)
                                 : run_location(w);
  }
  r->location = r->nchain > 0 ? r->chain[r->nchain - 1] : NULL;
  r->block = current(w);
  r->uri = w->uri;
  r->args = w->args;
}
