/* SPDX-License-Identifier: MIT
 * Ids of events and the faults in them; see body.h. */
#include "behaviours/body.h"

#define LONG_ID 9000

static uint64_t scramble(uint64_t seed, uint64_t n)
{
  uint64_t z = seed + n * 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  return z ^ (z >> 29);
}

static int add_tailed(struct buf *out, struct slice id, struct slice tail)
{
  buf_adds(out, "id: ");
  buf_add(out, id.p, id.n);
  buf_add(out, tail.p, tail.n);
  return buf_addc(out, '\n');
}

static int add_long(struct buf *out, struct slice id)
{
  buf_addf(out, "id: %0*d", LONG_ID, 0);
  buf_add(out, id.p, id.n);
  return buf_addc(out, '\n');
}

static bool is_left_out(const struct body *b, const struct fault_set *f)
{
  return (f->v[FAULT_ID_SOMETIMES] && body_hits(b->events)) ||
         (f->v[FAULT_IDLESS_AFTER_RESUME] && b->resumed && b->events == 1);
}

int body_add_id(const struct body *b, const struct fault_set *f,
                struct slice id, struct buf *out)
{
  bool hit = body_hits(b->events);
  if(!id.p || is_left_out(b, f))
    return 0;
  if(f->v[FAULT_ID_RESET] && hit)
    return buf_adds(out, "id\n");
  if(f->v[FAULT_IDS_RANDOM])
    return buf_addf(out, "id: %llu\n",
                    (unsigned long long)scramble(b->seed, b->events) >> 12);
  if(f->v[FAULT_IDS_PER_CONN])
    return buf_addf(out, "id: %llu\n", (unsigned long long)b->events);
  if(f->v[FAULT_ID_9K])
    return add_long(out, id);
  if(f->v[FAULT_ID_NUL])
    return add_tailed(out, id, (struct slice){"\0x", 2});
  if(f->v[FAULT_ID_SPACE])
    return add_tailed(out, id, slice_of(" "));
  if(f->v[FAULT_ID_UTF8])
    return add_tailed(out, id, slice_of("\xc3\xa9"));
  if(f->v[FAULT_ID_DUP] && hit && b->last_id[0])
    id = slice_of(b->last_id);
  return add_tailed(out, id, slice_of(""));
}
