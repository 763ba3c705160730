/* SPDX-License-Identifier: MIT
 * The sentence about text that is no value; see option.h and wrong.h. */
#include "option/wrong.h"

#define SHOWN 60 /* bytes of a wrong value that a message repeats */

static int add_position(const struct option_row *o, const char *where,
                        struct err *e)
{
  /* An option names itself already. */
  if(where[0] != '-')
    err_prefix(e, "%s", o->name);
  err_prefix(e, "%s", where);
  return e ? e->code : E_SYNTAX;
}

int option_wrong(const struct option_row *o, struct slice text,
                 const char *where, const char *expected, struct err *e)
{
  struct slice shown = {text.n ? text.p : "", text.n < SHOWN ? text.n : SHOWN};
  if(!expected)
    expected = option_expected(o);
  if(text.n == 0)
    err_set(e, E_SYNTAX, "has no value: expected %s", expected);
  else
    err_set(e, E_SYNTAX, "\"%.*s%s\" is not valid: expected %s", (int)shown.n,
            shown.p, text.n > SHOWN ? "..." : "", expected);
  add_position(o, where, e);
  return E_SYNTAX;
}

static void add_bound(struct buf *out, const struct option_row *o, double v)
{
  if(o->type == OPTION_DURATION)
    option_add_duration(out, (uint64_t)v);
  else if(o->type == OPTION_BYTES)
    option_add_bytes(out, (uint64_t)v);
  else if(o->type == OPTION_COUNT)
    buf_addf(out, "%.0f", v);
  else
    option_add_double(out, v);
}

int wrong_range(const struct option_row *o, struct slice text,
                const char *where, struct err *e)
{
  struct buf bounds;
  int rc;
  buf_init(&bounds, 0);
  if(o->type == OPTION_SHARE && o->least == 0 && o->most == 1)
    buf_adds(&bounds, "0 (0%) and 1 (100%)");
  else {
    add_bound(&bounds, o, o->least);
    buf_adds(&bounds, " and ");
    add_bound(&bounds, o, o->most);
  }
  rc = bounds.rc ? bounds.rc : E_RANGE;
  if(bounds.rc)
    err_set(e, rc, "%s", err_name(rc));
  else {
    err_set(e, E_RANGE, "\"%.*s\" is out of range: expected %s between %s",
            (int)(text.n < SHOWN ? text.n : SHOWN), text.p, option_expected(o),
            bounds.p);
    add_position(o, where, e);
  }
  buf_free(&bounds);
  return rc;
}
