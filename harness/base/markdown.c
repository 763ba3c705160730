/* SPDX-License-Identifier: MIT
 * Markdown; see markdown.h. */
#include "base/markdown.h"

#include <stdbool.h>
#include <string.h>

static void add_char(char c, bool escaped, struct buf *out)
{
  if(escaped && strchr("\\`*_<>|[]", c))
    buf_addc(out, '\\');
  buf_addc(out, c == '\n' || c == '\r' ? ' ' : c);
}

int markdown_text(const char *text, struct buf *out)
{
  for(; *text; text++)
    add_char(*text, true, out);
  return out->rc;
}

int markdown_code(const char *text, struct buf *out)
{
  bool code = false;
  for(; *text; text++) {
    if(*text == '`')
      code = !code;
    add_char(*text, !code && *text != '`', out);
  }
  return out->rc;
}

int markdown_labelled(const char *label, const char *text,
                      int (*add)(const char *text, struct buf *out),
                      struct buf *out)
{
  int rc;
  if(!text[0])
    return 0;
  rc = buf_addf(out, "\n**%s** ", label);
  if(!rc)
    rc = add(text, out);
  return rc ? rc : buf_addc(out, '\n');
}
