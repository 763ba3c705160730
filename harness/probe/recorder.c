/* SPDX-License-Identifier: MIT
 * The recorder's door: starting exchanges and cutting them; see recorder.h. */
#include "probe/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/h2_private.h"
#include "probe/recorder_private.h"
#include "probe/request.h"
#include "recording/head.h"
#include "transport/arrival.h"
#include "transport/origin.h"

/* known: the peer is shown who we are. */
static struct tls_context *context_of(const struct endpoint *p, bool known,
                                      struct err *e)
{
  struct tls_trust trust = {.insecure = p->insecure, .ca_file = p->ca_file};
  if(known) {
    trust.client_cert = p->client_cert;
    trust.client_key = p->client_key;
  }
  return tls_context_new(&trust, e);
}

struct recorder *recorder_new(uv_loop_t *loop, const struct target *target,
                              struct err *e)
{
  static bool warm;
  struct url_parts u;
  struct recorder *rec;
  if(url_split(target->endpoint.url, &u, e))
    return NULL;
  rec = calloc(1, sizeof(*rec));
  if(!rec) {
    err_set(e, E_NOMEM, "out of memory");
    return NULL;
  }
  rec->loop = loop;
  rec->target = target;
  if(strcmp(u.scheme, "https") == 0) {
    rec->tls = context_of(&target->endpoint, true, e);
    if(!rec->tls) {
      free(rec);
      return NULL;
    }
  }
  if(!warm)
    arrival_warm_up();
  warm = true;
  return rec;
}

void recorder_close(struct recorder *rec)
{
  size_t i;
  rec->closing = true;
  for(i = 0; i < RECORDER_PARKED_MAX; i++) {
    if(rec->parked[i].session)
      recorder_release(rec, rec->parked[i].session);
  }
  rec->open++;
  while(rec->h2)
    h2_close(rec->h2);
  while(rec->first)
    recording_free(recorder_dissolve(rec->first));
  rec->open--;
  recorder_release_memory(rec);
}

/* Starting */

/* Another origin is not shown who we are, unless it is trusted. */
static struct tls_context *context_for(struct recorder *rec, const char *url,
                                       struct err *e)
{
  const struct target *t = rec->target;
  bool known = t->endpoint.location_trusted || !t->endpoint.client_cert ||
               origin_is_same(t->endpoint.url, url);
  struct tls_context **at = known ? &rec->tls : &rec->tls_abroad;
  if(!*at)
    *at = context_of(&t->endpoint, known, e);
  return *at;
}

static struct wire *connect_wire(struct recorder_exchange *x,
                                 const struct url_parts *u,
                                 const char *source_ip, struct err *e)
{
  struct recorder *rec = x->rec;
  struct wire_options o = {.context = NULL};
  struct route way;
  struct wire *w;
  x->r->tls = strcmp(u->scheme, "https") == 0;
  if(route_find(rec->target, x->r->url, &way, e))
    return NULL;
  route_wire(&way, &o);
  o.dial.source_ip =
      source_ip ? source_ip : route_source(rec->target, &rec->turn);
  if(x->r->tls) {
    o.context = context_for(rec, x->r->url, e);
    if(!o.context)
      return NULL;
  }
  w = wire_open(rec->loop, &o, &exchange_wire_handler, x);
  if(!w)
    err_set(e, E_NOMEM, "cannot open a connection");
  return w;
}

static int prepare(struct recorder_exchange *x, const struct probe_request *q,
                   struct url_parts *u, struct err *e)
{
  struct recording *r = x->r;
  struct buf url;
  int rc;
  buf_init(&url, REQUEST_MAX_BYTES);
  rc = request_url(&url, x->rec->target, q);
  free(r->url);
  free(r->method);
  r->url = slice_dup(buf_slice(&url));
  r->method = slice_dup(slice_of(request_method(x->rec->target, q)));
  r->request.max = REQUEST_MAX_BYTES;
  if(rc || !r->url || !r->method)
    rc = err_set(e, E_NOMEM, "out of memory");
  if(!rc)
    rc = url_split(r->url, u, e);
  if(!rc) {
    rc = request_build(&r->request, x->rec->target, q, r->url);
    if(rc)
      err_set(e, rc, "the request: %s", err_name(rc));
  }
  buf_free(&url);
  return rc;
}

static void begin(struct recorder_exchange *x, const struct probe_request *q)
{
  struct url_parts u;
  struct err e = {0};
  bool reused = false;
  x->r->head.exact = true;
  if(!prepare(x, q, &u, &e)) {
    snprintf(x->authority, sizeof(x->authority), "%s", u.origin);
    x->w = recorder_unpark(x);
    reused = x->w != NULL;
    if(reused)
      wire_attach(x->w, &exchange_wire_handler, x);
    if(!reused)
      x->w = connect_wire(x, &u, q->source_ip, &e);
    x->r->tls = strcmp(u.scheme, "https") == 0;
  }
  if(x->w)
    exchange_begin(x, reused);
  else
    exchange_finish(x, REC_END_ERROR, false, e.text);
}

static struct recorder_exchange *new_exchange(struct recorder *rec,
                                              const char *name)
{
  struct recorder_exchange *x = calloc(1, sizeof(*x));
  if(!x)
    return NULL;
  x->rec = rec;
  x->r = recording_new(name);
  x->d = x->r ? digest_new(x->r) : NULL;
  if(!x->d) {
    recording_free(x->r);
    free(x);
    return NULL;
  }
  uv_timer_init(rec->loop, &x->timer);
  x->timer.data = x;
  x->next = rec->first;
  if(rec->first)
    rec->first->prev = x;
  rec->first = x;
  rec->open++;
  return x;
}

struct recorder_exchange *recorder_start(
    struct recorder *rec, const struct probe_request *request,
    const struct recorder_handler *handler, void *ctx)
{
  struct recorder_exchange *x = new_exchange(rec, request->name);
  if(!x)
    return NULL;
  x->h = handler;
  x->ctx = ctx;
  x->stop = request->stop;
  x->session = request->session;
  if(!x->stop.limit_ns)
    x->stop.limit_ns = rec->target->window_ns;
  if(!x->stop.head_ns)
    x->stop.head_ns = route_patience_ns(rec->target);
  if(!x->stop.max_bytes)
    x->stop.max_bytes = RECORDING_MAX_BYTES;
  x->started_ns = clock_mono_ns();
  x->r->started_real_ns = clock_real_ns();
  begin(x, request);
  return x;
}

void recorder_cut(struct recorder_exchange *x, enum cut_how how)
{
  x->rule_met = true;
  exchange_cut(x, how);
}

void recorder_cut_all(struct recorder *rec)
{
  struct recorder_exchange *x;
  struct h2_session *c;
  for(c = rec->h2; c; c = c->next)
    h2_cut(c);
  for(x = rec->first; x; x = x->next)
    recorder_cut(x, CUT_FIN);
}

const struct recording *recorder_recording(const struct recorder_exchange *x)
{
  return x->r;
}
