/* SPDX-License-Identifier: MIT
 * Lists of steps that are done side by side; see instance.h. */
#include <string.h>

#include "flow/instance.h"

void lane_init(struct instance *in, struct lane *l, uint32_t branch,
               const struct flow_step *first)
{
  memset(l, 0, sizeof(*l));
  l->call.inst = in;
  l->program.out = -1;
  l->waited_ns = l->grace_ns = l->again_ns = -1;
  l->branch = branch;
  l->next = first;
}

void lane_stop(struct lane *l)
{
  call_stop(&l->call);
  program_stop(l);
  expect_free(l->ready);
  l->ready = NULL;
}

void lane_fini(struct lane *l)
{
  lane_stop(l);
  call_fini(&l->call);
  buf_free(&l->printed);
}

void lanes_fork(struct instance *in)
{
  const struct flow_step *s = in->at->step->child;
  uint32_t branch = 0;
  for(; s; s = s->next) {
    if(s->branch == branch)
      continue;
    branch = s->branch;
    lane_init(in, &in->lane[in->lanes++], branch, s);
  }
  step_result_of(in)->sent_ns = instance_now(in);
}

bool lanes_join(struct instance *in)
{
  uint32_t i;
  for(i = 1; i < in->lanes; i++) {
    if(!in->lane[i].over)
      return false;
  }
  lanes_leave(in);
  return step_pass(in);
}

/* A step that another branch's failure breaks off. */
static void break_off(struct instance *in, struct lane *l)
{
  if(l->step && in->result[l->step->number].state == STEP_PENDING)
    step_set(in, l->step, STEP_SKIPPED, MISS_NONE,
             "broken off: another branch is red");
  lane_fini(l);
}

void lanes_leave(struct instance *in)
{
  uint32_t i;
  for(i = 0; i <= in->f->users; i++) {
    if(in->user[i].lane && in->user[i].lane != &in->lane[0]) {
      in->user[i].lane = NULL;
      in->user[i].login = NULL;
    }
  }
  for(i = 1; i < in->lanes; i++)
    break_off(in, &in->lane[i]);
  in->lanes = 1;
  in->at = &in->lane[0];
}
