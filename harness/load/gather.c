/* SPDX-License-Identifier: MIT
 * Adding up what the workers send: slices as they come, snapshots at the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load/coordinator.h"
#include "load/worker.h"
#include "metrics/hist_json.h"

static void add_latency(struct member *b, struct timeslice *slice, json_t *j)
{
  struct hist *part = j ? hist_new() : NULL;
  struct hist *sum;
  if(!part)
    return;
  sum = hist_from_json(part, j, NULL) ? NULL : snapshot_slice_latency(slice);
  if(sum) {
    hist_merge(sum, part);
    live_add_latency(b->c->live, part);
  }
  free(part);
}

/* In a long run several slices of one worker fall into one slice of the total;
 * of the streams open at their ends only the last may count. */
static void add_connections(struct member *b, struct timeslice *slice,
                            uint64_t t_ns, int64_t open)
{
  struct series *series = &b->c->out->total->series;
  bool again = b->joined_ns != UINT64_MAX &&
               t_ns / series->width_ns == b->joined_ns / series->width_ns;
  if(again)
    slice->counter[S_CONNECTIONS] -= b->slice_connections;
  slice->counter[S_CONNECTIONS] += open;
  b->slice_connections = open;
  b->joined_ns = t_ns;
}

void gather_slice(struct member *b, json_t *m)
{
  uint64_t index = message_u64(m, "i");
  uint64_t t_ns = index * SLICE_NS;
  struct timeslice *slice = snapshot_slice(b->c->out->total, t_ns);
  int i;
  b->slice = index;
  b->connections = message_u64(m, slice_counter_key(S_CONNECTIONS));
  b->events = message_u64(m, slice_counter_key(S_EVENTS));
  b->failed = message_u64(m, "failed_total");
  b->duplicated = message_u64(m, "duplicated_total");
  b->lost += (int64_t)message_u64(m, slice_counter_key(S_LOST));
  b->reconnects += (int64_t)message_u64(m, slice_counter_key(S_RECONNECTS));
  if(!slice)
    return;
  for(i = 0; i < SLICE_COUNTER_COUNT; i++) {
    int64_t v =
        (int64_t)message_u64(m, slice_counter_key((enum slice_counter)i));
    if(i == S_CONNECTIONS)
      add_connections(b, slice, t_ns, v);
    else
      slice->counter[i] += v;
  }
  add_latency(b, slice, json_object_get(m, "latency"));
}

void gather_note(struct load_outcome *o, const char *text)
{
  uint32_t i;
  for(i = 0; i < o->note_count; i++) {
    if(strcmp(o->note[i], text) == 0)
      return;
  }
  if(o->note_count < OUTCOME_MAX_NOTES)
    snprintf(o->note[o->note_count++], sizeof(o->note[0]), "%s", text);
}

/* Workers find the same things in the same stream; where they do not, that is
 * worth a note of its own. */
static void agree(struct load_outcome *o, char *common, size_t size,
                  const char *found, const char *what)
{
  char text[200];
  if(!found[0])
    return;
  if(common[0] && strcmp(common, found) != 0) {
    snprintf(text, sizeof(text),
             "%s: the workers disagree (\"%.40s\" and \"%.40s\"); say which",
             what, common, found);
    gather_note(o, text);
    return;
  }
  snprintf(common, size, "%s", found);
}

int gather_final(struct member *b, json_t *m, struct err *e)
{
  struct load_outcome *o = b->c->out;
  json_t *notes = json_object_get(m, "notes");
  size_t i;
  b->cpu_share = message_real(m, "cpu_share");
  b->wait_share = message_real(m, "wait_share");
  b->clock_step_ms = message_real(m, "clock_step_ms");
  b->streams = message_u64(m, "streams");
  b->absent = message_u64(m, "absent");
  b->held_back = message_u64(m, "held_back");
  b->c->doubtful = b->c->doubtful || message_flag(m, "doubtful");
  b->c->blurred = b->c->blurred || message_flag(m, "blurred");
  b->final = snapshot_from_json(json_object_get(m, "snapshot"), e);
  if(!b->final)
    return e->code;
  agree(o, o->sequence_from, sizeof(o->sequence_from),
        message_text(m, "sequence_from"), "sequence");
  agree(o, o->stamp_from, sizeof(o->stamp_from), message_text(m, "stamp_from"),
        "stamp");
  for(i = 0; i < json_array_size(notes); i++)
    gather_note(o, json_string_value(json_array_get(notes, i)));
  return 0;
}

static void note_count(struct load_outcome *o, uint64_t n, const char *what)
{
  char text[200];
  if(!n)
    return;
  snprintf(text, sizeof(text), "%llu %s", (unsigned long long)n, what);
  gather_note(o, text);
}

static void fill_notes(struct coordinator *c)
{
  uint64_t absent = 0, held_back = 0;
  uint32_t i;
  for(i = 0; i < c->members; i++) {
    absent += c->member[i].absent;
    held_back += c->member[i].held_back;
  }
  note_count(c->out, absent,
             "stream(s) stood between two connections at the end: what they "
             "would have fetched at the next is not counted as lost");
  note_count(c->out, held_back,
             "stream(s) were opened late because too many earlier ones still "
             "waited for the target's answer");
  if(c->scenario->slow.share > 0)
    gather_note(c->out, "latency and gap leave the slow readers out, which "
                        "are late by weir's own doing");
  if(c->blurred)
    gather_note(c->out, "publishing failed in too many places to remember: "
                        "from some number on nothing counts as owed");
}

static void fill_modes(struct coordinator *c)
{
  struct load_outcome *o = c->out;
  bool timed = o->total->hist[H_LATENCY].total > 0;
  if(c->scenario->app) {
    o->ledger = LEDGER_NONE;
    o->latency = timed ? LATENCY_REQUEST : LATENCY_NONE;
    return;
  }
  if(c->scenario->publish.enabled) {
    o->ledger = o->sequence_from[0] ? LEDGER_EXACT : LEDGER_NONE;
    o->latency = timed ? LATENCY_PUBLISH : LATENCY_NONE;
    return;
  }
  o->ledger = o->sequence_from[0] ? LEDGER_SEQUENCE
              : c->doubtful       ? LEDGER_DOUBTFUL
                                  : LEDGER_NONE;
  o->latency = timed && o->stamp_from[0] ? LATENCY_STAMP : LATENCY_NONE;
}

static int fill_workers(struct coordinator *c)
{
  struct load_outcome *o = c->out;
  uint32_t i;
  o->worker_count = c->members;
  o->worker = calloc(c->members, sizeof(*o->worker));
  if(!o->worker)
    return err_set(c->e, E_NOMEM, "out of memory");
  for(i = 0; i < c->members; i++) {
    struct member *b = &c->member[i];
    struct worker_report *r = &o->worker[i];
    r->index = i;
    r->pid = b->spawned ? uv_process_get_pid(&b->process) : 0;
    r->streams = b->streams;
    r->died = !b->final;
    r->cpu_share = b->cpu_share;
    snprintf(r->how, sizeof(r->how), "%s", b->final ? "" : b->how);
    if(b->final)
      r->loop_lag_p99_ms = hist_quantile_ms(&b->final->hist[H_LOOP_LAG], 0.99);
  }
  return 0;
}

int gather_outcome(struct coordinator *c)
{
  struct load_outcome *o = c->out;
  uint32_t i;
  int rc = fill_workers(c);
  for(i = 0; !rc && i < c->members; i++) {
    if(c->member[i].final)
      rc = snapshot_merge(o->total, c->member[i].final);
  }
  if(rc)
    return rc;
  o->measured_ns = o->total->counter[C_WALL_NS];
  o->ended_real_ns = clock_real_ns();
  machine_read(&o->machine[1]);
  fill_modes(c);
  fill_notes(c);
  return 0;
}

static const char *phase_word(const struct coordinator *c, uint64_t now)
{
  switch(c->phase) {
  case PHASE_SPAWN:
  case PHASE_PILOT:
    return "connecting";
  case PHASE_OPEN:
    return "opening";
  case PHASE_MEASURE:
    return now < c->m0_ns ? "warming up" : "measuring";
  case PHASE_DONE:
    return "over";
  default:
    return "draining";
  }
}

void gather_progress(struct coordinator *c, struct load_progress *out)
{
  uint64_t now = clock_mono_ns();
  struct timeslice *slice = NULL;
  struct series *series = &c->out->total->series;
  uint64_t index = UINT64_MAX;
  uint32_t i;
  memset(out, 0, sizeof(*out));
  for(i = 0; i < c->members; i++) {
    struct member *b = &c->member[i];
    out->connections += b->connections;
    out->events_per_second += b->events;
    out->failed += b->failed;
    out->reconnects += (uint64_t)b->reconnects;
    out->lost += b->lost > 0 ? (uint64_t)b->lost : 0;
    if(!b->publisher && !b->died && b->slice < index)
      index = b->slice;
  }
  out->phase = phase_word(c, now);
  if(c->t0_ns && now > c->t0_ns) /* it lies ahead at first */
    out->elapsed_s = (double)(now - c->t0_ns) / 1e9;
  out->total_s = (double)c->plan.expected_ns / 1e9;
  out->target_connections = c->plan.streams;
  index = index == UINT64_MAX ? 0 : index * SLICE_NS / series->width_ns;
  if(index < series->count)
    slice = &series->slice[index];
  if(slice && slice->latency) {
    out->p50_ms = hist_quantile_ms(slice->latency, 0.5);
    out->p99_ms = hist_quantile_ms(slice->latency, 0.99);
  }
}
