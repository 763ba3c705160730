/* SPDX-License-Identifier: MIT
 * Words of a shell's command line. */
#ifndef WEIR_BASE_SHELL_H
#define WEIR_BASE_SHELL_H
#include "base/buf.h"

/* shell_quote appends text in single quotes, whatever stands in it. */
int shell_quote(const char *text, struct buf *out);
/* shell_word does so only where a shell would not take it as it is. */
int shell_word(const char *text, struct buf *out);

#endif
