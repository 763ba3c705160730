/* SPDX-License-Identifier: MIT
 * Quoting; see shell.h. */
#include "base/shell.h"

#include <string.h>

int shell_quote(const char *text, struct buf *out)
{
  buf_addc(out, '\'');
  for(; *text; text++) {
    if(*text == '\'')
      buf_adds(out, "'\\''");
    else
      buf_addc(out, *text);
  }
  return buf_addc(out, '\'');
}

int shell_word(const char *text, struct buf *out)
{
  static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ:/._-%,@+=";
  return text[0] && !text[strspn(text, plain)] ? buf_adds(out, text)
                                               : shell_quote(text, out);
}
