/* SPDX-License-Identifier: MIT
 * The target; see target.h. */
#include "load/target.h"

#include <string.h>

static bool needs_filling(const char *text)
{
  return text && strstr(text, "{{");
}

/* Are there templates in scheme, host or port? */
static bool moving_origin(const char *url)
{
  const char *host = strstr(url, "://");
  const char *name = strstr(url, "{{");
  const char *path = host ? strpbrk(host + 3, "/?#") : NULL;
  return name && (!path || name < path);
}

/* The URL of stream 0, taken apart. */
static int look_at_url(const struct scenario *s, struct load_target *out,
                       struct buf *url, struct err *e)
{
  struct template_values v;
  struct buf socket, http;
  int rc;
  memset(&v, 0, sizeof(v));
  v.user = s->user_count ? &s->user[0] : NULL;
  rc = template_expand(s, s->endpoint.url, &v, url);
  if(rc)
    return err_set(e, rc, "%s: %s", s->endpoint.url, err_name(rc));
  out->local = endpoint_is_local(buf_text(url));
  if(!out->local)
    return url_split(buf_text(url), &out->url, e);
  buf_init(&socket, 0);
  buf_init(&http, 0);
  rc = endpoint_split_local(buf_text(url), &socket, &http);
  rc = rc ? err_set(e, rc, "%s", err_name(rc))
          : url_split(buf_text(&http), &out->url, e);
  buf_free(&socket);
  buf_free(&http);
  return rc;
}

int target_look(const struct scenario *s, struct load_target *out,
                struct buf *first_url, struct err *e)
{
  struct buf own;
  bool plain;
  int rc;
  memset(out, 0, sizeof(*out));
  buf_init(&own, 0);
  rc = look_at_url(s, out, first_url ? first_url : &own, e);
  buf_free(&own);
  if(rc)
    return rc;
  plain = strcmp(out->url.scheme, "http") == 0;
  /* Each user may have another host: nothing is known of those. */
  out->loopback = url_is_loopback(&out->url) && !out->local &&
                  !moving_origin(s->endpoint.url) &&
                  strcmp(out->url.host, "::1") != 0;
  out->multiplexed =
      s->endpoint.http == HTTP_2 || (s->endpoint.http == HTTP_AUTO && !plain);
  /* Over TLS it is the server who chooses, unless one alone is offered. */
  out->lean = (plain || s->endpoint.http != HTTP_AUTO) && !s->endpoint.proxy &&
              !s->endpoint.compression && !s->endpoint.resolve_count &&
              !out->url.has_user && s->carrier != CARRY_LIBCURL;
  return 0;
}

static const char *fill_text(const struct scenario *s, const char *text,
                             const struct template_values *v, struct buf *into)
{
  size_t at = into->n;
  if(!needs_filling(text))
    return text;
  if(template_expand(s, text, v, into) || buf_addc(into, '\0'))
    return NULL;
  return into->p + at;
}

/* Header values live in one buffer, so room for all is made first: a later
 * one must not move an earlier one. */
static bool fill_headers(const struct scenario *s,
                         const struct name_value *list, uint32_t count,
                         const struct template_values *v,
                         struct request_texts *t)
{
  uint32_t i;
  buf_clear(&t->headers);
  t->headers.max = TARGET_HEADER_ROOM;
  for(i = 0; i < count && i < TARGET_MAX_HEADERS; i++) {
    t->header[i].name = list[i].name;
    if(needs_filling(list[i].value) &&
       buf_reserve(&t->headers, TARGET_HEADER_ROOM - t->headers.n))
      return false;
    t->header[i].value = fill_text(s, list[i].value, v, &t->headers);
    if(!t->header[i].value)
      return false;
  }
  return true;
}

void target_texts_free(struct request_texts *t)
{
  buf_free(&t->url);
  buf_free(&t->body);
  buf_free(&t->headers);
  buf_free(&t->local);
  buf_free(&t->socket);
}

struct asked target_asked(const struct scenario *s)
{
  const struct endpoint *p = &s->endpoint;
  return (struct asked){p->method, p->url, p->body, p->header,
                        p->header_count};
}

/* "unix:SOCKET:PATH" is a URL of localhost, asked for at the socket. */
static bool fill_url(struct request_texts *t, struct request *r)
{
  r->unix_socket = NULL;
  if(!r->url || !endpoint_is_local(r->url))
    return r->url != NULL;
  buf_clear(&t->local);
  buf_clear(&t->socket);
  if(endpoint_split_local(r->url, &t->socket, &t->local))
    return false;
  r->url = buf_text(&t->local);
  r->unix_socket = buf_text(&t->socket);
  return true;
}

static void fill_way(const struct endpoint *p, struct request *r)
{
  static const enum request_http http[] = {[HTTP_AUTO] = REQUEST_HTTP_AUTO,
                                           [HTTP_1_1] = REQUEST_HTTP_1_1,
                                           [HTTP_2] = REQUEST_HTTP_2};
  r->http = http[p->http];
  r->compression = p->compression;
  r->insecure = p->insecure;
  r->ca_file = p->ca_file;
  r->client_cert = p->client_cert;
  r->client_key = p->client_key;
  r->server_name = p->server_name;
  r->proxy = p->proxy;
  r->resolve = (const char *const *)p->resolve;
  r->resolve_count = p->resolve_count;
  r->connect_timeout_ns = p->connect_timeout_ns;
  r->head_timeout_ns = p->head_timeout_ns;
}

bool target_fill(const struct scenario *s, const struct asked *what,
                 const struct template_values *v, struct request_texts *t,
                 struct request *r)
{
  const char *body = NULL;
  buf_clear(&t->url);
  buf_clear(&t->body);
  fill_way(&s->endpoint, r);
  r->method = what->method;
  r->url = fill_text(s, what->url, v, &t->url);
  if(what->body && what->body[0]) {
    body = fill_text(s, what->body, v, &t->body);
    if(!body)
      return false;
    r->body = slice_of(body);
  }
  r->header = t->header;
  r->header_count = what->header_count;
  return fill_url(t, r) &&
         fill_headers(s, what->header, what->header_count, v, t);
}

void target_subscriber(const struct scenario *s, struct subscriber_config *out)
{
  out->max_line = s->max_line;
  out->max_event = s->max_event;
  out->reconnect = s->reconnect;
  out->jitter = s->reconnect_jitter;
  out->retry_ns = s->retry_ns;
  out->retry_max_ns = s->retry_max_ns;
  out->retry_on_error = s->retry_on_error;
  out->location_trusted = s->endpoint.location_trusted;
}
