/* SPDX-License-Identifier: MIT
 * What servers listen on; see locate.h. */
#include <stdio.h>
#include <string.h>

#include "nginxconf/arena.h"
#include "nginxconf/effective.h"
#include "nginxconf/reader.h"

#define LISTENERS_MAX 4096

static const struct conf_directive *next_server(const struct conf *c,
                                                const struct conf_directive *s)
{
  const struct conf_directive *http, *d;
  if(s) {
    d = conf_sibling(s, "server");
    http = s->parent;
  } else {
    http = conf_child(c->root, "http");
    d = conf_child(http, "server");
  }
  while(http) {
    while(d && d->body != CONF_BLOCK)
      d = conf_sibling(d, "server");
    if(d)
      return d;
    http = conf_sibling(http, "http");
    d = conf_child(http, "server");
  }
  return NULL;
}

size_t conf_servers(const struct conf *c, const struct conf_directive **out,
                    size_t max)
{
  const struct conf_directive *s = next_server(c, NULL);
  size_t n = 0;
  for(; s; s = next_server(c, s)) {
    if(n < max)
      out[n] = s;
    n++;
  }
  return n;
}

/* ---- One listen directive ---- */

static bool read_port(struct slice text, unsigned int *port)
{
  unsigned int value = 0;
  size_t i;
  if(text.n == 0 || text.n > 5)
    return false;
  for(i = 0; i < text.n; i++) {
    if(text.p[i] < '0' || text.p[i] > '9')
      return false;
    value = value * 10 + (unsigned int)(text.p[i] - '0');
  }
  *port = value;
  return value > 0 && value < 65536;
}

static void set_address(struct conf_listener *l, struct slice text)
{
  if(slice_eq_cstr(text, "0.0.0.0") || text.n == 0)
    text = slice_of("*");
  snprintf(l->address, sizeof(l->address), "%.*s", (int)text.n, text.p);
}

/* "80", "*:80", "[::]:80", "127.0.0.1", "unix:/run/x.sock". */
static void read_address(struct conf_listener *l, const char *word)
{
  const char *bracket = word[0] == '[' ? strchr(word, ']') : NULL;
  const char *colon = strrchr(bracket ? bracket : word, ':');
  l->port = 80;
  if(strncmp(word, "unix:", 5) == 0) {
    l->port = 0;
    set_address(l, slice_of(word));
  } else if(colon && read_port(slice_of(colon + 1), &l->port))
    set_address(l, (struct slice){word, (size_t)(colon - word)});
  else if(read_port(slice_of(word), &l->port))
    set_address(l, slice_of("*"));
  else
    set_address(l, slice_of(word));
}

static void read_option(struct conf_listener *l, const char *word)
{
  uint64_t n;
  if(strcmp(word, "ssl") == 0)
    l->ssl = true;
  else if(strcmp(word, "http2") == 0)
    l->http2 = true;
  else if(strcmp(word, "quic") == 0)
    l->quic = l->ssl = true;
  else if(strcmp(word, "default_server") == 0 || strcmp(word, "default") == 0)
    l->default_server = true;
  else if(strcmp(word, "proxy_protocol") == 0)
    l->proxy_protocol = true;
  else if(strcmp(word, "reuseport") == 0)
    l->reuseport = true;
  else if(strncmp(word, "backlog=", 8) == 0) {
    if(conf_read_bytes(slice_of(word + 8), &n) == 0 && n < 1u << 30)
      l->backlog = (int)n;
  } else if(strncmp(word, "so_keepalive=", 13) == 0)
    snprintf(l->so_keepalive, sizeof(l->so_keepalive), "%s", word + 13);
}

static struct conf_listener read_listen(const struct conf_directive *server,
                                        const struct conf_directive *d)
{
  struct conf_listener l;
  size_t i;
  memset(&l, 0, sizeof(l));
  l.server = server;
  l.directive = d;
  read_address(&l, d ? conf_arg(d, 0) : "*:80");
  for(i = 1; d && i < d->nargs; i++)
    read_option(&l, conf_arg(d, i));
  return l;
}

/* ---- Options of the socket, which all its servers share ---- */

static void share(struct conf_listener *l, const struct conf_listener *other)
{
  if(l->port != other->port || strcmp(l->address, other->address) != 0 ||
     l->quic != other->quic)
    return;
  l->ssl |= other->ssl;
  l->http2 |= other->http2;
  l->proxy_protocol |= other->proxy_protocol;
  l->reuseport |= other->reuseport;
  if(l->backlog == 0)
    l->backlog = other->backlog;
  if(l->so_keepalive[0] == '\0')
    memcpy(l->so_keepalive, other->so_keepalive, sizeof(l->so_keepalive));
}

static bool is_on(const struct conf_directive *server, const char *name)
{
  struct conf_setting s =
      conf_effective_at(server, name, (struct conf_version){0, 0, 0});
  return conf_setting_is(&s, "on");
}

/* What the server itself adds. */
static void finish(struct conf_listener *l)
{
  l->http2 |= is_on(l->server, "http2");
  /* The old `ssl on`, gone since 1.25.1. */
  l->ssl |= is_on(l->server, "ssl");
  if(l->backlog == 0)
    l->backlog = 511;
}

static size_t count_server(const struct conf_directive *server)
{
  const struct conf_directive *d = conf_child(server, "listen");
  size_t n = d ? 0 : 1;
  for(; d; d = conf_sibling(d, "listen"))
    n++;
  return n;
}

static size_t read_server(const struct conf_directive *server,
                          struct conf_listener *out, size_t max)
{
  const struct conf_directive *d = conf_child(server, "listen");
  size_t n = 0;
  do {
    if(n >= max)
      break;
    out[n++] = read_listen(server, d);
    d = conf_sibling(d, "listen");
  } while(d);
  return n;
}

int listener_index(struct conf *c)
{
  const struct conf_directive *s;
  struct conf_listener *all;
  size_t n = 0, i, k;
  for(s = next_server(c, NULL); s; s = next_server(c, s))
    n += count_server(s);
  if(n > LISTENERS_MAX)
    n = LISTENERS_MAX;
  all = conf_arena_get(c->arena, n * sizeof(*all));
  if(!all)
    return E_NOMEM;
  c->listeners = all;
  for(s = next_server(c, NULL); s; s = next_server(c, s))
    c->nlisteners += read_server(s, all + c->nlisteners, n - c->nlisteners);
  for(i = 0; i < n; i++) {
    for(k = 0; k < n; k++)
      share(&all[i], &all[k]);
  }
  for(i = 0; i < n; i++)
    finish(&all[i]);
  return 0;
}

size_t conf_listeners(const struct conf *c,
                      const struct conf_directive *server,
                      struct conf_listener *out, size_t max)
{
  size_t i, n = 0;
  for(i = 0; i < c->nlisteners && n < max; i++) {
    if(c->listeners[i].server == server)
      out[n++] = c->listeners[i];
  }
  return n;
}
