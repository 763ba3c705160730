/* SPDX-License-Identifier: MIT
 * Setting one value and saying what is wrong with it; see value.h.  Reading
 * proper stands in value_read.c, writing in value_format.c. */
#include "scenario/value.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "scenario/origin.h"

#define SHOWN 60 /* bytes of a wrong value that a message repeats */

const char *value_expectation(const struct key *k)
{
  static const char *const text[] = {
      [VALUE_STRING] = "text",
      [VALUE_URL] = "a URL such as http://127.0.0.1:8080/stream",
      [VALUE_METHOD] = "a method such as GET or POST",
      [VALUE_PATH] = "a file name",
      [VALUE_POINTER] = "a JSON pointer such as /seq, or none",
      [VALUE_COUNT] = "a whole number such as 1000 or 10k",
      [VALUE_SEED] = "a whole number such as 42",
      [VALUE_DURATION] = "a duration such as 250ms, 30s or 5m",
      [VALUE_OFFSET] = "a duration such as 3ms or -3ms",
      [VALUE_BYTES] = "a size such as 512 or 16KiB",
      [VALUE_RATE] = "a rate such as 500/s or 30/m",
      [VALUE_SHARE] = "a share such as 0.25 or 25%",
      [VALUE_BOOL] = "true or false",
      [VALUE_SEQUENCE] = "auto, none, id or a JSON pointer such as /seq",
      [VALUE_STAMP] = "auto, none or a JSON pointer such as /t",
      [VALUE_STRINGS] = "a list",
      [VALUE_HEADERS] = "a header such as \"Name: value\"",
      [VALUE_STAGES] = "a stage such as 1000:10s:30s",
      [VALUE_THRESHOLDS] = "a threshold such as latency.p99 < 250ms",
  };
  switch((int)k->id) {
  case KEY_HTTP:
    return "1.1, 2 or auto";
  case KEY_STORM_HOW:
    return "fin or rst";
  case KEY_STAMP_UNIT:
    return "auto, ns, us, ms or s";
  case KEY_SOURCE_IP:
    return "an IPv4 or IPv6 address";
  case KEY_RESOLVE:
    return "HOST:PORT:ADDRESS, such as example.org:443:127.0.0.1";
  case KEY_PROXY:
    return "a proxy such as http://127.0.0.1:3128 or socks5://127.0.0.1:1080";
  default:
    return text[k->type];
  }
}

static int add_position(const struct key *k, const char *where, struct err *e)
{
  /* An option names its key already. */
  if(where[0] != '-')
    err_prefix(e, "%s", k->name);
  err_prefix(e, "%s", where);
  return e ? e->code : E_SYNTAX;
}

int value_wrong(const struct key *k, struct slice text, const char *where,
                const char *expected, struct err *e)
{
  struct slice shown = {text.n ? text.p : "", text.n < SHOWN ? text.n : SHOWN};
  if(!expected)
    expected = value_expectation(k);
  if(text.n == 0)
    err_set(e, E_SYNTAX, "has no value: expected %s", expected);
  else
    err_set(e, E_SYNTAX, "\"%.*s%s\" is not valid: expected %s", (int)shown.n,
            shown.p, text.n > SHOWN ? "..." : "", expected);
  add_position(k, where, e);
  return E_SYNTAX;
}

static int add_bound(struct buf *out, const struct key *k, double v)
{
  if(k->type == VALUE_DURATION)
    return value_add_duration(out, (uint64_t)v);
  if(k->type == VALUE_BYTES)
    return value_add_bytes(out, (uint64_t)v);
  if(k->type == VALUE_COUNT)
    return buf_addf(out, "%.0f", v);
  return value_add_double(out, v);
}

static int out_of_range(const struct key *k, struct slice text,
                        const char *where, struct err *e)
{
  struct buf bounds;
  int rc;
  buf_init(&bounds, 0);
  if(k->type == VALUE_SHARE)
    rc = buf_adds(&bounds, "0 (0%) and 1 (100%)");
  else {
    rc = add_bound(&bounds, k, k->least);
    if(!rc)
      rc = buf_adds(&bounds, " and ");
    if(!rc)
      rc = add_bound(&bounds, k, k->most);
  }
  if(rc == 0) {
    rc = E_RANGE;
    err_set(e, E_RANGE, "\"%.*s\" is out of range: expected %s between %s",
            (int)(text.n < SHOWN ? text.n : SHOWN), text.p,
            value_expectation(k), bounds.p);
    add_position(k, where, e);
  } else
    err_set(e, rc, "%s", err_name(rc));
  buf_free(&bounds);
  return rc;
}

size_t value_bad_byte(struct slice text)
{
  size_t i, valid = utf8_check(text);
  for(i = 0; i < valid; i++) {
    unsigned char c = (unsigned char)text.p[i];
    if((c < 0x20 && c != '\t') || c == 0x7f)
      return i;
  }
  return valid;
}

/* What is wrong with a URL (which may hold templates), or NULL. */
static const char *url_fault(struct slice text)
{
  size_t i, braces = 0;
  if(value_bad_byte(text) != text.n)
    return "a URL without control characters";
  for(i = 0; i + 1 < text.n; i++) {
    if(text.p[i] == '{' && text.p[i + 1] == '{')
      braces++;
    if(text.p[i] == '}' && text.p[i + 1] == '}' && braces)
      braces--;
    if((text.p[i] == ' ' || text.p[i] == '\t') && !braces)
      return "a URL without spaces (write %20)";
  }
  if(slice_starts(text, "{{"))
    return NULL;
  if(slice_find(text, "://") < 0)
    return "a URL that begins with http:// or https://";
  if(!slice_starts(text, "http://") && !slice_starts(text, "https://"))
    return "http:// or https://";
  i = (size_t)slice_find(text, "://") + 3;
  if(i >= text.n || strchr("/?#:", text.p[i]))
    return "a host name behind ://";
  return NULL;
}

static const char *method_fault(struct slice text)
{
  size_t i;
  if(text.n == 0 || text.n > 32)
    return "a method such as GET or POST";
  for(i = 0; i < text.n; i++) {
    if(text.p[i] < 'A' || text.p[i] > 'Z')
      return "a method in capital letters, such as GET or POST";
  }
  return NULL;
}

static const char *proxy_fault(struct slice text)
{
  static const char *const scheme[] = {"http://",   "https://",
                                       "socks4://", "socks4a://",
                                       "socks5://", "socks5h://"};
  const char *expected = "a proxy such as http://127.0.0.1:3128 or "
                         "socks5://127.0.0.1:1080";
  size_t i;
  if(text.n == 0 || value_bad_byte(text) != text.n ||
     memchr(text.p, ' ', text.n))
    return expected;
  if(slice_find(text, "://") < 0)
    return NULL;
  for(i = 0; i < sizeof(scheme) / sizeof(scheme[0]); i++) {
    if(slice_starts(text, scheme[i]))
      return NULL;
  }
  return expected;
}

/* What is wrong with a text value, or NULL. */
static const char *text_fault(const struct key *k, struct slice text)
{
  if(text.n && memchr(text.p, '\0', text.n))
    return "text without NUL characters";
  if(utf8_check(text) != text.n)
    return "UTF-8 text";
  if(k->type == VALUE_URL)
    return url_fault(text);
  if(k->type == VALUE_METHOD)
    return method_fault(text);
  if(k->id == KEY_PROXY)
    return proxy_fault(text);
  if(k->id != KEY_PUBLISH_BODY && k->id != KEY_BODY &&
     value_bad_byte(text) != text.n)
    return "text without control characters";
  return NULL;
}

int value_set(struct scenario *s, const struct key *k, struct slice text,
              const char *where, struct err *e)
{
  const char *fault = NULL;
  bool may_be_empty = k->type == VALUE_STRING && k->id != KEY_PROXY;
  int rc;
  if(k->type == VALUE_STRING || k->type == VALUE_URL ||
     k->type == VALUE_METHOD || k->type == VALUE_PATH)
    fault = text_fault(k, text);
  if(fault || (text.n == 0 && !may_be_empty))
    return value_wrong(k, text, where, fault, e);
  rc = value_read(s, k, text);
  if(rc == E_RANGE)
    return out_of_range(k, text, where, e);
  if(rc == E_SYNTAX)
    return value_wrong(k, text, where, NULL, e);
  return rc ? err_set(e, rc, "%s: %s", where, err_name(rc)) : 0;
}
