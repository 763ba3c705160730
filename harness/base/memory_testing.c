/* SPDX-License-Identifier: MIT
 * Allocations that fail when a test says so; see memory_testing.h. */
#include "base/memory_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#define MAX_ALLOCATIONS 100000

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);

static size_t asked;
static size_t from = SIZE_MAX, to = SIZE_MAX; /* those of these numbers fail */

static bool fails(void)
{
  size_t number = asked++;
  return number >= from && number < to;
}

void *__wrap_malloc(size_t n)
{
  return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
  return fails() ? NULL : __real_calloc(count, n);
}

void *__wrap_realloc(void *p, size_t n)
{
  return fails() ? NULL : __real_realloc(p, n);
}

void memory_fail_once(size_t n)
{
  from = asked + n;
  to = from + 1;
}

void memory_fail_from(size_t n)
{
  from = asked + n;
  to = SIZE_MAX;
}

bool memory_restore(void)
{
  bool failed = asked > from;
  from = to = SIZE_MAX;
  return failed;
}

size_t memory_asked(void)
{
  return asked;
}

static void *json_malloc(size_t n)
{
  return malloc(n);
}

void memory_include_json(void)
{
  json_set_alloc_funcs(json_malloc, free);
}

long memory_sweep(bool (*attempt)(void *ctx), void *ctx)
{
  long n;
  for(n = 0; n < MAX_ALLOCATIONS; n++) {
    bool worked, failed;
    memory_fail_once((size_t)n);
    worked = attempt(ctx);
    failed = memory_restore();
    if(worked && failed)
      fail_msg("allocation %ld failed unseen", n);
    if(!worked && !failed)
      fail_msg("failed without need at %ld", n);
    if(worked)
      return n;
  }
  fail_msg("no end after %d allocations", MAX_ALLOCATIONS);
  return n;
}
