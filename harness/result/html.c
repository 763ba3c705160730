/* SPDX-License-Identifier: MIT
 * Pieces of a page of HTML; see html.h. */
#include "result/html.h"

#include "page/escape.h"

void hx_add(struct html *h, const char *markup)
{
  if(!h->rc)
    h->rc = buf_adds(h->out, markup);
}

void hx_text(struct html *h, const char *text)
{
  if(!h->rc)
    h->rc = escape_xml(text, h->out);
}

void hx_wrap(struct html *h, const char *before, const char *text,
             const char *after)
{
  hx_add(h, before);
  hx_text(h, text);
  hx_add(h, after);
}

void hx_number(struct html *h, const char *before, size_t n)
{
  hx_add(h, before);
  if(!h->rc)
    h->rc = buf_addf(h->out, "%zu", n);
}
