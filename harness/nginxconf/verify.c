/* SPDX-License-Identifier: MIT
 * What no nginx accepts, by the text alone; see verify.h. */
#include "nginxconf/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "nginxconf/verify_value.h"

static unsigned int line_of(const struct conf_directive *d, size_t at)
{
  unsigned int line = d->line;
  for(size_t i = d->start; i < at && i < d->file->text.n; i++)
    line += d->file->text.p[i] == '\n';
  return line;
}

unsigned int conf_said_line(const struct conf_directive *d)
{
  if(!d->file)
    return 0;
  return line_of(d, d->body == CONF_SIMPLE ? d->end : d->body_start);
}

static bool is_quoted(const char *sentence, const char *word)
{
  size_t n = strlen(word);
  for(const char *p = strchr(sentence, '"'); p; p = strchr(p + 1, '"')) {
    if(n && strncmp(p + 1, word, n) == 0 && p[n + 1] == '"')
      return true;
  }
  return false;
}

void conf_refusal_place(struct conf_refusal *r, unsigned int line)
{
  const struct conf_directive *d = r->at;
  unsigned int first = 0;
  if(!d || !d->file)
    return;
  r->file = d->file;
  r->line = line ? line : conf_said_line(d);
  r->column = d->line == r->line ? d->column : 0;
  for(size_t i = 0; i < d->nargs; i++) {
    const struct conf_arg *a = &d->args[i];
    if(a->line != r->line)
      continue;
    first = first ? first : a->column;
    if(is_quoted(r->sentence, a->text) && strcmp(a->text, d->name) != 0) {
      r->column = a->column;
      return;
    }
  }
  if(!r->column)
    r->column = first ? first : 1;
}

bool conf_incomplete(const struct conf *c)
{
  if(c->shape != CONF_WHOLE)
    return true;
  for(size_t i = 0; i < c->nnotes; i++) {
    if(c->notes[i]->kind == CONF_NOTE_INCLUDE ||
       c->notes[i]->kind == CONF_NOTE_TEMPLATE ||
       c->notes[i]->kind == CONF_NOTE_LIMIT)
      return true;
  }
  return false;
}

bool conf_may_be_brought(const struct conf *c, const char *name)
{
  for(const struct conf_directive *d = c->root->child; d; d = d->next) {
    if(conf_is(d, "load_module") ||
       (conf_is(d, "include") && strstr(conf_arg(d, 0), "modules")))
      return !conf_form_nearest(name, 0);
  }
  return false;
}

static bool refuse(struct conf_refusal *out, const struct conf_directive *d,
                   enum conf_refusal_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Always false. */
static bool refuse(struct conf_refusal *out, const struct conf_directive *d,
                   enum conf_refusal_kind kind, const char *fmt, ...)
{
  va_list ap;
  memset(out, 0, sizeof(*out));
  out->kind = kind;
  out->at = d;
  va_start(ap, fmt);
  vsnprintf(out->sentence, sizeof(out->sentence), fmt, ap);
  va_end(ap);
  conf_refusal_place(out, 0);
  return false;
}

static bool count_fits(const struct conf_form *f, size_t n)
{
  if(f->args & FORM_ANY)
    return true;
  if(f->args & FORM_AT_LEAST_1)
    return n >= 1;
  if(f->args & FORM_AT_LEAST_2)
    return n >= 2;
  return n < 8 && (f->args & (1u << n));
}

/* The row of the table that counts where d stands, as nginx chooses. */
static const struct conf_form *row_at(const struct conf_directive *d,
                                      unsigned int where,
                                      struct conf_version v, bool *known)
{
  const struct conf_form *f = conf_form_next(d->name, NULL, NULL);
  *known = false;
  for(; f; f = conf_form_next(d->name, f, NULL)) {
    if(!conf_form_has(f, v))
      continue;
    *known = true;
    if(f->where & where)
      return f;
  }
  return NULL;
}

static bool verify_form(const struct conf_directive *d, struct conf_version v,
                        struct conf_refusal *out)
{
  unsigned int where = d->parent ? conf_context_of(d->parent) : 0;
  const struct conf_form *f;
  bool known;
  if(!where || !d->file)
    return true;
  f = row_at(d, where, v, &known);
  /* Of another version or another's module: no mistake of the text's. */
  if(!known &&
     (conf_form_next(d->name, NULL, NULL) || conf_form_module(d->name)))
    return true;
  if(!known)
    return refuse(out, d, REFUSED_NAME, "unknown directive \"%.200s\"",
                  d->name);
  if(!f)
    return refuse(out, d, REFUSED_CONTEXT,
                  "\"%s\" directive is not allowed here", d->name);
  if(!(f->args & FORM_BLOCK) && d->body != CONF_SIMPLE)
    return refuse(out, d, REFUSED_SYNTAX,
                  "directive \"%s\" is not terminated by \";\"", d->name);
  if((f->args & FORM_BLOCK) && d->body == CONF_SIMPLE)
    return refuse(out, d, REFUSED_SYNTAX,
                  "directive \"%s\" has no opening \"{\"", d->name);
  if(!count_fits(f, d->nargs))
    return refuse(out, d, REFUSED_COUNT,
                  "invalid number of arguments in \"%s\" directive", d->name);
  return true;
}

/* The value is looked at last, as nginx does. */
static bool verify_words(const struct conf_directive *d, struct conf_version v,
                         struct conf_refusal *out)
{
  struct conf_refusal said;
  bool known;
  const struct conf_form *f = row_at(d, conf_context_of(d->parent), v, &known);
  return !f || verify_value(d, f, &said) ||
         refuse(out, d, REFUSED_VALUE, "%s", said.sentence);
}

bool conf_verify_one(const struct conf_directive *d, struct conf_version v,
                     struct conf_refusal *out)
{
  return !d->file || !d->parent ||
         (verify_form(d, v, out) && verify_words(d, v, out));
}

/* ---- Duplicates ---- */

static bool same_location(const struct conf_directive *a,
                          const struct conf_directive *b)
{
  if(a->nargs != b->nargs)
    return false;
  /* Of regular expressions the first one wins; nginx says nothing. */
  if(a->nargs && a->args[0].text[0] == '~')
    return false;
  for(size_t i = 0; i < a->nargs; i++) {
    if(strcmp(conf_arg(a, i), conf_arg(b, i)) != 0)
      return false;
  }
  return a->nargs > 0;
}

static const struct conf_directive *earlier(const struct conf_directive *d)
{
  const struct conf_directive *o = conf_child(d->parent, d->name);
  for(; o && o != d; o = conf_sibling(o, d->name)) {
    if(!conf_is(d, "location") || same_location(d, o))
      return o;
  }
  return NULL;
}

/* Two of one address in one server. */
static bool verify_listen(const struct conf_directive *d,
                          struct conf_refusal *out)
{
  const struct conf_directive *o = conf_child(d->parent, "listen");
  for(; o && o != d; o = conf_sibling(o, "listen")) {
    if(strcmp(conf_arg(o, 0), conf_arg(d, 0)) != 0)
      continue;
    refuse(out, d, REFUSED_DUPLICATE, "a duplicate listen %.200s",
           conf_arg(d, 0));
    out->other = o;
    return false;
  }
  return true;
}

static bool verify_once(const struct conf_directive *d, struct conf_version v,
                        struct conf_refusal *out)
{
  unsigned int where = conf_context_of(d->parent);
  const struct conf_directive *o;
  const struct conf_form *f;
  bool known;
  if(conf_is(d, "listen") && where == CONTEXT_SERVER)
    return verify_listen(d, out);
  f = row_at(d, where, v, &known);
  if(!f || (!f->once && !conf_is(d, "location")))
    return true;
  o = earlier(d);
  if(!o)
    return true;
  if(conf_is(d, "location"))
    refuse(out, d, REFUSED_DUPLICATE, "duplicate location \"%.200s\"",
           conf_arg(d, d->nargs - 1));
  else
    refuse(out, d, REFUSED_DUPLICATE, "\"%s\" directive is duplicate",
           d->name);
  out->other = o;
  return false;
}

bool conf_verify_stray(const struct conf *c, const struct conf_directive *d,
                       struct conf_refusal *out)
{
  const struct conf_directive *http, *o;
  if(c->shape == CONF_WHOLE || !conf_is(d, "location") ||
     !d->parent->synthetic)
    return true;
  http = conf_child(c->root, "http");
  for(o = http ? conf_child(http, "server") : NULL; o;
      o = conf_sibling(o, "server")) {
    if(o->file)
      return refuse(out, d, REFUSED_CONTEXT,
                    "\"location\" directive is not allowed here");
  }
  return true;
}

/* ---- Blocks in blocks ---- */

/* A location in another one is of paths below it. */
static bool verify_nested(const struct conf_directive *d,
                          struct conf_refusal *out)
{
  const struct conf_directive *p = d->parent;
  const char *name, *outer;
  if(!conf_is(d, "location") || !conf_is(p, "location") || !p->file ||
     !d->nargs || !p->nargs)
    return true;
  name = conf_arg(d, d->nargs - 1);
  outer = conf_arg(p, p->nargs - 1);
  if(conf_arg(p, 0)[0] == '=' || outer[0] == '@')
    return refuse(out, d, REFUSED_CONTEXT,
                  "location \"%.120s\" cannot be inside the %s location "
                  "\"%.120s\"",
                  name, outer[0] == '@' ? "named" : "exact", outer);
  if(name[0] == '@')
    return refuse(out, d, REFUSED_CONTEXT,
                  "named location \"%.120s\" can be on the server level only",
                  name);
  if(conf_arg(d, 0)[0] == '~' || conf_arg(p, 0)[0] == '~' ||
     strncmp(name, outer, strlen(outer)) == 0)
    return true;
  return refuse(out, d, REFUSED_CONTEXT,
                "location \"%.120s\" is outside location \"%.120s\"", name,
                outer);
}

/* Which a misspelt `server` leaves: that is what is wrong then. */
static bool has_unknown(const struct conf_directive *block)
{
  const struct conf_directive *d = block->child;
  while(d && conf_form_next(d->name, NULL, NULL))
    d = d->next;
  return d != NULL;
}

static bool verify_filled(const struct conf_directive *d,
                          struct conf_refusal *out)
{
  if(!conf_is(d, "upstream") || d->body == CONF_SIMPLE ||
     !conf_is(d->parent, "http") || conf_child(d, "server") ||
     conf_child(d, "include") || has_unknown(d))
    return true;
  refuse(out, d, REFUSED_OTHER, "no servers are inside upstream");
  conf_refusal_place(out, line_of(d, d->end));
  return false;
}

static bool verify_here(const struct conf *c, const struct conf_directive *d,
                        struct conf_version v, struct conf_refusal *out)
{
  if(!d->file || !d->parent)
    return true;
  if(!verify_form(d, v, out))
    return out->kind == REFUSED_NAME && conf_may_be_brought(c, d->name);
  return verify_once(d, v, out) && conf_verify_stray(c, d, out) &&
         verify_nested(d, out) && verify_words(d, v, out) &&
         verify_filled(d, out);
}

/* Below what is refused, or not nginx's own, nothing is looked at. */
static bool hides(const struct conf_directive *d)
{
  return d->parent && d->body != CONF_SIMPLE && !conf_context_of(d);
}

static const struct conf_directive *behind(const struct conf *c,
                                           const struct conf_directive *d)
{
  while(d && d != c->root && !d->next)
    d = d->parent;
  return d && d != c->root ? d->next : NULL;
}

void conf_verify(const struct conf *c, struct conf_version v,
                 bool (*on_refusal)(const struct conf_refusal *r, void *ctx),
                 void *ctx)
{
  const struct conf_directive *d = c->root->child;
  struct conf_refusal r;
  while(d) {
    bool good = verify_here(c, d, v, &r);
    if(!good && !on_refusal(&r, ctx))
      return;
    d = !good || hides(d) || !d->child ? behind(c, d) : d->child;
  }
}
