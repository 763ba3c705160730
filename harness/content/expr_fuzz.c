/* SPDX-License-Identifier: MIT
 * Fuzzing expressions: a text, a NUL, then an event's data.  No bytes may be
 * read out of bounds; what is refused says why; what is taken can be judged,
 * and explained where it does not hold. */
#include <stdint.h>
#include <stdlib.h>

#include "content/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct expr *x, const struct pointer_set *set,
                  struct slice event)
{
  struct stream_item item = {.kind = ITEM_EVENT,
                             .event = SLICE_LIT("message"),
                             .id = event,
                             .data = event,
                             .gap_ns = GAP_NONE};
  struct look l;
  struct buf why;
  enum holding t;
  buf_init(&why, 0);
  look_init(&l, set);
  look_at(&l, &item);
  t = expr_judge(x, &l);
  expr_explain(x, &l, &why);
  if((t == HOLDS_YES) != (why.n == 0))
    abort();
  look_fini(&l);
  buf_free(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct pointer_set set;
  struct slice rest = {(const char *)data, size}, text;
  struct err e = {0};
  struct expr *x;
  if(!size)
    return 0;
  text = slice_cut(&rest, '\0');
  x = expr_new(text, &set, &e);
  if(!x && (!e.code || !e.text[0]))
    abort();
  if(x)
    judge(x, &set, rest);
  expr_free(x);
  pointer_set_fini(&set);
  return 0;
}
