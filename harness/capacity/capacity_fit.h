/* SPDX-License-Identifier: MIT
 * A straight line through points, by least squares: what one more stream
 * costs a server, and how well a line describes it. */
#ifndef WEIR_CAPACITY_CAPACITY_FIT_H
#define WEIR_CAPACITY_CAPACITY_FIT_H
#include <stdbool.h>
#include <stddef.h>

struct capacity_fit {
  double slope, base; /* y = base + slope * x */
  double r2;          /* 1 = all points on the line, 0 = x explains nothing */
  size_t points;
};

/* capacity_fit_line is false when the points make no line: fewer than three,
 * or all at one x. */
bool capacity_fit_line(const double *x, const double *y, size_t n,
                       struct capacity_fit *out);

#endif
