/* SPDX-License-Identifier: MIT
 * A page's data as CSV; see write.h. */
#include "page/escape.h"
#include "page/write.h"

int page_csv(const struct page *p, bool colour, struct buf *out)
{
  const struct page_table *t = &p->data;
  const struct page_row *r;
  size_t c;
  (void)colour;
  if(!t->columns)
    return E_UNSUPPORTED;
  for(c = 0; c < t->columns; c++) {
    buf_adds(out, c ? "," : "");
    escape_csv(t->column[c], out);
  }
  buf_adds(out, "\r\n");
  for(r = t->row; r; r = r->next) {
    for(c = 0; c < t->columns; c++) {
      buf_adds(out, c ? "," : "");
      escape_csv(r->cell[c].text ? r->cell[c].text : "", out);
    }
    buf_adds(out, "\r\n");
  }
  return out->rc;
}
