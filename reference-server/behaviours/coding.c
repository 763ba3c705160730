/* SPDX-License-Identifier: MIT
 * A stream's body compressed; see coding.h. */
#include "behaviours/coding.h"

#include <stdlib.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib's way to ask for a gzip wrapper */
#define HOLD_BYTES  32768u
#define STEP_BYTES  4096u

struct coding {
  z_stream z;
  struct buf held; /* not yet given to the compressor */
};

bool coding_wanted(const struct fault_set *f, bool offered, bool asked)
{
  if(f->v[FAULT_FORCE_GZIP])
    return true;
  return offered &&
         (asked || f->v[FAULT_NO_VARY] || f->v[FAULT_GZIP_NOFLUSH] ||
          f->v[FAULT_GZIP_ONE_LATE] || f->v[FAULT_GZIP_32K]);
}

struct coding *coding_new(void)
{
  struct coding *c = calloc(1, sizeof(*c));
  if(c && deflateInit2(&c->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW,
                       8, Z_DEFAULT_STRATEGY) != Z_OK) {
    free(c);
    return NULL;
  }
  if(c)
    buf_init(&c->held, 0);
  return c;
}

void coding_free(struct coding *c)
{
  if(!c)
    return;
  deflateEnd(&c->z);
  buf_free(&c->held);
  free(c);
}

static int compress_all(struct coding *c, struct slice body, int flush,
                        struct buf *out)
{
  c->z.next_in = (Bytef *)(uintptr_t)body.p;
  c->z.avail_in = (uInt)body.n;
  do {
    if(buf_reserve(out, STEP_BYTES))
      return E_NOMEM;
    c->z.next_out = (Bytef *)out->p + out->n;
    c->z.avail_out = STEP_BYTES;
    if(deflate(&c->z, flush) == Z_STREAM_ERROR)
      return E_NOMEM;
    out->n += STEP_BYTES - c->z.avail_out;
  } while(c->z.avail_out == 0);
  return 0;
}

static int release(struct coding *c, int flush, struct buf *out)
{
  int rc = compress_all(c, buf_slice(&c->held), flush, out);
  buf_clear(&c->held);
  return rc;
}

int coding_write(struct coding *c, const struct fault_set *f,
                 struct slice body, struct buf *out)
{
  int rc = 0;
  if(f->v[FAULT_GZIP_NOFLUSH])
    return compress_all(c, body, Z_NO_FLUSH, out);
  if(f->v[FAULT_GZIP_ONE_LATE]) {
    rc = release(c, Z_SYNC_FLUSH, out);
    return rc ? rc : buf_add(&c->held, body.p, body.n);
  }
  rc = buf_add(&c->held, body.p, body.n);
  if(rc || (f->v[FAULT_GZIP_32K] && c->held.n < HOLD_BYTES))
    return rc;
  return release(c, Z_SYNC_FLUSH, out);
}

int coding_end(struct coding *c, struct buf *out)
{
  return release(c, Z_FINISH, out);
}
