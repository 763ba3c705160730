/* SPDX-License-Identifier: MIT
 * For the tests of command lines: words as main() gets them. */
#ifndef WEIR_CLI_ARGS_TESTING_H
#define WEIR_CLI_ARGS_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

#define ARGS_MAX 20 /* words behind the command */
#define URL      "http://127.0.0.1:1/s"

/* good() and bad() are the test's own: a line that is understood, and one that
 * is refused with a sentence. */
#define WORDS(...)         ((const char *const[]){__VA_ARGS__, NULL})
#define GOOD(...)          good(WORDS(__VA_ARGS__))
#define BAD(sentence, ...) bad(sentence, WORDS(__VA_ARGS__))

/* Fills argv with the command and its words, up to a NULL; returns argc. */
static inline int args_line(const char *command, const char *const *words,
                            char *argv[ARGS_MAX + 2])
{
  int n = 0;
  argv[n++] = (char *)(uintptr_t)command;
  for(; *words; words++) {
    assert_true(n <= ARGS_MAX);
    argv[n++] = (char *)(uintptr_t)*words;
  }
  argv[n] = NULL;
  return n;
}

#endif
