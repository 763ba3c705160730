/* SPDX-License-Identifier: MIT
 * Ending subscribers, properly and otherwise; see stream.h.  Opening is in
 * open.c, what they are sent is decided in feed.c. */
#include "streams/stream.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/clock.h"
#include "server.h"
#include "streams/shape.h"

#define RESET_WAIT_NS (200 * NS_PER_MS)

void stream_fini(struct stream *s)
{
  if(s->opened) {
    struct server *sv = conn_of_stream(s)->server;
    HUB_ADD(sv->count->streams, (uint64_t)-1);
    sv->leaked += stream_fault(s, FAULT_SLOT_LEAK) != 0;
  }
  if(s->view)
    view_remove(s->view, s);
  free(s->user);
  free(s->faults);
  free(s->type);
  shape_free(s->shape);
  memset(s, 0, sizeof(*s));
}

void stream_end(struct stream *s)
{
  static const char LAST[] = "0\r\n\r\n";
  struct conn *c = conn_of_stream(s);
  struct outgoing o = {.p = LAST, .n = sizeof(LAST) - 1, .always = true};
  if(s->shape ? shape_end(s) != 0 : s->chunked && conn_send(c, &o) != 0)
    conn_close(c);
  else
    conn_finish(c);
}

/* A RST throws away what the kernel has not delivered yet; waiting for that
 * keeps the count of what arrived exact. */
static void try_reset(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  int unsent = 0;
  if(ioctl(c->fd, SIOCOUTQ, &unsent))
    unsent = 0;
  if((unsent > 0 || c->queued) && now_ns - c->stream.stuck_ns < RESET_WAIT_NS)
    conn_set_timer(c, try_reset, now_ns + NS_PER_MS);
  else
    conn_reset(c);
}

/* The first half of the event that would have come next. */
static void send_half(struct stream *s)
{
  struct conn *c = conn_of_stream(s);
  struct server *sv = c->server;
  uint64_t now = hub_real_ns(sv->hub, clock_mono_ns());
  struct generated_event ev = {
      .id = s->place, .seq = s->place, .t_ns = now, .s_ns = now, .size = 128};
  char text[ENCODE_CHUNK_HEAD + 512];
  char *body = text + ENCODE_CHUNK_HEAD;
  size_t n = encode_generated(&sv->encoder, &ev, body);
  size_t head = encode_chunk(body, n);
  struct outgoing o = {.always = true};
  o.p = s->chunked ? body - head : body;
  o.n = (s->chunked ? head : 0) + n / 2;
  conn_send(c, &o);
}

void stream_cut(struct stream *s, enum hub_cut_how how)
{
  struct conn *c = conn_of_stream(s);
  switch(how) {
  case HUB_CUT_FIN:
    stream_end(s);
    break;
  case HUB_CUT_MID:
    send_half(s);
    conn_finish(c);
    break;
  case HUB_CUT_TRUNCATE:
    conn_finish(c);
    break;
  case HUB_CUT_RST:
    s->ending = true;
    s->stuck_ns = clock_mono_ns();
    try_reset(&c->timer, s->stuck_ns);
    break;
  }
}
