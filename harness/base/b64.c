/* SPDX-License-Identifier: MIT
 * Base64; see b64.h. */
#include "base/b64.h"

#include <stdint.h>
#include <string.h>

#include "base/err.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int b64_encode(struct buf *out, struct slice bytes)
{
  const unsigned char *p = (const unsigned char *)bytes.p;
  size_t i;
  int rc = buf_reserve(out, (bytes.n + 2) / 3 * 4);
  for(i = 0; !rc && i < bytes.n; i += 3) {
    size_t left = bytes.n - i;
    uint32_t v = (uint32_t)p[i] << 16;
    char q[4];
    if(left > 1)
      v |= (uint32_t)p[i + 1] << 8;
    if(left > 2)
      v |= p[i + 2];
    q[0] = alphabet[v >> 18 & 63];
    q[1] = alphabet[v >> 12 & 63];
    q[2] = left > 1 ? alphabet[v >> 6 & 63] : '=';
    q[3] = left > 2 ? alphabet[v & 63] : '=';
    rc = buf_add(out, q, 4);
  }
  return rc;
}

static int digit(char c)
{
  const char *at = c ? strchr(alphabet, c) : NULL;
  return at ? (int)(at - alphabet) : -1;
}

int b64_decode(struct buf *out, struct slice text)
{
  size_t i;
  int rc = 0;
  if(text.n % 4)
    return E_SYNTAX;
  for(i = 0; !rc && i < text.n; i += 4) {
    const char *q = text.p + i;
    bool last = i + 4 == text.n;
    size_t pad = last && q[3] == '=' ? (q[2] == '=' ? 2 : 1) : 0;
    uint32_t v = 0;
    char bytes[3];
    size_t k;
    for(k = 0; k < 4; k++) {
      int d = k >= 4 - pad ? 0 : digit(q[k]);
      if(d < 0)
        return E_SYNTAX;
      v = v << 6 | (uint32_t)d;
    }
    bytes[0] = (char)(v >> 16 & 255);
    bytes[1] = (char)(v >> 8 & 255);
    bytes[2] = (char)(v & 255);
    rc = buf_add(out, bytes, 3 - pad);
  }
  return rc;
}
