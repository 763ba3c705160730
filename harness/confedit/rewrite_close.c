/* SPDX-License-Identifier: MIT
 * What no request of the probes gets to is not in the copy: other locations
 * answer 404, and so do other servers, of which only stays what decides which
 * of them a connection and a name belong to; see rewrite.h. */
#include <string.h>

#include "confedit/rewrite.h"

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* A connection is taken by the default server of its address, which may be
 * another one than the examined. */
static const char *const OF_CONNECTIONS[] = {
    "client_header_",  "connection_pool_size",
    "http2",           "http3",
    "ignore_invalid_", "include",
    "keepalive_",      "large_client_header_",
    "listen",          "merge_slashes",
    "quic_",           "request_pool_size",
    "server_name",     "ssl",
    "underscores_in_"};

static bool is_of_connections(const char *name)
{
  for(size_t i = 0; i < sizeof(OF_CONNECTIONS) / sizeof(OF_CONNECTIONS[0]);
      i++) {
    if(strncmp(name, OF_CONNECTIONS[i], strlen(OF_CONNECTIONS[i])) == 0)
      return true;
  }
  return false;
}

/* The server takes connections of one of its listens, whatever their names. */
static bool takes(const struct rewrite *r, const struct conf_directive *server)
{
  for(size_t i = 0; i < r->listens; i++) {
    if(r->listen[i].taker == server)
      return true;
  }
  return false;
}

/* Certificates take nginx a while where there are many. */
static bool stays(const struct rewrite *r, const struct conf_directive *d)
{
  return is_of_connections(d->name) &&
         (strncmp(d->name, "ssl", 3) != 0 || takes(r, d->parent));
}

/* One that has a reached location in it, in this or another reading of its
 * text. */
static bool leads_on(const struct rewrite *r, const struct conf_directive *d)
{
  for(size_t i = 0; i < r->reacheds; i++) {
    const struct conf_directive *l = r->reached[i];
    if(conf_within(l, d) ||
       (l->file == d->file && l->start >= d->start && l->end <= d->end))
      return true;
  }
  return false;
}

static bool is_reached(const struct rewrite *r, const struct conf_directive *d)
{
  for(size_t i = 0; i < r->reacheds; i++) {
    if(r->reached[i]->file == d->file && r->reached[i]->start == d->start)
      return true;
  }
  return false;
}

static bool is_other_server(const struct rewrite *r,
                            const struct conf_directive *d)
{
  const struct conf_directive *own = r->of.route->server;
  return conf_is(d, "server") && d->parent && conf_is(d->parent, "http") &&
         d->file && d != own &&
         !(d->file == own->file && d->start == own->start);
}

/* Variables exist for all blocks once one sets them. */
static void declare(const struct conf_directive *top, struct buf *out)
{
  for(const struct conf_directive *d = top; d; d = conf_walk(top, d)) {
    const char *name = conf_arg(d, 0);
    if((conf_is(d, "set") || conf_is(d, "auth_request_set")) &&
       name[0] == '$' && !name[1 + strspn(name + 1, WORD)])
      buf_addf(out, " set %s \"\";", name);
  }
}

static int close_location(struct rewrite *r, const struct conf_directive *d)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  buf_adds(&text, " return 404;");
  declare(d, &text);
  buf_addc(&text, ' ');
  rc = text.rc ? text.rc
               : rewrite_replace(r, d, d->body_start, d->body_end,
                                 buf_text(&text));
  buf_free(&text);
  return rc;
}

static int leave_out(struct rewrite *r, const struct conf_directive *d)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  declare(d, &text);
  rc = text.rc ? text.rc
               : rewrite_replace(r, d, d->start, d->end, buf_text(&text));
  buf_free(&text);
  return rc;
}

int rewrite_close(struct rewrite *r, const struct conf_directive *d,
                  bool *closed)
{
  *closed = false;
  if(conf_is(d, "location") && d->body == CONF_BLOCK) {
    if(leads_on(r, d))
      return is_reached(r, d) ? 0 : rewrite_insert(r, d, " return 404;");
    *closed = true;
    r->closed++;
    return close_location(r, d);
  }
  if(!d->parent || !is_other_server(r, d->parent) ||
     d->file != d->parent->file || stays(r, d))
    return 0;
  *closed = true;
  return leave_out(r, d);
}

int rewrite_close_server(struct rewrite *r, const struct conf_directive *d)
{
  if(!is_other_server(r, d))
    return 0;
  r->closed++;
  return rewrite_insert(r, d, " return 404;");
}
