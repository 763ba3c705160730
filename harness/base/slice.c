/* SPDX-License-Identifier: MIT
 * Borrowed runs of bytes; see slice.h. */
#include "base/slice.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct slice slice_of(const char *cstr)
{
  return (struct slice){cstr, cstr ? strlen(cstr) : 0};
}

bool slice_eq(struct slice a, struct slice b)
{
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool slice_eq_cstr(struct slice a, const char *cstr)
{
  return slice_eq(a, slice_of(cstr));
}

bool slice_ieq_cstr(struct slice a, const char *cstr)
{
  size_t n = strlen(cstr);
  return a.n == n && (n == 0 || strncasecmp(a.p, cstr, n) == 0);
}

bool slice_starts(struct slice a, const char *prefix)
{
  size_t n = strlen(prefix);
  return a.n >= n && (n == 0 || memcmp(a.p, prefix, n) == 0);
}

static bool is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice slice_trim(struct slice a)
{
  while(a.n && is_blank(a.p[0])) {
    a.p++;
    a.n--;
  }
  while(a.n && is_blank(a.p[a.n - 1]))
    a.n--;
  return a;
}

long slice_find(struct slice a, const char *needle)
{
  const char *hit;
  if(a.n == 0)
    return *needle ? -1 : 0;
  hit = memmem(a.p, a.n, needle, strlen(needle));
  return hit ? (long)(hit - a.p) : -1;
}

struct slice slice_cut(struct slice *rest, char sep)
{
  struct slice head = *rest;
  const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
  if(!at) {
    *rest = (struct slice){NULL, 0};
    return head;
  }
  head.n = (size_t)(at - head.p);
  rest->n -= head.n + 1;
  rest->p = at + 1;
  return head;
}

char *slice_dup(struct slice a)
{
  char *copy = malloc(a.n + 1);
  if(!copy)
    return NULL;
  if(a.n)
    memcpy(copy, a.p, a.n);
  copy[a.n] = '\0';
  return copy;
}
