/* SPDX-License-Identifier: MIT
 * Text into members, by the row's type; see option.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/units.h"
#include "option/list.h"
#include "option/text.h"
#include "option/wrong.h"

static void *member(void *object, const struct option_row *o)
{
  return (char *)object + o->at;
}

static int put_text(void *object, const struct option_row *o,
                    struct slice text)
{
  char **at = member(object, o);
  char *copy = slice_dup(text);
  if(!copy)
    return E_NOMEM;
  free(*at);
  *at = copy;
  return 0;
}

int option_put_text(void *object, const struct option_row *o,
                    struct slice text, const struct option_source *from,
                    struct err *e)
{
  const char *fault = text_fault(o->type, text);
  int rc;
  if(fault)
    return option_wrong(o, text, from->where, fault, e);
  rc = put_text(object, o, text);
  return rc ? err_set(e, rc, "%s", err_name(rc)) : 0;
}

static void put_whole(void *object, const struct option_row *o, uint64_t v)
{
  uint32_t small = (uint32_t)v;
  if(o->size == sizeof(small))
    memcpy(member(object, o), &small, sizeof(small));
  else
    memcpy(member(object, o), &v, sizeof(v));
}

/* "1.5k" is a whole number, "1.5" is not. */
static bool is_fraction(struct slice text)
{
  return text.n && memchr(text.p, '.', text.n) && text.p[text.n - 1] >= '0' &&
         text.p[text.n - 1] <= '9';
}

static bool is_outside(const struct option_row *o, double v)
{
  return (o->least != 0 || o->most != 0) && (v < o->least || v > o->most);
}

static int read_whole(void *object, const struct option_row *o,
                      struct slice text)
{
  uint64_t v = 0;
  int rc;
  text = slice_trim(text);
  if(o->type == OPTION_DURATION)
    rc = units_duration_ns(text, &v);
  else if(is_fraction(text))
    return E_SYNTAX;
  else if(o->type == OPTION_BYTES)
    rc = units_bytes(text, &v);
  else
    rc = units_count(text, &v);
  if(rc == 0 && is_outside(o, (double)v))
    rc = E_RANGE;
  if(rc == 0)
    put_whole(object, o, v);
  return rc;
}

static int read_real(void *object, const struct option_row *o,
                     struct slice text)
{
  double v = 0;
  int rc =
      o->type == OPTION_RATE ? units_rate(text, &v) : units_share(text, &v);
  if(rc == 0 && is_outside(o, v))
    rc = E_RANGE;
  if(rc == 0)
    memcpy(member(object, o), &v, sizeof(v));
  return rc;
}

/* A seed uses all 64 bits, more than a double holds. */
static int read_seed(void *object, const struct option_row *o,
                     struct slice text)
{
  char tmp[24];
  uint64_t v;
  text = slice_trim(text);
  if(text.n == 0 || text.n >= sizeof(tmp))
    return E_SYNTAX;
  memcpy(tmp, text.p, text.n);
  tmp[text.n] = '\0';
  if(strspn(tmp, "0123456789") != text.n)
    return E_SYNTAX;
  errno = 0;
  v = strtoull(tmp, NULL, 10);
  if(errno)
    return E_SYNTAX;
  put_whole(object, o, v);
  return 0;
}

static int read_bool(struct slice text, bool *out)
{
  static const char *const yes[] = {"true", "yes", "on", "1"};
  static const char *const no[] = {"false", "no", "off", "0"};
  size_t i;
  for(i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
    if(slice_ieq_cstr(text, yes[i]) || slice_ieq_cstr(text, no[i])) {
      *out = slice_ieq_cstr(text, yes[i]);
      return 0;
    }
  }
  return E_SYNTAX;
}

static int read_choice(void *object, const struct option_row *o,
                       struct slice text)
{
  unsigned int i;
  for(i = 0; o->choice[i]; i++) {
    if(slice_ieq_cstr(text, o->choice[i])) {
      memcpy(member(object, o), &i, sizeof(i));
      return 0;
    }
  }
  return E_SYNTAX;
}

static int read_pointer(void *object, const struct option_row *o,
                        struct slice text)
{
  if(slice_ieq_cstr(text, "none")) {
    char **at = member(object, o);
    free(*at);
    *at = NULL;
    return 0;
  }
  return text_is_pointer(text) ? put_text(object, o, text) : E_SYNTAX;
}

static int read_path(void *object, const struct option_row *o,
                     struct slice text, const char *folder)
{
  struct buf joined;
  char *copy = slice_dup(text);
  int rc;
  if(!copy)
    return E_NOMEM;
  buf_init(&joined, 4096);
  rc = file_path_join(&joined, folder, copy);
  if(rc == 0)
    rc = put_text(object, o, buf_slice(&joined));
  buf_free(&joined);
  free(copy);
  return rc;
}

/* E_SYNTAX and E_RANGE without a sentence. */
static int read_value(void *object, const struct option_row *o,
                      struct slice text, const char *folder)
{
  switch(o->type) {
  case OPTION_COUNT:
  case OPTION_DURATION:
  case OPTION_BYTES:
    return read_whole(object, o, text);
  case OPTION_SEED:
    return read_seed(object, o, text);
  case OPTION_RATE:
  case OPTION_SHARE:
    return read_real(object, o, text);
  case OPTION_BOOL:
    return read_bool(text, member(object, o));
  case OPTION_CHOICE:
    return read_choice(object, o, text);
  case OPTION_POINTER:
    return read_pointer(object, o, text);
  case OPTION_ARGUMENT:
    memcpy(member(object, o), &text.p, sizeof(text.p));
    return 0;
  case OPTION_PATH:
    return read_path(object, o, text, folder);
  default:
    return put_text(object, o, text);
  }
}

static bool may_be_empty(const struct option_row *o)
{
  return o->type == OPTION_TEXT || o->type == OPTION_LINES;
}

int option_set(void *object, const struct option_row *o, struct slice text,
               const struct option_source *from, struct err *e)
{
  const char *fault = NULL;
  int rc;
  if(o->set)
    return o->set(object, o, text, from, e);
  if(option_is_list(o))
    return list_add(object, o, text, from, e);
  if(option_is_text(o) && o->type != OPTION_POINTER)
    fault = text_fault(o->type, text);
  if(fault || (text.n == 0 && !may_be_empty(o)))
    return option_wrong(o, text, from->where, fault, e);
  rc = read_value(object, o, text, from->folder);
  if(rc == E_RANGE)
    return wrong_range(o, text, from->where, e);
  if(rc == E_SYNTAX)
    return option_wrong(o, text, from->where, NULL, e);
  return rc ? err_set(e, rc, "%s: %s", from->where, err_name(rc)) : 0;
}

int option_set_default(void *object, const struct option_table *t)
{
  static const struct option_source from = {.where = "default"};
  size_t i;
  int rc = 0;
  for(i = 0; i < t->count && rc == 0; i++) {
    const struct option_row *o = &t->row[i];
    if(o->fallback)
      rc = option_set(object, o, slice_of(o->fallback), &from, NULL);
  }
  return rc;
}

void option_free(void *object, const struct option_table *t)
{
  size_t i;
  for(i = 0; i < t->count; i++) {
    const struct option_row *o = &t->row[i];
    char **at = member(object, o);
    if(o->type == OPTION_OWN || o->type == OPTION_OWN_LIST)
      continue;
    if(option_is_list(o))
      option_clear(object, o);
    if(option_is_list(o) || option_is_text(o)) {
      free(*at);
      *at = NULL;
    }
  }
}
