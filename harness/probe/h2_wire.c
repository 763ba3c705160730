/* SPDX-License-Identifier: MIT
 * An HTTP/2 connection's door: connecting, what the wire tells, and what is
 * said of it in the end; see h2_session.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/h2_private.h"

static const char offered[] = "\x02h2\x08http/1.1";

/* A word of the detail, whatever the peer made of our offer. */
static void take_protocol(struct h2_session *c)
{
  char *p;
  wire_protocol(c->w, c->facts.protocol);
  for(p = c->facts.protocol; *p; p++) {
    if(*p <= ' ' || *p >= 0x7f || *p == ';')
      *p = '?';
  }
}

static void on_open(void *ctx)
{
  struct h2_session *c = ctx;
  char detail[80];
  c->now_ns = clock_mono_ns();
  if(c->r) {
    c->r->connected_ns = (int64_t)(c->now_ns - c->started_ns);
    wire_addresses(c->w, c->r->local, c->r->peer);
  }
  take_protocol(c);
  c->deadline_ns = c->now_ns + route_patience_ns(c->rec->target);
  if(strcmp(c->facts.protocol, "h2") == 0) {
    h2_begin(c);
    return;
  }
  snprintf(detail, sizeof(detail), "the server chose %s",
           c->facts.protocol[0] ? c->facts.protocol : "no protocol");
  h2_fall(c, REC_END_OURS, detail);
  h2_wake(c);
}

static void on_sent(void *ctx)
{
  (void)ctx;
}

static void on_bytes(struct slice bytes, uint64_t mono_ns, void *ctx)
{
  h2_take(ctx, bytes, mono_ns);
}

static enum recording_end end_of(enum wire_fate fate, bool open)
{
  static const enum recording_end ends[] = {
      [WIRE_EOF] = REC_END_CLOSE,
      [WIRE_RESET] = REC_END_RESET,
      [WIRE_REFUSED] = REC_END_REFUSED,
      [WIRE_UNREACHABLE] = REC_END_UNREACHABLE,
      [WIRE_TLS] = REC_END_TLS,
      [WIRE_ERROR] = REC_END_ERROR};
  return fate == WIRE_EOF && !open ? REC_END_NO_RESPONSE : ends[fate];
}

static void on_end(enum wire_fate fate, const char *detail, void *ctx)
{
  struct h2_session *c = ctx;
  c->now_ns = clock_mono_ns();
  h2_fall(c, end_of(fate, c->ready), detail);
  h2_wake(c);
}

static const struct wire_handler handler = {.on_open = on_open,
                                            .on_sent = on_sent,
                                            .on_bytes = on_bytes,
                                            .on_end = on_end};

struct h2_session *h2_open(struct recorder *rec, uint32_t window,
                           const struct h2_handler *h, void *ctx)
{
  struct route way;
  struct wire_options o = {
      .protocols = {offered, sizeof(offered) - 1},
      .context = rec->tls,
  };
  struct h2_session *c = h2_new(rec, window, h, ctx);
  if(!c)
    return NULL;
  c->deadline_ns = c->started_ns + route_connect_ns(rec->target);
  if(!rec->tls ||
     route_find(rec->target, rec->target->endpoint.url, &way, NULL)) {
    h2_fall(c, REC_END_ERROR, "no https target");
    h2_wake(c);
    return c;
  }
  free(c->r->url);
  c->r->url = slice_dup(slice_of(rec->target->endpoint.url));
  route_wire(&way, &o);
  o.dial.source_ip = route_source(rec->target, &rec->turn);
  c->w = c->r->url ? wire_open(rec->loop, &o, &handler, c) : NULL;
  if(!c->w) {
    h2_close(c);
    return NULL;
  }
  h2_wake(c);
  return c;
}

const struct h2_facts *h2_facts(const struct h2_session *c)
{
  return &c->facts;
}

struct recording *h2_take_connection(struct h2_session *c, enum h2_part part)
{
  struct recording *r = c->r;
  const struct h2_facts *f = &c->facts;
  if(!r)
    return NULL;
  c->r = NULL;
  if(r->end == REC_END_NONE) {
    r->end = REC_END_OURS;
    r->end_ns = (int64_t)(clock_mono_ns() - c->started_ns);
  }
  r->label = (struct label){
      .role = ROLE_CONNECTION,
      .part = part,
      .settings = f->settings,
      .max_streams =
          f->max_streams == H2_UNLIMITED ? LABEL_NO_LIMIT : f->max_streams,
      .pings = f->pings,
      .goaway = f->goaway ? label_h2_code(f->goaway_code) : H2_CODE_NONE};
  snprintf(r->label.alpn, sizeof(r->label.alpn), "%s",
           f->protocol[0] ? f->protocol : "none");
  return r;
}
