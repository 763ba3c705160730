/* SPDX-License-Identifier: MIT
 * Reading the origin's log when a script about a proxy is over; see
 * proxy.h. */
#include <stdio.h>

#include "base/json.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/proxy.h"
#include "recording/origin_side.h"

#define LOG_LIMIT_MS 5000

/* A log that does not come, or is none, leaves no recordings of that side:
 * the checks say so. */
static void keep_all(struct script *s, json_t *log)
{
  enum script_id id = script_id(s);
  char prefix[80], name[64];
  size_t i, kept = 0;
  (void)snprintf(prefix, sizeof(prefix), "%.60s.", script_target(s)->via_run);
  for(i = 0; i < origin_side_count(log); i++) {
    struct recording *r;
    (void)snprintf(name, sizeof(name), "%s-origin.%zu", script_name(id), kept);
    r = origin_side_read(log, i, prefix, name, NULL);
    kept += r != NULL;
    if(r)
      script_keep(s, r);
  }
}

static void on_log(struct recording *r, void *ctx)
{
  struct script *s = ctx;
  json_t *log = NULL;
  if(r->head.status == 200 && r->complete)
    log = json_parse(buf_slice(&r->body), "the origin's log", NULL);
  keep_all(s, log);
  json_decref(log);
  recording_free(r);
  script_done(s);
}

static const struct recorder_handler handler = {.on_done = on_log};

void proxy_log_fetch(struct script *s)
{
  const struct target *t = script_target(s);
  struct probe_request q = {.name = "origin-log",
                            .method = "GET",
                            .headers = "-Authorization\n-Cookie",
                            .stop = {.limit_ns = MS(LOG_LIMIT_MS)}};
  struct buf url;
  bool begun;
  buf_init(&url, 0);
  begun = buf_addf(&url, "%s/origin/plays?run=%s.%s", t->via_url, t->via_run,
                   script_name(script_id(s))) == 0;
  q.url = buf_text(&url);
  if(begun)
    begun = recorder_start(script_recorder(s), &q, &handler, s) != NULL;
  buf_free(&url);
  if(!begun)
    script_done(s);
}
