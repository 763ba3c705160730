/* SPDX-License-Identifier: MIT
 * The redirect chain walked by hand, hop by hop: redirects.0 is the target's
 * own answer, the last one the answer that redirects no further. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/scripts/rows.h"
#include "transport/origin.h"
#include "transport/url.h"

#define HOPS_MAX   20 /* as Fetch has it */
#define HEADER_MAX 600

struct walk {
  unsigned hops;
  bool abroad; /* another origin was on the way */
  bool as_get; /* a hop turned the method into GET */
  bool opaque; /* Origin is "null": two foreign origins were on the way */
  char headers[HEADER_MAX];
};

static bool is_redirect(int status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 ||
         status == 308;
}

static void hop(struct script *s, const char *url);

/* The next URL as a heap string, or NULL when the chain ends here. */
static char *next_url(const struct recording *r)
{
  struct slice location = recording_field(&r->head, "Location", 0);
  char *text, *url;
  if(!is_redirect(r->head.status) || !location.p)
    return NULL;
  text = slice_dup(location);
  url = text ? url_join(r->url, text) : NULL;
  free(text);
  return url;
}

/* Fetch, "HTTP-redirect fetch": from an origin that is not the page's to yet
 * another one the page's origin is told no more. */
static bool hides_origin(const struct target *t, const char *from,
                         const char *to)
{
  return t->origin && !origin_is_same(from, to) &&
         !origin_is_same(from, t->origin);
}

static void arrived(struct recording *r, void *ctx)
{
  struct script *s = ctx;
  struct walk *w = script_state(s);
  char *url = next_url(r);
  if(!url || w->hops >= HOPS_MAX) {
    script_keep(s, r);
    free(url);
    script_done(s);
    return;
  }
  w->hops++;
  w->abroad = w->abroad || !origin_is_same(r->url, url);
  w->opaque = w->opaque || hides_origin(script_target(s), r->url, url);
  if(r->head.status == 303 ||
     (r->head.status <= 302 && strcmp(r->method, "POST") == 0))
    w->as_get = true;
  script_keep(s, r);
  hop(s, url);
  free(url);
}

static const struct recorder_handler handler = {.on_done = arrived};

/* Where an origin is declared, the walk is made as a page of it makes it. */
static const char *walk_headers(struct walk *w, const struct target *t)
{
  int n = 0;
  if(t->origin)
    n = snprintf(w->headers, sizeof(w->headers), "Origin: %s",
                 w->opaque ? "null" : t->origin);
  /* Of an origin that is too long to be one, nothing is sent. */
  return n > 0 && (size_t)n < sizeof(w->headers) ? w->headers : NULL;
}

static void hop(struct script *s, const char *url)
{
  struct walk *w = script_state(s);
  char name[64];
  struct probe_request q = {.name = name, .url = url, .abroad = w->abroad};
  script_next_name(s, name, sizeof(name));
  q.stop.when = STOP_AFTER_HEAD;
  q.headers = walk_headers(w, script_target(s));
  q.method = w->as_get ? "GET" : NULL;
  if(!recorder_start(script_recorder(s), &q, &handler, s))
    script_done(s);
}

static void start(struct script *s)
{
  script_set_state(s, calloc(1, sizeof(struct walk)));
  if(!script_state(s)) {
    script_done(s);
    return;
  }
  hop(s, NULL);
}

const struct script_row script_redirects = {.id = SCRIPT_REDIRECTS,
                                            .phase = SCRIPT_BESIDE,
                                            .single = true,
                                            .start = start};
