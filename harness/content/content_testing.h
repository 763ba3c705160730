/* SPDX-License-Identifier: MIT
 * What the tests of content/ begin with. */
#ifndef WEIR_CONTENT_CONTENT_TESTING_H
#define WEIR_CONTENT_CONTENT_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#endif
