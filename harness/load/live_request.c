/* SPDX-License-Identifier: MIT
 * The head of a request; see live_request.h. */
#include "load/live_request.h"

#include <string.h>

static void keep(struct live_field *f, const char *at, size_t n)
{
  size_t room = sizeof(f->text) - 1 - f->n;
  f->overflowed = f->overflowed || n > room;
  n = n > room ? room : n;
  memcpy(f->text + f->n, at, n);
  f->n += n;
  f->text[f->n] = '\0';
}

static int on_url(http_parser *p, const char *at, size_t n)
{
  struct live_request *r = p->data;
  keep(&r->url, at, n);
  return 0;
}

static int on_field(http_parser *p, const char *at, size_t n)
{
  struct live_request *r = p->data;
  size_t i;
  if(r->in_value) {
    r->in_value = false;
    r->name_n = 0;
  }
  for(i = 0; i < n; i++) {
    char c = at[i] >= 'A' && at[i] <= 'Z' ? (char)(at[i] + 32) : at[i];
    if(r->name_n < sizeof(r->name)) /* one that fills it is not ours */
      r->name[r->name_n++] = c;
  }
  return 0;
}

static struct live_field *field_of(struct live_request *r)
{
  struct slice name = {r->name, r->name_n};
  if(slice_eq_cstr(name, "accept"))
    return &r->accept;
  return slice_eq_cstr(name, "last-event-id") ? &r->last_event_id : NULL;
}

static int on_value(http_parser *p, const char *at, size_t n)
{
  struct live_request *r = p->data;
  if(!r->in_value) {
    r->in_value = true;
    r->now = field_of(r);
    if(r->now && r->now->n) /* the same field again continues the list */
      keep(r->now, ", ", 2);
  }
  if(r->now)
    keep(r->now, at, n);
  return 0;
}

static int on_headers(http_parser *p)
{
  struct live_request *r = p->data;
  r->complete = true;
  http_parser_pause(p, 1); /* a body is not read */
  return 0;
}

static const http_parser_settings settings = {
    .on_url = on_url,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_headers_complete = on_headers,
};

void live_request_init(struct live_request *r)
{
  memset(r, 0, sizeof(*r));
  http_parser_init(&r->parser, HTTP_REQUEST);
  r->parser.data = r;
}

enum live_read live_request_feed(struct live_request *r, const char *bytes,
                                 size_t n)
{
  http_parser_execute(&r->parser, &settings, bytes, n);
  if(r->complete)
    return r->url.overflowed ? LIVE_READ_LONG : LIVE_READ_DONE;
  if(HTTP_PARSER_ERRNO(&r->parser) != HPE_OK)
    return LIVE_READ_BAD;
  r->bytes += n;
  return r->bytes > LIVE_HEAD_MAX ? LIVE_READ_LONG : LIVE_READ_MORE;
}

struct slice live_request_path(const struct live_request *r)
{
  struct http_parser_url u;
  struct slice path = {r->url.text, 0};
  http_parser_url_init(&u);
  if(r->parser.method == HTTP_CONNECT ||
     http_parser_parse_url(r->url.text, r->url.n, 0, &u) ||
     !(u.field_set & (1 << UF_PATH)))
    return path;
  path.p += u.field_data[UF_PATH].off;
  path.n = u.field_data[UF_PATH].len;
  return path;
}

bool live_request_names(const struct live_request *r, const char *type)
{
  struct slice rest = {r->accept.text, r->accept.n};
  while(rest.n) {
    struct slice item = slice_cut(&rest, ',');
    if(slice_ieq_cstr(slice_trim(slice_cut(&item, ';')), type))
      return true;
  }
  return false;
}

bool live_request_accepts(const struct live_request *r, const char *type)
{
  char family[32];
  size_t n = strcspn(type, "/");
  if(!r->accept.n || r->accept.overflowed)
    return true;
  if(n > sizeof(family) - 3)
    return false;
  memcpy(family, type, n);
  memcpy(family + n, "/*", 3);
  return live_request_names(r, type) || live_request_names(r, family) ||
         live_request_names(r, "*/*");
}
