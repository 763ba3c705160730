/* SPDX-License-Identifier: MIT
 * Fuzzing profiles: no bytes may crash or leak, and what is read can be
 * walked.  The file's own good script, or else the whole file, is cut into
 * lines, each of which is the data of an event. */
#include <string.h>

#include "profile/profile.h"
#include "yaml/fuzzing.h"

static void walk(const struct profile *p, struct slice lines)
{
  struct grammar_run run;
  struct look l;
  demand(grammar_begin(&run, &p->grammar, GRAMMAR_JOIN) == 0);
  look_init(&l, &p->grammar.set);
  while(lines.n) {
    struct stream_item item = {.kind = ITEM_EVENT,
                               .event = SLICE_LIT("message"),
                               .data = slice_cut(&lines, '\n'),
                               .gap_ns = GAP_NONE};
    struct grammar_told told;
    if(slice_starts(item.data, "data: ")) {
      item.data.p += 6;
      item.data.n -= 6;
    }
    grammar_step(&run, &l, &item, &told);
    demand(told.class == GRAMMAR_NONE || told.class < p->grammar.classes);
    demand(!p->grammar.states || run.state < p->grammar.states);
  }
  (void)grammar_finish(&run, grammar_outcome(&run));
  grammar_leave(&run);
  look_fini(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct err e = {0, ""};
  struct slice text = {(const char *)data, size};
  struct profile *p = profile_read(text, "fuzz", &e);
  struct buf out;
  uint8_t i;
  if(!p) {
    demand(e.code != 0 && e.text[0]);
    return 0;
  }
  walk(p, p->good ? slice_of(p->good) : text);
  buf_init(&out, 0);
  for(i = 0; i < p->faults; i++)
    demand(!p->good || profile_script(p, &p->fault[i], &out) == 0);
  if(p->body)
    (void)profile_fill(p, NULL, p->body, true, &out);
  buf_free(&out);
  profile_free(p);
  return 0;
}
