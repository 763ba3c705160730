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

int target_look(const struct scenario *s, struct load_target *out,
                struct buf *first_url, struct err *e)
{
  struct template_values v;
  struct buf own;
  struct buf *url = first_url ? first_url : &own;
  bool plain;
  int rc;
  memset(out, 0, sizeof(*out));
  memset(&v, 0, sizeof(v));
  v.user = s->user_count ? &s->user[0] : NULL;
  buf_init(&own, 0);
  rc = template_expand(s, s->endpoint.url, &v, url);
  rc = rc ? err_set(e, rc, "%s: %s", s->endpoint.url, err_name(rc))
          : url_split(buf_text(url), &out->url, e);
  buf_free(&own);
  if(rc)
    return rc;
  plain = strcmp(out->url.scheme, "http") == 0;
  /* Each user may have another host: nothing is known of those. */
  out->loopback = url_is_loopback(&out->url) &&
                  !moving_origin(s->endpoint.url) &&
                  strcmp(out->url.host, "::1") != 0;
  out->multiplexed =
      s->endpoint.http == HTTP_2 || (s->endpoint.http == HTTP_AUTO && !plain);
  out->lean = plain && s->endpoint.http != HTTP_2 && !s->endpoint.proxy &&
              !s->endpoint.compression && !s->endpoint.resolve_count &&
              !out->url.has_user && s->carrier != CARRY_LIBCURL;
  return 0;
}

const char *target_text(const struct scenario *s, const char *text,
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
bool target_headers(const struct scenario *s, const struct name_value *list,
                    uint32_t count, const struct template_values *v,
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
    t->header[i].value = target_text(s, list[i].value, v, &t->headers);
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
}

void target_fill(const struct scenario *s, struct request *r)
{
  r->insecure = s->endpoint.insecure;
  r->ca_file = s->endpoint.ca_file;
  r->client_cert = s->endpoint.client_cert;
  r->client_key = s->endpoint.client_key;
  r->proxy = s->endpoint.proxy;
  r->resolve = (const char *const *)s->endpoint.resolve;
  r->resolve_count = s->endpoint.resolve_count;
  r->connect_timeout_ns = s->endpoint.connect_timeout_ns;
  r->head_timeout_ns = s->endpoint.head_timeout_ns;
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
