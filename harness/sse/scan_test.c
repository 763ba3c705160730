/* SPDX-License-Identifier: MIT
 * Every way of finding a line end against the plain loop, at every alignment,
 * in memory that ends where the text ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sse/scan.h"

#define LONGEST 150

/* Heap of exactly n bytes, so that the address sanitizer sees one too many. */
static void check(size_t n, size_t at, size_t eol, char c)
{
  char *chunk = malloc(n);
  const char *end = chunk + n, *wanted = chunk + eol;
  assert_non_null(chunk);
  memset(chunk, 'x', n);
  if(at)
    chunk[at - 1] = '\n';
  if(eol < n)
    chunk[eol] = c;
  assert_ptr_equal(scan_eol_bytes(chunk + at, end), wanted);
  assert_ptr_equal(scan_eol_words(chunk + at, end), wanted);
  assert_ptr_equal(scan_eol(chunk + at, end, chunk), wanted);
  free(chunk);
}

static void test_line_ends_are_found_wherever_they_are(void **state)
{
  static const size_t sizes[] = {1,  7,  8,  9,  15, 16, 17,  31,
                                 32, 33, 63, 64, 65, 80, 128, LONGEST};
  size_t i, at, eol;
  (void)state;
  for(i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
    for(at = 0; at < sizes[i]; at++) {
      for(eol = at; eol <= sizes[i]; eol++)
        check(sizes[i], at, eol, eol & 1 ? '\n' : '\r');
    }
  }
}

static void test_bytes_close_to_line_ends_are_not_line_ends(void **state)
{
  static const char near[] =
      "\x0B\x0C\x0E\x09\x8A\x8D\x4A\x4D\x00\xFF\x0B\x0C"
      "\x0E\x09\x8A\x8D\x4A\x4D\x00\xFF\x1A\x1D\x2A\x2D";
  const char *end = near + sizeof(near);
  (void)state;
  assert_ptr_equal(scan_eol_words(near, end), end);
  assert_ptr_equal(scan_eol(near, end, near), end);
}

static void test_first_of_two_line_ends_is_found(void **state)
{
  static const char text[] = "0123456789\r\n0123456789\n\r";
  const char *end = text + sizeof(text) - 1;
  (void)state;
  assert_ptr_equal(scan_eol(text, end, text), text + 10);
  assert_ptr_equal(scan_eol(text + 11, end, text), text + 11);
  assert_ptr_equal(scan_eol_words(text + 12, end), text + 22);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_line_ends_are_found_wherever_they_are),
      cmocka_unit_test(test_bytes_close_to_line_ends_are_not_line_ends),
      cmocka_unit_test(test_first_of_two_line_ends_is_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
