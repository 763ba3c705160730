/* SPDX-License-Identifier: MIT
 * Fuzzing configurations: no bytes may crash, leak or take long; positions
 * stay inside of their file; every route and setting can be asked for.
 *
 * The first line is the URI; the byte 0x01 begins another file, whose first
 * line is its path. */
#include <stdlib.h>
#include <string.h>

#include "base/fuzzing.h"
#include "nginxconf/effective.h"

static void check_place(const struct conf_directive *d)
{
  size_t i, end = d->start;
  demand(d->start < d->end && d->end <= d->file->text.n);
  demand(d->line > 0 && d->column > 0);
  for(i = 0; i < d->nargs; i++) {
    const struct conf_arg *a = &d->args[i];
    demand(a->start >= end && a->end >= a->start && a->end <= d->end);
    demand(a->text[a->n] == '\0' && a->n <= a->end - a->start);
    end = a->end;
  }
  if(d->body == CONF_SIMPLE)
    demand(d->file->text.p[d->end - 1] == ';');
  else
    demand(d->file->text.p[d->end - 1] == '}' &&
           d->file->text.p[d->body_start - 1] == '{' &&
           d->body_end == d->end - 1 && d->body_start <= d->body_end);
}

static void check_directive(const struct conf_directive *d)
{
  const struct conf_directive *at;
  struct buf b;
  if(d->file)
    check_place(d);
  else
    demand(d->synthetic || !d->parent);
  for(at = d->child; at; at = at->next) {
    demand(at->parent == d);
    demand(at->next || at == d->last);
    if(at->file && at->file == d->file && !at->via)
      demand(at->start >= d->body_start && at->end <= d->body_end);
  }
  buf_init(&b, 0);
  demand(conf_path(d, &b) == 0 && conf_place(d, &b) == 0);
  if(d->file)
    demand(conf_show_line(d->file, d->line, d->column, &b) == 0);
  buf_free(&b);
}

static void ask_settings(const struct conf_route *r)
{
  static const char *const names[] = {
      "proxy_buffering", "add_header", "error_page",         "listen",
      "proxy_pass",      "set",        "worker_connections", "keepalive"};
  struct conf_version v = {1, 22, 1};
  struct conf_peer peers[4];
  struct buf b;
  uint64_t n;
  size_t i;
  buf_init(&b, 0);
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    struct conf_setting s = conf_effective(r, names[i], v);
    demand((s.n > 0) == (s.origin <= CONF_INHERITED));
    demand(conf_setting_print(&s, &b) == 0);
    demand(conf_setting_origin(&s, &b) == 0);
    conf_setting_ms(&s, &n);
    conf_setting_bytes(&s, &n);
    conf_setting_has(&s, "x");
  }
  conf_peers(r, peers, 4);
  buf_free(&b);
}

static void ask_route(const struct conf *c, const char *uri, const char *host)
{
  struct conf_request q;
  struct conf_route *r;
  struct err e = {0, ""};
  memset(&q, 0, sizeof(q));
  q.uri = uri;
  q.host = host;
  if(conf_locate(c, &q, &r, &e)) {
    demand(e.code != 0 && e.text[0] && !r);
    return;
  }
  demand(r->server && r->block && r->uri && r->args);
  demand((r->nchain == 0) == (r->location == NULL));
  demand(!conf_family_is_upstream(r->family) || r->pass_host);
  ask_settings(r);
  conf_route_free(r);
}

static void ask_conf(const struct conf *c, const char *uri)
{
  const struct conf_directive *servers[4], *d;
  struct conf_listener listeners[4];
  struct conf_candidate candidates[4];
  size_t n = conf_servers(c, servers, 4), i;
  for(i = 0; i < n && i < 4; i++)
    conf_listeners(c, servers[i], listeners, 4);
  for(d = c->root; d; d = conf_walk(c->root, d))
    check_directive(d);
  ask_route(c, uri, NULL);
  ask_route(c, uri, "a.example");
  n = conf_candidates(c, candidates, 4);
  for(i = 0; i < n; i++)
    demand(candidates[i].uri[0] == '/' && candidates[i].location);
}

static void add_files(struct conf_memory *m, struct slice rest)
{
  struct slice text = slice_cut(&rest, '\x01');
  demand(conf_memory_add(m, "/m", text) == 0);
  while(rest.p && m->nfiles < 6) {
    char *path;
    text = slice_cut(&rest, '\x01');
    path = slice_dup(slice_cut(&text, '\n'));
    demand(path && conf_memory_add(m, path, text) == 0);
    free(path);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct slice rest = {(const char *)data, size};
  char *uri = slice_dup(slice_cut(&rest, '\n'));
  struct conf_memory m;
  struct conf_source source;
  struct conf_fault fault;
  struct conf *c;
  demand(uri != NULL);
  conf_memory_init(&m);
  add_files(&m, rest);
  source = conf_memory_source(&m);
  if(conf_parse(&c, &source, "/m", &fault) == 0)
    ask_conf(c, uri);
  else
    demand(!c && fault.e.code < 0 && fault.e.text[0] && fault.sentence[0]);
  conf_free(c);
  if(rest.p && conf_parse_text(&c, rest, "-", NULL) == 0)
    conf_free(c);
  conf_memory_fini(&m);
  free(uri);
  return 0;
}
