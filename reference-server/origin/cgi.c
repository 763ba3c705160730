/* SPDX-License-Identifier: MIT
 * FastCGI, SCGI and uwsgi; see cgi.h. */
#include "origin/cgi.h"

#include <ctype.h>
#include <string.h>

#include "base/err.h"

#define RECORD_HEAD 8u
#define RECORD_MAX  32768u /* bytes of content in one */

enum record_type {
  RECORD_BEGIN = 1,
  RECORD_END = 3,
  RECORD_PARAMS = 4,
  RECORD_STDIN = 5,
  RECORD_STDOUT = 6
};

enum origin_protocol origin_cgi_of(unsigned char first)
{
  if(first == 0)
    return ORIGIN_UWSGI;
  if(first == 1)
    return ORIGIN_FASTCGI;
  return isdigit(first) ? ORIGIN_SCGI : ORIGIN_HTTP;
}

const char *origin_cgi_name(enum origin_protocol p)
{
  static const char *const NAMES[] = {"HTTP", "FastCGI", "SCGI", "uwsgi"};
  return NAMES[p];
}

void origin_cgi_init(struct origin_cgi *c, enum origin_protocol p)
{
  memset(c, 0, sizeof(*c));
  c->protocol = p;
  buf_init(&c->in, ORIGIN_CGI_MAX);
  buf_init(&c->params, ORIGIN_CGI_MAX);
}

void origin_cgi_fini(struct origin_cgi *c)
{
  buf_free(&c->in);
  buf_free(&c->params);
}

/* --- parameters to HTTP ------------------------------------------------- */

/* What is being put together. */
struct request_text {
  struct slice method, target;
  struct buf fields;
  bool host;
};

static int add_field(struct request_text *t, struct slice name,
                     struct slice value)
{
  bool start = true;
  t->host |= slice_eq_cstr(name, "HOST");
  for(size_t i = 0; i < name.n; i++) {
    char ch = name.p[i] == '_' ? '-' : name.p[i];
    buf_addc(&t->fields, start ? ch : (char)tolower(ch));
    start = ch == '-';
  }
  buf_adds(&t->fields, ": ");
  buf_add(&t->fields, value.p, value.n);
  return buf_adds(&t->fields, "\r\n");
}

static int take_param(struct request_text *t, struct slice name,
                      struct slice value)
{
  if(memchr(value.p ? value.p : "", '\n', value.n))
    return E_SYNTAX;
  if(slice_eq_cstr(name, "REQUEST_METHOD"))
    t->method = value;
  else if(slice_eq_cstr(name, "REQUEST_URI"))
    t->target = value;
  else if(slice_starts(name, "HTTP_"))
    return add_field(t, (struct slice){name.p + 5, name.n - 5}, value);
  return 0;
}

static int add_request(struct request_text *t, struct buf *http)
{
  struct slice method = t->method.n ? t->method : SLICE_LIT("GET");
  struct slice target = t->target.n ? t->target : SLICE_LIT("/");
  return buf_addf(http, "%.*s %.*s HTTP/1.0\r\n%s%s\r\n", (int)method.n,
                  method.p, (int)target.n, target.p, buf_text(&t->fields),
                  t->host ? "" : "Host: none\r\n");
}

/* Each way of writing down a list of parameters: takes one pair off *rest;
 * false at the end, or when it is broken (*rest is not empty then). */
typedef bool (*pair_fn)(struct slice *rest, struct slice *name,
                        struct slice *value);

static struct slice take_bytes(struct slice *rest, size_t n)
{
  struct slice got = {rest->p, n};
  rest->p += n;
  rest->n -= n;
  return got;
}

static bool scgi_pair(struct slice *rest, struct slice *name,
                      struct slice *value)
{
  const char *a = rest->n ? memchr(rest->p, 0, rest->n) : NULL;
  const char *b =
      a ? memchr(a + 1, 0, rest->n - (size_t)(a + 1 - rest->p)) : NULL;
  if(!b)
    return false;
  *name = take_bytes(rest, (size_t)(a - rest->p));
  take_bytes(rest, 1);
  *value = take_bytes(rest, (size_t)(b - a) - 1);
  take_bytes(rest, 1);
  return true;
}

static bool uwsgi_text(struct slice *rest, struct slice *out)
{
  size_t n;
  if(rest->n < 2)
    return false;
  n = (unsigned char)rest->p[0] + 256u * (unsigned char)rest->p[1];
  if(rest->n < 2 + n)
    return false;
  take_bytes(rest, 2);
  *out = take_bytes(rest, n);
  return true;
}

static bool uwsgi_pair(struct slice *rest, struct slice *name,
                       struct slice *value)
{
  return uwsgi_text(rest, name) && uwsgi_text(rest, value);
}

static bool fastcgi_length(struct slice *rest, size_t *n)
{
  const unsigned char *p = (const unsigned char *)rest->p;
  if(rest->n && p[0] < 128) {
    *n = p[0];
    take_bytes(rest, 1);
    return true;
  }
  if(rest->n < 4)
    return false;
  *n = (size_t)(p[0] & 127u) << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 |
       p[3];
  take_bytes(rest, 4);
  return true;
}

static bool fastcgi_pair(struct slice *rest, struct slice *name,
                         struct slice *value)
{
  size_t a, b;
  if(!fastcgi_length(rest, &a) || !fastcgi_length(rest, &b) || a > rest->n ||
     b > rest->n - a)
    return false;
  *name = take_bytes(rest, a);
  *value = take_bytes(rest, b);
  return true;
}

static int translate(struct slice list, pair_fn next, struct buf *http)
{
  struct request_text t = {.host = false};
  struct slice name, value;
  int rc = 0;
  buf_init(&t.fields, ORIGIN_CGI_MAX);
  while(!rc && next(&list, &name, &value))
    rc = take_param(&t, name, value);
  if(!rc && list.n)
    rc = E_SYNTAX;
  rc = rc ? rc : add_request(&t, http);
  buf_free(&t.fields);
  return rc;
}

/* --- reading ------------------------------------------------------------ */

static int feed_scgi(struct origin_cgi *c, struct buf *http, bool *whole)
{
  const char *colon = memchr(c->in.p, ':', c->in.n);
  size_t n = 0, head;
  if(colon ? colon - c->in.p > 8 : c->in.n > 8)
    return E_SYNTAX;
  if(!colon)
    return 0;
  for(const char *p = c->in.p; p < colon; p++) {
    if(!isdigit((unsigned char)*p) || n > ORIGIN_CGI_MAX)
      return E_SYNTAX;
    n = 10 * n + (size_t)(*p - '0');
  }
  head = (size_t)(colon - c->in.p) + 1;
  if(c->in.n < head + n + 1)
    return 0;
  *whole = true;
  return translate((struct slice){c->in.p + head, n}, scgi_pair, http);
}

static int feed_uwsgi(struct origin_cgi *c, struct buf *http, bool *whole)
{
  const unsigned char *p = (const unsigned char *)c->in.p;
  size_t n;
  if(c->in.n < 4)
    return 0;
  n = p[1] + 256u * p[2];
  if(c->in.n < 4 + n)
    return 0;
  *whole = true;
  return translate((struct slice){c->in.p + 4, n}, uwsgi_pair, http);
}

static int take_record(struct origin_cgi *c, unsigned type,
                       struct slice content, struct buf *http, bool *whole)
{
  if(type == RECORD_PARAMS && content.n)
    return buf_add(&c->params, content.p, content.n);
  if(type == RECORD_PARAMS)
    c->params_done = true;
  if(type != RECORD_STDIN || content.n || !c->params_done)
    return 0;
  *whole = true;
  return translate(buf_slice(&c->params), fastcgi_pair, http);
}

static int feed_fastcgi(struct origin_cgi *c, struct buf *http, bool *whole)
{
  int rc = 0;
  while(!rc && !*whole && c->in.n >= RECORD_HEAD) {
    const unsigned char *p = (const unsigned char *)c->in.p;
    size_t n = (size_t)p[4] << 8 | p[5], pad = p[6];
    if(p[0] != 1)
      return E_SYNTAX;
    if(c->in.n < RECORD_HEAD + n + pad)
      return 0;
    c->id = (unsigned)p[2] << 8 | p[3];
    rc = take_record(c, p[1], (struct slice){c->in.p + RECORD_HEAD, n}, http,
                     whole);
    buf_consume(&c->in, RECORD_HEAD + n + pad);
  }
  return rc;
}

int origin_cgi_feed(struct origin_cgi *c, struct slice bytes, struct buf *http,
                    bool *whole)
{
  int rc = buf_add(&c->in, bytes.p, bytes.n);
  *whole = false;
  if(rc)
    return rc;
  switch(c->protocol) {
  case ORIGIN_SCGI:
    return feed_scgi(c, http, whole);
  case ORIGIN_UWSGI:
    return feed_uwsgi(c, http, whole);
  default:
    return feed_fastcgi(c, http, whole);
  }
}

/* --- writing ------------------------------------------------------------ */

static int add_record(const struct origin_cgi *c, enum record_type type,
                      struct slice content, struct buf *out)
{
  const unsigned char head[RECORD_HEAD] = {1,
                                           (unsigned char)type,
                                           (unsigned char)(c->id >> 8),
                                           (unsigned char)(c->id & 255),
                                           (unsigned char)(content.n >> 8),
                                           (unsigned char)(content.n & 255),
                                           0,
                                           0};
  buf_add(out, head, sizeof(head));
  return buf_add(out, content.p, content.n);
}

int origin_cgi_frame(const struct origin_cgi *c, struct slice bytes,
                     struct buf *out)
{
  if(c->protocol != ORIGIN_FASTCGI)
    return buf_add(out, bytes.p, bytes.n);
  while(bytes.n)
    add_record(c, RECORD_STDOUT,
               take_bytes(&bytes, bytes.n < RECORD_MAX ? bytes.n : RECORD_MAX),
               out);
  return out->rc;
}

int origin_cgi_head(const struct origin_cgi *c, struct slice head,
                    struct buf *out)
{
  struct buf text;
  struct slice rest = head, line = slice_cut(&rest, '\n');
  int rc;
  buf_init(&text, 0);
  slice_cut(&line, ' '); /* "HTTP/1.0" */
  rc = buf_addf(&text, "Status: %.*s\n", (int)line.n, line.p);
  rc = rc ? rc : buf_add(&text, rest.p, rest.n);
  rc = rc ? rc : origin_cgi_frame(c, buf_slice(&text), out);
  buf_free(&text);
  return rc;
}

int origin_cgi_end(const struct origin_cgi *c, struct buf *out)
{
  static const char DONE[8] = {0};
  if(c->protocol != ORIGIN_FASTCGI)
    return 0;
  add_record(c, RECORD_STDOUT, (struct slice){"", 0}, out);
  return add_record(c, RECORD_END, (struct slice){DONE, sizeof(DONE)}, out);
}
