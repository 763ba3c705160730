/* SPDX-License-Identifier: MIT
 * Neighbours of a stream, before and after a fix; see neighbours.h. */
#include "doctor/neighbours.h"

#include <stdio.h>
#include <string.h>

#include "nginxconf/form.h"

#define SERVERS_MAX 256

struct comparison {
  const struct conf *before, *after;
  const struct conf_directive *was[SERVERS_MAX], *is[SERVERS_MAX];
  size_t servers;
  const struct neighbours_of *stream;
  size_t streams;
  struct conf_version version;
  struct neighbours *out;
};

static bool is_own(const struct comparison *c, const struct conf_route *r)
{
  for(size_t i = 0; i < c->streams; i++) {
    if(r->location && r->location == c->stream[i].own)
      return true;
  }
  return false;
}

static bool is_stream(const struct comparison *c, const char *uri)
{
  for(size_t i = 0; i < c->streams; i++) {
    size_t n = strcspn(c->stream[i].uri, "?");
    if(strlen(uri) == n && strncmp(uri, c->stream[i].uri, n) == 0)
      return true;
  }
  return false;
}

/* How many streams nginx can have at all is of the whole machine. */
static bool is_of_requests(const char *name)
{
  return conf_form_stands(name,
                          CONTEXT_HTTP | CONTEXT_SERVER | CONTEXT_LOCATION);
}

static bool same_text(const char *a, const char *b)
{
  return strcmp(a ? a : "", b ? b : "") == 0;
}

/* What answers, and what it is asked. */
static bool same_answer(const struct conf_route *a, const struct conf_route *b)
{
  struct buf x, y;
  bool same;
  buf_init(&x, 0);
  buf_init(&y, 0);
  conf_path(a->block, &x);
  conf_path(b->block, &y);
  same = strcmp(buf_text(&x), buf_text(&y)) == 0 && a->family == b->family &&
         a->status == b->status && same_text(a->target, b->target) &&
         same_text(a->pass_host, b->pass_host) &&
         same_text(a->pass_uri, b->pass_uri) && same_text(a->uri, b->uri) &&
         same_text(a->args, b->args);
  buf_free(&x);
  buf_free(&y);
  return same;
}

/* The first setting that differs, or NULL. */
static const char *differs(const struct comparison *c,
                           const struct conf_route *a,
                           const struct conf_route *b)
{
  for(size_t i = 0; i < conf_known_count(); i++) {
    const char *name = conf_known_at(i)->name;
    struct conf_setting x, y;
    struct buf was, is;
    bool same;
    x = conf_effective_at(a->block, name, c->version);
    y = conf_effective_at(b->block, name, c->version);
    if((!x.n && !y.n) || !is_of_requests(name))
      continue;
    buf_init(&was, 0);
    buf_init(&is, 0);
    conf_setting_print(&x, &was);
    conf_setting_print(&y, &is);
    same = strcmp(buf_text(&was), buf_text(&is)) == 0;
    buf_free(&was);
    buf_free(&is);
    if(!same)
      return name;
  }
  return NULL;
}

static void tell(struct comparison *c, size_t server, const char *uri,
                 const char *what)
{
  struct buf title;
  if(c->out->changed++)
    return;
  buf_init(&title, 0);
  conf_title(c->was[server], &title);
  snprintf(c->out->first, sizeof(c->out->first), "%.120s of %.80s: %.60s", uri,
           buf_text(&title), what);
  buf_free(&title);
}

static int compare(struct comparison *c, size_t server, const char *uri)
{
  struct conf_request q = {.uri = uri, .server = c->was[server]};
  struct conf_route *a = NULL, *b = NULL;
  const char *what;
  int rc;
  if(is_stream(c, uri) || c->out->asked == NEIGHBOURS_MAX)
    return 0;
  rc = conf_locate(c->before, &q, &a, NULL);
  q.server = c->is[server];
  if(!rc)
    rc = conf_locate(c->after, &q, &b, NULL);
  if(!rc && !is_own(c, a)) {
    c->out->asked++;
    what = same_answer(a, b) ? differs(c, a, b) : "another block answers";
    if(what)
      tell(c, server, uri, what);
  }
  conf_route_free(a);
  conf_route_free(b);
  return rc == E_NOMEM ? rc : 0;
}

static int compare_server(struct comparison *c, size_t i)
{
  const struct conf_directive *top = c->was[i], *d;
  char uri[1200];
  int rc = 0;
  for(size_t k = 0; !rc && k < c->streams; k++) {
    snprintf(uri, sizeof(uri), "%.*sx", (int)strcspn(c->stream[k].uri, "?"),
             c->stream[k].uri);
    rc = compare(c, i, uri);
  }
  for(d = conf_walk(top, top); !rc && d; d = conf_walk(top, d)) {
    if(conf_is(d, "location") && conf_location_uri(d, uri, sizeof(uri)))
      rc = compare(c, i, uri);
  }
  return rc;
}

int neighbours_compare(const struct conf *before, const struct conf *after,
                       const struct neighbours_of *stream, size_t n,
                       struct conf_version v, struct neighbours *out)
{
  struct comparison c;
  size_t now;
  int rc = 0;
  memset(&c, 0, sizeof(c));
  memset(out, 0, sizeof(*out));
  c.before = before;
  c.after = after;
  c.stream = stream;
  c.streams = n;
  c.version = v;
  c.out = out;
  c.servers = conf_servers(before, c.was, SERVERS_MAX);
  now = conf_servers(after, c.is, SERVERS_MAX);
  if(c.servers != now)
    return 0;
  for(size_t i = 0; !rc && i < c.servers && i < SERVERS_MAX; i++)
    rc = compare_server(&c, i);
  return rc;
}
