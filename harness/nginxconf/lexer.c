/* SPDX-License-Identifier: MIT
 * The states are those of nginx's ngx_conf_read_token(), so that the same
 * bytes give the same words and the same complaints; see lexer.h. */
#include "nginxconf/lexer.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "nginxconf/fault.h"

enum move { MOVE_ON, MOVE_END, MOVE_FAIL, MOVE_NOMEM };

void lexer_init(struct lexer *l, const struct conf_file *file,
                struct conf_arena *arena, struct conf_fault *fault)
{
  memset(l, 0, sizeof(*l));
  l->file = file;
  l->arena = arena;
  l->fault = fault;
  l->line = 1;
}

void lexer_fini(struct lexer *l)
{
  free(l->words);
  l->words = NULL;
}

static bool is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The spot of the byte before at. */
static struct conf_spot spot_here(const struct lexer *l)
{
  size_t column = l->at > l->line_at ? l->at - l->line_at : 1;
  return (struct conf_spot){l->file, l->line, (unsigned int)column};
}

static struct conf_spot spot_word(const struct lexer *l)
{
  return (struct conf_spot){l->file, l->word.line, l->word.column};
}

static enum move fail_char(struct lexer *l, char c)
{
  struct conf_spot here = spot_here(l);
  conf_fault_at(l->fault, E_SYNTAX, here, "unexpected \"%c\"", c);
  if(c == '{' && l->at < l->file->text.n && l->file->text.p[l->at] == '{')
    conf_fault_hint(l->fault, "this looks like a template, not like the "
                              "configuration made from it");
  conf_fault_show(l->fault, here);
  return MOVE_FAIL;
}

/* nginx's buffer holds 4096 bytes, and a word or comment has to fit. */
static int fail_long(struct lexer *l)
{
  size_t column = l->mark_line == l->line ? l->mark - l->line_at + 1 : 1;
  struct conf_spot begun = {l->file, l->mark_line, (unsigned int)column};
  if(!l->gap && !l->closed) {
    begun = spot_word(l);
    if(l->word.quote) {
      conf_fault_at(l->fault, E_SYNTAX, begun,
                    "too long parameter, probably missing terminating "
                    "\"%c\" character",
                    l->word.quote);
      conf_fault_show(l->fault, begun);
      return E_SYNTAX;
    }
  }
  conf_fault_at(l->fault, E_SYNTAX, begun,
                "too long parameter \"%.10s...\" started",
                l->file->text.p + l->mark);
  conf_fault_show(l->fault, begun);
  return E_SYNTAX;
}

static int fail_eof(struct lexer *l)
{
  struct conf_spot here = spot_here(l), begun;
  conf_fault_at(l->fault, E_SYNTAX, here,
                "unexpected end of file, expecting \";\" or \"}\"");
  if(!l->gap && !l->closed) {
    begun = spot_word(l);
    if(l->word.quote)
      conf_fault_hint(l->fault, "the quote opened in line %u is not closed",
                      begun.line);
  } else {
    begun.file = l->file;
    begun.line = l->words[0].line;
    begun.column = l->words[0].column;
  }
  conf_fault_show(l->fault, begun);
  return E_SYNTAX;
}

static size_t decode(char *out, struct slice raw)
{
  size_t i = 0, n = 0;
  while(i < raw.n) {
    char c = raw.p[i], next = i + 1 < raw.n ? raw.p[i + 1] : '\0';
    if(c == '\\' && (next == '"' || next == '\'' || next == '\\')) {
      c = next;
      i++;
    } else if(c == '\\' && (next == 't' || next == 'r' || next == 'n')) {
      c = next == 't' ? '\t' : next == 'r' ? '\r' : '\n';
      i++;
    }
    out[n++] = c;
    i++;
  }
  out[n] = '\0';
  return n;
}

static enum move grow(struct lexer *l)
{
  size_t room = l->room ? l->room * 2 : 16;
  struct conf_arg *words;
  if(l->nwords < l->room)
    return MOVE_ON;
  if(l->nwords >= CONF_ARGS_MAX) {
    conf_fault_at(l->fault, E_SYNTAX, spot_word(l), "too many arguments");
    conf_fault_show(l->fault, spot_word(l));
    return MOVE_FAIL;
  }
  words = realloc(l->words, room * sizeof(*words));
  if(!words)
    return MOVE_NOMEM;
  l->words = words;
  l->room = room;
  return MOVE_ON;
}

/* The word ends before the byte just read, or with it when quoted. */
static enum move take_word(struct lexer *l)
{
  size_t quote = l->word.quote ? 1 : 0;
  size_t from = l->word.start + quote, to = l->at - 1;
  struct slice raw = {l->file->text.p + from, to - from};
  struct conf_arg *w;
  char *text;
  enum move m = grow(l);
  if(m != MOVE_ON)
    return m;
  weir_assert(from <= to && to < l->file->text.n && l->nwords < l->room);
  text = conf_arena_get(l->arena, raw.n + 1);
  if(!text)
    return MOVE_NOMEM;
  w = &l->words[l->nwords++];
  w->n = decode(text, raw);
  w->text = text;
  w->start = l->word.start;
  w->end = to + quote;
  w->line = l->word.line;
  w->column = l->word.column;
  w->quote = l->word.quote;
  return MOVE_ON;
}

static enum move end_of(char c, enum lexer_end *end)
{
  *end = c == ';' ? LEXER_SEMICOLON : LEXER_OPEN;
  return MOVE_END;
}

static void begin_word(struct lexer *l, char c)
{
  l->word.start = l->at - 1;
  l->word.line = l->line;
  l->word.column = (unsigned int)(l->at - l->line_at);
  l->word.quote = (char)(c == '"' || c == '\'' ? c : 0);
  l->gap = false;
  l->escaped = c == '\\';
  l->dollar = c == '$';
}

static enum move in_gap(struct lexer *l, char c, enum lexer_end *end)
{
  l->mark = l->at - (c == '"' || c == '\'' ? 0 : 1);
  l->mark_line = l->line;
  if(is_space(c))
    return MOVE_ON;
  if(c == ';' || c == '{')
    return l->nwords == 0 ? fail_char(l, c) : end_of(c, end);
  if(c == '}') {
    if(l->nwords > 0)
      return fail_char(l, c);
    *end = LEXER_CLOSE;
    return MOVE_END;
  }
  begin_word(l, c);
  if(c == '#') {
    l->comment = true;
    l->gap = true;
  }
  return MOVE_ON;
}

static enum move in_word(struct lexer *l, char c, enum lexer_end *end)
{
  enum move m;
  bool ends;
  if(c == '{' && l->dollar)
    return MOVE_ON;
  l->dollar = c == '$';
  if(c == '\\') {
    l->escaped = true;
    return MOVE_ON;
  }
  if(l->word.quote)
    ends = c == l->word.quote;
  else
    ends = is_space(c) || c == ';' || c == '{';
  if(!ends)
    return MOVE_ON;
  m = take_word(l);
  if(m != MOVE_ON)
    return m;
  l->gap = true;
  if(l->word.quote) {
    l->closed = true;
    l->gap = false;
    return MOVE_ON;
  }
  return c == ';' || c == '{' ? end_of(c, end) : MOVE_ON;
}

/* Behind a closing quote only a few bytes may follow. */
static enum move behind_quote(struct lexer *l, char c, enum lexer_end *end)
{
  if(c == ';' || c == '{')
    return end_of(c, end);
  if(!is_space(c) && c != ')')
    return fail_char(l, c);
  l->closed = false;
  l->gap = true;
  return c == ')' ? in_gap(l, c, end) : MOVE_ON;
}

static enum move step(struct lexer *l, char c, enum lexer_end *end)
{
  if(l->comment && c != '\n')
    return MOVE_ON;
  l->comment = false;
  if(l->escaped) {
    l->escaped = false;
    return MOVE_ON;
  }
  if(l->closed)
    return behind_quote(l, c, end);
  return l->gap ? in_gap(l, c, end) : in_word(l, c, end);
}

int lexer_next(struct lexer *l, enum lexer_end *end)
{
  enum move m = MOVE_ON;
  l->nwords = 0;
  l->mark = l->at;
  l->mark_line = l->line;
  l->gap = true;
  l->closed = l->escaped = l->dollar = l->comment = false;
  while(m == MOVE_ON && l->at < l->file->text.n) {
    char c = l->file->text.p[l->at];
    if(l->at - l->mark >= CONF_TOKEN_MAX)
      return fail_long(l);
    l->at++;
    m = step(l, c, end);
    if(c == '\n') {
      l->line++;
      l->line_at = l->at;
    }
  }
  if(m == MOVE_END)
    return 0;
  if(m == MOVE_FAIL)
    return E_SYNTAX;
  if(m == MOVE_NOMEM)
    return E_NOMEM;
  if(l->nwords > 0 || !l->gap)
    return fail_eof(l);
  *end = LEXER_EOF;
  return 0;
}
