/* SPDX-License-Identifier: MIT
 * Finding the end of a Lua block: braces count, except in strings, long
 * strings and comments (Lua 5.1 manual, section 2.1). */
#include <string.h>

#include "nginxconf/fault.h"
#include "nginxconf/lexer.h"

struct lua {
  struct slice text;
  size_t at;
};

static char peek(const struct lua *u, size_t ahead)
{
  return u->at + ahead < u->text.n ? u->text.p[u->at + ahead] : '\0';
}

/* The number of "=" in "[==[" at the cursor, or -1. */
static long long_level(const struct lua *u)
{
  size_t n = 0;
  if(peek(u, 0) != '[')
    return -1;
  while(peek(u, 1 + n) == '=')
    n++;
  return peek(u, 1 + n) == '[' ? (long)n : -1;
}

static void skip_long(struct lua *u, size_t level)
{
  u->at += level + 2;
  while(u->at < u->text.n) {
    size_t n = 0;
    if(u->text.p[u->at++] != ']')
      continue;
    while(peek(u, n) == '=')
      n++;
    if(n == level && peek(u, n) == ']') {
      u->at += n + 1;
      return;
    }
  }
}

static void skip_quoted(struct lua *u)
{
  char quote = u->text.p[u->at++];
  while(u->at < u->text.n) {
    char c = u->text.p[u->at++];
    if(c == '\\' && u->at < u->text.n)
      u->at++;
    else if(c == quote)
      return;
  }
}

static void skip_comment(struct lua *u)
{
  long level;
  u->at += 2;
  level = long_level(u);
  if(level >= 0) {
    skip_long(u, (size_t)level);
    return;
  }
  while(u->at < u->text.n && u->text.p[u->at] != '\n')
    u->at++;
}

/* Steps over one thing; returns -1 for "}", 1 for "{", 0 otherwise. */
static int skip_one(struct lua *u)
{
  char c = u->text.p[u->at];
  long level;
  if(c == '-' && peek(u, 1) == '-') {
    skip_comment(u);
    return 0;
  }
  if(c == '"' || c == '\'') {
    skip_quoted(u);
    return 0;
  }
  level = long_level(u);
  if(level >= 0) {
    skip_long(u, (size_t)level);
    return 0;
  }
  u->at++;
  return c == '{' ? 1 : c == '}' ? -1 : 0;
}

/* Lines are counted afterwards, in one place. */
static void move_to(struct lexer *l, size_t to)
{
  for(; l->at < to; l->at++) {
    if(l->file->text.p[l->at] == '\n') {
      l->line++;
      l->line_at = l->at + 1;
    }
  }
}

int lexer_skip_lua(struct lexer *l)
{
  struct lua u = {l->file->text, l->at};
  size_t column = l->at > l->line_at ? l->at - l->line_at : 1;
  struct conf_spot open = {l->file, l->line, (unsigned int)column}, here;
  long depth = 1;
  while(depth > 0 && u.at < u.text.n)
    depth += skip_one(&u);
  move_to(l, u.at);
  if(depth == 0)
    return 0;
  here = (struct conf_spot){l->file, l->line, 1};
  conf_fault_at(l->fault, E_SYNTAX, here,
                "unexpected end of file, expecting \"}\"");
  conf_fault_hint(l->fault, "the Lua block opened in line %u is not closed",
                  open.line);
  conf_fault_show(l->fault, open);
  return E_SYNTAX;
}
