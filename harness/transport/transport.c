/* SPDX-License-Identifier: MIT
 * The transport and what its carriers share; see transport.h. */
#include "transport/transport.h"

#include <curl/curl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include "base/assert.h"
#include "base/clock.h"
#include "transport/arrival.h"
#include "transport/exchange.h"

#define SWEEP_MS 100

int transport_global_init(struct err *e)
{
  if(curl_global_init(CURL_GLOBAL_DEFAULT))
    return err_set(e, E_INTERNAL, "libcurl cannot be initialised");
  arrival_warm_up();
  return 0;
}

/* Failing takes it off the list; on_end may change the rest of it. */
static void expire(struct wait_list *list, uint64_t now, enum end_kind kind)
{
  while(list->first && list->first->deadline_ns <= now)
    list->first->ops->fail(list->first, kind);
}

/* Deadlines are rare to pass: a sweep beats a timer each. */
static void sweep(uv_timer_t *timer)
{
  struct transport *t = timer->data;
  uint64_t now = clock_mono_ns();
  expire(&t->waiting[WAIT_CONNECT], now, END_CONNECT_TIMEOUT);
  expire(&t->waiting[WAIT_HEAD], now, END_HEAD_TIMEOUT);
}

/* Those that on_end starts and that fail at once, too, have the next turn. */
static void fail_deferred(uv_idle_t *idle)
{
  struct transport *t = idle->data;
  struct wait_list *list = &t->waiting[WAIT_FAILED];
  struct exchange *x;
  uint32_t n = 0;
  uv_idle_stop(idle);
  for(x = list->first; x; x = x->next)
    n++;
  for(; n && list->first; n--) {
    x = list->first;
    x->ops->fail(x, (enum end_kind)(x->start_failed - 1));
  }
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
  t->sweep.data = t->kick.data = t;
  t->open_handles = 2;
  uv_timer_start(&t->sweep, sweep, SWEEP_MS, SWEEP_MS);
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
  free(t);
}

void transport_close(struct transport *t)
{
  weir_assert(!t->closing);
  t->closing = true;
  if(t->driver)
    driver_close(t->driver);
  uv_close((uv_handle_t *)&t->sweep, part_freed);
  uv_close((uv_handle_t *)&t->kick, part_freed);
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
  if(t->origins == ORIGINS_MAX || u.has_user || strcmp(u.scheme, "http") != 0)
    return 0;
  rc = resolve(&u, o, e);
  if(rc)
    return rc;
  snprintf(o->text, sizeof(o->text), "%s", u.origin);
  o->n = strlen(o->text);
  snprintf(o->host_header, sizeof(o->host_header), "%s",
           u.origin + strlen("http://"));
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

static bool lean_can_serve(const struct request *r)
{
  return r->http != REQUEST_HTTP_2 && !r->proxy && !r->compression &&
         !r->keep_alive && !r->resolve_count && !r->jar;
}

struct exchange *exchange_start(struct transport *t, const struct request *r,
                                const struct exchange_handler *h, void *ctx,
                                struct err *e)
{
  const struct origin *o = NULL;
  struct origin local;
  struct exchange *x;
  weir_assert(!t->closing);
  if(t->config.carrier != CARRIER_CURL && lean_can_serve(r))
    o = r->unix_socket ? local_origin(r, &local) : origin_of(t, r->url);
  if(!o && t->config.carrier == CARRIER_LEAN) {
    err_set(e, E_UNSUPPORTED,
            "the lean carrier speaks plain HTTP/1.1 only; \"%s\" needs "
            "libcurl (--carrier auto)",
            r->url);
    return NULL;
  }
  x = o ? lean_start(t, r, o, e) : curl_start(t, r, e);
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

bool request_has_header(const struct request *r, const char *name)
{
  uint32_t i;
  for(i = 0; i < r->header_count; i++) {
    if(strcasecmp(r->header[i].name, name) == 0)
      return true;
  }
  return false;
}

uint64_t transport_sockets(const struct transport *t)
{
  return t->sockets;
}

uint64_t transport_sockets_peak(const struct transport *t)
{
  return t->sockets_peak;
}

void transport_socket_opened(struct transport *t)
{
  if(++t->sockets > t->sockets_peak)
    t->sockets_peak = t->sockets;
}

void transport_socket_closed(struct transport *t)
{
  weir_assert(t->sockets);
  t->sockets--;
}

/* Behind all that end no later: with equal timeouts that is the end. */
static void enlist(struct wait_list *list, struct exchange *x)
{
  struct exchange *before = list->last;
  while(before && before->deadline_ns > x->deadline_ns)
    before = before->prev;
  x->prev = before;
  x->next = before ? before->next : list->first;
  *(x->prev ? &x->prev->next : &list->first) = x;
  *(x->next ? &x->next->prev : &list->last) = x;
}

void exchange_wait(struct exchange *x, uint64_t timeout_ns)
{
  exchange_unwait(x);
  x->deadline_ns = timeout_ns ? clock_mono_ns() + timeout_ns : UINT64_MAX;
  x->wait = x->start_failed ? WAIT_FAILED
            : x->connected  ? WAIT_HEAD
                            : WAIT_CONNECT;
  enlist(&x->t->waiting[x->wait], x);
}

void exchange_unwait(struct exchange *x)
{
  struct wait_list *list = &x->t->waiting[x->wait];
  if(x->wait == WAIT_NONE)
    return;
  weir_assert(list->first && list->last);
  *(x->prev ? &x->prev->next : &list->first) = x->next;
  *(x->next ? &x->next->prev : &list->last) = x->prev;
  x->wait = WAIT_NONE;
}

void exchange_defer_failure(struct exchange *x, enum end_kind kind)
{
  x->start_failed = (uint8_t)(kind + 1);
  exchange_wait(x, 0);
  uv_idle_start(&x->t->kick, fail_deferred);
}

void exchange_tell_connected(struct exchange *x)
{
  if(x->connected)
    return;
  x->connected = true;
  exchange_wait(x, x->head_timeout_ns);
  if(x->h->on_connected)
    x->h->on_connected(x->ctx);
}

bool exchange_tell_head(struct exchange *x, const struct response_head *head)
{
  weir_assert(x->h && !x->head_seen && !x->aborted);
  x->head_seen = true;
  exchange_unwait(x);
  if(!x->h->on_head(head, x->ctx))
    x->aborted = true;
  return !x->aborted;
}

bool exchange_tell_data(struct exchange *x, struct slice bytes,
                        const struct arrival *when)
{
  weir_assert(x->head_seen && !x->aborted);
  if(x->budget != UINT64_MAX)
    x->budget -= bytes.n < x->budget ? bytes.n : x->budget;
  if(!x->h->on_data(bytes, when, x->ctx))
    x->aborted = true;
  return !x->aborted;
}

void exchange_tell_end(struct exchange *x, enum end_kind kind,
                       const char *sentence)
{
  struct exchange_end end;
  weir_assert(x->h); /* never from inside exchange_start */
  exchange_unwait(x);
  end.kind = x->aborted ? END_ABORTED : kind;
  end.sentence = sentence && !x->aborted ? sentence : end_sentence(end.kind);
  end.head_seen = x->head_seen;
  x->h->on_end(&end, x->ctx);
}
