/* SPDX-License-Identifier: MIT
 * Locations that look as if they served events; see locate.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nginxconf/effective.h"
#include "nginxconf/walk.h"

#define LOCATIONS_MAX 300
#define TRIES_MAX     1000
#define PATTERN_MAX   200

/* ---- A URI that leads to a location ---- */

struct guess {
  char *out;
  size_t n, size;
};

static void put(struct guess *g, char c)
{
  if(g->n + 1 < g->size)
    g->out[g->n++] = c;
  g->out[g->n] = '\0';
}

/* Behind the "]" of a class, or the end. */
static const char *skip_class(const char *p, const char *end)
{
  p++;
  if(p < end && *p == '^')
    p++;
  if(p < end && *p == ']')
    p++;
  while(p < end && *p != ']')
    p += *p == '\\' ? 2 : 1;
  return p < end ? p + 1 : end;
}

/* To the ")" of the group that p is in, over further alternatives. */
static const char *skip_group(const char *p, const char *end)
{
  int depth = 0;
  for(; p < end; p++) {
    if(*p == '\\')
      p++;
    else if(*p == '(')
      depth++;
    else if(*p == ')' && depth-- == 0)
      return p;
  }
  return end;
}

static const char *guess_escape(struct guess *g, const char *p,
                                const char *end)
{
  char c = p + 1 < end ? p[1] : '\0';
  if(c == 'd')
    put(g, '1');
  else if(c == 'w')
    put(g, 'x');
  else if(c && !strchr("bBAzZsS", c))
    put(g, c);
  return p + 2 < end ? p + 2 : end;
}

static const char *guess_group(const char *p, const char *end)
{
  p++;
  if(p < end && *p == '?') {
    while(p < end && *p != ':' && *p != '>' && *p != ')')
      p++;
    if(p < end && *p != ')')
      p++;
  }
  return p;
}

static const char *guess_one(struct guess *g, const char *p, const char *end)
{
  switch(*p) {
  case '\\':
    return guess_escape(g, p, end);
  case '[':
    put(g, 'x');
    return skip_class(p, end);
  case '(':
    return guess_group(p, end);
  case '|':
    return skip_group(p, end);
  case '{':
    while(p < end && *p != '}')
      p++;
    return p < end ? p + 1 : end;
  case '.':
    put(g, 'x');
    return p + 1;
  default:
    if(!strchr("^$)*+?", *p))
      put(g, *p);
    return p + 1;
  }
}

/* The first alternative, each repetition once. */
static void guess_regex(struct guess *g, struct slice pattern)
{
  const char *p = pattern.p, *end = pattern.p + pattern.n;
  if(pattern.n > 0 && *p != '^' && *p != '/')
    put(g, '/');
  while(p < end)
    p = guess_one(g, p, end);
}

static void encode(struct guess *g, struct slice name)
{
  static const char digits[] = "0123456789ABCDEF";
  size_t i;
  for(i = 0; i < name.n; i++) {
    unsigned char c = (unsigned char)name.p[i];
    if(c > 0x20 && c < 0x7f && !strchr("%?#\"", c)) {
      put(g, (char)c);
      continue;
    }
    put(g, '%');
    put(g, digits[c >> 4]);
    put(g, digits[c & 15]);
  }
}

bool conf_location_uri(const struct conf_directive *d, char *out, size_t size)
{
  struct guess g = {out, 0, size};
  struct slice name;
  enum location_kind kind = location_read(d, &name);
  bool any_case = kind == LOCATION_REGEX_ANY_CASE;
  char plain[256];
  struct regex_match m;
  out[0] = '\0';
  if(kind == LOCATION_INVALID || kind == LOCATION_NAMED)
    return false;
  if(kind != LOCATION_REGEX && !any_case) {
    encode(&g, name);
    return out[0] == '/';
  }
  if(name.n > PATTERN_MAX)
    return false;
  g = (struct guess){plain, 0, sizeof(plain)};
  plain[0] = '\0';
  guess_regex(&g, name);
  if(plain[0] != '/' ||
     regex_run(name, any_case, slice_of(plain), &m) != REGEX_YES)
    return false;
  g = (struct guess){out, 0, size};
  encode(&g, slice_of(plain));
  return true;
}

/* ---- What speaks for events ---- */

static void add_reason(struct conf_candidate *c, int points, const char *why)
{
  size_t n = strlen(c->why);
  c->score += points;
  snprintf(c->why + n, sizeof(c->why) - n, "%s%s", n ? "; " : "", why);
}

static void judge_name(struct conf_candidate *c)
{
  static const char *const words[] = {
      "event", "sse",  "stream", "subscri", "notif",    "mercure",
      "live",  "push", "feed",   "update",  "realtime", "watch",
  };
  char why[64];
  size_t i;
  for(i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if(!strcasestr(c->uri, words[i]))
      continue;
    snprintf(why, sizeof(why), "its name says %s", words[i]);
    add_reason(c, i < 3 ? 60 : 30, why);
    return;
  }
}

static void judge_line(struct conf_candidate *c,
                       const struct conf_directive *d)
{
  const char *first = conf_arg(d, 0);
  size_t n = strlen(d->name), i;
  uint64_t ms;
  bool event_stream = false;
  for(i = 0; i < d->nargs; i++)
    event_stream |= strstr(conf_arg(d, i), "event-stream") != NULL;
  if(event_stream)
    add_reason(c, 50, "text/event-stream is named");
  else if(n > 10 && strcmp(d->name + n - 10, "_buffering") == 0 &&
          strcasecmp(first, "off") == 0)
    add_reason(c, 40, "buffering is off");
  else if(strcasecmp(first, "X-Accel-Buffering") == 0)
    add_reason(c, 40, "X-Accel-Buffering is named");
  else if(n > 13 && strcmp(d->name + n - 13, "_read_timeout") == 0 &&
          conf_read_ms(slice_of(first), &ms) == 0 && ms > 60000)
    add_reason(c, 15, "the read timeout is long");
  else if(conf_is(d, "chunked_transfer_encoding") &&
          strcasecmp(first, "off") == 0)
    add_reason(c, 15, "chunked_transfer_encoding is off");
  else if(strcasecmp(first, "Upgrade") == 0)
    add_reason(c, -25, "Upgrade looks like WebSocket");
}

static void judge(struct conf_candidate *c, const struct conf_route *r)
{
  const struct conf_directive *d = r->block->child;
  c->score = 10;
  if(strcmp(c->uri, "/") == 0)
    c->score = 5;
  judge_name(c);
  for(; d; d = d->next)
    judge_line(c, d);
  if(!r->certain)
    c->score--;
}

static bool consider(const struct conf *conf, const struct conf_directive *d,
                     struct conf_candidate *c)
{
  struct conf_request q;
  struct conf_route *r;
  bool passes;
  memset(&q, 0, sizeof(q));
  memset(c, 0, sizeof(*c));
  c->location = d;
  c->server = conf_outer(d, "server");
  if(!c->server || !conf_location_uri(d, c->uri, sizeof(c->uri)))
    return false;
  q.uri = c->uri;
  q.server = c->server;
  if(route_follow(conf, &q, "", &r, NULL))
    return false;
  passes = conf_family_is_upstream(r->family) || r->family == CONF_OTHER;
  c->reached = r->location == d;
  if(passes)
    judge(c, r);
  conf_route_free(r);
  return passes;
}

static int by_score(const void *a, const void *b)
{
  const struct conf_candidate *x = a, *y = b;
  if(x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return x->location->order < y->location->order ? -1 : 1;
}

static size_t collect(const struct conf *c, struct conf_candidate *all)
{
  const struct conf_directive *http = conf_child(c->root, "http"), *d;
  size_t n = 0, tried = 0;
  d = http ? conf_walk(http, http) : NULL;
  for(; d && n < LOCATIONS_MAX && tried < TRIES_MAX; d = conf_walk(http, d)) {
    if(!conf_is(d, "location"))
      continue;
    tried++;
    if(consider(c, d, &all[n]))
      n++;
  }
  return n;
}

size_t conf_candidates(const struct conf *c, struct conf_candidate *out,
                       size_t max)
{
  struct conf_candidate *all = calloc(LOCATIONS_MAX, sizeof(*all));
  size_t n;
  if(!all)
    return 0;
  n = collect(c, all);
  qsort(all, n, sizeof(*all), by_score);
  if(n > max)
    n = max;
  memcpy(out, all, n * sizeof(*all));
  free(all);
  return n;
}
