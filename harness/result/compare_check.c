/* SPDX-License-Identifier: MIT
 * Two conformance results: what newly fails, newly passes, and is no longer
 * judged; see compare.h. */
#include <string.h>

#include "base/clock.h"
#include "conformance/check_doc.h"
#include "document/doc.h"
#include "result/compare_metric.h"

static bool is(json_t *check, const char *verdict)
{
  return strcmp(doc_text(check, "verdict"), verdict) == 0;
}

/* A target deserves the change only where both runs saw what they judged. */
static bool judged(json_t *check)
{
  return is(check, "PASS") || is(check, "FAIL") || is(check, "WARN") ||
         is(check, "INFO");
}

static int add(json_t *list, json_t *was, json_t *check)
{
  return json_array_append_new(
      list,
      json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", doc_text(check, "id"),
                "title", doc_text(check, "title"), "was",
                was ? doc_text(was, "verdict") : "not judged", "verdict",
                doc_text(check, "verdict"), "text", doc_text(check, "text")));
}

static int sort_in(json_t *one, json_t *was, json_t *is_now)
{
  bool failed = was && is(was, "FAIL"), fails = is_now && is(is_now, "FAIL");
  if(fails && !failed)
    return add(json_object_get(one, "newly_failing"), was, is_now);
  if(failed && is_now && judged(is_now) && !fails)
    return add(json_object_get(one, "newly_passing"), was, is_now);
  if(is_now && was && is(is_now, "WARN") && !is(was, "WARN"))
    return add(json_object_get(one, "newly_warning"), was, is_now);
  if(was && judged(was) && !(is_now && judged(is_now)))
    return add(json_object_get(one, "no_longer_judged"), was,
               is_now ? is_now : was);
  return 0;
}

static json_t *compared(json_t *base, json_t *now, const char *name)
{
  json_t *one =
      json_pack("{s:{s:s, s:s, s:s}, s:b, s:[], s:[], s:[], s:[]}", "now",
                "name", name, "started", doc_text(now, "started"), "target",
                doc_text(now, "target.url"), "regressed", 0, "newly_failing",
                "newly_warning", "newly_passing", "no_longer_judged");
  json_t *check;
  size_t i;
  int rc = one ? 0 : E_NOMEM;
  json_array_foreach(doc_array(now, "checks"), i, check)
  {
    if(!rc)
      rc = sort_in(one, check_doc_find(base, doc_text(check, "id")), check);
  }
  json_array_foreach(doc_array(base, "checks"), i, check)
  {
    if(!rc && !check_doc_find(now, doc_text(check, "id")))
      rc = sort_in(one, check, NULL);
  }
  if(!rc && json_array_size(doc_array(one, "newly_failing")))
    rc = json_object_set_new(one, "regressed", json_true());
  if(rc) {
    json_decref(one);
    return NULL;
  }
  return one;
}

static int usable(json_t *doc, const char *name, struct err *e)
{
  const char *verdict = doc_text(doc, "verdict");
  if(strcmp(verdict, "pass") == 0 || strcmp(verdict, "fail") == 0)
    return 0;
  return err_set(e, E_LIMIT, "%s: %s, so there is nothing to compare with",
                 name, verdict[0] ? verdict : "not judged");
}

json_t *compare_checks(json_t *base, const char *base_name, json_t *now,
                       const char *now_name, struct err *e)
{
  const char *a = doc_text(base, "target.mode"),
             *b = doc_text(now, "target.mode");
  char made[40];
  json_t *doc;
  if(usable(base, base_name, e) || usable(now, now_name, e))
    return NULL;
  if(strcmp(a, b) != 0) {
    err_set(e, E_MISMATCH,
            "%s and %s cannot be compared: one was made in mode %s, the other "
            "in mode %s",
            base_name, now_name, a, b);
    return NULL;
  }
  clock_iso8601(clock_real_ns(), made, sizeof(made));
  doc = json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:[o]}",
      "schema", COMPARE_SCHEMA, "weir", WEIR_VERSION, "kind", "check",
      "verdict", "pass", "sentence", "", "made", made, "method",
      "a check that failed in neither or in both is not listed", "base",
      "name", base_name, "started", doc_text(base, "started"), "target",
      doc_text(base, "target.url"), "comparisons",
      compared(base, now, now_name));
  if(!doc || compare_conclude(doc)) {
    json_decref(doc);
    err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
    return NULL;
  }
  return doc;
}
