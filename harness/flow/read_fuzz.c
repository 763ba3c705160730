/* SPDX-License-Identifier: MIT
 * Fuzzing flow files: no bytes may crash or leak; what is refused has a place,
 * what is taken can be told and its expectations compiled. */
#include <stdlib.h>
#include <string.h>

#include "flow/expect.h"
#include "yaml/fuzzing.h"

/* Values of variables are missing here: that is told, and nothing else. */
static void compile(const struct flow *f, const struct flow_step *s,
                    struct vars *v)
{
  for(; s; s = s->next) {
    struct err e = {0, ""};
    struct expect *x = NULL;
    if(s->verb == VERB_EXPECT)
      x = expect_new(f, s, v, &e);
    demand(s->verb != VERB_EXPECT || x || e.text[0]);
    expect_free(x);
    compile(f, s->child, v);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct err e = {0, ""};
  struct flow *f =
      flow_read((struct slice){(const char *)data, size}, "fuzz", &e);
  struct vars *v;
  struct rng rng;
  struct buf text;
  int p;
  if(!f) {
    demand(e.code != 0 && strncmp(e.text, "fuzz", 4) == 0);
    return 0;
  }
  v = calloc(1, sizeof(*v));
  demand(v != NULL);
  rng_seed(&rng, 1);
  v->rng = &rng;
  buf_init(&text, 0);
  demand(flow_plan_text(f, &text) == 0);
  for(p = 0; p < PHASES; p++)
    compile(f, f->step[p], v);
  buf_free(&text);
  vars_fini(v);
  free(v);
  flow_free(f);
  return 0;
}
