/* SPDX-License-Identifier: MIT
 * Least squares; see capacity_fit.h. */
#include "capacity/capacity_fit.h"

#include <math.h>

#define POINTS_MIN 3

static double mean(const double *v, size_t n)
{
  double sum = 0;
  size_t i;
  for(i = 0; i < n; i++)
    sum += v[i];
  return sum / (double)n;
}

bool capacity_fit_line(const double *x, const double *y, size_t n,
                       struct capacity_fit *out)
{
  double mx, my, xx = 0, xy = 0, yy = 0;
  size_t i;
  if(n < POINTS_MIN)
    return false;
  mx = mean(x, n);
  my = mean(y, n);
  for(i = 0; i < n; i++) {
    xx += (x[i] - mx) * (x[i] - mx);
    xy += (x[i] - mx) * (y[i] - my);
    yy += (y[i] - my) * (y[i] - my);
  }
  if(!(xx > 0))
    return false;
  out->points = n;
  out->slope = xy / xx;
  out->base = my - out->slope * mx;
  /* All at one height: the level line is exact. */
  out->r2 = yy > 0 ? fmin(1, xy * xy / (xx * yy)) : 1;
  return true;
}
