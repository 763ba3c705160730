/* SPDX-License-Identifier: MIT
 * The recorder's end of things: handing recordings over, keeping connections
 * for the next exchange, freeing; see recorder_private.h. */
#include <stdlib.h>
#include <string.h>

#include "probe/recorder_private.h"

void recorder_release_memory(struct recorder *rec)
{
  if(!rec->closing || rec->open)
    return;
  tls_context_free(rec->tls);
  tls_context_free(rec->tls_abroad);
  free(rec);
}

static void free_exchange(uv_handle_t *h)
{
  struct recorder_exchange *x = h->data;
  struct recorder *rec = x->rec;
  free(x);
  rec->open--;
  recorder_release_memory(rec);
}

static void unlink_exchange(struct recorder_exchange *x)
{
  if(x->prev)
    x->prev->next = x->next;
  else
    x->rec->first = x->next;
  if(x->next)
    x->next->prev = x->prev;
}

struct recording *recorder_dissolve(struct recorder_exchange *x)
{
  struct recording *r = x->r;
  unlink_exchange(x);
  digest_free(x->d);
  if(x->w)
    wire_close(x->w, false);
  x->over = true;
  x->d = NULL;
  x->w = NULL;
  x->r = NULL;
  uv_close((uv_handle_t *)&x->timer, free_exchange);
  return r;
}

void recorder_deliver(struct recorder_exchange *x)
{
  const struct recorder_handler *h = x->h;
  void *ctx = x->ctx;
  h->on_done(recorder_dissolve(x), ctx);
}

/* What is recorded of all exchanges together */

int recorder_unpack(struct recorder *rec, struct recording *r,
                    struct digest *d, size_t n)
{
  size_t had = r->body.n, more;
  int rc;
  if(rec->bytes > RECORDER_TOTAL_BYTES && r->body.max > RECORDER_SHARE_BYTES &&
     had <= RECORDER_SHARE_BYTES)
    r->body.max = RECORDER_SHARE_BYTES;
  rc = digest_advance(d);
  more = r->body.n - had;
  rec->bytes += more > n ? more : n;
  return rc;
}

bool recorder_is_full(const struct recorder *rec, const struct recording *r,
                      size_t max_bytes)
{
  return r->wire.n >= max_bytes || (rec->bytes > RECORDER_TOTAL_BYTES &&
                                    (r->wire.n > RECORDER_SHARE_BYTES ||
                                     r->body.n > RECORDER_SHARE_BYTES));
}

/* Kept connections */

static void drop_parked(struct parked *p)
{
  wire_close(p->w, false);
  p->session = 0;
}

static void parked_bytes(struct slice bytes, uint64_t mono_ns, void *ctx)
{
  (void)bytes;
  (void)mono_ns;
  drop_parked(ctx);
}

static void parked_end(enum wire_fate fate, const char *detail, void *ctx)
{
  (void)fate;
  (void)detail;
  drop_parked(ctx);
}

static void parked_nothing(void *ctx)
{
  (void)ctx;
}

static const struct wire_handler parked_handler = {
    .on_open = parked_nothing,
    .on_sent = parked_nothing,
    .on_bytes = parked_bytes,
    .on_end = parked_end,
};

static struct parked *find_parked(struct recorder *rec, unsigned session)
{
  size_t i;
  for(i = 0; i < RECORDER_PARKED_MAX; i++) {
    if(rec->parked[i].session == session)
      return &rec->parked[i];
  }
  return NULL;
}

static bool stays_open(const struct recording *r)
{
  const struct message_head *h = &r->head;
  if(r->framing == FRAMING_CLOSE || r->wire.n > r->wire_end ||
     recording_list_has(h, "Connection", "close"))
    return false;
  return h->minor >= 1 || recording_list_has(h, "Connection", "keep-alive");
}

bool recorder_park(struct recorder_exchange *x)
{
  struct recorder *rec = x->rec;
  struct parked *p;
  if(!x->session || rec->closing || x->job != JOB_TAIL || !stays_open(x->r))
    return false;
  recorder_release(rec, x->session);
  p = find_parked(rec, 0);
  if(!p)
    return false;
  p->rec = rec;
  p->session = x->session;
  p->w = x->w;
  memcpy(p->authority, x->authority, sizeof(p->authority));
  wire_attach(p->w, &parked_handler, p);
  return true;
}

void recorder_release(struct recorder *rec, unsigned session)
{
  struct parked *p = session ? find_parked(rec, session) : NULL;
  if(p)
    drop_parked(p);
}

struct wire *recorder_unpark(struct recorder_exchange *x)
{
  struct parked *p = x->session ? find_parked(x->rec, x->session) : NULL;
  if(!p)
    return NULL;
  if(strcmp(p->authority, x->authority) != 0) {
    drop_parked(p);
    return NULL;
  }
  p->session = 0;
  return p->w;
}
