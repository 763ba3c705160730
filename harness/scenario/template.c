/* SPDX-License-Identifier: MIT
 * Checking and filling {{templates}}; see template.h. */
#include "scenario/template.h"

#include <string.h>

#include "base/json.h"
#include "scenario/feeder.h"

enum name {
  NAME_N,
  NAME_RUN,
  NAME_SEQ,
  NAME_T,
  NAME_S,
  NAME_PAD,
  NAME_USER,
  NAME_UNKNOWN
};
enum filter { FILTER_NONE, FILTER_URL, FILTER_JSON, FILTER_UNKNOWN };

struct placeholder {
  struct slice before; /* text in front of it */
  struct slice name;   /* what stands between the braces, trimmed */
  enum name which;
  struct slice field; /* of user.FIELD */
  enum filter filter; /* of {{name|filter}} */
};

static enum name name_of(struct slice text)
{
  static const char *const known[] = {"n", "run", "seq", "t", "s", "pad"};
  unsigned int i;
  for(i = 0; i < NAME_USER; i++) {
    if(slice_eq_cstr(text, known[i]))
      return (enum name)i;
  }
  return slice_starts(text, "user.") ? NAME_USER : NAME_UNKNOWN;
}

static enum filter filter_of(struct slice text)
{
  if(!text.p)
    return FILTER_NONE;
  text = slice_trim(text);
  return slice_eq_cstr(text, "url")    ? FILTER_URL
         : slice_eq_cstr(text, "json") ? FILTER_JSON
                                       : FILTER_UNKNOWN;
}

/* Takes text up to and with the next placeholder off *rest.  Returns 1 with
 * one, 0 when only plain text was left, E_SYNTAX without closing braces. */
static int cut_placeholder(struct slice *rest, struct placeholder *out)
{
  long open = slice_find(*rest, "{{");
  long close;
  struct slice inner;
  if(open < 0) {
    out->before = *rest;
    rest->n = 0;
    return 0;
  }
  out->before = (struct slice){rest->p, (size_t)open};
  rest->p += open + 2;
  rest->n -= (size_t)open + 2;
  close = slice_find(*rest, "}}");
  if(close < 0)
    return E_SYNTAX;
  inner = (struct slice){rest->p, (size_t)close};
  rest->p += close + 2;
  rest->n -= (size_t)close + 2;
  out->name = slice_trim(slice_cut(&inner, '|'));
  out->filter = filter_of(inner);
  out->which = name_of(out->name);
  out->field = out->name;
  if(out->which == NAME_USER) {
    out->field.p += 5;
    out->field.n -= 5;
  }
  return 1;
}

static int list_fields(const struct scenario *s, struct buf *out)
{
  uint32_t i;
  int rc = 0;
  for(i = 0; i < s->user_field_count && rc == 0; i++)
    rc = buf_addf(out, "%suser.%s", i ? ", " : "", s->user_field[i]);
  return rc;
}

static int check_user(const struct scenario *s, const struct placeholder *p,
                      const char *where, struct err *e)
{
  struct buf fields;
  int n = (int)(p->name.n < 60 ? p->name.n : 60);
  if(!s->user_field_count)
    return err_set(e, E_MISMATCH,
                   "%s: {{%.*s}} needs users: name a CSV file with the key "
                   "\"users\"",
                   where, n, p->name.p);
  if(feeder_field(s, p->field) >= 0)
    return 0;
  buf_init(&fields, 400);
  (void)list_fields(s, &fields);
  err_set(e, E_MISMATCH, "%s: {{%.*s}}: %s has no such field; it has %s",
          where, n, p->name.p, s->users_file, buf_text(&fields));
  buf_free(&fields);
  return E_MISMATCH;
}

static int check_one(const struct scenario *s, const struct placeholder *p,
                     bool publishing, const char *where, struct err *e)
{
  int n = (int)(p->name.n < 60 ? p->name.n : 60);
  if(p->filter == FILTER_UNKNOWN)
    return err_set(e, E_MISMATCH,
                   "%s: {{%.*s|...}}: unknown filter; there are url and json",
                   where, n, p->name.p);
  if(p->which == NAME_USER)
    return check_user(s, p, where, e);
  if(p->which == NAME_UNKNOWN)
    return err_set(e, E_MISMATCH, "%s: {{%.*s}} is not known; there are %s",
                   where, n, p->name.n ? p->name.p : "",
                   publishing
                       ? "{{n}}, {{run}}, {{user.FIELD}}, {{seq}}, {{t}}, "
                         "{{s}} and {{pad}}"
                       : "{{n}}, {{run}} and {{user.FIELD}}");
  if(!publishing && p->which >= NAME_SEQ && p->which <= NAME_PAD)
    return err_set(e, E_MISMATCH,
                   "%s: {{%.*s}} has a value in publish requests only", where,
                   n, p->name.p);
  return 0;
}

int template_check(const struct scenario *s, const char *text, bool publishing,
                   const char *where, struct err *e)
{
  struct slice rest = slice_of(text);
  struct placeholder p;
  int more, rc = 0;
  do {
    more = cut_placeholder(&rest, &p);
    if(more < 0)
      return err_set(e, E_SYNTAX, "%s: \"{{\" without \"}}\"", where);
    if(more)
      rc = check_one(s, &p, publishing, where, e);
  } while(more && rc == 0);
  return rc;
}

bool template_uses(const char *text, const char *name)
{
  struct slice rest = slice_of(text);
  struct placeholder p;
  while(text && cut_placeholder(&rest, &p) > 0) {
    if(slice_eq_cstr(p.name, name))
      return true;
  }
  return false;
}

static int add_pad(struct buf *out, uint64_t n)
{
  int rc = buf_reserve(out, n);
  if(rc == 0 && n) {
    memset(out->p + out->n, 'x', n);
    out->n += n;
    out->p[out->n] = '\0';
  }
  return rc;
}

static int add_user(const struct scenario *s, const struct placeholder *p,
                    const struct template_values *v, struct buf *out)
{
  int column = feeder_field(s, p->field);
  struct slice text;
  if(!v->user || column < 0 || (uint32_t)column >= v->user->field_count)
    return E_NOT_FOUND;
  text = slice_of(v->user->field[column]);
  if(p->filter == FILTER_URL)
    return buf_add_percent(out, text);
  if(p->filter == FILTER_JSON)
    return json_quote_inside(out, text);
  return buf_add(out, text.p, text.n);
}

static int add_value(const struct scenario *s, const struct placeholder *p,
                     const struct template_values *v, struct buf *out)
{
  switch(p->which) {
  case NAME_N:
    return buf_addf(out, "%llu", (unsigned long long)v->n);
  case NAME_RUN:
    return buf_adds(out, v->run ? v->run : "");
  case NAME_SEQ:
    return buf_addf(out, "%llu", (unsigned long long)v->seq);
  case NAME_T:
    return buf_addf(out, "%llu", (unsigned long long)v->scheduled_ns);
  case NAME_S:
    return buf_addf(out, "%llu", (unsigned long long)v->sent_ns);
  case NAME_PAD:
    return add_pad(out, v->pad_bytes);
  case NAME_USER:
    return add_user(s, p, v, out);
  default:
    return E_NOT_FOUND;
  }
}

int template_expand(const struct scenario *s, const char *text,
                    const struct template_values *v, struct buf *out)
{
  struct slice rest = slice_of(text);
  struct placeholder p;
  int more, rc;
  do {
    more = cut_placeholder(&rest, &p);
    if(more < 0)
      return more;
    rc = buf_add(out, p.before.p, p.before.n);
    if(rc == 0 && more)
      rc = add_value(s, &p, v, out);
  } while(more && rc == 0);
  return rc;
}

const char *template_publish_default_body(const struct scenario *s)
{
  if(s->user_count)
    return "{\"run\":\"{{run}}\",\"seq\":{{seq}},\"t\":{{t}},\"s\":{{s}},"
           "\"user\":\"{{user.id}}\",\"pad\":\"{{pad}}\"}";
  return "{\"run\":\"{{run}}\",\"seq\":{{seq}},\"t\":{{t}},\"s\":{{s}},"
         "\"pad\":\"{{pad}}\"}";
}
