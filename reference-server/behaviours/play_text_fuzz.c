/* SPDX-License-Identifier: MIT
 * Fuzzing the reader of plays: what it takes is within all limits. */
#include <string.h>

#include "base/fuzzing.h"
#include "behaviours/play_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct play_text t;
  if(play_text_read(&t, (struct slice){(const char *)data, size}))
    return 0;
  demand(t.steps <= PLAY_MAX_STEPS);
  demand(t.status >= 200 && t.status <= 599 && t.type <= 2 && t.cache <= 2);
  demand(!t.accel || t.accel == 'y' || t.accel == 'n');
  for(uint32_t i = 0; i < t.steps; i++) {
    const struct play_step *s = &t.step[i];
    demand(s->kind && strchr("hdecvizfrlx", s->kind));
    demand(s->count && s->count <= PLAY_MAX_REPEATS);
    demand(s->n <= PLAY_MAX_EVENT && s->ms <= PLAY_MAX_MS);
  }
  return 0;
}
