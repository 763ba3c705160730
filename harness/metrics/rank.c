/* SPDX-License-Identifier: MIT
 * Rank test and shift estimate; see rank.h.  The distribution of U is counted
 * by the recurrence of Mann and Whitney (1947). */
#include "metrics/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/err.h"

/* ways[j * width + u]: in how many orders of the first k of one sample and j
 * of the other U is u.  Doubles: the counts pass 2^64 and only their ratio is
 * wanted. */
static void add_one(double *ways, size_t m, size_t width)
{
  size_t j, u;
  for(j = 1; j <= m; j++) {
    double *row = ways + j * width;
    const double *less = row - width;
    /* The largest of all is of the first sample (U grows by j) or of the
     * second (which then has one fewer). */
    for(u = width; u-- > 0;)
      row[u] = (u >= j ? row[u - j] : 0) + less[u];
  }
}

/* tail[u] is the chance of U <= u; n * m + 1 values.  NULL without memory. */
static double *tail_of(size_t n, size_t m)
{
  size_t width = n * m + 1, j, u;
  double *ways = calloc((m + 1) * width, sizeof(*ways));
  double *tail = calloc(width, sizeof(*tail));
  double total = 0, sum = 0;
  size_t k;
  if(!ways || !tail) {
    free(ways);
    free(tail);
    return NULL;
  }
  for(j = 0; j <= m; j++)
    ways[j * width] = 1;
  for(k = 0; k < n; k++)
    add_one(ways, m, width);
  for(u = 0; u < width; u++)
    total += ways[m * width + u];
  for(u = 0; u < width; u++) {
    sum += ways[m * width + u];
    tail[u] = sum / total;
  }
  free(ways);
  return tail;
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double rank_median(double *v, size_t n)
{
  weir_assert(n);
  qsort(v, n, sizeof(*v), ascending);
  return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* Pairs in which base is the greater one, a tie counting as half. */
static double pairs_below(const double *base, size_t n, const double *now,
                          size_t m)
{
  double u = 0;
  size_t i, j;
  for(i = 0; i < n; i++) {
    for(j = 0; j < m; j++)
      u += now[j] < base[i] ? 1 : now[j] == base[i] ? 0.5 : 0;
  }
  return u;
}

/* How many pairwise values may be cut off at each end: with u of them gone
 * the interval misses with the chance of U <= u, at each side. */
static size_t cut(const double *tail, size_t count, double confidence)
{
  size_t u = 0;
  while(u < count / 2 && tail[u] <= (1 - confidence) / 2)
    u++;
  return u ? u - 1 : 0;
}

static void interval(double *pair, size_t count, size_t off, double *mid,
                     double *low, double *high)
{
  *mid = rank_median(pair, count);
  *low = pair[off < count ? off : count - 1];
  *high = pair[off < count ? count - 1 - off : 0];
}

static bool all_above_zero(const double *v, size_t n)
{
  size_t i;
  for(i = 0; i < n; i++) {
    if(!(v[i] > 0))
      return false;
  }
  return true;
}

static void estimate(const double *base, size_t n, const double *now, size_t m,
                     double *pair, size_t off, struct rank_result *out)
{
  size_t i;
  for(i = 0; i < n * m; i++)
    pair[i] = now[i % m] - base[i / m];
  interval(pair, n * m, off, &out->shift, &out->shift_low, &out->shift_high);
  out->has_ratio = all_above_zero(base, n);
  if(!out->has_ratio)
    return;
  for(i = 0; i < n * m; i++)
    pair[i] = now[i % m] / base[i / m];
  interval(pair, n * m, off, &out->ratio, &out->ratio_low, &out->ratio_high);
}

int rank_compare(const double *base, size_t n, const double *now, size_t m,
                 double confidence, struct rank_result *out)
{
  double *tail, *pair, below;
  if(n == 0 || m == 0 || n > RANK_MAX || m > RANK_MAX)
    return E_RANGE;
  memset(out, 0, sizeof(*out));
  tail = tail_of(n, m);
  pair = calloc(n * m, sizeof(*pair));
  if(!tail || !pair) {
    free(tail);
    free(pair);
    return E_NOMEM;
  }
  below = pairs_below(base, n, now, m);
  weir_assert(below >= 0 && below <= (double)(n * m));
  out->p_greater = tail[(size_t)ceil(below)];
  out->p_less = tail[(size_t)ceil((double)(n * m) - below)];
  estimate(base, n, now, m, pair, cut(tail, n * m, confidence), out);
  free(tail);
  free(pair);
  return 0;
}
