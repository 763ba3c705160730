/* SPDX-License-Identifier: MIT
 * Building requests; see request.h. */
#include "probe/request.h"

#include <string.h>

#include "base/b64.h"
#include "probe/route.h"
#include "profile/profile.h"
#include "transport/origin.h"
#include "transport/url.h"

struct fields {
  struct probe_header item[REQUEST_MAX_FIELDS];
  size_t n;
};

const char *request_method(const struct target *t,
                           const struct probe_request *q)
{
  if(q->method)
    return q->method;
  return t->endpoint.method && t->endpoint.method[0] ? t->endpoint.method
                                                     : "GET";
}

/* Path and query of an absolute URL, without the fragment. */
static struct slice path_of(const char *url)
{
  const char *path = url + url_origin(url);
  return (struct slice){path, strcspn(path, "#")};
}

int request_url(struct buf *out, const struct target *t,
                const struct probe_request *q)
{
  const char *url = q->url ? q->url : t->endpoint.url;
  struct slice old = path_of(url);
  if(!q->path)
    return buf_adds(out, url);
  if(buf_add(out, url, (size_t)(old.p - url)))
    return E_NOMEM;
  return buf_adds(out, q->path);
}

static bool name_is(const struct probe_header *h, struct slice name)
{
  return h->name.n == name.n && strncasecmp(h->name.p, name.p, name.n) == 0;
}

static void leave_out(struct fields *f, struct slice name)
{
  size_t i, kept = 0;
  for(i = 0; i < f->n; i++) {
    if(!name_is(&f->item[i], name))
      f->item[kept++] = f->item[i];
  }
  f->n = kept;
}

static int add(struct fields *f, struct slice name, struct slice value)
{
  if(f->n == REQUEST_MAX_FIELDS)
    return E_TOO_LONG;
  f->item[f->n++] = (struct probe_header){name, value};
  return 0;
}

/* Puts it where the first of that name stood, or behind all. */
static int replace(struct fields *f, struct slice name, struct slice value)
{
  size_t i;
  for(i = 0; i < f->n; i++) {
    if(name_is(&f->item[i], name)) {
      f->item[i].value = value;
      return 0;
    }
  }
  return add(f, name, value);
}

/* They go to the target's own origin, and but for harmless ones nowhere else.
 * A header that the user gives twice is sent twice. */
static int add_user_headers(struct fields *f, const struct target *t,
                            bool at_home)
{
  size_t defaults = f->n;
  uint32_t i;
  for(i = 0; i < t->endpoint.header_count; i++) {
    struct slice name = slice_of(t->endpoint.header[i].name);
    struct slice value = slice_of(t->endpoint.header[i].value);
    size_t all = f->n;
    int rc;
    if(!at_home && !origin_lets_go(name))
      continue;
    f->n = defaults;
    rc = 0;
    for(size_t k = 0; k < defaults; k++) {
      if(name_is(&f->item[k], name)) {
        f->item[k].value = value;
        rc = 1;
      }
    }
    f->n = all;
    if(!rc)
      rc = add(f, name, value);
    if(rc < 0)
      return rc;
  }
  return 0;
}

static int edit(struct fields *f, struct slice lines)
{
  while(lines.n) {
    struct slice line = slice_cut(&lines, '\n'), name;
    int rc;
    if(!line.n)
      continue;
    if(line.p[0] == '-') {
      leave_out(f, (struct slice){line.p + 1, line.n - 1});
      continue;
    }
    name = slice_cut(&line, ':');
    rc = replace(f, name, slice_trim(line));
    if(rc)
      return rc;
  }
  return 0;
}

static int host_text(struct buf *out, const struct url_parts *u)
{
  bool v6 = strchr(u->host, ':') != NULL;
  uint16_t usual = strcmp(u->scheme, "https") == 0 ? 443 : 80;
  buf_addf(out, v6 ? "[%s]" : "%s", u->host);
  if(u->port != usual)
    buf_addf(out, ":%u", (unsigned)u->port);
  return out->rc;
}

/* "Basic ..." of user:password@ in the URL; nothing without. */
static int user_text(struct buf *out, const char *url)
{
  struct buf user;
  int rc;
  buf_init(&user, 0);
  rc = url_user(url, &user);
  if(!rc && user.n) {
    buf_adds(out, "Basic ");
    rc = b64_encode(out, buf_slice(&user)) ? E_NOMEM : out->rc;
  }
  buf_free(&user);
  return rc;
}

static int collect(struct fields *f, const struct target *t,
                   const struct probe_request *q, bool at_home)
{
  int rc = add(f, SLICE_LIT("Accept"), SLICE_LIT("text/event-stream"));
  if(!rc)
    rc = add(f, SLICE_LIT("Cache-Control"), SLICE_LIT("no-cache"));
  if(!rc && t->endpoint.compression)
    rc = add(f, SLICE_LIT("Accept-Encoding"), SLICE_LIT("gzip"));
  if(!rc)
    rc = add_user_headers(f, t, at_home);
  if(!rc && q->headers)
    rc = edit(f, slice_of(q->headers));
  if(!rc && q->last_id.p)
    rc = replace(f, SLICE_LIT("Last-Event-ID"), q->last_id);
  return rc;
}

static void print_fields(struct buf *out, const struct probe_header *h,
                         size_t n)
{
  size_t i;
  for(i = 0; i < n; i++) {
    buf_add(out, h[i].name.p, h[i].name.n);
    buf_adds(out, ": ");
    buf_add(out, h[i].value.p, h[i].value.n);
    buf_adds(out, "\r\n");
  }
}

/* authority: in the form for a proxy; NULL: the path alone. */
static void print_request_line(struct buf *out, const char *method,
                               const char *url, const char *authority)
{
  struct slice path = path_of(url);
  buf_addf(out, "%s ", method);
  if(authority)
    buf_addf(out, "http://%s", authority);
  buf_adds(out, path.n && path.p[0] == '/' ? "" : "/");
  buf_add(out, path.p, path.n);
}

/* The target's own body goes with the target's own method. */
static struct slice body_of(const struct target *t,
                            const struct probe_request *q)
{
  if(q->body.p || q->method || !t->endpoint.body)
    return q->body;
  return slice_of(t->endpoint.body);
}

static int print_rest(struct buf *out, const struct target *t,
                      const struct probe_request *q, const struct fields *f)
{
  struct slice body = body_of(t, q);
  struct buf numbered;
  int rc;
  buf_init(&numbered, 0);
  if(t->app && body.p) {
    profile_number(body, ++t->app->requests, &numbered);
    body = buf_slice(&numbered);
  }
  print_fields(out, f->item, f->n);
  print_fields(out, q->extra, q->extras);
  if(body.p)
    buf_addf(out, "Content-Length: %zu\r\n", body.n);
  buf_adds(out, "\r\n");
  buf_add(out, body.p, body.n);
  rc = numbered.rc ? numbered.rc : out->rc;
  buf_free(&numbered);
  return rc;
}

static bool is_at_home(const struct target *t, const struct probe_request *q,
                       const char *url)
{
  return t->endpoint.location_trusted ||
         (!q->abroad && origin_is_same(t->endpoint.url, url));
}

int request_build(struct buf *out, const struct target *t,
                  const struct probe_request *q, const char *url)
{
  struct url_parts u;
  struct route way;
  struct buf host, user;
  struct fields f = {.n = 0};
  int rc;
  if(q->raw.p)
    return buf_add(out, q->raw.p, q->raw.n);
  if(url_split(url, &u, NULL) || route_find(t, url, &way, NULL))
    return E_SYNTAX;
  buf_init(&host, 0);
  buf_init(&user, 0);
  rc = host_text(&host, &u);
  if(!rc && !q->abroad)
    rc = user_text(&user, url);
  if(!rc)
    rc = add(&f, SLICE_LIT("Host"), buf_slice(&host));
  if(!rc && user.n)
    rc = add(&f, SLICE_LIT("Authorization"), buf_slice(&user));
  if(!rc)
    rc = collect(&f, t, q, is_at_home(t, q, url));
  if(!rc && way.absolute && way.authorization[0])
    rc =
        add(&f, SLICE_LIT("Proxy-Authorization"), slice_of(way.authorization));
  if(!rc) {
    print_request_line(out, request_method(t, q), url,
                       way.absolute ? buf_text(&host) : NULL);
    buf_addf(out, " HTTP/1.%d\r\n", q->http10 ? 0 : 1);
    rc = print_rest(out, t, q, &f);
  }
  buf_free(&host);
  buf_free(&user);
  return rc;
}
