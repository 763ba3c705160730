/* SPDX-License-Identifier: MIT
 * The location search: ngx_http_core_find_location() and
 * ngx_http_core_find_static_location(); see walk.h. */
#include <string.h>

#include "nginxconf/walk.h"

static struct slice behind(const struct conf_arg *a, size_t skip)
{
  return (struct slice){a->text + skip, a->n - skip};
}

static enum location_kind kind_of(const char *word)
{
  if(strcmp(word, "=") == 0)
    return LOCATION_EXACT;
  if(strcmp(word, "^~") == 0)
    return LOCATION_NO_REGEX;
  if(strcmp(word, "~") == 0)
    return LOCATION_REGEX;
  if(strcmp(word, "~*") == 0)
    return LOCATION_REGEX_ANY_CASE;
  return LOCATION_INVALID;
}

/* "location =/x": the modifier may stick to the name. */
static enum location_kind read_single(const struct conf_arg *a,
                                      struct slice *name)
{
  const char *t = a->text;
  size_t skip = t[0] == '='                  ? 1
                : t[0] == '^' && t[1] == '~' ? 2
                : t[0] == '~'                ? (t[1] == '*' ? 2 : 1)
                                             : 0;
  *name = behind(a, skip);
  if(skip == 0)
    return t[0] == '@' ? LOCATION_NAMED : LOCATION_PREFIX;
  if(t[0] == '=')
    return LOCATION_EXACT;
  if(t[0] == '^')
    return LOCATION_NO_REGEX;
  return skip == 2 ? LOCATION_REGEX_ANY_CASE : LOCATION_REGEX;
}

enum location_kind location_read(const struct conf_directive *d,
                                 struct slice *name)
{
  *name = (struct slice){"", 0};
  if(d->body != CONF_BLOCK || !conf_is(d, "location"))
    return LOCATION_INVALID;
  if(d->nargs == 1)
    return read_single(&d->args[0], name);
  if(d->nargs != 2)
    return LOCATION_INVALID;
  *name = behind(&d->args[1], 0);
  return kind_of(conf_arg(d, 0));
}

/* ---- Prefixes ---- */

struct best {
  const struct conf_directive *location;
  enum location_kind kind;
  size_t length;
  bool named_so; /* some location is called exactly as the URI */
  const struct conf_directive *slash; /* one that is called so with a "/" */
};

static bool is_prefix_kind(enum location_kind kind)
{
  return kind == LOCATION_PREFIX || kind == LOCATION_NO_REGEX ||
         kind == LOCATION_EXACT;
}

/* nginx redirects to "/x/" only where a *_pass is in that location. */
static bool redirects(const struct conf_directive *location)
{
  const struct conf_directive *d = location->child;
  for(; d; d = d->next) {
    size_t n = strlen(d->name);
    if(n > 5 && strcmp(d->name + n - 5, "_pass") == 0)
      return true;
  }
  return false;
}

static void consider(struct best *b, const struct conf_directive *d,
                     struct slice uri)
{
  struct slice name;
  enum location_kind kind = location_read(d, &name);
  if(!is_prefix_kind(kind))
    return;
  if(name.n == uri.n + 1 && name.p[uri.n] == '/' &&
     memcmp(name.p, uri.p, uri.n) == 0 && redirects(d))
    b->slash = d;
  if(name.n > uri.n || memcmp(name.p, uri.p, name.n) != 0)
    return;
  if(name.n == uri.n)
    b->named_so = true;
  if(kind == LOCATION_EXACT) {
    if(name.n == uri.n) {
      b->location = d;
      b->kind = kind;
    }
    return;
  }
  if(b->kind != LOCATION_EXACT && (!b->location || name.n > b->length)) {
    b->location = d;
    b->kind = kind;
    b->length = name.n;
  }
}

static struct best best_prefix(const struct conf_directive *level,
                               struct slice uri)
{
  struct best b = {NULL, LOCATION_PREFIX, 0, false, NULL};
  const struct conf_directive *d = conf_child(level, "location");
  for(; d; d = conf_sibling(d, "location"))
    consider(&b, d, uri);
  return b;
}

/* ---- The levels ---- */

static enum search_found search_level(struct walk *w,
                                      const struct conf_directive *level,
                                      size_t depth);

static void enter(struct walk *w, const struct conf_directive *location,
                  size_t depth)
{
  w->route->chain[depth] = location;
  w->route->nchain = depth + 1;
}

static const struct conf_directive *first_regex(
    struct walk *w, const struct conf_directive *level)
{
  const struct conf_directive *d = conf_child(level, "location");
  for(; d; d = conf_sibling(d, "location")) {
    struct slice name;
    enum location_kind kind = location_read(d, &name);
    if(kind != LOCATION_REGEX && kind != LOCATION_REGEX_ANY_CASE)
      continue;
    if(walk_match(w, d, name, kind == LOCATION_REGEX_ANY_CASE, w->uri))
      return d;
  }
  return NULL;
}

static enum search_found search_prefix(struct walk *w, const struct best *b,
                                       size_t depth)
{
  if(b->location)
    enter(w, b->location, depth);
  if(b->location && b->kind == LOCATION_EXACT)
    return SEARCH_FINAL;
  if(b->slash && !b->named_so) {
    enter(w, b->slash, depth);
    return SEARCH_REDIRECT;
  }
  return b->location ? search_level(w, b->location, depth + 1) : SEARCH_NONE;
}

static enum search_found search_level(struct walk *w,
                                      const struct conf_directive *level,
                                      size_t depth)
{
  struct best b;
  const struct conf_directive *regex;
  enum search_found found;
  if(depth >= CONF_CHAIN_MAX)
    return SEARCH_NONE;
  b = best_prefix(level, slice_of(w->uri));
  found = search_prefix(w, &b, depth);
  if(found == SEARCH_FINAL || found == SEARCH_REDIRECT)
    return found;
  if(!b.location || b.kind != LOCATION_NO_REGEX) {
    regex = first_regex(w, level);
    if(regex) {
      enter(w, regex, depth);
      found = search_level(w, regex, depth + 1);
      return found == SEARCH_REDIRECT ? found : SEARCH_FINAL;
    }
  }
  return b.location ? SEARCH_PREFIX : SEARCH_NONE;
}

enum search_found walk_search(struct walk *w)
{
  w->route->nchain = 0;
  return search_level(w, w->route->server, 0);
}

bool walk_named(struct walk *w, const char *name)
{
  const struct conf_directive *d = conf_child(w->route->server, "location");
  for(; d; d = conf_sibling(d, "location")) {
    struct slice found;
    if(location_read(d, &found) == LOCATION_NAMED &&
       slice_eq_cstr(found, name)) {
      enter(w, d, 0);
      return true;
    }
  }
  return false;
}
