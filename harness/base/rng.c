/* SPDX-License-Identifier: MIT
 * xoshiro256** by Blackman and Vigna (public domain design), seeded by
 * splitmix64 as its authors advise. */
#include "base/rng.h"

#include <sys/random.h>

#include "base/assert.h"
#include "base/clock.h"

static uint64_t splitmix(uint64_t *x)
{
  uint64_t z = (*x += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

static uint64_t rotl(uint64_t x, int k)
{
  return (x << k) | (x >> (64 - k));
}

void rng_seed(struct rng *r, uint64_t seed)
{
  int i;
  for(i = 0; i < 4; i++)
    r->s[i] = splitmix(&seed);
}

uint64_t rng_next(struct rng *r)
{
  uint64_t *s = r->s;
  uint64_t result = rotl(s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotl(s[3], 45);
  return result;
}

double rng_unit(struct rng *r)
{
  return (double)(rng_next(r) >> 11) * 0x1.0p-53;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
  /* Lemire's multiply-shift; the bias is below 2^-32 for every n used. */
  weir_assert(n);
  __extension__ typedef unsigned __int128 wide;
  return (uint64_t)(((wide)rng_next(r) * n) >> 64);
}

uint64_t rng_fresh_seed(void)
{
  uint64_t seed;
  if(getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
    seed = clock_real_ns();
  return seed & 0x1fffffffffffffull; /* exact in a JSON number */
}
