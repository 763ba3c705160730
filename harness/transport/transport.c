/* SPDX-License-Identifier: MIT
 * The transport: which carrier an exchange gets, and the origins that are
 * resolved for it; see transport.h. */
#include "transport/transport.h"

#include <curl/curl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/assert.h"
#include "transport/arrival.h"
#include "transport/curl_exchange.h"
#include "transport/lean.h"
#include "transport/mux.h"

#define SWEEP_MS 100

int transport_global_init(struct err *e)
{
  if(curl_global_init(CURL_GLOBAL_DEFAULT))
    return err_set(e, E_INTERNAL, "libcurl cannot be initialised");
  arrival_warm_up();
  return 0;
}

struct transport *transport_new(const struct transport_config *config,
                                struct err *e)
{
  struct transport *t = calloc(1, sizeof(*t));
  if(!t) {
    err_set(e, E_NOMEM, "out of memory");
    return NULL;
  }
  t->config = *config;
  uv_timer_init(config->loop, &t->sweep);
  uv_idle_init(config->loop, &t->kick);
  uv_idle_init(config->loop, &t->mux_kick);
  t->sweep.data = t->kick.data = t->mux_kick.data = t;
  t->open_handles = 3;
  uv_timer_start(&t->sweep, exchange_sweep, SWEEP_MS, SWEEP_MS);
  uv_unref((uv_handle_t *)&t->sweep);
  return t;
}

static void part_freed(uv_handle_t *h)
{
  struct transport *t = h->data;
  weir_assert(t->closing && t->open_handles > 0);
  if(--t->open_handles)
    return;
  free(t->fd_of_port);
  trust_free(t);
  buf_free(&t->plain);
  buf_free(&t->frames);
  free(t);
}

void transport_close(struct transport *t)
{
  weir_assert(!t->closing);
  t->closing = true;
  if(t->driver)
    driver_close(t->driver);
  uv_close((uv_handle_t *)&t->sweep, part_freed);
  mux_close_all(t);
  uv_close((uv_handle_t *)&t->kick, part_freed);
  uv_close((uv_handle_t *)&t->mux_kick, part_freed);
}

static int resolve(const struct url_parts *u, struct origin *o, struct err *e)
{
  struct addrinfo hints, *found = NULL;
  char port[8];
  int rc;
  memset(&hints, 0, sizeof(hints));
  hints.ai_socktype = SOCK_STREAM;
  snprintf(port, sizeof(port), "%u", u->port);
  rc = getaddrinfo(u->host, port, &hints, &found);
  if(rc)
    return err_set(e, E_NOT_FOUND, "the host name \"%s\" does not resolve: %s",
                   u->host, gai_strerror(rc));
  memcpy(&o->addr, found->ai_addr, found->ai_addrlen);
  o->addr_len = found->ai_addrlen;
  freeaddrinfo(found);
  return 0;
}

int transport_prepare(struct transport *t, const char *url, struct err *e)
{
  struct url_parts u;
  struct origin *o = &t->origin[t->origins];
  int rc;
  if(strncmp(url, "unix:", 5) == 0)
    return 0;
  rc = url_split(url, &u, e);
  if(rc)
    return rc;
  if(t->origins == ORIGINS_MAX || u.has_user)
    return 0;
  rc = resolve(&u, o, e);
  if(rc)
    return rc;
  snprintf(o->text, sizeof(o->text), "%s", u.origin);
  o->n = strlen(o->text);
  o->tls = strcmp(u.scheme, "https") == 0;
  snprintf(o->host, sizeof(o->host), "%s", u.host);
  snprintf(o->host_header, sizeof(o->host_header), "%s",
           strstr(u.origin, "://") + strlen("://"));
  t->origins++;
  return 0;
}

static const struct origin *origin_of(const struct transport *t,
                                      const char *url)
{
  uint32_t i;
  for(i = 0; i < t->origins; i++) {
    const struct origin *o = &t->origin[i];
    if(strncmp(url, o->text, o->n) == 0 && strchr("/?#", url[o->n]))
      return o; /* strchr also finds the terminator */
  }
  return NULL;
}

/* The socket has the name of this machine, whatever it is called there. */
static const struct origin *local_origin(const struct request *r,
                                         struct origin *out)
{
  static const char text[] = "http://localhost";
  struct sockaddr_un *a = (struct sockaddr_un *)(void *)&out->addr;
  size_t n = strlen(r->unix_socket);
  memset(out, 0, sizeof(*out));
  if(n >= sizeof(a->sun_path) || strncmp(r->url, text, sizeof(text) - 1) != 0)
    return NULL;
  a->sun_family = AF_UNIX;
  memcpy(a->sun_path, r->unix_socket, n);
  out->addr_len = sizeof(*a);
  snprintf(out->text, sizeof(out->text), "%s", text);
  out->n = sizeof(text) - 1;
  snprintf(out->host_header, sizeof(out->host_header), "localhost");
  return out;
}

static bool own_can_serve(const struct transport *t, const struct request *r)
{
  bool h2 = r->http == REQUEST_HTTP_2;
  if(r->proxy || r->compression || r->keep_alive || r->resolve_count || r->jar)
    return false;
  if(t->config.carrier == CARRIER_CURL)
    return false;
  /* Slow readers of a connection that they share are a matter of windows. */
  return !h2 || (t->config.carrier == CARRIER_AUTO && !r->unix_socket &&
                 !r->receive_buffer && !t->config.max_host_connections);
}

/* Where TLS lets the peer choose, it may choose HTTP/2.  What libcurl finds
 * wrong with a certificate's file, it shall say itself. */
static bool find_way(struct transport *t, const struct request *r,
                     struct origin *local, struct line_way *way)
{
  if(!own_can_serve(t, r))
    return false;
  way->request = r;
  way->origin = r->unix_socket ? local_origin(r, local) : origin_of(t, r->url);
  if(r->http == REQUEST_HTTP_2)
    way->protocols = MUX_PROTOCOLS;
  if(!way->origin || !way->origin->tls)
    return way->origin != NULL;
  if(r->http != REQUEST_HTTP_AUTO)
    way->trust = trust_of(t, r, way->origin);
  return way->trust != NULL;
}

struct exchange *exchange_start(struct transport *t, const struct request *r,
                                const struct exchange_handler *h, void *ctx,
                                struct err *e)
{
  struct line_way way = {.trust = NULL};
  struct origin local;
  struct exchange *x;
  bool own;
  weir_assert(!t->closing);
  own = find_way(t, r, &local, &way);
  if(!own && t->config.carrier == CARRIER_LEAN) {
    err_set(e, E_UNSUPPORTED,
            "the lean carrier speaks HTTP/1.1 to the origin itself only; "
            "\"%s\" needs libcurl (--carrier auto)",
            r->url);
    return NULL;
  }
  x = !own                        ? curl_start(t, r, e)
      : r->http == REQUEST_HTTP_2 ? mux_start(t, &way, e)
                                  : lean_start(t, &way, e);
  if(!x)
    return NULL;
  x->h = h;
  x->ctx = ctx;
  return x;
}

void exchange_cancel(struct exchange *x, bool abrupt)
{
  x->ops->cancel(x, abrupt);
}

void exchange_budget(struct exchange *x, uint64_t bytes)
{
  x->ops->budget(x, bytes);
}

uint64_t transport_sockets(const struct transport *t)
{
  return t->sockets;
}

uint64_t transport_sockets_peak(const struct transport *t)
{
  return t->sockets_peak;
}
