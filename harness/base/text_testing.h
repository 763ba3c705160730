/* SPDX-License-Identifier: MIT
 * What tests say of texts: that something is in them, and that it is not. */
#ifndef WEIR_BASE_TEXT_TESTING_H
#define WEIR_BASE_TEXT_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

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

#endif
