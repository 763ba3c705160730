/* SPDX-License-Identifier: MIT
 * HEAD and GET one after the other on one connection: a server that sends a
 * body with HEAD breaks the answer behind it.  head-then-get.0 is the HEAD,
 * .1 the GET (reused tells whether the server left the connection open). */
#include "base/clock.h"
#include "probe/scripts/rows.h"

#define SESSION 7701 /* this script's own */

static void got_stream(struct recording *r, void *ctx)
{
  struct script *s = ctx;
  recorder_release(script_recorder(s), SESSION);
  script_keep(s, r);
  script_done(s);
}

static const struct recorder_handler stream_handler = {.on_done = got_stream};

static void got_head(struct recording *r, void *ctx)
{
  struct script *s = ctx;
  char name[64];
  struct probe_request q = {.name = name, .method = "GET"};
  script_keep(s, r);
  script_next_name(s, name, sizeof(name));
  q.session = SESSION;
  q.stop.when = STOP_AFTER_EVENTS;
  q.stop.n = 1;
  q.stop.limit_ns = NS_PER_SEC;
  if(!recorder_start(script_recorder(s), &q, &stream_handler, s))
    script_done(s);
}

static const struct recorder_handler head_handler = {.on_done = got_head};

static void start(struct script *s)
{
  char name[64];
  struct probe_request q = {.name = name, .method = "HEAD"};
  script_next_name(s, name, sizeof(name));
  q.session = SESSION;
  q.stop.when = STOP_AFTER_HEAD;
  if(!recorder_start(script_recorder(s), &q, &head_handler, s))
    script_done(s);
}

static uint64_t expected(const struct target *t)
{
  (void)t;
  return NS_PER_SEC + RECORDER_TAIL_NS;
}

const struct script_row script_head_then_get = {.id = SCRIPT_HEAD_THEN_GET,
                                                .phase = SCRIPT_BESIDE,
                                                .single = true,
                                                .start = start,
                                                .expected_ns = expected};
