/* SPDX-License-Identifier: MIT
 * The chunks of a stream's body; see framing.h. */
#include "behaviours/framing.h"

#define HELD_BYTES 4096u

bool framing_is_chunked(const struct fault_set *f, bool http11)
{
  if(f->v[FAULT_CL_ENDLESS] || f->v[FAULT_CLOSE_DELIMITED] ||
     f->v[FAULT_HTTP10])
    return false;
  return http11 || f->v[FAULT_TE_ON_10];
}

bool framing_holds(const struct fault_set *f, size_t n)
{
  return f->v[FAULT_HOLD_4K] && n < HELD_BYTES;
}

static int add_chunk(struct buf *out, const struct fault_set *f,
                     struct slice body, uint64_t number)
{
  size_t said = body.n;
  int rc;
  if(f->v[FAULT_BAD_CHUNK_SIZE] && number % 3 == 2)
    said--;
  rc =
      buf_addf(out, "%zx%s\r\n", said, f->v[FAULT_CHUNK_EXT] ? ";weir=1" : "");
  rc = rc ? rc : buf_add(out, body.p, body.n);
  return rc ? rc : buf_adds(out, "\r\n");
}

int framing_wrap(struct buf *out, const struct fault_set *f, bool chunked,
                 struct slice body, uint64_t number)
{
  size_t half = body.n / 2;
  if(!body.n)
    return 0;
  if(!chunked)
    return buf_add(out, body.p, body.n);
  if(!f->v[FAULT_SPLIT_WRITES] || !half)
    return add_chunk(out, f, body, number);
  add_chunk(out, f, (struct slice){body.p, half}, number);
  return add_chunk(out, f, (struct slice){body.p + half, body.n - half},
                   number);
}

int framing_end(struct buf *out, const struct fault_set *f, bool chunked)
{
  if(!chunked || f->v[FAULT_NO_TERMINATOR])
    return 0;
  if(f->v[FAULT_TRAILERS])
    return buf_adds(out, "0\r\nX-Checksum: 17\r\n\r\n");
  return buf_adds(out, "0\r\n\r\n");
}
