/* SPDX-License-Identifier: MIT
 * Events held back; see hold.h. */
#include "behaviours/hold.h"

#define SECOND_NS 1000000000ull

bool hold_active(const struct hold *h)
{
  return h->burst_ns || h->stall_ns || h->once_until_ns > h->once_from_ns;
}

uint64_t hold_release_ns(const struct hold *h, uint64_t due_ns)
{
  uint64_t at = due_ns;
  /* Each step only ever moves later; the second pass settles the cases where
   * one hold ends inside another. */
  for(int pass = 0; pass < 2; pass++) {
    if(at >= h->once_from_ns && at < h->once_until_ns)
      at = h->once_until_ns;
    if(h->stall_ns && at % SECOND_NS < h->stall_ns)
      at += h->stall_ns - at % SECOND_NS;
    if(h->burst_ns && at % h->burst_ns)
      at += h->burst_ns - at % h->burst_ns;
  }
  return at;
}

uint64_t hold_limit_ns(const struct hold *h, uint64_t now_ns)
{
  uint64_t limit = now_ns;
  if(h->burst_ns)
    limit -= limit % h->burst_ns;
  if(h->stall_ns && limit % SECOND_NS < h->stall_ns)
    limit -= limit % SECOND_NS + 1;
  if(limit >= h->once_from_ns && limit < h->once_until_ns)
    limit = h->once_from_ns - 1;
  return limit;
}
