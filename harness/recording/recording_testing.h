/* SPDX-License-Identifier: MIT
 * Test help: hand-made recordings.  For cmocka programs only. */
#ifndef WEIR_RECORDING_RECORDING_TESTING_H
#define WEIR_RECORDING_RECORDING_TESTING_H
#include "recording/digest.h"

static inline struct recording *testing_recording(const char *method,
                                                  const char *head)
{
  struct recording *r = recording_new("test");
  assert_non_null(r);
  free(r->method);
  r->method = slice_dup(slice_of(method));
  assert_int_equal(buf_adds(&r->head.bytes, head), 0);
  r->head.exact = true;
  return r;
}

static inline void testing_read(struct recording *r, int64_t t_ns,
                                const char *text)
{
  assert_int_equal(recording_add_read(r, t_ns, slice_of(text)), 0);
}

#endif
