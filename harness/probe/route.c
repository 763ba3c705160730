/* SPDX-License-Identifier: MIT
 * Ways to origins; see route.h. */
#include "probe/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/b64.h"
#include "base/clock.h"
#include "probe/recorder.h"
#include "transport/origin.h"

#define CONNECT_NS (5 * NS_PER_SEC)
#define PROXY_PORT 1080 /* as libcurl's, where the URL has none */

/* "HOST:PORT:ADDRESS[,ADDRESS]": the first address, where it is of this host.
 */
static bool resolves(const char *entry, const char *host, uint16_t port,
                     char out[256])
{
  struct slice rest = slice_of(entry);
  struct slice name = slice_cut(&rest, ':'), number = slice_cut(&rest, ':');
  char text[8];
  if(!slice_ieq_cstr(name, host))
    return false;
  snprintf(text, sizeof(text), "%u", (unsigned)port);
  if(!slice_eq_cstr(number, text))
    return false;
  rest = slice_cut(&rest, ',');
  if(rest.n > 1 && rest.p[0] == '[' && rest.p[rest.n - 1] == ']') {
    rest.p++;
    rest.n -= 2;
  }
  snprintf(out, 256, "%.*s", (int)rest.n, rest.p);
  return true;
}

static void apply_resolve(const struct endpoint *p, struct route *out)
{
  char address[256];
  uint32_t i;
  for(i = 0; i < p->resolve_count; i++) {
    if(resolves(p->resolve[i], out->host, out->port, address)) {
      snprintf(out->host, sizeof(out->host), "%s", address);
      return;
    }
  }
}

static bool names_port(const char *url)
{
  const char *host = strstr(url, "://") + 3;
  size_t n = strcspn(host, "/?#");
  const char *at = memrchr(host, '@', n);
  const char *colon = memrchr(host, ':', n);
  const char *bracket = memrchr(host, ']', n);
  return colon && (!at || colon > at) && (!bracket || colon > bracket);
}

static int proxy_user(const char *url, struct route *out)
{
  struct buf user, text;
  int rc;
  buf_init(&user, 0);
  buf_init(&text, sizeof(out->authorization) - 1);
  rc = url_user(url, &user);
  if(!rc && user.n) {
    buf_adds(&text, "Basic ");
    rc = b64_encode(&text, buf_slice(&user));
    rc = rc ? rc : text.rc;
    snprintf(out->authorization, sizeof(out->authorization), "%s",
             rc ? "" : buf_text(&text));
  }
  buf_free(&user);
  buf_free(&text);
  return rc;
}

static int through_proxy(const char *proxy, struct route *out, struct err *e)
{
  struct url_parts u;
  char *url = NULL;
  int rc;
  if(asprintf(&url, "%s%s", strstr(proxy, "://") ? "" : "http://", proxy) < 0)
    return err_set(e, E_NOMEM, "out of memory");
  rc = url_split(url, &u, e);
  if(rc)
    err_prefix(e, "the proxy");
  else if(proxy_user(url, out))
    rc = err_set(e, E_TOO_LONG, "the proxy's user and password are too long");
  if(!rc) {
    snprintf(out->host, sizeof(out->host), "%s", u.host);
    out->port = names_port(url) ? u.port : PROXY_PORT;
  }
  free(url);
  return rc;
}

int route_find(const struct target *t, const char *url, struct route *out,
               struct err *e)
{
  const struct endpoint *p = &t->endpoint;
  /* What runs behind the proxy under test is ours, on this machine. */
  bool ours = t->via_url && origin_is_same(t->via_url, url);
  const struct url_parts *u = &out->origin;
  int rc;
  memset(out, 0, sizeof(*out));
  rc = url_split(url, &out->origin, e);
  if(rc)
    return rc;
  snprintf(out->host, sizeof(out->host), "%s", u->host);
  out->port = u->port;
  if(p->proxy && !p->unix_socket && !ours) {
    out->tunnel = strcmp(u->scheme, "https") == 0;
    out->absolute = !out->tunnel;
    rc = through_proxy(p->proxy, out, e);
  }
  apply_resolve(p, out);
  if(!origin_is_same(p->url, url))
    return rc;
  out->tls_name = p->server_name;
  out->unix_socket = p->unix_socket;
  return rc;
}

void route_wire(const struct route *way, struct wire_options *out)
{
  out->dial.host = way->host;
  out->dial.port = way->port;
  out->dial.unix_socket = way->unix_socket;
  out->host = way->origin.host;
  out->port = way->origin.port;
  out->tunnel = way->tunnel;
  out->authorization = way->authorization;
  out->tls_name = way->tls_name;
}

const char *route_source(const struct target *t, uint32_t *turn)
{
  const struct endpoint *p = &t->endpoint;
  return p->source_ip_count ? p->source_ip[(*turn)++ % p->source_ip_count]
                            : NULL;
}

uint64_t route_connect_ns(const struct target *t)
{
  uint64_t ns = t->endpoint.connect_timeout_ns;
  return ns ? ns : CONNECT_NS;
}

uint64_t route_patience_ns(const struct target *t)
{
  uint64_t ns = t->endpoint.head_timeout_ns;
  return ns ? ns : t->head_ns * RECORDER_HEAD_PATIENCE;
}
