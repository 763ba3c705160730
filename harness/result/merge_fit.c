/* SPDX-License-Identifier: MIT
 * Do these results belong together?  See merge_fit.h. */
#include "result/merge_fit.h"

#include <string.h>

#include "document/doc.h"

/* Scenario keys that belong to the machine or to the paperwork. */
static bool may_differ(const char *key)
{
  static const char *const keys[] = {"name",       "description",    "workers",
                                     "source_ip",  "seed",           "resolve",
                                     "server_pid", "server_name",    "users",
                                     "tls",        "clock_offset_ms"};
  size_t i;
  for(i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
    if(strcmp(keys[i], key) == 0)
      return true;
  }
  return false;
}

static void describe(json_t *v, struct buf *out)
{
  if(!v)
    buf_adds(out, "not set");
  else
    json_print(v, false, out);
}

static int differ(const struct merge_input *a, const struct merge_input *b,
                  const char *key, struct err *e)
{
  json_t *sa = json_object_get(a->doc, "scenario");
  json_t *sb = json_object_get(b->doc, "scenario");
  struct buf va, vb;
  buf_init(&va, 0);
  buf_init(&vb, 0);
  describe(json_object_get(sa, key), &va);
  describe(json_object_get(sb, key), &vb);
  err_set(e, E_MISMATCH,
          "%s and %s come from different scenarios: \"%s\" is %.120s in one "
          "and %.120s in the other",
          a->name, b->name, key, buf_text(&va), buf_text(&vb));
  buf_free(&va);
  buf_free(&vb);
  return E_MISMATCH;
}

/* Two servers stand at two places and may still be under the same load. */
static bool same_but_for_place(json_t *a, json_t *b)
{
  bool same;
  if(!json_is_object(a) || !json_is_object(b))
    return false;
  a = json_copy(a);
  b = json_copy(b);
  json_object_del(a, "url");
  json_object_del(b, "url");
  same = json_equal(a, b);
  json_decref(a);
  json_decref(b);
  return same;
}

static bool only_place(const char *key, json_t *v, json_t *other)
{
  return strcmp(key, "url") == 0 ||
         (strcmp(key, "publish") == 0 && same_but_for_place(v, other));
}

int merge_fit_scenarios(const struct merge_input *a,
                        const struct merge_input *b, bool other_place,
                        struct err *e)
{
  json_t *sa = json_object_get(a->doc, "scenario");
  json_t *sb = json_object_get(b->doc, "scenario");
  const char *key;
  json_t *v;
  json_object_foreach(sa, key, v)
  {
    json_t *other = json_object_get(sb, key);
    if(!may_differ(key) && !(other && json_equal(v, other)) &&
       !(other_place && only_place(key, v, other)))
      return differ(a, b, key, e);
  }
  json_object_foreach(sb, key, v)
  {
    if(!may_differ(key) && !json_object_get(sa, key))
      return differ(a, b, key, e);
  }
  return 0;
}

static int fit_text(const struct merge_input *a, const struct merge_input *b,
                    const char *path, const char *what, struct err *e)
{
  const char *ta = doc_text(a->doc, path), *tb = doc_text(b->doc, path);
  if(strcmp(ta, tb) == 0)
    return 0;
  return err_set(e, E_MISMATCH,
                 "%s and %s do not fit together: %s is %.120s in one and "
                 "%.120s in the other",
                 a->name, b->name, what, ta, tb);
}

int merge_fit(const struct merge_input *a, const struct merge_input *b,
              struct err *e)
{
  int rc = fit_text(a, b, "target.url", "the target", e);
  if(!rc)
    rc = merge_fit_scenarios(a, b, false, e);
  if(!rc)
    rc = fit_text(a, b, "summary.events.ledger", "the ledger", e);
  if(!rc)
    rc = fit_text(a, b, "summary.latency_ms.source", "the latency source", e);
  return rc;
}
