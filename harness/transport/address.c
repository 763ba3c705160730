/* SPDX-License-Identifier: MIT
 * Source addresses; see address.h. */
#include "transport/address.h"

#include <stdio.h>

uint32_t address_count(uint64_t streams)
{
  uint64_t n = (streams + ADDRESS_STREAMS_EACH - 1) / ADDRESS_STREAMS_EACH;
  return n ? (uint32_t)n : 1;
}

void address_loopback(uint64_t n, uint64_t streams, char out[16])
{
  uint32_t count = address_count(streams);
  uint32_t k = (uint32_t)(n % count);
  out[0] = '\0';
  if(count > 1) /* 127.1.0.1 upward: the whole of 127.0.0.0/8 is local */
    snprintf(out, 16, "127.1.%u.%u", k / 250 % 250, k % 250 + 1);
}
