/* SPDX-License-Identifier: MIT
 * Bounded growable buffer; see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/err.h"

#define BUF_FIRST    64
#define LINE_COLUMNS 79

void buf_init(struct buf *b, size_t max)
{
  *b = (struct buf){.max = max};
}

void buf_free(struct buf *b)
{
  free(b->p);
  buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
  b->n = 0;
  b->rc = 0;
  if(b->p)
    b->p[0] = '\0';
}

int buf_fail(struct buf *b, int rc)
{
  weir_assert(rc <= 0);
  if(!b->rc)
    b->rc = rc;
  return b->rc;
}

int buf_reserve(struct buf *b, size_t more)
{
  size_t need = b->n + more + 1;
  size_t cap = b->cap ? b->cap : BUF_FIRST;
  char *p;
  if(b->rc)
    return b->rc;
  weir_assert(b->p ? b->n < b->cap : !b->n);
  weir_assert(more < SIZE_MAX / 4 - b->n);
  if(b->max && b->n + more > b->max)
    return buf_fail(b, E_TOO_LONG);
  if(need <= b->cap)
    return 0;
  while(cap < need)
    cap *= 2;
  p = realloc(b->p, cap);
  if(!p)
    return buf_fail(b, E_NOMEM);
  b->p = p;
  b->cap = cap;
  return 0;
}

int buf_add(struct buf *b, const void *p, size_t n)
{
  if(buf_reserve(b, n))
    return b->rc;
  if(n)
    memcpy(b->p + b->n, p, n);
  b->n += n;
  b->p[b->n] = '\0';
  return 0;
}

int buf_addc(struct buf *b, char c)
{
  return buf_add(b, &c, 1);
}

int buf_adds(struct buf *b, const char *cstr)
{
  return buf_add(b, cstr, strlen(cstr));
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
  va_list ap;
  int n;
  va_start(ap, fmt);
  n = vsnprintf(NULL, 0, fmt, ap);
  va_end(ap);
  if(n < 0)
    return buf_fail(b, E_INTERNAL);
  if(buf_reserve(b, (size_t)n))
    return b->rc;
  va_start(ap, fmt);
  vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
  va_end(ap);
  b->n += (size_t)n;
  return 0;
}

int buf_add_percent(struct buf *b, struct slice text)
{
  size_t i;
  for(i = 0; i < text.n && !b->rc; i++) {
    unsigned char c = (unsigned char)text.p[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 (c >= '0' && c <= '9') || (c && strchr("-._~", c));
    if(plain)
      buf_addc(b, (char)c);
    else
      buf_addf(b, "%%%02X", c);
  }
  return b->rc;
}

void buf_consume(struct buf *b, size_t n)
{
  if(!b->p)
    return;
  n = n < b->n ? n : b->n;
  memmove(b->p, b->p + n, b->n - n);
  b->n -= n;
  b->p[b->n] = '\0';
}

struct slice buf_slice(const struct buf *b)
{
  return (struct slice){b->p, b->n};
}

const char *buf_text(const struct buf *b)
{
  return b->p ? b->p : "";
}

int buf_add_wrapped(struct buf *b, size_t left, const char *text)
{
  size_t at = left;
  text += strspn(text, " ");
  while(*text) {
    size_t n = strcspn(text, " ");
    if(at > left && at + 1 + n > LINE_COLUMNS) {
      buf_addf(b, "\n%*s", (int)left, "");
      at = left;
    } else if(at > left) {
      buf_addc(b, ' ');
      at++;
    }
    buf_add(b, text, n);
    at += n;
    text += n;
    text += strspn(text, " ");
  }
  return buf_addc(b, '\n');
}
