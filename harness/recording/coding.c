/* SPDX-License-Identifier: MIT
 * Content codings; see coding.h. */
#include "recording/coding.h"

#include <stdint.h>
#include <string.h>

#define WINDOW_RAW  (-15)
#define WINDOW_ZLIB 15
#define WINDOW_GZIP (15 + 16)

enum coding_kind coding_of(struct slice value)
{
  if(!value.n || slice_ieq_cstr(value, "identity") ||
     slice_ieq_cstr(value, "none"))
    return CODING_NONE;
  if(slice_ieq_cstr(value, "gzip") || slice_ieq_cstr(value, "x-gzip"))
    return CODING_GZIP;
  if(slice_ieq_cstr(value, "deflate"))
    return CODING_DEFLATE;
  return CODING_UNKNOWN;
}

void coding_init(struct coding *c, enum coding_kind kind)
{
  memset(c, 0, sizeof(*c));
  c->kind = kind;
  c->failed = kind == CODING_UNKNOWN;
}

void coding_free(struct coding *c)
{
  if(c->open)
    inflateEnd(&c->z);
  c->open = false;
}

static int open_window(struct coding *c, int bits)
{
  if(inflateInit2(&c->z, bits) != Z_OK)
    return E_NOMEM;
  c->open = true;
  return 0;
}

static int inflate_all(struct coding *c, struct slice bytes, struct buf *out)
{
  unsigned char piece[16384];
  c->z.next_in = (unsigned char *)(uintptr_t)bytes.p;
  c->z.avail_in = (unsigned)bytes.n;
  do {
    int z, rc;
    if(c->ended && c->z.avail_in) { /* gzip members may follow each other */
      c->ended = false;
      inflateReset(&c->z);
    }
    c->z.next_out = piece;
    c->z.avail_out = sizeof(piece);
    z = inflate(&c->z, Z_SYNC_FLUSH);
    rc = buf_add(out, piece, sizeof(piece) - c->z.avail_out);
    if(rc || z == Z_MEM_ERROR)
      return rc ? rc : E_NOMEM;
    c->ended = z == Z_STREAM_END;
    c->failed = z != Z_OK && z != Z_STREAM_END && z != Z_BUF_ERROR;
  } while(!c->failed && (c->z.avail_in || !c->z.avail_out));
  return 0;
}

/* RFC 1950 wants the wrapper, many servers leave it out; two bytes tell. */
static int open_deflate(struct coding *c, struct slice bytes, struct buf *out)
{
  unsigned char two[2];
  bool wrapped;
  int rc;
  if(!c->has_first && bytes.n) {
    c->first = (unsigned char)bytes.p[0];
    c->has_first = true;
    bytes.p++;
    bytes.n--;
  }
  if(!bytes.n)
    return 0;
  two[0] = c->first;
  two[1] = (unsigned char)bytes.p[0];
  wrapped = (two[0] & 15) == 8 && (two[0] << 8 | two[1]) % 31 == 0;
  rc = open_window(c, wrapped ? WINDOW_ZLIB : WINDOW_RAW);
  if(!rc)
    rc = inflate_all(c, (struct slice){(char *)two, 1}, out);
  return rc || c->failed ? rc : inflate_all(c, bytes, out);
}

int coding_feed(struct coding *c, struct slice bytes, struct buf *out)
{
  int rc = 0;
  if(c->kind == CODING_NONE)
    return buf_add(out, bytes.p, bytes.n);
  if(c->failed || !bytes.n)
    return 0;
  if(!c->open && c->kind == CODING_DEFLATE)
    return open_deflate(c, bytes, out);
  if(!c->open)
    rc = open_window(c, WINDOW_GZIP);
  return rc ? rc : inflate_all(c, bytes, out);
}
