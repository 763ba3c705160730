/* SPDX-License-Identifier: MIT
 * Fuzzing scenario files: no bytes may crash or leak, and what is accepted
 * must come back from print unchanged. */
#include <string.h>

#include "scenario/scenario.h"
#include "yaml/fuzzing.h"

static void prints_back(const struct scenario *s)
{
  struct buf first, second;
  struct scenario *back;
  struct err e;
  buf_init(&first, 0);
  buf_init(&second, 0);
  demand(scenario_print(s, &first) == 0);
  back = scenario_parse(buf_slice(&first), "fuzz", &e);
  demand(back != NULL);
  demand(scenario_finish(back, &e) == 0);
  demand(scenario_print(back, &second) == 0);
  demand(strcmp(first.p, second.p) == 0);
  scenario_free(back);
  buf_free(&first);
  buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct err e = {0, ""};
  struct slice text = {(const char *)data, size};
  struct scenario *s = scenario_parse(text, "fuzz", &e);
  json_t *j;
  if(!s) {
    demand(e.code != 0 && strncmp(e.text, "fuzz:", 5) == 0);
    return 0;
  }
  /* Users come from files, and a fuzzer has no business reading those. */
  if(!s->users_file && scenario_finish(s, &e) == 0) {
    prints_back(s);
    j = scenario_to_json(s);
    demand(j != NULL);
    json_decref(j);
  }
  scenario_free(s);
  return 0;
}
