/* SPDX-License-Identifier: MIT
 * Words of an nginx configuration, cut exactly as ngx_conf_read_token() does.
 *
 * Private to nginxconf/. */
#ifndef WEIR_NGINXCONF_LEXER_H
#define WEIR_NGINXCONF_LEXER_H
#include "nginxconf/arena.h"
#include "nginxconf/tree.h"

enum lexer_end {
  LEXER_SEMICOLON, /* words, then ";" */
  LEXER_OPEN,      /* words, then "{" */
  LEXER_CLOSE,     /* "}" */
  LEXER_EOF,
};

struct lexer {
  const struct conf_file *file;
  struct conf_arena *arena; /* borrowed: the words' text */
  struct conf_fault *fault; /* borrowed, may be NULL */
  struct conf_arg *words;   /* owned: of the statement read last */
  size_t nwords, room;
  size_t at;          /* offset of the next byte */
  unsigned int line;  /* of the next byte */
  size_t line_at;     /* offset where that line starts */
  struct lexer_word { /* the word being read */
    size_t start;     /* raw, quote included */
    unsigned int line, column;
    char quote;
  } word;
  size_t mark; /* where nginx's buffer would have to start */
  unsigned int mark_line;
  bool gap;     /* between words */
  bool closed;  /* right behind a closing quote */
  bool escaped; /* behind a backslash */
  bool dollar;  /* behind a "$" */
  bool comment;
};

void lexer_init(struct lexer *l, const struct conf_file *file,
                struct conf_arena *arena, struct conf_fault *fault);
void lexer_fini(struct lexer *l);
/* lexer_next reads one statement into words.  0, E_SYNTAX with the fault, or
 * E_NOMEM. */
int lexer_next(struct lexer *l, enum lexer_end *end);
/* lexer_skip_lua steps over Lua behind a "{" up to and with its "}". */
int lexer_skip_lua(struct lexer *l);

#endif
