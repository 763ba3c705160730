/* SPDX-License-Identifier: MIT
 * Lines that begin with a word; see lines.h. */
#include "content/lines.h"

#include <string.h>

bool lines_of(struct slice data, struct slice word, struct buf *out)
{
  bool any = false;
  buf_clear(out);
  while(data.n) {
    struct slice line = slice_cut(&data, '\n');
    if(line.n < word.n || memcmp(line.p, word.p, word.n) != 0 ||
       (line.n > word.n && line.p[word.n] != ' '))
      continue;
    if(any)
      buf_addc(out, '\n');
    any = true;
    if(line.n > word.n)
      buf_add(out, line.p + word.n + 1, line.n - word.n - 1);
  }
  return any && out->rc == 0;
}
