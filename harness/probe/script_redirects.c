/* SPDX-License-Identifier: MIT
 * The redirect chain walked by hand, hop by hop: redirects.0 is the target's
 * own answer, the last one the answer that redirects no further. */
#include <stdlib.h>
#include <string.h>

#include "probe/script_rows.h"
#include "transport/url.h"

#define HOPS_MAX 20 /* as Fetch has it */

struct walk {
  unsigned hops;
  bool abroad; /* another origin was on the way: credentials are gone */
  bool as_get; /* a hop turned the method into GET */
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

static bool same_origin(const char *a, const char *b)
{
  struct url_parts pa, pb;
  return url_split(a, &pa, NULL) == 0 && url_split(b, &pb, NULL) == 0 &&
         strcmp(pa.origin, pb.origin) == 0;
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
  w->abroad = w->abroad || !same_origin(r->url, url);
  if(r->head.status == 303 ||
     (r->head.status <= 302 && strcmp(r->method, "POST") == 0))
    w->as_get = true;
  script_keep(s, r);
  hop(s, url);
  free(url);
}

static const struct recorder_handler handler = {.on_done = arrived};

static void hop(struct script *s, const char *url)
{
  const struct walk *w = script_state(s);
  char name[64];
  struct probe_request q = {.name = name, .url = url};
  script_next_name(s, name, sizeof(name));
  q.stop.when = STOP_AFTER_HEAD;
  q.headers = w->abroad ? "-Authorization\n-Cookie" : NULL;
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

const struct script_row script_redirects = {
    .id = SCRIPT_REDIRECTS, .phase = SCRIPT_BESIDE, .start = start};
