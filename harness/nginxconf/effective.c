/* SPDX-License-Identifier: MIT
 * The walk from a block outwards until a level sets the directive; see
 * effective.h. */
#include "nginxconf/effective.h"

#include <stdio.h>
#include <string.h>

#include "nginxconf/version.h"

static void take(struct conf_setting *s, const struct conf_directive *d)
{
  if(s->n < CONF_VALUES_MAX)
    s->from[s->n++] = d;
  else
    s->cut = true;
}

/* Takes what level sets; the first only where nginx allows one. */
static bool take_level(struct conf_setting *s,
                       const struct conf_directive *level)
{
  const struct conf_directive *d = conf_child(level, s->name);
  bool all = s->class == CONF_LIST || s->class == CONF_STEP;
  if(!d)
    return false;
  if(!s->level)
    s->level = level;
  take(s, d);
  for(d = conf_sibling(d, s->name); d && all; d = conf_sibling(d, s->name))
    take(s, d);
  return true;
}

/* A block that takes over the handler of the location around it. */
static bool is_conditional(const struct conf_directive *block)
{
  return conf_is(block, "if") || conf_is(block, "limit_except");
}

static const struct conf_directive *outwards(const struct conf_setting *s,
                                             const struct conf_directive *b)
{
  if(s->class == CONF_STEP)
    return NULL;
  if(s->class == CONF_HANDLER && !is_conditional(b))
    return NULL;
  return b->parent;
}

static bool merges_headers(const char *name)
{
  return strcmp(name, "add_header") == 0 || strcmp(name, "add_trailer") == 0;
}

/* on | off | merge, from 1.29.3 on. */
static struct slice header_rule(const struct conf_directive *block)
{
  struct conf_version any = {0, 0, 0};
  struct conf_setting s = conf_effective_at(block, "add_header_inherit", any);
  return s.n > 0 ? conf_setting_word(&s, 0, 0) : slice_of("on");
}

static void search(struct conf_setting *s, const struct conf_directive *block)
{
  const struct conf_directive *at = block;
  bool found = false;
  while(at) {
    found = take_level(s, at) || found;
    if(merges_headers(s->name)) {
      struct slice rule = header_rule(at);
      if(slice_ieq_cstr(rule, "off") ||
         (found && !slice_ieq_cstr(rule, "merge")))
        break;
    } else if(found)
      break;
    at = outwards(s, at);
  }
  if(s->n > 0)
    s->origin = s->level == block ? CONF_OWN : CONF_INHERITED;
}

/* The settings of events{} hold everywhere. */
static void search_events(struct conf_setting *s,
                          const struct conf_directive *block)
{
  static const char *const names[] = {"worker_connections", "accept_mutex",
                                      "multi_accept", "use"};
  const struct conf_directive *root = block;
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(strcmp(s->name, names[i]) == 0)
      break;
  }
  if(i == sizeof(names) / sizeof(names[0]))
    return;
  while(root->parent)
    root = root->parent;
  if(take_level(s, conf_child(root, "events")))
    s->origin = CONF_INHERITED;
}

struct conf_setting conf_effective_at(const struct conf_directive *block,
                                      const char *name,
                                      struct conf_version version)
{
  const struct conf_known *known = conf_known_find(name);
  struct conf_setting s;
  memset(&s, 0, sizeof(s));
  s.name = known ? known->name : name;
  s.class = known ? known->class : CONF_NOT_KNOWN;
  s.origin = CONF_UNSET;
  search(&s, block);
  if(s.n == 0)
    search_events(&s, block);
  if(s.n > 0 || !known)
    return s;
  s.fallback = version_default(known, version, &s.by_version);
  if(s.fallback)
    s.origin = CONF_DEFAULT;
  return s;
}

static bool is_of_upstream(const char *name)
{
  static const char *const names[] = {"keepalive", "least_conn", "ip_hash",
                                      "hash", "zone"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(strcmp(name, names[i]) == 0)
      return true;
  }
  return false;
}

struct conf_setting conf_effective(const struct conf_route *route,
                                   const char *name,
                                   struct conf_version version)
{
  if(route->upstream && is_of_upstream(name))
    return conf_effective_at(route->upstream, name, version);
  return conf_effective_at(route->block, name, version);
}

struct conf_setting conf_effective_family(const struct conf_route *route,
                                          const char *rest,
                                          struct conf_version version)
{
  char name[80];
  const struct conf_known *known;
  struct conf_setting unset;
  snprintf(name, sizeof(name), "%s_%.60s", conf_family_name(route->family),
           rest);
  known = conf_known_find(name);
  if(conf_family_is_upstream(route->family) && known)
    return conf_effective(route, known->name, version);
  memset(&unset, 0, sizeof(unset));
  unset.name = rest;
  unset.class = CONF_NOT_KNOWN;
  unset.origin = CONF_UNSET;
  return unset;
}

/* ---- Upstream servers ---- */

static bool option(const char *word, const char *key, struct slice *value)
{
  size_t n = strlen(key);
  if(strncmp(word, key, n) != 0)
    return false;
  *value = slice_of(word + n);
  return true;
}

static uint64_t number_or(struct slice text, uint64_t fallback)
{
  uint64_t n;
  return conf_read_bytes(text, &n) == 0 ? n : fallback;
}

static void read_peer(const struct conf_directive *d, struct conf_peer *peer)
{
  struct slice value;
  size_t i;
  for(i = 1; i < d->nargs; i++) {
    const char *word = conf_arg(d, i);
    if(option(word, "max_conns=", &value))
      peer->max_conns = number_or(value, 0);
    else if(option(word, "max_fails=", &value))
      peer->max_fails = number_or(value, 1);
    else if(option(word, "weight=", &value))
      peer->weight = number_or(value, 1);
    else if(option(word, "fail_timeout=", &value)) {
      if(conf_read_ms(value, &peer->fail_timeout_ms))
        peer->fail_timeout_ms = 10000;
    } else if(strcmp(word, "backup") == 0)
      peer->backup = true;
    else if(strcmp(word, "down") == 0)
      peer->down = true;
    else if(strcmp(word, "resolve") == 0)
      peer->resolve = true;
  }
}

static struct conf_peer plain_peer(const char *address)
{
  struct conf_peer peer;
  memset(&peer, 0, sizeof(peer));
  peer.address = address;
  peer.max_fails = 1;
  peer.fail_timeout_ms = 10000;
  peer.weight = 1;
  return peer;
}

size_t conf_peers(const struct conf_route *route, struct conf_peer *out,
                  size_t max)
{
  const struct conf_directive *d = conf_child(route->upstream, "server");
  size_t n = 0;
  if(!route->upstream && route->pass_host && max > 0) {
    out[0] = plain_peer(route->pass_host);
    return 1;
  }
  for(; d && n < max; d = conf_sibling(d, "server")) {
    out[n] = plain_peer(conf_arg(d, 0));
    out[n].directive = d;
    read_peer(d, &out[n++]);
  }
  return n;
}
