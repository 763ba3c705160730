/* SPDX-License-Identifier: MIT
 * Pieces of a page of HTML; see html.h. */
#include "result/html.h"

#include "result/markup.h"

void html_add(struct html *h, const char *markup)
{
  if(!h->rc)
    h->rc = buf_adds(h->out, markup);
}

void html_text(struct html *h, const char *text)
{
  if(!h->rc)
    h->rc = markup_xml(text, h->out);
}

void html_wrap(struct html *h, const char *before, const char *text,
               const char *after)
{
  html_add(h, before);
  html_text(h, text);
  html_add(h, after);
}

void html_number(struct html *h, const char *before, size_t n)
{
  html_add(h, before);
  if(!h->rc)
    h->rc = buf_addf(h->out, "%zu", n);
}
