/* SPDX-License-Identifier: MIT
 * Statements into directives, with ngx_conf_parse()'s complaints; see
 * reader.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "nginxconf/effective.h"
#include "nginxconf/reader.h"

static int fail_memory(struct reader *r)
{
  return conf_fault_plain(r->fault, E_NOMEM, "out of memory");
}

static struct conf_spot spot_of(const struct lexer *l, unsigned int line,
                                unsigned int column)
{
  return (struct conf_spot){l->file, line, column};
}

/* The byte just read, on nginx's line. */
static struct conf_spot spot_last(const struct lexer *l)
{
  size_t column = l->at > l->line_at ? l->at - l->line_at : 1;
  return spot_of(l, l->line, (unsigned int)column);
}

static bool is_one_of(const char *name, const char *const *list)
{
  for(; *list; list++) {
    if(strcmp(name, *list) == 0)
      return true;
  }
  return false;
}

static bool ends_with(const char *text, const char *tail)
{
  size_t n = strlen(text), m = strlen(tail);
  return n >= m && strcmp(text + n - m, tail) == 0;
}

/* The kind of body a block called name has. */
static enum conf_body body_of(const char *name,
                              const struct conf_directive *parent)
{
  static const char *const raw[] = {
      "types", "map", "geo", "split_clients", "charset_map", "match", NULL};
  (void)parent;
  if(ends_with(name, "_by_lua_block"))
    return CONF_FOREIGN;
  return is_one_of(name, raw) ? CONF_RAW : CONF_BLOCK;
}

/* True where nginx insists on "{" behind name. */
static bool needs_body(const char *name, const struct conf_directive *parent)
{
  static const char *const blocks[] = {
      "events",   "http",  "mail",        "stream", "server",
      "upstream", "types", "map",         "geo",    "split_clients",
      "location", "if",    "charset_map", NULL,
  };
  if(strcmp(name, "server") == 0 && conf_is(parent, "upstream"))
    return false;
  return is_one_of(name, blocks) || strcmp(name, "limit_except") == 0;
}

struct conf_directive *reader_add(struct reader *r,
                                  struct conf_directive *parent)
{
  struct conf_directive *d = conf_arena_get(r->c->arena, sizeof(*d));
  if(!d)
    return NULL;
  d->name = "";
  d->parent = parent;
  d->order = r->nodes++;
  if(!parent)
    return d;
  if(parent->last)
    parent->last->next = d;
  else
    parent->child = d;
  parent->last = d;
  return d;
}

static int add_statement(struct reader *r, const struct lexer *l,
                         struct place p, struct conf_directive **out)
{
  const struct conf_arg *name = &l->words[0];
  struct conf_directive *d = reader_add(r, p.parent);
  struct conf_arg *args = NULL;
  if(d && l->nwords > 1) {
    args = conf_arena_get(r->c->arena, (l->nwords - 1) * sizeof(*args));
    if(args)
      memcpy(args, l->words + 1, (l->nwords - 1) * sizeof(*args));
  }
  if(!d || (l->nwords > 1 && !args))
    return fail_memory(r);
  d->name = name->text;
  d->args = args;
  d->nargs = l->nwords - 1;
  d->file = l->file;
  d->line = name->line;
  d->column = name->column;
  d->start = name->start;
  d->end = l->at;
  d->via = p.via;
  *out = d;
  return 0;
}

/* ---- Blocks ---- */

static int fail_shape(struct reader *r, const struct lexer *l,
                      const char *format)
{
  const struct conf_arg *name = &l->words[0];
  struct conf_spot spot = spot_of(l, name->line, name->column), said = spot;
  char shown[100];
  snprintf(shown, sizeof(shown), "%s", name->text);
  said.line = l->line;
  if(strcmp(format, "{") == 0)
    conf_fault_at(r->fault, E_SYNTAX, said,
                  "directive \"%s\" has no opening "
                  "\"{\"",
                  shown);
  else
    conf_fault_at(r->fault, E_SYNTAX, said,
                  "directive \"%s\" is not "
                  "terminated by \";\"",
                  shown);
  conf_fault_show(r->fault, spot);
  return E_SYNTAX;
}

static int fail_here(struct reader *r, const struct lexer *l,
                     const char *sentence)
{
  conf_fault_at(r->fault, E_SYNTAX, spot_last(l), "%s", sentence);
  conf_fault_show(r->fault, spot_last(l));
  return E_SYNTAX;
}

static int skip_foreign(struct reader *r, struct lexer *l,
                        struct conf_directive *d)
{
  int rc = lexer_skip_lua(l);
  if(rc)
    return rc;
  d->end = l->at;
  d->body_end = l->at - 1;
  if(r->lua_noted)
    return 0;
  r->lua_noted = true;
  return reader_note(r, CONF_NOTE_FOREIGN, d,
                     "Lua is not judged: %s may change what follows from the "
                     "directives",
                     d->name);
}

static int read_body(struct reader *r, struct lexer *l,
                     struct conf_directive *d)
{
  struct place inside = {d, NULL, true};
  int rc;
  d->body = body_of(d->name, d->parent);
  d->body_start = l->at;
  if(d->body == CONF_FOREIGN)
    return skip_foreign(r, l, d);
  if(r->levels >= CONF_LEVELS_MAX)
    return fail_here(r, l, "too many blocks within blocks");
  r->levels++;
  rc = reader_statements(r, l, inside);
  r->levels--;
  d->end = l->at;
  d->body_end = l->at - 1;
  return rc;
}

static bool is_simple(const char *name, const struct conf_directive *parent)
{
  const struct conf_known *known = conf_known_find(name);
  if(strcmp(name, "server") == 0)
    return conf_is(parent, "upstream");
  return known && !needs_body(name, parent) &&
         body_of(name, parent) == CONF_BLOCK;
}

static int check_shape(struct reader *r, const struct lexer *l, struct place p,
                       enum lexer_end end)
{
  const char *name = l->words[0].text;
  if(end == LEXER_OPEN && p.parent->body == CONF_RAW)
    return fail_here(r, l, "unexpected \"{\"");
  if(p.parent->body == CONF_RAW)
    return 0;
  if(end == LEXER_OPEN && is_simple(name, p.parent))
    return fail_shape(r, l, ";");
  if(end == LEXER_SEMICOLON && needs_body(name, p.parent))
    return fail_shape(r, l, "{");
  return 0;
}

/* ${NAME} in capitals is what envsubst fills in. */
static int note_templates(struct reader *r, const struct conf_directive *d)
{
  size_t i, n;
  for(i = 0; !r->templates_noted && i < d->nargs; i++) {
    const char *at = strstr(d->args[i].text, "${");
    n = at ? strspn(at + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") : 0;
    if(n == 0 || at[2 + n] != '}')
      continue;
    r->templates_noted = true;
    return reader_note(r, CONF_NOTE_TEMPLATE, d,
                       "%.*s looks like a placeholder of a template: what "
                       "nginx will see may differ",
                       (int)(n < 60 ? n + 3 : 60), at);
  }
  return 0;
}

static int read_statement(struct reader *r, struct lexer *l, struct place p,
                          enum lexer_end end)
{
  struct conf_directive *d = NULL;
  int rc;
  weir_assert(l->nwords); /* none would have been refused */
  rc = check_shape(r, l, p, end);
  if(rc == 0)
    rc = add_statement(r, l, p, &d);
  if(rc)
    return rc;
  if(end == LEXER_OPEN)
    return read_body(r, l, d);
  rc = note_templates(r, d);
  if(rc == 0 && strcmp(d->name, "include") == 0)
    rc = reader_include(r, d, (struct place){p.parent, d, false});
  return rc;
}

static int end_statements(struct reader *r, const struct lexer *l,
                          struct place p, enum lexer_end end)
{
  struct conf_spot open;
  if(end == LEXER_CLOSE)
    return p.in_block ? 0 : fail_here(r, l, "unexpected \"}\"");
  if(!p.in_block)
    return 0;
  open = spot_of(l, p.parent->line, p.parent->column);
  conf_fault_at(r->fault, E_SYNTAX, spot_last(l),
                "unexpected end of file, expecting \"}\"");
  conf_fault_hint(r->fault, "the block opened in line %u is not closed",
                  open.line);
  conf_fault_show(r->fault, open);
  return E_SYNTAX;
}

int reader_statements(struct reader *r, struct lexer *l, struct place p)
{
  enum lexer_end end = LEXER_EOF;
  int rc = 0;
  while(rc == 0) {
    rc = lexer_next(l, &end);
    if(rc == E_NOMEM)
      return fail_memory(r);
    if(rc)
      return rc;
    if(end == LEXER_CLOSE || end == LEXER_EOF)
      return end_statements(r, l, p, end);
    if(r->nodes >= CONF_NODES_MAX)
      return fail_here(r, l, "too many directives");
    rc = read_statement(r, l, p, end);
  }
  return rc;
}
