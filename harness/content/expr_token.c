/* SPDX-License-Identifier: MIT
 * The words of expressions; see expr.h. */
#include <ctype.h>
#include <string.h>

#include "content/expr_private.h"
#include "content/number.h"

struct sign {
  const char *text;
  enum token_kind kind;
  enum relation relation;
  const char *why;
};

/* A longer sign stands before those that it begins with. */
static const struct sign signs[] = {
    {"===", TOKEN_WRONG, 0, "\"===\" is no operator (did you mean \"==\"?)"},
    {"!==", TOKEN_WRONG, 0, "\"!==\" is no operator (did you mean \"!=\"?)"},
    {"=~", TOKEN_WRONG, 0, "\"=~\" is no operator (did you mean \"~\"?)"},
    {"<>", TOKEN_WRONG, 0, "\"<>\" is no operator (did you mean \"!=\"?)"},
    {"=<", TOKEN_WRONG, 0, "\"=<\" is no operator (did you mean \"<=\"?)"},
    {"=>", TOKEN_WRONG, 0, "\"=>\" is no operator (did you mean \">=\"?)"},
    {"&&", TOKEN_AND, 0, NULL},
    {"||", TOKEN_OR, 0, NULL},
    {"==", TOKEN_RELATION, RELATION_EQ, NULL},
    {"!=", TOKEN_RELATION, RELATION_NE, NULL},
    {"<=", TOKEN_RELATION, RELATION_LE, NULL},
    {">=", TOKEN_RELATION, RELATION_GE, NULL},
    {"!~", TOKEN_RELATION, RELATION_FINDS_NOT, NULL},
    {"<", TOKEN_RELATION, RELATION_LT, NULL},
    {">", TOKEN_RELATION, RELATION_GT, NULL},
    {"~", TOKEN_RELATION, RELATION_FINDS, NULL},
    {"!", TOKEN_NOT, 0, NULL},
    {"(", TOKEN_OPEN, 0, NULL},
    {")", TOKEN_CLOSE, 0, NULL},
    {"[", TOKEN_LIST_OPEN, 0, NULL},
    {"]", TOKEN_LIST_CLOSE, 0, NULL},
    {",", TOKEN_COMMA, 0, NULL},
    {"=", TOKEN_WRONG, 0, "\"=\" is no operator (did you mean \"==\"?)"},
    {"&", TOKEN_WRONG, 0, "\"&\" is no operator (did you mean \"&&\"?)"},
    {"|", TOKEN_WRONG, 0, "\"|\" is no operator (did you mean \"||\"?)"},
};

static struct token take_sign(struct slice rest)
{
  struct token t = {.kind = TOKEN_WRONG, .text = {rest.p, 1}};
  size_t i;
  for(i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
    if(slice_starts(rest, signs[i].text)) {
      t.kind = signs[i].kind;
      t.relation = signs[i].relation;
      t.why = signs[i].why;
      t.text.n = strlen(signs[i].text);
      return t;
    }
  }
  t.why = "this means nothing here; text with such characters is quoted";
  return t;
}

static bool is_word(char c)
{
  return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 ||
         (c && strchr("_.:+-@%$", c));
}

static struct token take_word(struct slice rest)
{
  struct token t = {.kind = TOKEN_WORD, .text = {rest.p, 0}};
  while(t.text.n < rest.n && is_word(rest.p[t.text.n]))
    t.text.n++;
  if(number_length(t.text) == t.text.n)
    t.kind = TOKEN_NUMBER;
  return t;
}

/* '~' is part of a name only as "~0" and "~1". */
static struct token take_pointer(struct slice rest)
{
  struct token t = {.kind = TOKEN_POINTER, .text = {rest.p, 0}};
  size_t n = 0;
  while(n < rest.n) {
    char c = rest.p[n];
    bool escape = c == '~' && n + 1 < rest.n &&
                  (rest.p[n + 1] == '0' || rest.p[n + 1] == '1');
    if(c != '/' && c != '*' && !is_word(c) && !escape)
      break;
    n += escape ? 2 : 1;
  }
  t.text.n = n;
  return t;
}

static struct token take_text(struct slice rest)
{
  struct token t = {.kind = TOKEN_TEXT, .text = {rest.p + 1, 0}};
  size_t i;
  for(i = 1; i < rest.n && rest.p[i] != rest.p[0]; i++)
    i += rest.p[i] == '\\' && i + 1 < rest.n;
  t.text.n = i - 1;
  if(i >= rest.n) {
    t.kind = TOKEN_WRONG;
    t.text.n = rest.n - 1;
    t.why = "this text has no closing quote";
  }
  return t;
}

struct token expr_token(struct slice text, size_t at)
{
  struct slice rest;
  struct token t = {.kind = TOKEN_END};
  while(at < text.n && isspace((unsigned char)text.p[at]))
    at++;
  rest = (struct slice){text.p + at, text.n - at};
  if(rest.n == 0)
    t.text = (struct slice){rest.p, 0};
  else if(*rest.p == '\'' || *rest.p == '"')
    t = take_text(rest);
  else if(*rest.p == '/')
    t = take_pointer(rest);
  else
    t = is_word(*rest.p) ? take_word(rest) : take_sign(rest);
  t.at = at;
  return t;
}

size_t expr_token_end(const struct token *t)
{
  return t->at + t->text.n + (t->kind == TOKEN_TEXT ? 2 : 0);
}
