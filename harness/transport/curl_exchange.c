/* SPDX-License-Identifier: MIT
 * The libcurl carrier: everything the lean one does not speak. */
#include "transport/curl_exchange.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/assert.h"

static void release(struct curl_exchange *x)
{
  exchange_unwait(&x->base);
  curl_easy_cleanup(x->easy);
  curl_slist_free_all(x->headers);
  curl_slist_free_all(x->resolve);
  curl_slist_free_all(x->connect_to);
  kept_free(&x->kept);
  weir_assert(x->base.t->live);
  x->base.t->live--;
}

static void finish(struct curl_exchange *x, enum end_kind kind,
                   const char *why)
{
  /* The handle goes first: its socket must be closed when on_end opens the
   * next one. */
  release(x);
  exchange_tell_end(&x->base, kind, why);
  free(x);
}

static void status_line(struct curl_exchange *x, struct slice line)
{
  struct slice version = slice_cut(&line, ' ');
  kept_clear(&x->kept);
  x->status = (int)strtol(line.p ? line.p : "0", NULL, 10);
  x->http_major = version.n > 5 ? version.p[5] - '0' : 0;
  x->http_minor = version.n > 7 ? version.p[7] - '0' : 0;
}

static void field_line(struct curl_exchange *x, struct slice line)
{
  struct slice name = slice_cut(&line, ':');
  struct buf *into = kept_line(&x->kept, name);
  line = slice_trim(line);
  if(x->base.h->on_field)
    x->base.h->on_field(name, line, x->base.ctx);
  if(into)
    buf_add(into, line.p, line.n);
}

static bool head_complete(struct curl_exchange *x)
{
  struct response_head head;
  if(x->status / 100 == 1 && x->status != 101)
    return true; /* interim: the real one follows */
  x->head_done = true;
  head = kept_head(&x->kept, x->status, x->http_major, x->http_minor);
  return exchange_tell_head(&x->base, &head);
}

static size_t on_header(char *line, size_t size, size_t n, void *ctx)
{
  struct curl_exchange *x = ctx;
  struct slice s = {line, size * n};
  if(x->head_done)
    return s.n; /* a trailer */
  if(slice_starts(s, "HTTP/"))
    status_line(x, s);
  else if(slice_trim(s).n == 0)
    return head_complete(x) ? s.n : 0;
  else
    field_line(x, s);
  return s.n;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
  struct curl_exchange *x = ctx;
  struct arrival when;
  if(x->base.budget == 0) {
    x->paused = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  when = driver_arrival(x->base.t->driver, x->fd);
  if(!exchange_tell_data(&x->base, (struct slice){bytes, size * n}, &when))
    return CURL_WRITEFUNC_ERROR;
  return size * n;
}

static int port_of(int fd)
{
  struct sockaddr_storage a;
  socklen_t n = sizeof(a);
  if(fd < 0 || getsockname(fd, (struct sockaddr *)&a, &n))
    return -1;
  if(a.ss_family == AF_INET)
    return ntohs(((struct sockaddr_in *)&a)->sin_port);
  if(a.ss_family == AF_INET6)
    return ntohs(((struct sockaddr_in6 *)&a)->sin6_port);
  return -1;
}

/* The transfer that opened a socket knows it; those that share it afterwards
 * (HTTP/2, keep-alive) find it by its local port. */
static void learn_socket(struct curl_exchange *x, int local_port)
{
  struct transport *t = x->base.t;
  if(local_port < 0 || local_port > UINT16_MAX)
    return;
  if(!t->fd_of_port)
    t->fd_of_port = calloc(UINT16_MAX + 1, sizeof(*t->fd_of_port));
  if(x->fd < 0 && t->fd_of_port)
    x->fd = t->fd_of_port[local_port];
  if(port_of(x->fd) != local_port)
    x->fd = -1;
  else if(t->fd_of_port)
    t->fd_of_port[local_port] = x->fd;
}

static int on_connected(void *ctx, char *remote, char *local, int remote_port,
                        int local_port)
{
  struct curl_exchange *x = ctx;
  (void)remote;
  (void)local;
  (void)remote_port;
  learn_socket(x, local_port);
  exchange_tell_connected(&x->base);
  return CURL_PREREQFUNC_OK;
}

static enum end_kind connect_kind(const struct curl_exchange *x)
{
  long error = 0;
  enum end_kind kind;
  curl_easy_getinfo(x->easy, CURLINFO_OS_ERRNO, &error);
  kind = end_of_errno((int)error, true);
  return kind == END_OTHER ? END_REFUSED : kind;
}

static enum end_kind kind_of(const struct curl_exchange *x, CURLcode code)
{
  switch(code) {
  case CURLE_OK:
    return END_CLEAN;
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_RESOLVE_PROXY:
    return END_DNS;
  case CURLE_COULDNT_CONNECT:
    return connect_kind(x);
  case CURLE_OPERATION_TIMEDOUT:
    return x->base.connected ? END_HEAD_TIMEOUT : END_CONNECT_TIMEOUT;
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_ISSUER_ERROR:
    return END_TLS;
  case CURLE_PARTIAL_FILE:
    return END_TRUNCATED;
  case CURLE_GOT_NOTHING:
    return END_NO_RESPONSE;
  case CURLE_SEND_ERROR:
  case CURLE_RECV_ERROR:
    return x->base.head_seen ? END_RESET : END_NO_RESPONSE;
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM:
    return END_HTTP2;
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_UNSUPPORTED_PROTOCOL:
  case CURLE_BAD_CONTENT_ENCODING:
    return END_PROTOCOL;
  case CURLE_INTERFACE_FAILED:
  case CURLE_OUT_OF_MEMORY:
    return END_LOCAL_LIMIT;
  default:
    return END_OTHER;
  }
}

static void on_over(CURL *easy, CURLcode code, void *ctx)
{
  struct curl_exchange *x = NULL;
  (void)ctx;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &x);
  finish(x, kind_of(x, code), code ? curl_easy_strerror(code) : NULL);
}

static void curl_fail(struct exchange *base, enum end_kind kind)
{
  struct curl_exchange *x = (struct curl_exchange *)base;
  driver_remove(base->t->driver, x->easy);
  finish(x, kind, NULL);
}

static void curl_cancel(struct exchange *base, bool abrupt)
{
  struct curl_exchange *x = (struct curl_exchange *)base;
  curl_socket_t fd = CURL_SOCKET_BAD;
  if(abrupt && x->http_major < 2) { /* HTTP/2 resets the stream anyway */
    struct linger now = {1, 0};
    curl_easy_getinfo(x->easy, CURLINFO_ACTIVESOCKET, &fd);
    if(fd != CURL_SOCKET_BAD)
      (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  driver_remove(base->t->driver, x->easy);
  release(x);
  free(x);
}

static void curl_budget(struct exchange *base, uint64_t bytes)
{
  struct curl_exchange *x = (struct curl_exchange *)base;
  base->budget = bytes;
  if(x->paused && bytes) {
    x->paused = false;
    curl_easy_pause(x->easy, CURLPAUSE_CONT);
    driver_act(base->t->driver);
  }
}

static const struct carrier_ops curl_ops = {curl_cancel, curl_budget,
                                            curl_fail};

static int need_driver(struct transport *t)
{
  CURLM *m;
  if(t->driver)
    return 0;
  t->driver = driver_new(t->config.loop, on_over, t);
  if(!t->driver)
    return E_NOMEM;
  m = driver_multi(t->driver);
  curl_multi_setopt(m, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(m, CURLMOPT_MAX_CONCURRENT_STREAMS,
                    (long)(t->config.streams_per_connection
                               ? t->config.streams_per_connection
                               : 100));
  curl_multi_setopt(
      m, CURLMOPT_MAXCONNECTS,
      (long)(t->config.max_connections ? t->config.max_connections : 1000));
  curl_multi_setopt(m, CURLMOPT_MAX_HOST_CONNECTIONS,
                    (long)t->config.max_host_connections);
  return 0;
}

static void tell_us(struct curl_exchange *x)
{
  CURL *c = x->easy;
  curl_easy_setopt(c, CURLOPT_PRIVATE, x);
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
  curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, on_connected);
  curl_easy_setopt(c, CURLOPT_PREREQDATA, x);
}

struct exchange *curl_start(struct transport *t, const struct request *r,
                            struct err *e)
{
  struct curl_exchange *x = calloc(1, sizeof(*x));
  if(x && need_driver(t) == 0)
    x->easy = curl_easy_init();
  if(!x || !x->easy) {
    free(x);
    err_set(e, E_NOMEM, "out of memory");
    return NULL;
  }
  x->fd = -1;
  x->base.ops = &curl_ops;
  x->base.t = t;
  x->base.budget = UINT64_MAX;
  x->base.head_timeout_ns = r->head_timeout_ns;
  kept_init(&x->kept);
  t->live++;
  tell_us(x);
  if(curl_setup(x, r) || driver_add(t->driver, x->easy)) {
    release(x);
    free(x);
    err_set(e, E_NOMEM, "libcurl does not take the request for %s", r->url);
    return NULL;
  }
  exchange_wait(&x->base, r->connect_timeout_ns);
  return &x->base;
}
