/* SPDX-License-Identifier: MIT
 * Error codes and sentences; see err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"

const char *err_name(int code)
{
  switch(code) {
  case E_OK:
    return "ok";
#define X(name, value, text)                                                  \
  case name:                                                                  \
    return text;
    ERR_LIST(X)
#undef X
  default:
    return "unknown error";
  }
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
  va_list ap;
  weir_assert(code < 0);
  if(!e)
    return code;
  e->code = code;
  va_start(ap, fmt);
  vsnprintf(e->text, sizeof(e->text), fmt, ap);
  va_end(ap);
  return code;
}

int err_prefix(struct err *e, const char *fmt, ...)
{
  char old[sizeof(e->text)];
  va_list ap;
  size_t room;
  int n;
  if(!e)
    return E_INTERNAL;
  memcpy(old, e->text, sizeof(old));
  va_start(ap, fmt);
  n = vsnprintf(e->text, sizeof(e->text), fmt, ap);
  va_end(ap);
  if(n >= 0 && (size_t)n + sizeof(": ") < sizeof(e->text)) {
    room = sizeof(e->text) - (size_t)n - sizeof(": ");
    snprintf(e->text + n, room + sizeof(": "), ": %.*s", (int)room, old);
  }
  return e->code;
}
