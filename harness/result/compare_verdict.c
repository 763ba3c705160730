/* SPDX-License-Identifier: MIT
 * The verdict of a comparison in one sentence, and its exit code; see
 * compare.h. */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "document/exit_code.h"
#include "result/compare_metric.h"
#include "result/compare_text.h"

bool compare_doc_is(json_t *doc)
{
  return strcmp(doc_text(doc, "schema"), COMPARE_SCHEMA) == 0;
}

static size_t count_of(json_t *one, const char *verdict, bool judged_only)
{
  json_t *m;
  size_t i, n = 0;
  json_array_foreach(doc_array(one, "metrics"), i, m)
  {
    n += strcmp(doc_text(m, "verdict"), verdict) == 0 &&
         (!judged_only || doc_bool(m, "judged"));
  }
  return n;
}

static int name_them(json_t *one, const char *verdict, struct buf *out)
{
  json_t *m;
  size_t i, n = 0;
  int rc = 0;
  json_array_foreach(doc_array(one, "metrics"), i, m)
  {
    if(rc || !doc_bool(m, "judged") ||
       strcmp(doc_text(m, "verdict"), verdict) != 0)
      continue;
    rc = buf_adds(out, n++ ? ", " : " ");
    if(!rc)
      rc = compare_text_change(m, out);
  }
  return rc;
}

static int say_loads(json_t *one, struct buf *out)
{
  size_t worse = count_of(one, "worse", true);
  size_t better = count_of(one, "improved", true);
  size_t noisy = count_of(one, "too noisy to say", true);
  if(worse) {
    buf_adds(out, "worse:");
    return name_them(one, "worse", out);
  }
  if(better) {
    buf_adds(out, "improved:");
    name_them(one, "improved", out);
  } else
    buf_adds(out, noisy ? "nothing became worse that could be told"
                        : "nothing changed");
  if(noisy)
    buf_addf(out, "; too noisy to say for %zu metric%s", noisy,
             noisy == 1 ? "" : "s");
  return out->rc;
}

static int say_checks(json_t *one, struct buf *out)
{
  size_t failing = json_array_size(doc_array(one, "newly_failing"));
  size_t passing = json_array_size(doc_array(one, "newly_passing"));
  size_t gone = json_array_size(doc_array(one, "no_longer_judged"));
  return buf_addf(out,
                  "%zu newly failing, %zu newly passing, %zu no longer "
                  "judged",
                  failing, passing, gone);
}

int compare_conclude(json_t *doc)
{
  json_t *list = doc_array(doc, "comparisons"), *one;
  bool load = strcmp(doc_text(doc, "kind"), "load") == 0;
  bool failed = false;
  struct buf text;
  size_t i;
  int rc = 0;
  buf_init(&text, 0);
  json_array_foreach(list, i, one)
  {
    failed |= doc_bool(one, "regressed");
    if(!rc && i)
      rc = buf_adds(&text, "; ");
    if(!rc && json_array_size(list) > 1)
      rc = buf_addf(&text, "%s: ", doc_text(one, "now.name"));
    if(!rc)
      rc = load ? say_loads(one, &text) : say_checks(one, &text);
  }
  if(!rc &&
     (json_object_set_new(doc, "verdict",
                          json_string(failed ? "fail" : "pass")) ||
      json_object_set_new(doc, "sentence", json_string(buf_text(&text)))))
    rc = E_NOMEM;
  buf_free(&text);
  return rc;
}

static bool unsure(json_t *one)
{
  json_t *g;
  size_t i;
  json_array_foreach(doc_array(one, "gates"), i, g)
  {
    if(strcmp(doc_text(g, "state"), "held") != 0)
      return true;
  }
  return json_array_size(doc_array(one, "gates")) == 0 &&
         count_of(one, "too noisy to say", true) > 0;
}

int compare_exit_code(json_t *doc, bool strict)
{
  json_t *one;
  size_t i;
  if(strcmp(doc_text(doc, "verdict"), "pass") != 0)
    return EXIT_FAIL;
  json_array_foreach(doc_array(doc, "comparisons"), i, one)
  {
    if(strict && unsure(one))
      return EXIT_FAIL;
  }
  return EXIT_PASS;
}
