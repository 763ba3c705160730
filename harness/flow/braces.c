/* SPDX-License-Identifier: MIT
 * {{...}} in texts; see braces.h. */
#include "flow/braces.h"

int braces_next(struct slice text, size_t *at, size_t *end,
                struct slice *inside)
{
  struct slice rest = {text.p + *at, text.n - *at};
  long open = *at < text.n ? slice_find(rest, "{{") : -1, close;
  if(open < 0)
    return 0;
  *at += (size_t)open;
  rest = (struct slice){text.p + *at, text.n - *at};
  close = slice_find(rest, "}}");
  if(close < 0)
    return E_SYNTAX;
  *inside = slice_trim((struct slice){rest.p + 2, (size_t)close - 2});
  *end = *at + (size_t)close + 2;
  return 1;
}

bool braces_builtin(struct slice inside)
{
  return slice_eq_cstr(inside, "uuid") || slice_eq_cstr(inside, "now") ||
         slice_eq_cstr(inside, "n") || slice_starts(inside, "random ");
}

struct slice braces_split(struct slice inside, struct slice *escape)
{
  struct slice name = slice_trim(slice_cut(&inside, '|'));
  *escape = slice_trim(inside);
  return name;
}
