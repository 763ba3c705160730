/* SPDX-License-Identifier: MIT
 * Ending subscribers, properly and otherwise; see stream.h.  Opening is in
 * open.c, what they are sent is decided in feed.c. */
#include "streams/stream.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/clock.h"
#include "streams/audience.h"
#include "streams/shape.h"
#include "streams/streams.h"

#define RESET_WAIT_NS (200 * NS_PER_MS)

struct delivery stream_delivery(const struct stream *s)
{
  return (struct delivery){.common = &streams_of(s->conn)->faults,
                           .own = s->faults,
                           .last = s->last};
}

bool stream_is_for(const struct stream *s, const char *user)
{
  return s->user && strcmp(s->user, user) == 0;
}

void stream_free(struct stream *s)
{
  struct streams *sv = streams_of(s->conn);
  struct delivery d = stream_delivery(s);
  if(s->opened) {
    HUB_ADD(sv->http.count->streams, (uint64_t)-1);
    sv->memory.leaked += delivery_leaks_slot(&d);
  }
  if(s->audience)
    audience_leave(s->audience, s);
  free(s->user);
  free(s->faults);
  free(s->type);
  shape_free(s->shape);
  free(s);
}

/* Nothing of it is to be sent any more; what is queued goes, then FIN. */
static void finish(struct stream *s)
{
  struct conn *c = s->conn;
  c->owner = NULL;
  stream_free(s);
  conn_finish(c);
}

void stream_end(struct stream *s)
{
  struct conn *c = s->conn;
  if(s->shape ? shape_end(s) != 0
              : s->chunked && conn_put(c, SLICE_LIT("0\r\n\r\n")) != 0)
    conn_close(c);
  else
    finish(s);
}

/* A RST throws away what the kernel has not delivered yet; waiting for that
 * keeps the count of what arrived exact. */
static void try_reset(struct timer *t, uint64_t now_ns)
{
  struct conn *c = conn_of_timer(t);
  int unsent = 0;
  if(ioctl(c->fd, SIOCOUTQ, &unsent))
    unsent = 0;
  if((unsent > 0 || c->queued) &&
     now_ns - ((struct stream *)c->self)->stuck_ns < RESET_WAIT_NS)
    conn_set_timer(c, try_reset, now_ns + NS_PER_MS);
  else
    conn_reset(c);
}

/* The first half of the event that would have come next. */
static void send_half(struct stream *s)
{
  struct streams *sv = streams_of(s->conn);
  uint64_t now = hub_real_ns(sv->hub, clock_mono_ns());
  struct generated_event ev = {.id = s->at.place,
                               .seq = s->at.place,
                               .t_ns = now,
                               .s_ns = now,
                               .size = 128};
  char text[ENCODE_CHUNK_HEAD + 512];
  char *body = text + ENCODE_CHUNK_HEAD;
  size_t n = encode_generated(&sv->encoder, &ev, body);
  size_t head = encode_chunk(body, n);
  head = s->chunked ? head : 0;
  conn_put(s->conn, (struct slice){body - head, head + n / 2});
}

void stream_cut(struct stream *s, enum ending how)
{
  switch(how) {
  case ENDING_CLEAN:
    stream_end(s);
    break;
  case ENDING_HALF:
    send_half(s);
    finish(s);
    break;
  case ENDING_FIN:
    finish(s);
    break;
  default:
    s->ending = true;
    s->stuck_ns = clock_mono_ns();
    try_reset(&s->conn->timer, s->stuck_ns);
    break;
  }
}
