/* SPDX-License-Identifier: MIT
 * Values by dotted path; see doc.h. */
#include "document/doc.h"

#include <math.h>

bool doc_find(json_t *doc, const char *path, double *out)
{
  json_t *v = json_dotted_get(doc, path);
  if(!json_is_number(v))
    return false;
  *out = json_number_value(v);
  return true;
}

double doc_number(json_t *doc, const char *path, double otherwise)
{
  double v;
  return doc_find(doc, path, &v) ? v : otherwise;
}

uint64_t doc_count(json_t *doc, const char *path)
{
  json_t *v = json_dotted_get(doc, path);
  if(json_is_integer(v) && json_integer_value(v) > 0)
    return (uint64_t)json_integer_value(v);
  if(json_is_real(v) && json_real_value(v) > 0 && json_real_value(v) < 9e18)
    return (uint64_t)json_real_value(v);
  return 0;
}

const char *doc_text(json_t *doc, const char *path)
{
  const char *s = json_string_value(json_dotted_get(doc, path));
  return s ? s : "";
}

bool doc_bool(json_t *doc, const char *path)
{
  return json_is_true(json_dotted_get(doc, path));
}

json_t *doc_array(json_t *doc, const char *path)
{
  json_t *v = json_dotted_get(doc, path);
  return json_is_array(v) ? v : NULL;
}

json_t *doc_main_cause(json_t *doc)
{
  json_t *most = NULL, *c;
  size_t i;
  json_array_foreach(doc_array(doc, "summary.connections.causes"), i, c)
  {
    if(!most || doc_count(c, "count") > doc_count(most, "count"))
      most = c;
  }
  return most;
}

json_t *doc_real(double v)
{
  if(!isfinite(v))
    return json_null();
  if(fabs(v) > 1e12)
    return json_real(v);
  return json_real(round(v * 1000.0) / 1000.0);
}

json_t *doc_integer(uint64_t v)
{
  return json_integer((json_int_t)(v > INT64_MAX ? INT64_MAX : v));
}
