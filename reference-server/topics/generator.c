/* SPDX-License-Identifier: MIT
 * Due times of an open-loop generator; see generator.h. */
#include "topics/generator.h"

/* A well mixed number from seed and index (splitmix64's finaliser), so that
 * jitter needs no state. */
static uint64_t mix(uint64_t seed, uint64_t index)
{
  uint64_t z = seed + index * 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

uint64_t generator_due_ns(const struct generator *g, uint64_t seq)
{
  uint64_t due = g->t0_ns;
  if(seq <= g->first_seq && g->jitter <= 0)
    return due;
  if(seq > g->first_seq)
    due += (uint64_t)((double)(seq - g->first_seq) * g->interval_ns);
  if(g->jitter > 0) {
    double unit = (double)(mix(g->seed, seq) >> 11) * 0x1.0p-53;
    due += (uint64_t)(unit * g->jitter * g->interval_ns);
  }
  return due;
}

uint64_t generator_due_seq(const struct generator *g, uint64_t now_ns)
{
  uint64_t seq = g->first_seq - 1;
  if(g->interval_ns <= 0 || now_ns < g->t0_ns)
    return seq;
  seq += (uint64_t)((double)(now_ns - g->t0_ns) / g->interval_ns);
  /* The division may be one off either way, and jitter delays. */
  while(generator_due_ns(g, seq + 1) <= now_ns)
    seq++;
  while(seq >= g->first_seq && generator_due_ns(g, seq) > now_ns)
    seq--;
  return seq;
}
