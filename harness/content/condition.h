/* SPDX-License-Identifier: MIT
 * One condition on what a stream brought: operand, operator, value.
 *
 * Three answers: where the operand is none of the item's (a pointer into data
 * that is no JSON, the comment of an event) or a regular expression gives up,
 * nothing is known, and its negation is no more known.  A member that is
 * absent is known: it equals nothing, and is not equal to anything.
 *
 * Types count for members: "42" is not 42.  event, id, data and comment are
 * text, which equals a number that it writes.  Pure; judging allocates nothing
 * but, at times, room for a longer string with escapes. */
#ifndef WEIR_CONTENT_CONDITION_H
#define WEIR_CONTENT_CONDITION_H
#include "content/look.h"
#include "content/regex.h"

#define CONDITION_LITERALS_MAX 64

/* The texts are the words of the language. */
#define OPERAND_LIST(X)                                                       \
  X(OPERAND_POINTER, "/pointer")                                              \
  X(OPERAND_EVENT, "event")                                                   \
  X(OPERAND_ID, "id")                                                         \
  X(OPERAND_DATA, "data")                                                     \
  X(OPERAND_COMMENT, "comment")                                               \
  X(OPERAND_RETRY, "retry")                                                   \
  X(OPERAND_AT, "at")                                                         \
  X(OPERAND_GAP, "gap")

#define RELATION_LIST(X)                                                      \
  X(RELATION_EXISTS, "exists")                                                \
  X(RELATION_EQ, "==")                                                        \
  X(RELATION_NE, "!=")                                                        \
  X(RELATION_LT, "<")                                                         \
  X(RELATION_LE, "<=")                                                        \
  X(RELATION_GT, ">")                                                         \
  X(RELATION_GE, ">=")                                                        \
  X(RELATION_FINDS, "~")                                                      \
  X(RELATION_FINDS_NOT, "!~")                                                 \
  X(RELATION_CONTAINS, "contains")                                            \
  X(RELATION_IN, "in")

#define X(name, text) name,
enum operand { OPERAND_LIST(X) OPERANDS };
enum relation { RELATION_LIST(X) RELATIONS };
#undef X

enum holding { HOLDS_NO, HOLDS_YES, HOLDS_UNKNOWN };

/* What of the operand is looked at. */
enum aspect { ASPECT_ITSELF, ASPECT_LENGTH, ASPECT_TYPE };

struct literal {
  enum value_kind kind; /* KIND_NULL to KIND_STRING */
  char *text;           /* owned, n bytes and NUL; of a string what it says */
  size_t n;
};

/* Zero-initialised, then filled by its maker. */
struct condition {
  enum operand operand;
  enum aspect aspect;
  enum relation relation;
  uint8_t slot;   /* of OPERAND_POINTER, in the look's set */
  bool not_empty; /* it is length(...) > 0 */
  uint8_t literals;
  struct literal *literal; /* owned; none for exists, times and patterns */
  struct regex *regex;     /* owned; of ~ and !~ */
  int64_t span_ns;         /* of retry, at and gap */
};

const char *operand_name(enum operand o);
const char *relation_name(enum relation r);
/* operand_is_time: retry, at and gap. */
bool operand_is_time(enum operand o);
void condition_fini(struct condition *c);
/* condition_literal adds a copy of text as a literal; E_NOMEM, E_LIMIT. */
int condition_literal(struct condition *c, enum value_kind kind,
                      struct slice text);
/* condition_operand is the operand itself, before its aspect, which must not
 * be a time; false where it is none of the item's. */
bool condition_operand(const struct condition *c, struct look *l,
                       struct value *out);
enum holding condition_judge(const struct condition *c, struct look *l);
/* condition_explain appends why it does not hold, for a reader of one line:
 * what stood there and what was wanted.  Long values are cut. */
int condition_explain(const struct condition *c, struct look *l,
                      struct buf *out);

#endif
