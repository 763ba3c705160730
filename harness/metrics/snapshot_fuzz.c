/* SPDX-License-Identifier: MIT
 * libFuzzer on snapshot_from_json: what is accepted must come back the same
 * from snapshot_to_json, and merge with an empty snapshot into itself. */
#include <stdlib.h>

#include "metrics/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if(!holds)
    abort();
}

static void check(const struct snapshot *s)
{
  struct snapshot *sum = snapshot_new(0);
  json_t *once = snapshot_to_json(s);
  struct snapshot *again = snapshot_from_json(once, NULL);
  json_t *twice;
  must(sum && once && again);
  must(snapshot_merge(sum, again) == 0);
  snapshot_free(again);
  again = sum;
  if(!s->series.count)
    again->series.width_ns = s->series.width_ns;
  twice = snapshot_to_json(again);
  must(json_equal(once, twice));
  json_decref(once);
  json_decref(twice);
  snapshot_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct err e = {0};
  struct snapshot *s;
  json_t *j = json_parse((struct slice){(const char *)data, size}, "in", &e);
  if(!j)
    return 0;
  e = (struct err){0};
  s = snapshot_from_json(j, &e);
  must(s ? e.text[0] == '\0' : e.text[0] != '\0');
  if(s)
    check(s);
  snapshot_free(s);
  json_decref(j);
  return 0;
}
