/* SPDX-License-Identifier: MIT
 * What fuzzers of YAML files share: base/fuzzing.h, and a leak that is not
 * weir's.  Only *_fuzz.c include it, once each. */
#ifndef WEIR_YAML_FUZZING_H
#define WEIR_YAML_FUZZING_H
#include "base/fuzzing.h"

const char *__lsan_default_suppressions(void);

/* libfyaml 0.7.12 itself loses a buffer when a quote is never closed; that
 * weir frees its parsers is seen in scenario/memory_test.c. */
const char *__lsan_default_suppressions(void)
{
  return "leak:libfyaml";
}

#endif
