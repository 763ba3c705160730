/* SPDX-License-Identifier: MIT
 * Claims about weir itself that always hold: invariants and what callers owe.
 *
 * They stay on in every build, since a number computed behind a broken
 * invariant is worse than none; only benchmarks are built without (the option
 * WEIR_NO_ASSERT).  Never claim anything about what comes from outside: that
 * is answered with E_*. */
#ifndef WEIR_BASE_ASSERT_H
#define WEIR_BASE_ASSERT_H

/* assert_failed says "file:line: claim does not hold" and aborts. */
_Noreturn void assert_failed(const char *file, int line, const char *claim)
    __attribute__((cold));

/* weir_assert(claim): the claim has no side effects. */
#ifdef WEIR_NO_ASSERT
#define weir_assert(claim) ((void)sizeof(!(claim)))
#else
#define weir_assert(claim)                                                    \
  (__builtin_expect(!!(claim), 1)                                             \
       ? (void)0                                                              \
       : assert_failed(__FILE__, __LINE__, #claim))
#endif

#endif
