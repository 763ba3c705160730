/* SPDX-License-Identifier: MIT
 * An expression as a tree, and its tokens.  Private to content/. */
#ifndef WEIR_CONTENT_EXPR_PRIVATE_H
#define WEIR_CONTENT_EXPR_PRIVATE_H
#include "content/expr.h"

enum node_kind { NODE_TEST, NODE_NOT, NODE_AND, NODE_OR };

struct node {
  uint8_t kind;
  uint8_t left, right; /* nodes; of a test, left is its condition */
};

#define EXPR_NODES_MAX 255

struct expr {
  struct condition test[EXPR_TESTS_MAX];
  struct node node[EXPR_NODES_MAX];
  uint8_t tests, nodes, top;
};

#define TOKEN_LIST(X)                                                         \
  X(TOKEN_END, "the end")                                                     \
  X(TOKEN_AND, "&&")                                                          \
  X(TOKEN_OR, "||")                                                           \
  X(TOKEN_NOT, "!")                                                           \
  X(TOKEN_OPEN, "(")                                                          \
  X(TOKEN_CLOSE, ")")                                                         \
  X(TOKEN_LIST_OPEN, "[")                                                     \
  X(TOKEN_LIST_CLOSE, "]")                                                    \
  X(TOKEN_COMMA, ",")                                                         \
  X(TOKEN_RELATION, "an operator")                                            \
  X(TOKEN_WORD, "a word")                                                     \
  X(TOKEN_NUMBER, "a number")                                                 \
  X(TOKEN_TEXT, "a text")                                                     \
  X(TOKEN_POINTER, "a pointer")                                               \
  X(TOKEN_WRONG, "nothing known")

#define X(name, text) name,
enum token_kind { TOKEN_LIST(X) TOKENS };
#undef X

struct token {
  enum token_kind kind;
  enum relation relation; /* of TOKEN_RELATION */
  size_t at;              /* offset in the text */
  struct slice text;      /* of a text: between the quotes */
  const char *why;        /* of TOKEN_WRONG: a sentence */
};

/* expr_token takes the next token at offset `at` of the text. */
struct token expr_token(struct slice text, size_t at);
size_t expr_token_end(const struct token *t);

#endif
