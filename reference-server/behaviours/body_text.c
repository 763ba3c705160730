/* SPDX-License-Identifier: MIT
 * Encoding and line ends of a stream's text; see body.h. */
#include "behaviours/body.h"

#include <string.h>

bool body_hits(uint64_t event)
{
  return event % 3 == 2;
}

static int add_wide(struct buf *out, const char *p, size_t n)
{
  for(size_t i = 0; i < n; i++) {
    buf_addc(out, p[i]);
    buf_addc(out, '\0');
  }
  return out->rc;
}

static const char *line_end(const struct fault_set *f, bool hit)
{
  if(f->v[FAULT_CR_ONLY])
    return "\r";
  if(f->v[FAULT_CRLF] || (hit && f->v[FAULT_MIXED_EOL]))
    return "\r\n";
  return "\n";
}

static int add_lines(struct buf *out, struct slice text, const char *end,
                     bool blanks)
{
  while(text.n) {
    const char *lf = memchr(text.p, '\n', text.n);
    size_t n = lf ? (size_t)(lf - text.p) : text.n;
    buf_add(out, text.p, n);
    if(lf && (n || blanks))
      buf_adds(out, end);
    n += lf != NULL;
    text.p += n;
    text.n -= n;
  }
  return out->rc;
}

int body_encode(struct body *b, const struct fault_set *f, struct slice text,
                bool hit, struct buf *out)
{
  bool first = !b->begun;
  if(!text.n)
    return 0;
  b->begun = true;
  if(f->v[FAULT_UTF16]) {
    if(first)
      buf_adds(out, "\xff\xfe");
    return add_wide(out, text.p, text.n);
  }
  if(first && f->v[FAULT_BOM])
    buf_adds(out, "\xef\xbb\xbf");
  return add_lines(out, text, line_end(f, hit), !f->v[FAULT_NO_BLANK_LINE]);
}
