/* SPDX-License-Identifier: MIT
 * How often a flow that ran several times was not green; see flow_doc.h. */
#include <math.h>
#include <string.h>

#include "document/doc.h"
#include "flow/flow_doc.h"

#define Z95 1.959963984540054 /* of the normal distribution, for 95 % */

static bool is_same(json_t *a, json_t *b)
{
  return strcmp(doc_text(a, "file"), doc_text(b, "file")) == 0 &&
         strcmp(doc_text(a, "name"), doc_text(b, "name")) == 0;
}

/* Wilson's interval of a share: right for few runs and for none that failed.
 */
static void add_interval(json_t *j, double bad, double n)
{
  double p = bad / n, z2 = Z95 * Z95;
  double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  double half = Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
  json_object_set_new(j, "share", doc_real(p));
  json_object_set_new(j, "low", doc_real(fmax(middle - half, 0)));
  json_object_set_new(j, "high", doc_real(fmin(middle + half, 1)));
}

static json_t *rate_of(json_t *runs, json_t *flow)
{
  json_t *j = json_object(), *run;
  uint64_t n = 0, bad = 0;
  size_t i;
  json_array_foreach(runs, i, run)
  {
    if(json_is_null(run) || !is_same(run, flow))
      continue;
    n++;
    bad += strcmp(doc_text(run, "verdict"), "pass") != 0;
  }
  json_object_set_new(j, "file", json_string(doc_text(flow, "file")));
  json_object_set_new(j, "name", json_string(doc_text(flow, "name")));
  json_object_set_new(j, "runs", doc_integer(n));
  json_object_set_new(j, "not_passed", doc_integer(bad));
  add_interval(j, (double)bad, (double)n);
  return j;
}

json_t *flow_rates(json_t *runs)
{
  json_t *list = json_array(), *run, *known;
  size_t i, k;
  json_array_foreach(runs, i, run)
  {
    if(json_is_null(run))
      continue;
    json_array_foreach(list, k, known)
    {
      if(is_same(known, run))
        break;
    }
    if(k == json_array_size(list))
      json_array_append_new(list, rate_of(runs, run));
  }
  return list;
}
