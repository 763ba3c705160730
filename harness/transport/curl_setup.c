/* SPDX-License-Identifier: MIT
 * From a request to libcurl options.  Each setting that differs from the
 * default has its measured reason; see also architecture notes in
 * harness/README.md. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "transport/arrival.h"
#include "transport/caps.h"
#include "transport/curl_exchange.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

/* libcurl keeps one receive buffer per handle: at thousands of streams its
 * size is the memory bill. */
#define RECEIVE_BUFFER 4096L

static curl_socket_t open_socket(void *ctx, curlsocktype purpose,
                                 struct curl_sockaddr *a)
{
  struct curl_exchange *x = ctx;
  int fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
  (void)purpose;
  if(fd >= 0) {
    x->fd = fd;
    transport_socket_opened(x->base.t);
  }
  return fd;
}

static int close_socket(void *ctx, curl_socket_t fd)
{
  struct transport *t = ctx;
  transport_socket_closed(t);
  return close(fd);
}

static int prepare_socket(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
  int on = 1;
  (void)ctx;
  (void)purpose;
  (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
  arrival_enable(fd);
  return CURL_SOCKOPT_OK;
}

static int add_line(struct curl_slist **list, const struct buf *line)
{
  struct curl_slist *more =
      line->rc ? NULL : curl_slist_append(*list, line->p);
  if(!more)
    return E_NOMEM;
  *list = more;
  return 0;
}

static int set_headers(struct curl_exchange *x, const struct request *r)
{
  uint32_t i;
  struct buf line;
  int rc = 0;
  buf_init(&line, 0);
  for(i = 0; !rc && i < r->header_count; i++) {
    const char *value = r->header[i].value;
    buf_clear(&line);
    /* "Name;" is libcurl's way to send a header with an empty value. */
    if(value[0])
      buf_addf(&line, "%s: %s", r->header[i].name, value);
    else
      buf_addf(&line, "%s;", r->header[i].name);
    rc = add_line(&x->headers, &line);
  }
  buf_free(&line);
  curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
  return rc;
}

static void set_version(struct curl_exchange *x, const struct request *r)
{
  CURL *c = x->easy;
  bool tls = strncasecmp(r->url, "https:", 6) == 0;
  struct caps caps;
  caps_read(&caps);
  if(r->http == REQUEST_HTTP_1_1) {
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  } else if(tls) {
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(c, CURLOPT_PIPEWAIT, 1L);
    return; /* streams share connections */
  } else if(r->http == REQUEST_HTTP_2) {
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION,
                     (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
    if(caps.h2c_reuse) {
      curl_easy_setopt(c, CURLOPT_PIPEWAIT, 1L);
      return;
    }
  }
  if(r->keep_alive)
    return;
  /* Otherwise each new transfer walks every connection to the host: opening
   * 18,000 costs 7.3 s CPU instead of 0.95 s. */
  curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
}

static void set_tls(struct curl_exchange *x, const struct request *r)
{
  CURL *c = x->easy;
  if(r->insecure) {
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if(r->ca_file)
    curl_easy_setopt(c, CURLOPT_CAINFO, r->ca_file);
  if(r->client_cert)
    curl_easy_setopt(c, CURLOPT_SSLCERT, r->client_cert);
  if(r->client_key)
    curl_easy_setopt(c, CURLOPT_SSLKEY, r->client_key);
}

static void set_route(struct curl_exchange *x, const struct request *r)
{
  CURL *c = x->easy;
  uint32_t i;
  /* The environment must not decide where a measurement goes. */
  curl_easy_setopt(c, CURLOPT_PROXY,
                   r->proxy && !r->unix_socket ? r->proxy : "");
  if(r->unix_socket)
    curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, r->unix_socket);
  curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if(r->source_ip && r->source_ip[0] && !r->unix_socket) {
    char spec[80];
    snprintf(spec, sizeof(spec), "host!%s", r->source_ip);
    curl_easy_setopt(c, CURLOPT_INTERFACE, spec);
  }
  for(i = 0; i < r->resolve_count; i++)
    x->resolve = curl_slist_append(x->resolve, r->resolve[i]);
  if(x->resolve)
    curl_easy_setopt(c, CURLOPT_RESOLVE, x->resolve);
  curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, x);
  curl_easy_setopt(c, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
  curl_easy_setopt(c, CURLOPT_CLOSESOCKETDATA, x->base.t);
  curl_easy_setopt(c, CURLOPT_SOCKOPTFUNCTION, prepare_socket);
}

static void set_method(struct curl_exchange *x, const struct request *r)
{
  CURL *c = x->easy;
  if(strcasecmp(r->method, "HEAD") == 0)
    curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
  else if(r->body.p) {
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
    curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS, r->body.p);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
  } else if(strcasecmp(r->method, "GET") != 0)
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
}

/* libcurl asks TLS for the URL's host: so the name stands there, the
 * connection goes to where the host was, and Host says what it would have
 * said. */
static int set_server_name(struct curl_exchange *x, const struct request *r)
{
  struct url_parts u;
  struct buf line;
  const char *host, *user;
  bool v6;
  int rc;
  if(!r->server_name || strncasecmp(r->url, "https:", 6) != 0 ||
     url_split(r->url, &u, NULL))
    return 0;
  v6 = strchr(u.host, ':') != NULL;
  user = u.has_user ? strrchr(u.origin, '@') : NULL;
  host = user ? user + 1 : strstr(u.origin, "://") + 3;
  buf_init(&line, 0);
  buf_addf(&line, v6 ? "%s:%u:[%s]:%u" : "%s:%u:%s:%u", r->server_name,
           (unsigned)u.port, u.host, (unsigned)u.port);
  rc = add_line(&x->connect_to, &line);
  curl_easy_setopt(x->easy, CURLOPT_CONNECT_TO, x->connect_to);
  buf_clear(&line);
  buf_addf(&line, "%.*s%s:%u%s", (int)(host - u.origin), u.origin,
           r->server_name, (unsigned)u.port, r->url + strlen(u.origin));
  if(!rc && !line.rc)
    curl_easy_setopt(x->easy, CURLOPT_URL, line.p);
  buf_clear(&line);
  buf_addf(&line, "Host: %s", host);
  if(!rc && !header_value(r->header, r->header_count, "Host"))
    rc = add_line(&x->headers, &line);
  buf_free(&line);
  return rc;
}

int curl_setup(struct curl_exchange *x, const struct request *r)
{
  int rc;
  CURL *c = x->easy;
  curl_easy_setopt(c, CURLOPT_URL, r->url);
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_BUFFERSIZE, RECEIVE_BUFFER);
  curl_easy_setopt(c, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L);
  if(r->jar)
    jar_use(r->jar, c);
  if(r->compression)
    curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip");
  set_version(x, r);
  set_tls(x, r);
  set_route(x, r);
  set_method(x, r);
  rc = set_server_name(x, r);
  return rc ? rc : set_headers(x, r);
}
