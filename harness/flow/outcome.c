/* SPDX-License-Identifier: MIT
 * What becomes of a step; see instance.h. */
#include <stdlib.h>

#include "flow/instance.h"

struct step_result *step_result_of(struct instance *in)
{
  return &in->result[in->at->step->number];
}

int64_t step_scaled(const struct instance *in, uint64_t ns)
{
  return (int64_t)((double)ns * in->o->timeout_scale);
}

bool step_is_bad(const struct instance *in, const struct flow_step *s)
{
  enum step_state state = in->result[s->number].state;
  return state == STEP_FAILED || state == STEP_ERROR ||
         state == STEP_UNCERTAIN;
}

const char *step_stream_name(const struct instance *in, int32_t i)
{
  return in->f->stream[i][0] ? in->f->stream[i] : "stream";
}

void step_set(struct instance *in, const struct flow_step *s,
              enum step_state state, enum miss miss, const char *sentence)
{
  struct step_result *r = &in->result[s->number];
  r->state = state;
  r->miss = miss;
  r->ended_ns = instance_now(in);
  if(sentence && sentence[0]) {
    free(r->sentence);
    r->sentence = slice_dup(slice_of(sentence));
  }
  if(state == STEP_FAILED && s->phase != PHASE_TEARDOWN)
    in->red = true;
  if(state == STEP_ERROR ||
     (state == STEP_FAILED && s->phase == PHASE_TEARDOWN))
    in->error = true;
  if(state == STEP_UNCERTAIN)
    in->uncertain = true;
}

bool step_fail(struct instance *in, enum step_state state, enum miss miss,
               const char *sentence)
{
  step_set(in, in->at->step, state, miss, sentence);
  return true;
}

bool step_pass(struct instance *in)
{
  step_set(in, in->at->step, STEP_PASSED, MISS_NONE, NULL);
  return true;
}

void step_add_again(struct instance *in, const struct call *c, bool streams)
{
  struct step_result *r = step_result_of(in);
  struct buf text;
  buf_init(&text, 0);
  call_again(c, streams, &text);
  free(r->again);
  r->again = slice_dup(buf_slice(&text));
  buf_free(&text);
}
