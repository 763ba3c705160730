/* SPDX-License-Identifier: MIT
 * Judging expressions; see expr.h. */
#include "content/expr.h"

#include <stdlib.h>

#include "content/expr_private.h"

void expr_free(struct expr *x)
{
  uint8_t i;
  if(!x)
    return;
  for(i = 0; i < x->tests; i++)
    condition_fini(&x->test[i]);
  free(x);
}

/* With a = NO standing for the worst of && and the best of !||. */
static enum holding both(enum holding a, enum holding b)
{
  if(a == HOLDS_NO || b == HOLDS_NO)
    return HOLDS_NO;
  return a == HOLDS_YES && b == HOLDS_YES ? HOLDS_YES : HOLDS_UNKNOWN;
}

static enum holding opposite(enum holding a)
{
  return a == HOLDS_UNKNOWN ? a : a == HOLDS_YES ? HOLDS_NO : HOLDS_YES;
}

static enum holding judge(const struct expr *x, uint8_t at, struct look *l)
{
  const struct node *n = &x->node[at];
  enum holding left;
  if(n->kind == NODE_TEST)
    return condition_judge(&x->test[n->left], l);
  left = judge(x, n->left, l);
  if(n->kind == NODE_NOT)
    return opposite(left);
  if(left == (n->kind == NODE_AND ? HOLDS_NO : HOLDS_YES))
    return left;
  if(n->kind == NODE_AND)
    return both(left, judge(x, n->right, l));
  return opposite(both(opposite(left), opposite(judge(x, n->right, l))));
}

enum holding expr_judge(const struct expr *x, struct look *l)
{
  return judge(x, x->top, l);
}

static void explain(const struct expr *x, uint8_t at, struct look *l,
                    struct buf *out)
{
  const struct node *n = &x->node[at];
  if(n->kind == NODE_TEST) {
    condition_explain(&x->test[n->left], l, out);
    return;
  }
  if(n->kind == NODE_NOT) {
    buf_adds(out, "what is negated holds: ");
    explain(x, n->left, l, out);
    return;
  }
  if(judge(x, n->left, l) != HOLDS_YES) {
    explain(x, n->left, l, out);
    if(n->kind == NODE_AND)
      return;
    buf_adds(out, "; and ");
  }
  explain(x, n->right, l, out);
}

int expr_explain(const struct expr *x, struct look *l, struct buf *out)
{
  if(expr_judge(x, l) != HOLDS_YES)
    explain(x, x->top, l, out);
  return out->rc;
}

uint8_t expr_met(const struct expr *x, struct look *l)
{
  uint8_t i, n = 0;
  for(i = 0; i < x->tests; i++)
    n = (uint8_t)(n + (condition_judge(&x->test[i], l) == HOLDS_YES));
  return n;
}

uint8_t expr_tests(const struct expr *x)
{
  return x->tests;
}

bool expr_hears(const struct expr *x, enum item_kind kind)
{
  uint8_t i;
  for(i = 0; i < x->tests; i++) {
    enum operand o = x->test[i].operand;
    enum item_kind of = o == OPERAND_COMMENT ? ITEM_COMMENT
                        : o == OPERAND_RETRY ? ITEM_RETRY
                                             : ITEM_EVENT;
    if(of == kind)
      return true;
  }
  return false;
}

uint64_t expr_pointers(const struct expr *x)
{
  uint64_t slots = 0;
  uint8_t i;
  for(i = 0; i < x->tests; i++) {
    if(x->test[i].operand == OPERAND_POINTER)
      slots |= UINT64_C(1) << x->test[i].slot;
  }
  return slots;
}
