/* SPDX-License-Identifier: MIT
 * The smallest pieces of a page; see html.h. */
#include "page/escape.h"
#include "page/html.h"

void html_wrap(struct buf *out, const char *before, const char *text,
               const char *after)
{
  buf_adds(out, before);
  escape_xml(text ? text : "", out);
  buf_adds(out, after);
}

const char *html_class(enum page_grade grade)
{
  static const char *const names[] = {"plain", "good", "bad",
                                      "warn",  "info", "dim"};
  return names[grade];
}

void html_letter(struct buf *out, size_t at)
{
  if(at < 26)
    buf_addc(out, (char)('A' + at));
  else
    buf_addf(out, "%zu", at + 1);
}
