/* SPDX-License-Identifier: MIT
 * Exact decimals; see number.h. */
#include "content/number.h"

#include <stdint.h>

#define EXPONENT_MAX INT64_C(1000000000000000)

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p, const char *end)
{
  while(p < end && is_digit(*p))
    p++;
  return p;
}

/* Behind ".5" or "e-7" at p; p where there is none, NULL where it is none. */
static const char *skip_part(const char *p, const char *end, bool fraction)
{
  const char *from;
  if(p == end || (fraction ? *p != '.' : *p != 'e' && *p != 'E'))
    return p;
  p++;
  if(!fraction && p < end && (*p == '+' || *p == '-'))
    p++;
  from = p;
  p = skip_digits(p, end);
  return p == from ? NULL : p;
}

size_t number_length(struct slice text)
{
  const char *p = text.p, *end = text.p + text.n;
  if(text.n == 0)
    return 0;
  if(*p == '-')
    p++;
  if(p == end || !is_digit(*p))
    return 0;
  p = *p == '0' ? p + 1 : skip_digits(p, end);
  p = skip_part(p, end, true);
  p = p ? skip_part(p, end, false) : NULL;
  return p ? (size_t)(p - text.p) : 0;
}

/* 0.d1 d2 d3 ... times ten to the power `magnitude`, d1 not 0. */
struct decimal {
  int sign;            /* -1, 0 or 1 */
  int64_t magnitude;   /* only where sign is not 0 */
  const char *p, *end; /* from d1 to the last digit, maybe with a point */
};

static int64_t read_exponent(const char *p, const char *end)
{
  int64_t v = 0;
  bool negative = p < end && *p == '-';
  if(p < end && (*p == '-' || *p == '+'))
    p++;
  for(; p < end; p++)
    v = v >= EXPONENT_MAX ? EXPONENT_MAX : v * 10 + (*p - '0');
  v = v > EXPONENT_MAX ? EXPONENT_MAX : v;
  return negative ? -v : v;
}

static struct decimal take_apart(struct slice text)
{
  struct decimal d = {0, 0, text.p, text.p + text.n};
  const char *end = d.end, *mark;
  int sign = 1;
  if(*d.p == '-') {
    sign = -1;
    d.p++;
  }
  for(mark = d.p; mark < end && *mark != 'e' && *mark != 'E'; mark++)
    ;
  d.end = mark;
  if(mark < end)
    d.magnitude = read_exponent(mark + 1, end);
  d.magnitude += skip_digits(d.p, d.end) - d.p;
  for(; d.p < d.end && (*d.p == '0' || *d.p == '.'); d.p++)
    d.magnitude -= *d.p == '0';
  d.sign = d.p == d.end ? 0 : sign;
  return d;
}

/* The next digit; 0 behind the last one. */
static char next_digit(const char **p, const char *end)
{
  if(*p < end && **p == '.')
    ++*p;
  return *p < end ? *(*p)++ : '0';
}

static int compare_digits(struct decimal a, struct decimal b)
{
  while(a.p < a.end || b.p < b.end) {
    char x = next_digit(&a.p, a.end), y = next_digit(&b.p, b.end);
    if(x != y)
      return x < y ? -1 : 1;
  }
  return 0;
}

int number_compare(struct slice a, struct slice b)
{
  struct decimal x = take_apart(a), y = take_apart(b);
  if(x.sign != y.sign)
    return x.sign < y.sign ? -1 : 1;
  if(x.sign == 0)
    return 0;
  if(x.magnitude != y.magnitude)
    return x.magnitude < y.magnitude ? -x.sign : x.sign;
  return x.sign * compare_digits(x, y);
}
