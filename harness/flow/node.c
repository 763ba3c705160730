/* SPDX-License-Identifier: MIT
 * Values of a checked flow file; see node.h. */
#include "flow/node.h"

#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "content/number.h"

const char *node_text(const struct yaml_node *map, const char *name,
                      const char *otherwise)
{
  const struct yaml_node *n = yaml_get(map, name);
  return n && n->kind == YAML_SCALAR ? n->text.p : otherwise;
}

uint64_t node_time_ns(const struct yaml_node *map, const char *name,
                      uint64_t otherwise)
{
  const struct yaml_node *n = yaml_get(map, name);
  uint64_t ns = otherwise;
  if(n && n->kind == YAML_SCALAR && node_read_time(n->text, &ns))
    return otherwise;
  return ns;
}

uint64_t node_count(const struct yaml_node *map, const char *name,
                    uint64_t otherwise)
{
  const struct yaml_node *n = yaml_get(map, name);
  uint64_t v = otherwise;
  if(n && n->kind == YAML_SCALAR && units_count(n->text, &v))
    return otherwise;
  return v;
}

bool node_bool(const struct yaml_node *map, const char *name, bool otherwise)
{
  const struct yaml_node *n = yaml_get(map, name);
  bool v = otherwise;
  if(n && n->kind == YAML_SCALAR && node_read_bool(n->text, &v))
    return otherwise;
  return v;
}

const struct yaml_node *node_each(const struct yaml_node *one_or_list,
                                  const struct yaml_node *before)
{
  if(!one_or_list)
    return NULL;
  if(one_or_list->kind != YAML_LIST)
    return before ? NULL : one_or_list;
  return before ? before->next : one_or_list->child;
}

/* Unlike other files a flow names the unit: "2" is nobody's two seconds. */
int node_read_time(struct slice text, uint64_t *ns)
{
  text = slice_trim(text);
  if(!text.n || (text.p[text.n - 1] >= '0' && text.p[text.n - 1] <= '9'))
    return slice_eq_cstr(text, "0") ? (*ns = 0, 0) : E_SYNTAX;
  return units_duration_ns(text, ns);
}

/* What stands before and behind "..": false where there is none. */
static bool split(struct slice text, struct slice *low, struct slice *high)
{
  long at = slice_find(text, "..");
  if(at < 0)
    return false;
  *low = slice_trim((struct slice){text.p, (size_t)at});
  *high = slice_trim((struct slice){text.p + at + 2, text.n - (size_t)at - 2});
  return true;
}

static int read_number(struct slice text, uint32_t *out)
{
  uint64_t v;
  size_t i;
  for(i = 0; i < text.n; i++) {
    if(text.p[i] < '0' || text.p[i] > '9')
      return E_SYNTAX;
  }
  if(!text.n || units_count(text, &v))
    return E_SYNTAX;
  if(v >= NODE_MANY)
    return E_RANGE;
  *out = (uint32_t)v;
  return 0;
}

int node_read_times(struct slice text, struct node_times *out)
{
  struct slice low, high;
  int rc;
  text = slice_trim(text);
  if(!split(text, &low, &high)) {
    rc = read_number(text, &out->least);
    out->most = out->least;
    out->exact = true;
    return rc;
  }
  out->least = 0;
  out->most = NODE_MANY;
  out->exact = high.n != 0;
  if(!low.n && !high.n)
    return E_SYNTAX;
  rc = low.n ? read_number(low, &out->least) : 0;
  if(!rc && high.n)
    rc = read_number(high, &out->most);
  return !rc && out->most < out->least ? E_RANGE : rc;
}

int node_read_spans(struct slice text, uint64_t *least, uint64_t *most)
{
  struct slice low, high;
  int rc = 0;
  *least = 0;
  *most = UINT64_MAX;
  if(!split(slice_trim(text), &low, &high))
    return node_read_time(text, most);
  if(!low.n && !high.n)
    return E_SYNTAX;
  if(low.n)
    rc = node_read_time(low, least);
  if(!rc && high.n)
    rc = node_read_time(high, most);
  return !rc && *most < *least ? E_RANGE : rc;
}

int node_read_bool(struct slice text, bool *out)
{
  if(slice_eq_cstr(text, "true") || slice_eq_cstr(text, "yes"))
    *out = true;
  else if(slice_eq_cstr(text, "false") || slice_eq_cstr(text, "no"))
    *out = false;
  else
    return E_SYNTAX;
  return 0;
}

enum value_kind node_kind(const struct yaml_node *scalar)
{
  struct slice t = scalar->text;
  if(scalar->quoted)
    return KIND_STRING;
  if(!t.n || slice_eq_cstr(t, "null") || slice_eq_cstr(t, "~"))
    return KIND_NULL;
  if(slice_eq_cstr(t, "true") || slice_eq_cstr(t, "false"))
    return KIND_BOOL;
  return number_length(t) == t.n ? KIND_NUMBER : KIND_STRING;
}
