/* SPDX-License-Identifier: MIT
 * Where the parts of a merged document came from; see merge_fit.h. */
#include <string.h>

#include "document/doc.h"
#include "result/merge_fit.h"

static json_t *copy_or_null(json_t *doc, const char *key)
{
  json_t *v = json_object_get(doc, key);
  return v ? json_deep_copy(v) : json_null();
}

static json_t *pids(json_t *doc)
{
  json_t *list = json_array(), *w;
  size_t i;
  json_array_foreach(doc_array(doc, "workers"), i, w)
  {
    if(json_array_append_new(list, copy_or_null(w, "pid"))) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *origin(const struct merge_input *in)
{
  static const char *const keys[] = {
      "weir",    "run",         "seed",       "started",     "ended",
      "verdict", "sentence",    "elapsed_ms", "measured_ms", "command",
      "target",  "environment", "interrupted"};
  json_t *j = json_pack("{s:o, s:o}", "result", json_text(slice_of(in->name)),
                        "pids", pids(in->doc));
  json_t *server = json_dotted_get(in->doc, "summary.server");
  size_t i;
  bool failed = server && json_object_set(j, "server", server);
  for(i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    failed |=
        json_object_set_new(j, keys[i], copy_or_null(in->doc, keys[i])) != 0;
  if(failed) {
    json_decref(j);
    return NULL;
  }
  return j;
}

static int add(json_t *list, const struct merge_input *in)
{
  json_t *earlier = doc_array(in->doc, "merged");
  if(earlier)
    return json_array_extend(list, earlier);
  return json_array_append_new(list, origin(in));
}

json_t *merge_origins(const struct merge_input *in, size_t count)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; i < count; i++) {
    if(add(list, &in[i])) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static bool same_run(json_t *a, json_t *b)
{
  static const char *const members[] = {"run", "started", "seed", "pids",
                                        "environment"};
  size_t i;
  for(i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
    json_t *va = json_object_get(a, members[i]);
    json_t *vb = json_object_get(b, members[i]);
    if(!va || !vb || !json_equal(va, vb))
      return false;
  }
  return true;
}

int merge_origins_check(json_t *origins, struct err *e)
{
  json_t *a, *b;
  size_t i, j;
  json_array_foreach(origins, i, a)
  {
    json_array_foreach(origins, j, b)
    {
      if(j < i && same_run(a, b))
        return err_set(e, E_MISMATCH,
                       "%s and %s are the same run: merging it twice would "
                       "count everything double",
                       doc_text(b, "result"), doc_text(a, "result"));
    }
  }
  return 0;
}
