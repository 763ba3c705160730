/* SPDX-License-Identifier: MIT
 * What a protocol on top asks before all else and when all is over: a session
 * that is begun for this run, and ended; see check_run.h. */
#include <stdio.h>
#include <string.h>

#include "conformance/check_ask.h"
#include "conformance/check_run.h"
#include "document/values.h"

static bool is_fine(const struct recording *r)
{
  return r->head.status >= 200 && r->head.status < 300;
}

/* Of a session that was refused nothing else can be seen. */
static void note_refused(struct check_run *r, const struct probe_result *made)
{
  const struct profile *p = r->job->target->app->p;
  const struct recording *last;
  if(!made->recordings || r->interrupted)
    return;
  last = made->recording[made->recordings - 1];
  if(!last->head.status)
    check_stop(last, r->stopped, sizeof(r->stopped));
  else if(!is_fine(last) && last->label.of)
    (void)snprintf(r->stopped, sizeof(r->stopped),
                   "%s: the step \"%s\" was answered %d", p->name,
                   p->step[last->label.of - 1].name, last->head.status);
}

static int perform(struct check_run *r, enum script_id id,
                   struct probe_result *out, struct err *e)
{
  struct exchange_set set = {.scripts = script_set_of(id)};
  probe_trim(r->job->target, &set);
  if(r->job->from || script_set_is_empty(&set.scripts))
    return 0;
  return check_record(r, &set, out, e);
}

int check_steps_begin(struct check_run *r, struct err *e)
{
  struct target *t = r->job->target;
  int rc = perform(r, SCRIPT_STEPS_BEFORE, &r->begun, e);
  if(rc || !r->begun.recordings)
    return rc;
  rc = check_ask_anew(t->app, &t->endpoint, e);
  if(!r->job->keep_secrets)
    endpoint_learn(&t->endpoint);
  note_refused(r, &r->begun);
  return rc;
}

/* Also where the run was stopped: what was begun is ended. */
int check_steps_end(struct check_run *r, struct err *e)
{
  struct probe_result last;
  bool interrupted = r->interrupted;
  int rc;
  if(!r->job->target->app || !r->job->target->app->fine)
    return 0;
  memset(&last, 0, sizeof(last));
  r->interrupted = false;
  rc = perform(r, SCRIPT_STEPS_LAST, &last, e);
  r->interrupted = r->interrupted || interrupted;
  if(!rc && check_append(&r->first, &last))
    rc = err_set(e, E_NOMEM, "out of memory");
  probe_result_free(&last);
  return rc;
}
