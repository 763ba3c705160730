/* SPDX-License-Identifier: MIT
 * What tests say of texts: that something is in them, that it is not, and that
 * a page which is kept beside the sources is what the sources make. */
#ifndef WEIR_BASE_TEXT_TESTING_H
#define WEIR_BASE_TEXT_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"

static inline void expect_part(const struct buf *text, const char *part)
{
  if(!strstr(buf_text(text), part))
    fail_msg("\"%s\" is not in:\n%s", part, buf_text(text));
}

static inline void expect_no_part(const struct buf *text, const char *part)
{
  if(strstr(buf_text(text), part))
    fail_msg("\"%s\" is in:\n%s", part, buf_text(text));
}

/* The file at path is what make writes; WEIR_UPDATE=1 writes it. */
static inline void expect_fresh(const char *path, int (*make)(struct buf *out))
{
  struct buf page, fresh;
  struct err e;
  buf_init(&page, 0);
  buf_init(&fresh, 0);
  assert_int_equal(make(&fresh), 0);
  if(getenv("WEIR_UPDATE"))
    assert_int_equal(file_write(path, buf_slice(&fresh), &e), 0);
  assert_int_equal(file_read(path, 0, &page, &e), 0);
  if(!slice_eq(buf_slice(&page), buf_slice(&fresh)))
    fail_msg("%s is stale: run this test with WEIR_UPDATE=1", path);
  buf_free(&page);
  buf_free(&fresh);
}

#endif
