/* SPDX-License-Identifier: MIT
 * What the coordinator says, carried out. */
#include <stdio.h>

#include "load/message.h"
#include "load/worker_private.h"

void worker_subscriber_config(struct worker *w)
{
  target_subscriber(w->scenario, &w->sub);
  w->sub.transport = w->transport;
  w->sub.loop = &w->loop;
  w->sub.listener = &load_listener;
  w->sub.rng = &w->rng;
  subscriber_config_finish(&w->sub);
}

static int setup(struct worker *w, json_t *m, struct err *e)
{
  const char *yaml = message_text(m, "scenario");
  int rc;
  w->index = (uint32_t)message_u64(m, "index");
  w->workers = (uint32_t)message_u64(m, "workers");
  w->publisher = message_flag(m, "publisher");
  snprintf(w->run, sizeof(w->run), "%s", message_text(m, "run"));
  rng_seed(&w->rng, message_u64(m, "seed") + w->index);
  w->scenario = scenario_parse(slice_of(yaml), message_text(m, "name"), e);
  if(!w->scenario)
    return e->code;
  w->workload = w->scenario->app ? &asking_workload : &fleet_workload;
  rc = scenario_finish(w->scenario, e);
  if(rc)
    return rc;
  rc = worker_begin(w, e);
  if(!rc && w->scenario->app)
    rc = asking_new(w, message_text(m, "profile"), message_u64(m, "seed"), e);
  if(rc)
    return rc;
  if(w->publisher) {
    w->publishing = publisher_new(w);
    if(!w->publishing)
      return err_set(e, E_NOMEM, "out of memory");
  }
  w->plan.users = w->scenario->user_count;
  message_send(&w->channel, message_new("ready"));
  return 0;
}

static void expect_all(struct worker *w)
{
  uint32_t i;
  for(i = w->oldest; i < w->streams; i++) {
    if(w->stream[i]->sub.state == SUBSCRIBER_OPEN)
      account_expect(w, w->stream[i]);
  }
}

static void publish(struct worker *w, json_t *m)
{
  w->plan.p0_ns = message_u64(m, "p0");
  w->plan.rate = w->scenario->publish.rate;
  w->plan.known = true;
  if(w->publishing)
    publisher_start(w->publishing, w->plan.p0_ns, message_u64(m, "until"));
  else
    expect_all(w);
}

static void failed(struct worker *w, json_t *m)
{
  json_t *runs = json_object_get(m, "runs");
  size_t i;
  for(i = 0; i + 1 < json_array_size(runs); i += 2)
    spans_add(&w->failed,
              (uint64_t)json_integer_value(json_array_get(runs, i)),
              (uint64_t)json_integer_value(json_array_get(runs, i + 1)));
  w->known = message_u64(m, "known");
}

static void drain(struct worker *w, json_t *m)
{
  w->published = message_u64(m, "published");
  w->draining = true;
  w->workload->drain(w);
}

static void add_notes(struct worker *w, json_t *m)
{
  char text[80];
  json_t *notes = json_array();
  int i;
  sense_sequence_text(&w->sense, text, sizeof(text));
  message_set_text(m, "sequence_from", text);
  sense_stamp_text(&w->sense, text, sizeof(text));
  message_set_text(m, "stamp_from", text);
  for(i = 0; i < 2; i++) {
    if(w->sense.note[i][0])
      json_array_append_new(notes, json_string(w->sense.note[i]));
  }
  message_set(m, "notes", notes);
  message_set_u64(m, "absent", w->absent);
  message_set_u64(m, "held_back", w->held_back);
  message_set(m, "doubtful", json_boolean(w->sense.doubtful));
  message_set(m, "blurred", json_boolean(w->failed.blurred));
}

static void count_lines(struct worker *w)
{
  const struct sse_heard *h = &w->sub.heard;
  uint64_t *count = w->snap->counter;
  count[C_DATA_LINES] = h->line[SSE_LINE_DATA];
  count[C_TYPE_LINES] = h->line[SSE_LINE_EVENT];
  count[C_UNKNOWN_LINES] = h->line[SSE_LINE_UNKNOWN];
  count[C_CUT_LINES] = h->cut + w->workload->cut_lines(w);
}

static int finish(struct worker *w, struct err *e)
{
  struct snapshot *s = w->snap;
  uint64_t now = clock_mono_ns();
  int rc = sense_check(&w->sense, 1, e);
  json_t *m;
  if(rc)
    return rc;
  m = message_new("final");
  if(w->m0_ns && (!w->m1_ns || w->m1_ns > now))
    w->m1_ns = now; /* interrupted: the span ends here */
  worker_check_span(w, now);
  w->workload->stop_all(w);
  objection_review(w);
  count_lines(w);
  slice_send(w);
  if(!w->publisher) /* its connection carries no stream */
    s->counter[C_SOCKETS_PEAK] = transport_sockets_peak(w->transport);
  message_set(m, "cpu_share", json_real(w->cpu_share));
  message_set(m, "wait_share", json_real(w->wait_share));
  message_set(
      m, "clock_step_ms",
      json_real((double)(clock_offset_ns() - w->real_offset_ns) / 1e6));
  message_set_u64(m, "streams", w->started);
  add_notes(w, m);
  message_set(m, "snapshot", snapshot_to_json(s));
  message_send(&w->channel, m);
  w->finishing = true;
  /* The coordinator closes the channel when it has it all: on_gone. */
  return 0;
}

int worker_obey(struct worker *w, json_t *m, struct err *e)
{
  if(message_is(m, "setup"))
    return setup(w, m, e);
  if(!w->scenario)
    return err_set(e, E_INTERNAL, "worker: a message before the setup");
  if(message_is(m, "pilot"))
    w->workload->pilot(w);
  else if(message_is(m, "go")) {
    w->t0_ns = message_u64(m, "t0");
    w->real_offset_ns = (int64_t)message_u64(m, "offset");
    worker_rearm(w);
  } else if(message_is(m, "publish"))
    publish(w, m);
  else if(message_is(m, "failed"))
    failed(w, m);
  else if(message_is(m, "measure")) {
    w->m0_ns = message_u64(m, "m0");
    w->m1_ns = message_u64(m, "m1");
    worker_rearm(w);
  } else if(message_is(m, "drain"))
    drain(w, m);
  else if(message_is(m, "stop-publishing") && w->publishing)
    publisher_stop(w->publishing);
  else if(message_is(m, "finish"))
    return finish(w, e);
  return 0;
}
