/* SPDX-License-Identifier: MIT
 * Where requests are passed on to: the examined location's upstream becomes
 * weir-server, all others a port where nothing listens; see rewrite.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "confedit/rewrite.h"

static const char *const PASSES[] = {"proxy_pass", "fastcgi_pass",
                                     "uwsgi_pass", "scgi_pass",
                                     "grpc_pass",  "memcached_pass"};

static bool is_pass(const struct conf_directive *d)
{
  for(size_t i = 0; i < sizeof(PASSES) / sizeof(PASSES[0]); i++) {
    if(conf_is(d, PASSES[i]))
      return true;
  }
  return false;
}

static void add_aux(struct rewrite *r, const char *name)
{
  struct conf_setting s = conf_effective(r->of.route, name, r->of.version);
  for(size_t i = 0; i < s.n && r->auxs < REWRITE_AUX_MAX; i++) {
    const char *uri = conf_arg(s.from[i], 0);
    if(uri[0] == '/')
      r->aux[r->auxs++] = uri;
  }
}

/* A location that a subrequest of ours reaches, by the path it is called. */
static bool is_aux_location(const struct rewrite *r,
                            const struct conf_directive *d)
{
  const char *path;
  if(!d || !conf_is(d, "location") || !d->nargs)
    return false;
  path = conf_arg(d, d->nargs - 1);
  for(size_t i = 0; i < r->auxs; i++) {
    if(strcmp(path, r->aux[i]) == 0)
      return true;
  }
  return false;
}

static bool is_examined_pass(const struct rewrite *r,
                             const struct conf_directive *d)
{
  const struct conf_route *route = r->of.route;
  if(d == route->handler || is_aux_location(r, d->parent))
    return true;
  for(size_t i = 0; i < route->nbranches; i++) {
    if(d == route->branches[i].handler)
      return true;
  }
  return false;
}

/* "http://app:8080/x": where the host begins and ends. */
static void find_host(const char *url, size_t *begin, size_t *end)
{
  const char *at = strstr(url, "://");
  const char *host = at ? at + 3 : url;
  const char *stop;
  if(strncmp(host, "unix:", 5) == 0) {
    stop = strchr(host + 5, ':');
    *end = stop ? (size_t)(stop + 1 - url) : strlen(url);
  } else {
    *end = (size_t)(host - url) + strcspn(host, "/?");
  }
  *begin = (size_t)(host - url);
}

static const struct conf_directive *upstream_of(const struct rewrite *r,
                                                const char *host, size_t n)
{
  const struct conf_directive *http = conf_child(r->of.conf->root, "http");
  const struct conf_directive *u = http ? conf_child(http, "upstream") : NULL;
  for(; u; u = conf_sibling(u, "upstream")) {
    if(strlen(conf_arg(u, 0)) == n && strncmp(conf_arg(u, 0), host, n) == 0)
      return u;
  }
  return NULL;
}

static void add_upstream(struct rewrite *r, const struct conf_directive *pass)
{
  const char *url = conf_arg(pass, 0);
  const struct conf_directive *u;
  size_t begin, end;
  find_host(url, &begin, &end);
  u = upstream_of(r, url + begin, end - begin);
  if(u && r->upstreams < REWRITE_UPSTREAMS_MAX)
    r->upstream[r->upstreams++] = u;
}

void rewrite_find_aux(struct rewrite *r)
{
  const struct conf_directive *root = r->of.conf->root;
  r->auxs = r->upstreams = 0;
  add_aux(r, "auth_request");
  add_aux(r, "mirror");
  if(r->of.route->upstream)
    r->upstream[r->upstreams++] = r->of.route->upstream;
  for(const struct conf_directive *d = conf_walk(root, root); d;
      d = conf_walk(root, d)) {
    if(is_pass(d) && is_examined_pass(r, d))
      add_upstream(r, d);
  }
}

bool rewrite_is_examined(const struct rewrite *r,
                         const struct conf_directive *d)
{
  if(is_pass(d))
    return is_examined_pass(r, d);
  if(!conf_is(d, "server") || !d->parent || !conf_is(d->parent, "upstream"))
    return false;
  for(size_t i = 0; i < r->upstreams; i++) {
    if(r->upstream[i] == d->parent)
      return true;
  }
  return false;
}

static uint16_t port_for(const struct rewrite *r,
                         const struct conf_directive *d)
{
  return rewrite_is_examined(r, d) ? r->origin_port : r->closed_port;
}

/* Whether a variable stands for a path rather than for a host. */
static bool is_path_variable(const char *text)
{
  static const char *const NAMES[] = {"request_uri", "uri",  "document_uri",
                                      "is_args",     "args", "query_string"};
  if(*text == '{')
    text++;
  for(size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
    size_t n = strlen(NAMES[i]);
    if(strncmp(text, NAMES[i], n) == 0 && !isalnum((unsigned char)text[n]) &&
       text[n] != '_')
      return true;
  }
  return false;
}

/* Where the host ends in "$backend:8080$request_uri". */
static size_t variable_host_end(const char *url, size_t begin, size_t end)
{
  for(size_t i = begin; i < end; i++) {
    if(url[i] == '$' && is_path_variable(url + i + 1))
      return i;
  }
  return end;
}

int rewrite_pass(struct rewrite *r, const struct conf_directive *d)
{
  const char *url = conf_arg(d, 0);
  char out[2048];
  size_t begin, end;
  if(!d->nargs)
    return 0;
  find_host(url, &begin, &end);
  if(upstream_of(r, url + begin, end - begin)) {
    if(strncmp(url, "https://", 8) != 0)
      return 0;
    snprintf(out, sizeof(out), "\"http://%s\"", url + begin);
  } else if(conf_is(d, "proxy_pass")) {
    end = variable_host_end(url, begin, end);
    snprintf(out, sizeof(out), "\"http://127.0.0.1:%u%s\"",
             (unsigned)port_for(r, d), url + end);
  } else {
    snprintf(out, sizeof(out), "127.0.0.1:%u", (unsigned)port_for(r, d));
  }
  return rewrite_replace(r, d, d->args[0].start, d->args[0].end, out);
}

/* A server line of an upstream: its address, and what needs a resolver. */
int rewrite_peer(struct rewrite *r, const struct conf_directive *d)
{
  char address[40];
  int rc = 0;
  if(!d->nargs)
    return 0;
  snprintf(address, sizeof(address), "127.0.0.1:%u", (unsigned)port_for(r, d));
  rc = rewrite_replace(r, d, d->args[0].start, d->args[0].end, address);
  for(size_t i = 1; !rc && i < d->nargs; i++) {
    const char *word = conf_arg(d, i);
    if(strcmp(word, "resolve") == 0 || strncmp(word, "service=", 8) == 0)
      rc = rewrite_replace(r, d, d->args[i].start, d->args[i].end, "");
  }
  return rc;
}
