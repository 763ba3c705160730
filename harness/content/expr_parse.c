/* SPDX-License-Identifier: MIT
 * Reading expressions; see expr.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "content/expr_private.h"

#define SHOWN 40 /* bytes of a wrong word that a sentence repeats */

struct parse {
  struct slice text;
  struct token next; /* not yet taken */
  struct expr *out;
  struct pointer_set *set;
  struct err *e;
  int depth;
};

static size_t column(const struct parse *p, size_t at)
{
  size_t i, n = 1;
  for(i = 0; i < at && i < p->text.n; i++)
    n += ((unsigned char)p->text.p[i] & 0xC0) != 0x80;
  return n;
}

/* The sentence gets the column of the token in front. */
static int wrong(struct parse *p, const struct token *at, const char *why)
{
  return err_set(p->e, E_SYNTAX, "column %zu: %s", column(p, at->at), why);
}

static int expected(struct parse *p, const char *what)
{
  static const char *const name[] = {
#define X(id, text) text,
      TOKEN_LIST(X)
#undef X
  };
  const struct token *t = &p->next;
  struct slice s = t->text;
  if(t->kind == TOKEN_WRONG)
    return wrong(p, t, t->why);
  if(t->kind == TOKEN_END)
    return err_set(p->e, E_SYNTAX, "column %zu: expected %s, and it ends here",
                   column(p, t->at), what);
  return err_set(p->e, E_SYNTAX, "column %zu: expected %s, found %s \"%.*s\"",
                 column(p, t->at), what,
                 t->kind >= TOKEN_RELATION ? name[t->kind] : "",
                 (int)(s.n < SHOWN ? s.n : SHOWN), s.p);
}

static void advance(struct parse *p)
{
  p->next = expr_token(p->text, expr_token_end(&p->next));
}

static bool is_name(const struct token *t, const char *name)
{
  return t->kind == TOKEN_WORD && slice_eq_cstr(t->text, name);
}

static int no_memory(struct parse *p)
{
  return err_set(p->e, E_NOMEM, "%s", err_name(E_NOMEM));
}

/* --- values --- */

static int add_literal(struct parse *p, struct condition *c,
                       enum value_kind kind, struct slice text)
{
  int rc = condition_literal(c, kind, text);
  if(rc == E_LIMIT)
    return err_set(p->e, rc, "column %zu: more than %d values in a list",
                   column(p, p->next.at), CONDITION_LITERALS_MAX);
  if(rc)
    return no_memory(p);
  advance(p);
  return 0;
}

/* A quoted text; a backslash takes the next character as it is, or makes \n,
 * \r, \t. */
static int add_text(struct parse *p, struct condition *c)
{
  static const char from[] = "nrt", to[] = "\n\r\t";
  struct slice raw = p->next.text;
  struct buf text;
  size_t i;
  int rc;
  buf_init(&text, 0);
  for(i = 0; i < raw.n; i++) {
    const char *known = NULL;
    if(raw.p[i] == '\\' && i + 1 < raw.n)
      known = raw.p[++i] ? strchr(from, raw.p[i]) : NULL;
    buf_addc(&text, known ? to[known - from] : raw.p[i]);
  }
  rc = text.rc ? no_memory(p)
               : add_literal(p, c, KIND_STRING, buf_slice(&text));
  buf_free(&text);
  return rc;
}

static int add_word(struct parse *p, struct condition *c)
{
  const struct token *t = &p->next;
  enum value_kind kind = KIND_STRING;
  if(c->operand == OPERAND_POINTER && c->aspect == ASPECT_ITSELF) {
    if(is_name(t, "true") || is_name(t, "false"))
      kind = KIND_BOOL;
    else if(is_name(t, "null"))
      kind = KIND_NULL;
  }
  return add_literal(p, c, kind, t->text);
}

static int take_value(struct parse *p, struct condition *c)
{
  switch(p->next.kind) {
  case TOKEN_TEXT:
    return add_text(p, c);
  case TOKEN_NUMBER:
    return add_literal(p, c, KIND_NUMBER, p->next.text);
  case TOKEN_WORD:
    return add_word(p, c);
  case TOKEN_POINTER:
    return wrong(p, &p->next,
                 "a value is expected: a text that begins with '/' is quoted, "
                 "and two members are not compared");
  default:
    return expected(p, "a value");
  }
}

static int take_list(struct parse *p, struct condition *c)
{
  bool round = p->next.kind == TOKEN_OPEN;
  int rc;
  if(!round && p->next.kind != TOKEN_LIST_OPEN)
    return expected(p, "a list such as [a, 'b', 3]");
  do {
    advance(p);
    rc = take_value(p, c);
    if(rc)
      return rc;
  } while(p->next.kind == TOKEN_COMMA);
  if(p->next.kind != (round ? TOKEN_CLOSE : TOKEN_LIST_CLOSE))
    return expected(p, round ? "\",\" or \")\"" : "\",\" or \"]\"");
  advance(p);
  return 0;
}

static int take_span(struct parse *p, struct condition *c)
{
  struct slice text = p->next.text;
  bool negative = text.n && *text.p == '-';
  char ms[UNITS_MAX + 2];
  uint64_t ns;
  if(p->next.kind != TOKEN_NUMBER && p->next.kind != TOKEN_WORD)
    return expected(p, "a time such as 250ms");
  if(negative)
    text = (struct slice){text.p + 1, text.n - 1};
  if(p->next.kind == TOKEN_NUMBER && text.n < UNITS_MAX) {
    int n = snprintf(ms, sizeof(ms), "%.*sms", (int)text.n, text.p);
    text = (struct slice){ms, (size_t)n};
  }
  if(units_duration_ns(text, &ns) || ns > INT64_MAX)
    return wrong(p, &p->next, "not a time (such as 250ms, 2s)");
  c->span_ns = negative ? -(int64_t)ns : (int64_t)ns;
  advance(p);
  return 0;
}

static int take_regex(struct parse *p, struct condition *c)
{
  size_t at = 0, shift;
  int rc;
  struct err why;
  if(p->next.kind != TOKEN_TEXT)
    return expected(p, "a quoted regular expression such as 'a.*z'");
  /* Backslashes are the expression's own. */
  c->regex = regex_new(p->next.text, &at, &why);
  if(!c->regex) {
    shift = p->next.at + 1 + at;
    rc = why.code;
    return rc == E_NOMEM ? no_memory(p)
                         : err_set(p->e, rc, "column %zu: %s",
                                   column(p, shift), why.text);
  }
  rc = condition_literal(c, KIND_STRING, p->next.text);
  if(rc)
    return no_memory(p);
  advance(p);
  return 0;
}

/* --- tests --- */

static int take_pointer(struct parse *p, struct condition *c)
{
  struct err why;
  int slot = pointer_set_add(p->set, p->next.text, &why);
  if(slot < 0)
    return slot == E_NOMEM ? no_memory(p)
                           : err_set(p->e, slot, "column %zu: %s",
                                     column(p, p->next.at), why.text);
  c->operand = OPERAND_POINTER;
  c->slot = (uint8_t)slot;
  advance(p);
  return 0;
}

/* The word of the language that was probably meant, or NULL. */
static const char *nearest(struct slice word)
{
  static const char *const known[] = {"event",  "data", "comment",
                                      "retry",  "gap",  "exists",
                                      "length", "type", "not"};
  char text[16];
  size_t i;
  if(word.n >= sizeof(text))
    return NULL;
  memcpy(text, word.p, word.n);
  text[word.n] = '\0';
  for(i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
    if(units_distance(text, known[i]) <= (strlen(known[i]) > 4 ? 2 : 1))
      return known[i];
  }
  return NULL;
}

static int unknown_word(struct parse *p)
{
  struct slice s = p->next.text;
  const char *meant = nearest(s);
  int n = (int)(s.n < SHOWN ? s.n : SHOWN);
  if(meant)
    return err_set(p->e, E_SYNTAX,
                   "column %zu: nothing is called \"%.*s\" (did you mean "
                   "\"%s\"?)",
                   column(p, p->next.at), n, s.p, meant);
  return err_set(p->e, E_SYNTAX,
                 "column %zu: nothing is called \"%.*s\" (a member of the "
                 "data is written \"/%.*s\")",
                 column(p, p->next.at), n, s.p, n, s.p);
}

static int take_operand(struct parse *p, struct condition *c)
{
  enum operand o;
  bool quoted = p->next.kind == TOKEN_TEXT && slice_starts(p->next.text, "/");
  if(p->next.kind == TOKEN_POINTER || quoted)
    return take_pointer(p, c);
  if(p->next.kind != TOKEN_WORD)
    return expected(p, "what is compared (/pointer, event, id, data, ...)");
  for(o = OPERAND_EVENT; o < OPERANDS; o++) {
    if(is_name(&p->next, operand_name(o))) {
      c->operand = o;
      advance(p);
      return 0;
    }
  }
  return unknown_word(p);
}

/* "(operand)" behind exists, length or type. */
static int take_argument(struct parse *p, struct condition *c)
{
  struct token at;
  int rc;
  if(p->next.kind != TOKEN_OPEN)
    return expected(p, "\"(\"");
  advance(p);
  at = p->next;
  rc = take_operand(p, c);
  if(rc)
    return rc;
  if(c->operand != OPERAND_POINTER &&
     (c->aspect != ASPECT_LENGTH || operand_is_time(c->operand)))
    return wrong(p, &at, "only a /pointer can be asked that");
  if(p->next.kind != TOKEN_CLOSE)
    return expected(p, "\")\"");
  advance(p);
  return 0;
}

static int check_type_name(struct parse *p, const struct condition *c,
                           const struct token *at)
{
  enum value_kind k;
  uint8_t i;
  for(i = 0; i < c->literals; i++) {
    for(k = 0; k < VALUE_KINDS; k++) {
      if(strcmp(c->literal[i].text, value_kind_name(k)) == 0)
        break;
    }
    if(k == VALUE_KINDS)
      return wrong(p, at,
                   "a type is one of absent, null, bool, number, string, "
                   "array, object");
  }
  return 0;
}

static bool fits(const struct condition *c)
{
  if(operand_is_time(c->operand) || c->aspect == ASPECT_LENGTH)
    return c->relation <= RELATION_GE ||
           (c->relation == RELATION_IN && c->aspect == ASPECT_LENGTH);
  return c->aspect != ASPECT_TYPE || c->relation == RELATION_EQ ||
         c->relation == RELATION_NE || c->relation == RELATION_IN;
}

static int take_relation(struct parse *p, struct condition *c)
{
  if(is_name(&p->next, "contains"))
    c->relation = RELATION_CONTAINS;
  else if(is_name(&p->next, "in"))
    c->relation = RELATION_IN;
  else if(p->next.kind == TOKEN_RELATION)
    c->relation = p->next.relation;
  else
    return expected(p, "an operator (== != < <= > >= ~ !~ contains in)");
  if(!fits(c))
    return wrong(p, &p->next, "this operator does not go with that operand");
  advance(p);
  return 0;
}

static int take_right_side(struct parse *p, struct condition *c)
{
  struct token at = p->next;
  int rc;
  if(operand_is_time(c->operand))
    return take_span(p, c);
  if(c->relation == RELATION_FINDS || c->relation == RELATION_FINDS_NOT)
    return take_regex(p, c);
  rc = c->relation == RELATION_IN ? take_list(p, c) : take_value(p, c);
  if(!rc && c->aspect == ASPECT_TYPE)
    rc = check_type_name(p, c, &at);
  return rc;
}

static int take_test(struct parse *p, struct condition *c)
{
  bool exists = is_name(&p->next, "exists");
  int rc;
  c->aspect = is_name(&p->next, "length") ? ASPECT_LENGTH
              : is_name(&p->next, "type") ? ASPECT_TYPE
                                          : ASPECT_ITSELF;
  if(exists || c->aspect != ASPECT_ITSELF) {
    advance(p);
    rc = take_argument(p, c);
  } else
    rc = take_operand(p, c);
  if(rc || exists)
    return rc;
  rc = take_relation(p, c);
  if(!rc)
    rc = take_right_side(p, c);
  c->not_empty = !rc && c->aspect == ASPECT_LENGTH &&
                 c->relation == RELATION_GT &&
                 strcmp(c->literal[0].text, "0") == 0;
  return rc;
}

/* --- the tree --- */

static int add_node(struct parse *p, struct node node, uint8_t *out)
{
  if(p->out->nodes == EXPR_NODES_MAX)
    return wrong(p, &p->next, "too long an expression");
  *out = p->out->nodes;
  p->out->node[p->out->nodes++] = node;
  return 0;
}

static int add_test(struct parse *p, uint8_t *out)
{
  struct expr *x = p->out;
  int rc;
  if(x->tests == EXPR_TESTS_MAX)
    return wrong(p, &p->next, "more tests than an expression may have");
  rc = take_test(p, &x->test[x->tests++]);
  if(rc)
    return rc;
  return add_node(p, (struct node){NODE_TEST, (uint8_t)(x->tests - 1), 0},
                  out);
}

static int parse_or(struct parse *p, uint8_t *out);

static int parse_inner(struct parse *p, uint8_t *out)
{
  struct token open = p->next;
  int rc;
  advance(p);
  rc = parse_or(p, out);
  if(rc)
    return rc;
  if(p->next.kind == TOKEN_END)
    return wrong(p, &open, "this \"(\" is never closed");
  if(p->next.kind != TOKEN_CLOSE)
    return expected(p, "&&, || or \")\"");
  advance(p);
  return 0;
}

static int parse_unary(struct parse *p, uint8_t *out)
{
  bool negated = p->next.kind == TOKEN_NOT || is_name(&p->next, "not");
  uint8_t inner = 0;
  int rc;
  if(!negated && p->next.kind != TOKEN_OPEN)
    return add_test(p, out);
  if(p->depth == EXPR_DEPTH_MAX)
    return wrong(p, &p->next, "too many parentheses inside each other");
  p->depth++;
  if(negated) {
    advance(p);
    rc = parse_unary(p, &inner);
    if(!rc)
      rc = add_node(p, (struct node){NODE_NOT, inner, 0}, out);
  } else
    rc = parse_inner(p, out);
  p->depth--;
  return rc;
}

static int parse_row(struct parse *p, enum node_kind kind, uint8_t *out)
{
  enum token_kind between = kind == NODE_AND ? TOKEN_AND : TOKEN_OR;
  uint8_t left = 0, right = 0;
  int rc =
      kind == NODE_AND ? parse_unary(p, &left) : parse_row(p, NODE_AND, &left);
  while(!rc && p->next.kind == between) {
    advance(p);
    rc = kind == NODE_AND ? parse_unary(p, &right)
                          : parse_row(p, NODE_AND, &right);
    if(!rc)
      rc = add_node(p, (struct node){(uint8_t)kind, left, right}, &left);
  }
  *out = left;
  return rc;
}

static int parse_or(struct parse *p, uint8_t *out)
{
  return parse_row(p, NODE_OR, out);
}

static int parse_all(struct parse *p)
{
  int rc;
  p->next = expr_token(p->text, 0);
  if(p->next.kind == TOKEN_END)
    return wrong(p, &p->next, "there is no expression");
  rc = parse_or(p, &p->out->top);
  if(rc || p->next.kind == TOKEN_END)
    return rc;
  if(is_name(&p->next, "and"))
    return wrong(p, &p->next, "\"and\" is written \"&&\"");
  if(is_name(&p->next, "or"))
    return wrong(p, &p->next, "\"or\" is written \"||\"");
  return expected(p, "&& or ||");
}

struct expr *expr_new(struct slice text, struct pointer_set *set,
                      struct err *e)
{
  struct parse p = {.text = text, .set = set, .e = e};
  if(text.n > EXPR_TEXT_MAX) {
    err_set(e, E_TOO_LONG, "an expression has at most %d bytes",
            EXPR_TEXT_MAX);
    return NULL;
  }
  p.out = calloc(1, sizeof(*p.out));
  if(!p.out) {
    err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
    return NULL;
  }
  if(parse_all(&p) == 0)
    return p.out;
  expr_free(p.out);
  return NULL;
}
