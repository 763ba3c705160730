/* SPDX-License-Identifier: MIT
 * For the tests of renderers: a document as a text, and what is in it. */
#ifndef WEIR_RESULT_RENDER_TESTING_H
#define WEIR_RESULT_RENDER_TESTING_H
#include "base/text_testing.h"
#include "result/output.h"

/* The text of doc, which is freed. */
static inline struct buf render_dropped(json_t *doc, enum output_format f)
{
  struct buf out;
  buf_init(&out, 0);
  assert_int_equal(output_render(doc, f, false, &out), 0);
  json_decref(doc);
  return out;
}

#endif
