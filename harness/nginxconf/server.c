/* SPDX-License-Identifier: MIT
 * Which server answers: the socket first, then the name; see walk.h.
 *
 * Of the sockets, the one asked for; among several, one where a server has
 * the host's name, and among those one with TLS. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nginxconf/walk.h"

enum name_rank {
  NAME_NONE,
  NAME_REGEX,
  NAME_PREFIX,   /* www.example.* */
  NAME_WILDCARD, /* *.example.com */
  NAME_EXACT,
};

struct fit {
  const struct conf_listener *listener;
  enum name_rank rank;
  size_t length; /* of the name that fits */
};

static bool ends_in(const char *host, const char *tail)
{
  size_t n = strlen(host), m = strlen(tail);
  return n > m && strcasecmp(host + n - m, tail) == 0;
}

static enum name_rank rank_name(struct walk *w, const struct conf_directive *d,
                                const char *name)
{
  size_t n = strlen(name);
  if(name[0] == '~')
    return walk_match(w, d, slice_of(name + 1), true, w->host) ? NAME_REGEX
                                                               : NAME_NONE;
  if(name[0] == '.' && strcasecmp(name + 1, w->host) == 0)
    return NAME_EXACT;
  if(name[0] == '.')
    return ends_in(w->host, name) ? NAME_WILDCARD : NAME_NONE;
  if(name[0] == '*' && name[1] == '.')
    return ends_in(w->host, name + 1) ? NAME_WILDCARD : NAME_NONE;
  if(n > 2 && strcmp(name + n - 2, ".*") == 0)
    return strncasecmp(w->host, name, n - 1) == 0 && w->host[n - 1]
               ? NAME_PREFIX
               : NAME_NONE;
  return strcasecmp(name, w->host) == 0 ? NAME_EXACT : NAME_NONE;
}

/* The best of a server's names. */
static struct fit fit_server(struct walk *w, const struct conf_listener *l)
{
  const struct conf_directive *d = conf_child(l->server, "server_name");
  struct fit best = {l, NAME_NONE, 0};
  size_t i;
  for(; d; d = conf_sibling(d, "server_name")) {
    for(i = 0; i < d->nargs; i++) {
      enum name_rank rank = rank_name(w, d, conf_arg(d, i));
      if(rank > best.rank || (rank == best.rank && rank != NAME_NONE &&
                              d->args[i].n > best.length)) {
        best.rank = rank;
        best.length = d->args[i].n;
      }
    }
  }
  return best;
}

static bool is_same_socket(const struct conf_listener *a,
                           const struct conf_listener *b)
{
  return a->port == b->port && strcmp(a->address, b->address) == 0 &&
         a->quic == b->quic;
}

/* The server that a socket's connection gets for this host. */
static struct fit fit_socket(const struct fit *fits, size_t n,
                             const struct conf_listener *socket)
{
  struct fit best = {NULL, NAME_NONE, 0};
  size_t i;
  for(i = 0; i < n; i++) {
    const struct fit *f = &fits[i];
    if(!is_same_socket(f->listener, socket))
      continue;
    if(!best.listener || f->rank > best.rank ||
       (f->rank == best.rank && f->rank > NAME_REGEX &&
        f->length > best.length) ||
       (f->rank == NAME_NONE && best.rank == NAME_NONE &&
        f->listener->default_server))
      best = *f;
  }
  return best;
}

static bool is_asked_for(const struct conf_request *q, const char *address,
                         const struct conf_listener *l)
{
  if(q->server && l->server != q->server)
    return false;
  if(q->port && l->port != q->port)
    return false;
  if(address && strcmp(l->address, address) != 0)
    return false;
  return !(q->tls == CONF_TLS_ON && !l->ssl) &&
         !(q->tls == CONF_TLS_OFF && l->ssl);
}

/* A better socket for a request that leaves it open. */
static bool is_better(const struct fit *f, const struct fit *best)
{
  bool named = f->rank != NAME_NONE, best_named = best->rank != NAME_NONE;
  if(!best->listener || named != best_named)
    return !best->listener || named;
  if(f->listener->quic != best->listener->quic)
    return !f->listener->quic;
  return named && f->listener->ssl && !best->listener->ssl;
}

/* Sockets are few, servers may be many. */
static bool is_seen(const struct fit *fits, size_t i)
{
  size_t k;
  for(k = 0; k < i; k++) {
    if(is_same_socket(fits[k].listener, fits[i].listener))
      return true;
  }
  return false;
}

static struct fit choose_socket(const struct conf_request *q,
                                const char *address, const struct fit *fits,
                                size_t n)
{
  struct fit best = {NULL, NAME_NONE, 0}, f;
  size_t i;
  for(i = 0; i < n; i++) {
    if(!is_asked_for(q, address, fits[i].listener))
      continue;
    if(!q->server && is_seen(fits, i))
      continue;
    f = fit_socket(fits, n, fits[i].listener);
    if(q->server)
      f = (struct fit){fits[i].listener, NAME_EXACT, 0};
    if(is_better(&f, &best))
      best = f;
  }
  return best;
}

/* A connection to an address nobody listens on alone is the wildcard's. */
static struct fit choose(struct walk *w, const struct fit *fits, size_t n)
{
  const struct conf_request *q = w->request;
  struct fit best = choose_socket(q, q->address, fits, n);
  if(!best.listener && q->address)
    best = choose_socket(q, q->address[0] == '[' ? "[::]" : "*", fits, n);
  return best;
}

static void explain(struct walk *w, const struct fit *f)
{
  static const char *const how[] = {
      "", "a regular expression", "a name with a * behind",
      "a name with a * in front", "the name itself"};
  const struct conf_listener *l = f->listener;
  if(w->request->server)
    walk_step(w, l->server, "%s", w->why);
  else if(f->rank == NAME_NONE)
    walk_step(w, l->server,
              "no server name fits, so the default server of %s:%u answers",
              l->address, l->port);
  else
    walk_step(w, l->server, "the server for %.100s, by %s", w->host,
              how[f->rank]);
}

int server_choose(struct walk *w)
{
  size_t n = w->c->nlisteners, i;
  struct fit *fits = calloc(n + 1, sizeof(*fits)), best;
  if(!fits)
    return E_NOMEM;
  for(i = 0; i < n; i++)
    fits[i] = fit_server(w, &w->c->listeners[i]);
  best = choose(w, fits, n);
  free(fits);
  if(!best.listener)
    return E_NOT_FOUND;
  w->route->listener = *best.listener;
  w->route->server = best.listener->server;
  /* Once more, so that $1 and named groups are those of this server. */
  if(best.rank == NAME_REGEX)
    fit_server(w, best.listener);
  explain(w, &best);
  return 0;
}

const struct conf_directive *server_default(const struct walk *w)
{
  const struct conf_listener *first = NULL, *l = w->c->listeners;
  size_t i;
  for(i = 0; i < w->c->nlisteners; i++) {
    if(!is_same_socket(&l[i], &w->route->listener))
      continue;
    if(!first)
      first = &l[i];
    if(l[i].default_server)
      return l[i].server;
  }
  return first ? first->server : w->route->server;
}
