/* SPDX-License-Identifier: MIT
 * Reading one request; see request.h. */
#include "http/request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"

static int refuse(struct request *r, int status, const char *reason)
{
  if(!r->status) {
    r->status = status;
    r->reason = reason;
  }
  return 1;
}

static int add_text(struct request *r, const char *at, size_t n)
{
  if(buf_add(&r->text, at, n))
    return refuse(r, 431, "the request head is larger than 16 KiB");
  return 0;
}

static int on_url(http_parser *p, const char *at, size_t n)
{
  struct request *r = p->data;
  if(r->text.n + n > REQUEST_TARGET_MAX)
    return refuse(r, 414, "the request target is longer than 8 KiB");
  if(add_text(r, at, n))
    return 1;
  r->target_n = (uint32_t)r->text.n;
  return 0;
}

static int on_field(http_parser *p, const char *at, size_t n)
{
  struct request *r = p->data;
  struct request_header *h;
  if(r->in_value || !r->header_count) {
    if(r->header_count == REQUEST_HEADERS_MAX)
      return refuse(r, 431, "the request has more than 100 header fields");
    r->headers[r->header_count++] =
        (struct request_header){.name = (uint32_t)r->text.n};
    r->in_value = false;
  }
  if(add_text(r, at, n))
    return 1;
  h = &r->headers[r->header_count - 1];
  h->name_n += (uint32_t)n;
  h->value = (uint32_t)r->text.n;
  return 0;
}

/* RFC 9112, 5.1: who lets a blank stand in front of the colon disagrees with
 * the next on the way about what the field is. */
static bool is_blank_behind(const struct request *r)
{
  const struct request_header *h = &r->headers[r->header_count - 1];
  char last = h->name_n ? r->text.p[h->name + h->name_n - 1] : 'x';
  return last == ' ' || last == '\t';
}

static int on_value(http_parser *p, const char *at, size_t n)
{
  struct request *r = p->data;
  if(!r->in_value && is_blank_behind(r))
    return refuse(r, 400, "a blank stands in front of a header's colon");
  if(add_text(r, at, n))
    return 1;
  r->headers[r->header_count - 1].value_n += (uint32_t)n;
  r->in_value = true;
  return 0;
}

static unsigned host_count(const struct request *r)
{
  unsigned n = 0;
  for(uint32_t i = 0; i < r->header_count; i++)
    n += slice_ieq_cstr(request_header_name(r, i), "host");
  return n;
}

static int on_headers_complete(http_parser *p)
{
  struct request *r = p->data;
  bool chunked = (p->flags & F_CHUNKED) != 0;
  unsigned hosts = host_count(r);
  if(p->http_major != 1 || p->http_minor > 1) {
    refuse(r, 505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    return -1;
  }
  if(hosts > 1 || (request_is_http11(r) && hosts == 0)) {
    refuse(r, 400, "an HTTP/1.1 request needs exactly one Host header");
    return -1;
  }
  if((p->flags & F_CONTENTLENGTH) && p->content_length > r->body_max) {
    refuse(r, 413, "the request body is larger than the limit");
    return -1;
  }
  r->expect_continue =
      slice_ieq_cstr(request_header(r, "expect"), "100-continue") &&
      (chunked || p->content_length > 0);
  return 0;
}

static int on_body(http_parser *p, const char *at, size_t n)
{
  struct request *r = p->data;
  if(r->body.n + n > r->body_max || buf_add(&r->body, at, n))
    return refuse(r, 413, "the request body is larger than the limit");
  return 0;
}

static int on_complete(http_parser *p)
{
  struct request *r = p->data;
  r->complete = true;
  http_parser_pause(p, 1);
  return 0;
}

static const http_parser_settings SETTINGS = {
    .on_url = on_url,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_complete};

struct request *request_new(void)
{
  struct request *r = calloc(1, sizeof(*r));
  if(!r)
    return NULL;
  buf_init(&r->text, REQUEST_HEAD_MAX);
  buf_init(&r->body, 0);
  return r;
}

void request_free(struct request *r)
{
  if(!r)
    return;
  buf_free(&r->text);
  buf_free(&r->body);
  free(r);
}

void request_reset(struct request *r, size_t body_max)
{
  http_parser_init(&r->parser, HTTP_REQUEST);
  r->parser.data = r;
  buf_clear(&r->text);
  /* A large body is not worth keeping for the next request. */
  if(r->body.cap > 65536)
    buf_free(&r->body);
  buf_clear(&r->body);
  r->target_n = r->header_count = 0;
  r->in_value = r->started = r->complete = r->expect_continue = false;
  r->body_max = body_max;
  r->status = 0;
  r->reason = NULL;
}

static int describe_failure(struct request *r)
{
  enum http_errno no = HTTP_PARSER_ERRNO(&r->parser);
  if(r->status)
    return E_SYNTAX;
  if(no == HPE_HEADER_OVERFLOW && !r->header_count)
    refuse(r, 414, "the request target is longer than 8 KiB");
  else if(no == HPE_HEADER_OVERFLOW)
    refuse(r, 431, "the request head is larger than 16 KiB");
  else if(no == HPE_INVALID_VERSION)
    refuse(r, 505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  else
    refuse(r, 400, http_errno_description(no));
  return E_SYNTAX;
}

int request_feed(struct request *r, const char *p, size_t n, size_t *used)
{
  http_parser_set_max_header_size(REQUEST_HEAD_MAX);
  r->started = r->started || n > 0;
  *used = http_parser_execute(&r->parser, &SETTINGS, p, n);
  if(r->complete)
    return 0;
  if(HTTP_PARSER_ERRNO(&r->parser) != HPE_OK)
    return describe_failure(r);
  return 0;
}

enum http_method request_method(const struct request *r)
{
  return (enum http_method)r->parser.method;
}

bool request_is_http11(const struct request *r)
{
  return r->parser.http_major == 1 && r->parser.http_minor == 1;
}

bool request_keep_alive(const struct request *r)
{
  return http_should_keep_alive(&r->parser) != 0;
}

struct slice request_target(const struct request *r)
{
  return (struct slice){r->text.p, r->target_n};
}

struct slice request_header_name(const struct request *r, uint32_t i)
{
  return (struct slice){r->text.p + r->headers[i].name, r->headers[i].name_n};
}

struct slice request_header_value(const struct request *r, uint32_t i)
{
  return slice_trim(
      (struct slice){r->text.p + r->headers[i].value, r->headers[i].value_n});
}

struct slice request_header(const struct request *r, const char *name)
{
  for(uint32_t i = 0; i < r->header_count; i++) {
    if(slice_ieq_cstr(request_header_name(r, i), name))
      return request_header_value(r, i);
  }
  return (struct slice){NULL, 0};
}

struct slice request_bearer(const struct request *r)
{
  struct slice auth = request_header(r, "authorization");
  if(auth.n < 8 || strncasecmp(auth.p, "Bearer ", 7) != 0)
    return (struct slice){NULL, 0};
  return slice_trim((struct slice){auth.p + 7, auth.n - 7});
}

int request_split(const struct request *r, struct slice *path,
                  struct slice *query)
{
  struct slice rest = request_target(r);
  if(slice_starts(rest, "http://") || slice_starts(rest, "https://")) {
    size_t at = slice_starts(rest, "http://") ? 7 : 8;
    while(at < rest.n && rest.p[at] != '/' && rest.p[at] != '?')
      at++;
    rest = (struct slice){rest.p + at, rest.n - at};
    if(!rest.n)
      rest = SLICE_LIT("/");
  }
  if(!rest.n || (rest.p[0] != '/' && rest.p[0] != '?'))
    return E_SYNTAX;
  for(size_t i = 0; i < rest.n; i++) {
    if(rest.p[i] == '#')
      rest.n = i;
  }
  *path = slice_cut(&rest, '?');
  *query = rest;
  return 0;
}
