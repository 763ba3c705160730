/* SPDX-License-Identifier: MIT
 * "h2": the stream over HTTP/2, and over HTTP/1.1 at the same time, to compare
 * events with.  "h2-end": the stream over HTTP/2 until it ends, at most the
 * idle window, then the reconnect with the last id. */
#include <stdlib.h>

#include "base/clock.h"
#include "probe/h2_session.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"

#define RECONNECT_NS NS_PER_SEC

struct h2_look {
  struct script *s;
  struct h2_session *c; /* NULL: closed */
  bool streaming;       /* a stream of it is open */
  bool reading;         /* the peer is */
  unsigned lives;
};

static struct h2_look *look_begin(struct script *s, const struct h2_handler *h)
{
  struct h2_look *l = calloc(1, sizeof(*l));
  script_set_state(s, l);
  if(l) {
    l->s = s;
    l->c = h2_open(script_recorder(s), H2_WINDOW, h, l);
  }
  if(l && l->c)
    return l;
  script_done(s);
  return NULL;
}

static void look_end(struct h2_look *l, enum h2_part part)
{
  struct recording *r = h2_take_connection(l->c, part);
  if(r)
    script_keep_next(l->s, r);
  h2_close(l->c);
  l->c = NULL;
}

/* h2 */

static void look_over(struct h2_look *l)
{
  if(l->streaming || l->reading)
    return;
  if(l->c)
    look_end(l, H2_PART_LOOK);
  script_done(l->s);
}

static void peer_done(struct recording *r, void *ctx)
{
  struct h2_look *l = ctx;
  r->label.role = ROLE_PEER;
  script_keep_next(l->s, r);
  l->reading = false;
  look_over(l);
}

static const struct recorder_handler peer_handler = {.on_done = peer_done};

static void look_ready(struct h2_session *c, void *ctx)
{
  struct h2_look *l = ctx;
  struct probe_request q = {.name = "peer"};
  l->streaming = h2_request(c, &q, &(struct label){.role = ROLE_LOOK}) != NULL;
  l->reading = recorder_start(script_recorder(l->s), &q, &peer_handler, l);
  look_over(l);
}

static void look_done(struct recording *r, void *ctx)
{
  struct h2_look *l = ctx;
  script_keep_next(l->s, r);
  l->streaming = false;
  look_over(l);
}

static void look_down(struct h2_session *c, void *ctx)
{
  struct h2_look *l = ctx;
  (void)c;
  look_end(l, H2_PART_LOOK);
  look_over(l);
}

static const struct h2_handler look_handler = {
    .on_ready = look_ready, .on_done = look_done, .on_down = look_down};

static void start_h2(struct script *s)
{
  (void)look_begin(s, &look_handler);
}

static uint64_t h2_ns(const struct target *t)
{
  return t->window_ns;
}

/* h2-end */

static bool goes_on(const struct h2_look *l, const struct recording *r)
{
  return l->lives == 1 && r->head.status == 200 &&
         (r->end == REC_END_CLEAN || r->end == REC_END_RESET);
}

static void ask_again(struct h2_look *l, const struct recording *r)
{
  struct probe_request q = {.stop = {.limit_ns = RECONNECT_NS}};
  if(r->last_id.n)
    q.last_id = buf_slice(&r->last_id);
  l->streaming =
      h2_request(l->c, &q, &(struct label){.role = ROLE_RECONNECT}) != NULL;
}

static void end_done(struct recording *r, void *ctx)
{
  struct h2_look *l = ctx;
  l->streaming = false;
  l->lives++;
  if(goes_on(l, r))
    ask_again(l, r);
  script_keep_next(l->s, r);
  if(l->streaming)
    return;
  look_end(l, H2_PART_END);
  script_done(l->s);
}

static void end_ready(struct h2_session *c, void *ctx)
{
  struct h2_look *l = ctx;
  struct probe_request q = {
      .stop = {.limit_ns = script_target(l->s)->idle_window_ns}};
  l->streaming =
      h2_request(c, &q, &(struct label){.role = ROLE_FIRST}) != NULL;
  if(l->streaming)
    return;
  look_end(l, H2_PART_END);
  script_done(l->s);
}

static void end_down(struct h2_session *c, void *ctx)
{
  struct h2_look *l = ctx;
  (void)c;
  look_end(l, H2_PART_END);
  script_done(l->s);
}

static const struct h2_handler end_handler = {
    .on_ready = end_ready, .on_done = end_done, .on_down = end_down};

static void start_h2_end(struct script *s)
{
  (void)look_begin(s, &end_handler);
}

static uint64_t h2_end_ns(const struct target *t)
{
  return t->idle_window_ns + RECONNECT_NS;
}

const struct script_row script_h2 = {.id = SCRIPT_H2,
                                     .phase = SCRIPT_BESIDE,
                                     .start = start_h2,
                                     .expected_ns = h2_ns};
const struct script_row script_h2_end = {.id = SCRIPT_H2_END,
                                         .phase = SCRIPT_BESIDE,
                                         .start = start_h2_end,
                                         .expected_ns = h2_end_ns};
