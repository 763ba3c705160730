/* SPDX-License-Identifier: MIT
 * The language of conditions, as in
 *
 *   event == order.created && /id == 42 && !(/state in [old, 'gone'])
 *
 *   expr    = expr || expr | expr && expr | ! expr | not expr | ( expr ) |
 * test test    = operand op value | exists(/pointer) | type(/pointer) == KIND
 *   operand = /pointer | event | id | data | comment | retry | at | gap |
 *             length(/pointer | id | event | data | comment)
 *   op      = == != < <= > >= ~ !~ contains in
 *   value   = number | 'text' | "text" | bareword | true | false | null
 *             (in: [value, ...]; retry, at, gap: 250ms, 2s, a bare number is
 * ms)
 *
 * && binds tighter than ||.  What holds is decided by condition.h; of && and
 * || with something unknown beside it, only what the other side leaves open is
 * unknown, too.  Pure. */
#ifndef WEIR_CONTENT_EXPR_H
#define WEIR_CONTENT_EXPR_H
#include "content/condition.h"

#define EXPR_TEXT_MAX  4096 /* bytes */
#define EXPR_TESTS_MAX 64
#define EXPR_DEPTH_MAX 32 /* parentheses and negations inside each other */

struct expr;

/* expr_new reads an expression; its pointers go into the set.  NULL with the
 * code and a sentence that begins with the column, counted in characters from
 * 1, and names what was probably meant. */
struct expr *expr_new(struct slice text, struct pointer_set *set,
                      struct err *e);
void expr_free(struct expr *x);
/* expr_judge: the look's set must be the one of expr_new. */
enum holding expr_judge(const struct expr *x, struct look *l);
/* expr_explain appends why it does not hold: the tests at fault. */
int expr_explain(const struct expr *x, struct look *l, struct buf *out);
/* expr_met counts those of its expr_tests tests that hold, wherever they
 * stand: how near it came. */
uint8_t expr_met(const struct expr *x, struct look *l);
uint8_t expr_tests(const struct expr *x);
/* expr_hears: whether an item of that kind can ever make it true. */
bool expr_hears(const struct expr *x, enum item_kind kind);
/* expr_pointers: the places in the set that it looks at, a bit each. */
uint64_t expr_pointers(const struct expr *x);

#endif
