/* SPDX-License-Identifier: MIT
 * Test help: memory that runs out.  A test that USES memory_testing has the
 * linker put the functions of memory_testing.c in front of malloc and its like
 * for weir's own code; libraries keep theirs. */
#ifndef WEIR_BASE_MEMORY_TESTING_H
#define WEIR_BASE_MEMORY_TESTING_H
#include <stdbool.h>
#include <stddef.h>

/* memory_fail_once: after n more allocations one fails. */
void memory_fail_once(size_t n);
/* memory_fail_from: after n more allocations all fail. */
void memory_fail_from(size_t n);
/* memory_restore has all succeed again; true when one failed since. */
bool memory_restore(void);
/* All allocations up to now, the failed ones as well. */
size_t memory_asked(void);
/* From now on what jansson allocates may fail, too. */
void memory_include_json(void);

/* memory_sweep makes attempt with its first, second, ... allocation failing
 * until it gets by without needing that many; the sanitizers see what is left
 * behind.  attempt returns whether it worked: the test fails where that is not
 * exactly when no allocation failed.  Returns how many it needs. */
long memory_sweep(bool (*attempt)(void *ctx), void *ctx);

#endif
