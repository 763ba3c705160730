/* SPDX-License-Identifier: MIT
 * Reading HTTP/1.x responses for the lean carrier, with http_parser. */
#include <stdlib.h>
#include <string.h>

#include "transport/lean.h"

#define MAX_HEAD_BYTES (256u * 1024)

static struct lean *lean_of(http_parser *p)
{
  return p->data;
}

static int on_field(http_parser *p, const char *at, size_t n)
{
  struct lean_head *h = lean_of(p)->head;
  size_t i;
  if(!h)
    return 0; /* a trailer */
  if(h->in_value) {
    h->in_value = false;
    h->name_n = 0;
  }
  for(i = 0; i < n && h->name_n < sizeof(h->name); i++)
    h->name[h->name_n++] = at[i];
  return 0;
}

static int on_value(http_parser *p, const char *at, size_t n)
{
  struct lean_head *h = lean_of(p)->head;
  if(!h)
    return 0;
  if(!h->in_value) {
    h->in_value = true;
    h->into = kept_line(&h->kept, (struct slice){h->name, h->name_n});
  }
  if(h->into)
    buf_add(h->into, at, n); /* too long a value is cut, not fatal */
  return 0;
}

static bool interim(const http_parser *p)
{
  return p->status_code / 100 == 1 && p->status_code != 101;
}

static void free_head(struct lean *l)
{
  if(!l->head)
    return;
  kept_free(&l->head->kept);
  free(l->head);
  l->head = NULL;
}

static int on_headers(http_parser *p)
{
  struct lean *l = lean_of(p);
  struct response_head head;
  bool go_on;
  if(interim(p) || !l->head)
    return 0;
  head = kept_head(&l->head->kept, (int)p->status_code, p->http_major,
                   p->http_minor);
  go_on = exchange_tell_head(&l->base, &head);
  free_head(l);
  if(!go_on)
    return -1;
  return l->no_body ? 1 : 0;
}

static int on_body(http_parser *p, const char *at, size_t n)
{
  struct lean *l = lean_of(p);
  return exchange_tell_data(&l->base, (struct slice){at, n}, &l->line.when)
             ? 0
             : -1;
}

static int on_complete(http_parser *p)
{
  struct lean *l = lean_of(p);
  if(interim(p))
    return 0;
  l->complete = true;
  http_parser_pause(p, 1); /* what follows is not ours to read */
  return 0;
}

static const http_parser_settings settings = {
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_headers_complete = on_headers,
    .on_body = on_body,
    .on_message_complete = on_complete,
};

int lean_http_begin(struct lean *l)
{
  http_parser_set_max_header_size(MAX_HEAD_BYTES);
  http_parser_init(&l->parser, HTTP_RESPONSE);
  l->parser.data = l;
  l->head = calloc(1, sizeof(*l->head));
  if(!l->head)
    return E_NOMEM;
  kept_init(&l->head->kept);
  return 0;
}

enum end_kind lean_http_feed(struct lean *l, const char *bytes, size_t n)
{
  http_parser_execute(&l->parser, &settings, bytes, n);
  if(l->complete)
    return END_CLEAN;
  if(l->base.aborted)
    return END_ABORTED;
  if(n == 0)
    return l->base.head_seen ? END_TRUNCATED : END_NO_RESPONSE;
  if(HTTP_PARSER_ERRNO(&l->parser) != HPE_OK)
    return END_PROTOCOL;
  return END_CLEAN;
}

void lean_http_end(struct lean *l)
{
  free_head(l);
}
