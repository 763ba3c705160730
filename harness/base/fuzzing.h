/* SPDX-License-Identifier: MIT
 * What fuzzers share.  Only *_fuzz.c include it. */
#ifndef WEIR_BASE_FUZZING_H
#define WEIR_BASE_FUZZING_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* The fuzzer's entry: returns 0, and ends by a signal where weir is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void demand(bool condition)
{
  if(!condition)
    abort();
}

#endif
