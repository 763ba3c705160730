/* SPDX-License-Identifier: MIT
 * UTF-8 validity; see utf8.h.  Table 3-7 of the Unicode Standard gives the
 * permitted second bytes, which is all that distinguishes overlongs,
 * surrogates and values above U+10FFFF. */
#include "base/utf8.h"

#include <stdint.h>

/* Length of the longest well-formed prefix of a sequence at p.  *whole tells
 * whether it is a complete character; the result is at least 1. */
static size_t sequence(const unsigned char *p, size_t n, bool *whole)
{
  unsigned char c = p[0], lo = 0x80, hi = 0xBF;
  size_t need, i;
  *whole = false;
  if(c < 0x80) {
    *whole = true;
    return 1;
  }
  if(c < 0xC2 || c > 0xF4)
    return 1;
  need = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
  if(c == 0xE0)
    lo = 0xA0;
  else if(c == 0xED)
    hi = 0x9F;
  else if(c == 0xF0)
    lo = 0x90;
  else if(c == 0xF4)
    hi = 0x8F;
  for(i = 1; i <= need; i++) {
    if(i >= n || p[i] < lo || p[i] > hi)
      return i;
    lo = 0x80;
    hi = 0xBF;
  }
  *whole = true;
  return need + 1;
}

size_t utf8_check(struct slice text)
{
  const unsigned char *p = (const unsigned char *)text.p;
  size_t at = 0;
  while(at < text.n) {
    bool whole;
    size_t len = sequence(p + at, text.n - at, &whole);
    if(!whole)
      return at;
    at += len;
  }
  return at;
}

int utf8_repair(struct buf *out, struct slice text)
{
  const unsigned char *p = (const unsigned char *)text.p;
  size_t at = 0;
  buf_reserve(out, text.n);
  while(at < text.n) {
    bool whole;
    size_t good = utf8_check((struct slice){text.p + at, text.n - at});
    buf_add(out, text.p + at, good);
    at += good;
    if(at < text.n) {
      at += sequence(p + at, text.n - at, &whole);
      buf_add(out, "\xEF\xBF\xBD", 3);
    }
  }
  return out->rc;
}
