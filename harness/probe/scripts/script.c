/* SPDX-License-Identifier: MIT
 * What a script can do with its run; see script.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/run_private.h"

void run_tell(struct probe_run *run, const char *name)
{
  run->over++;
  if(run->l && run->l->on_progress)
    run->l->on_progress(run->over, run->total, name, run->l->ctx);
}

static int keep(struct probe_run *run, struct recording *r)
{
  struct recording **grown;
  if(run->kept_count >= PROBE_MAX_RECORDINGS)
    return E_TOO_LONG;
  grown = realloc(run->kept, (run->kept_count + 1) * sizeof(*grown));
  if(!grown) {
    run->rc = E_NOMEM;
    return E_NOMEM;
  }
  run->kept = grown;
  grown[run->kept_count++] = r;
  return 0;
}

static const struct recording *find(const struct probe_run *run,
                                    const char *name)
{
  size_t i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    if(run->planned[i].r && strcmp(run->planned[i].r->name, name) == 0)
      return run->planned[i].r;
  }
  for(i = 0; i < run->kept_count; i++) {
    if(strcmp(run->kept[i]->name, name) == 0)
      return run->kept[i];
  }
  return NULL;
}

enum script_id script_id(const struct script *s)
{
  return s->row->id;
}

struct recorder *script_recorder(const struct script *s)
{
  return s->run->rec;
}

const struct target *script_target(const struct script *s)
{
  return s->run->target;
}

const struct recording *script_recording(const struct script *s,
                                         const char *name)
{
  return find(s->run, name);
}

void script_set_state(struct script *s, void *state)
{
  s->state = state;
}

void *script_state(const struct script *s)
{
  return s->state;
}

void script_next_name(struct script *s, char *out, size_t size)
{
  snprintf(out, size, "%s.%u", script_name(s->row->id), s->named++);
}

void script_keep(struct script *s, struct recording *r)
{
  if(keep(s->run, r))
    recording_free(r);
}

void script_drop(struct script *s, struct recording *r)
{
  (void)s;
  recording_free(r);
}

static void timer_fired(uv_timer_t *t)
{
  struct script *s = t->data;
  if(!s->done)
    s->then(s);
}

void script_after(struct script *s, uint64_t ns, void (*then)(struct script *))
{
  if(!s->timed) {
    s->timed = true;
    s->run->timers++;
    uv_timer_init(s->run->loop, &s->timer);
    s->timer.data = s;
  }
  s->then = then;
  uv_update_time(s->run->loop);
  uv_timer_start(&s->timer, timer_fired,
                 ns / NS_PER_MS + (ns % NS_PER_MS != 0), 0);
}

void script_prolong(struct script *s, uint64_t ns)
{
  uv_timer_t *deadline = &s->run->deadline;
  if(!s->run->target->deadline_ns)
    uv_timer_start(deadline, deadline->timer_cb,
                   uv_timer_get_due_in(deadline) + ns / NS_PER_MS, 0);
}

static void timer_closed(uv_handle_t *h)
{
  struct script *s = h->data;
  s->run->timers--;
}

void script_done(struct script *s)
{
  if(s->done)
    return;
  s->done = true;
  if(s->timed)
    uv_close((uv_handle_t *)&s->timer, timer_closed);
  free(s->state);
  s->state = NULL;
  run_tell(s->run, script_name(s->row->id));
}
