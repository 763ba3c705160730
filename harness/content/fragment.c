/* SPDX-License-Identifier: MIT
 * HTML fragments; see fragment.h. */
#include "content/fragment.h"

#include <gumbo.h>
#include <stdlib.h>
#include <string.h>

#include "content/lines.h"

#define COMPOUNDS_MAX 8
#define SIMPLES_MAX   8
#define SHOWN         120  /* bytes of a text in a sentence */
#define OPEN_MAX      4096 /* tags that are opened and not closed */

struct simple {
  char kind;          /* '#', '.', '[', or a letter: the tag */
  char *name, *value; /* owned; value NULL: any */
};

struct compound {
  struct simple simple[SIMPLES_MAX];
  uint8_t simples;
  bool direct; /* directly inside of the one before */
};

struct attribute {
  char *name, *value; /* owned */
};

struct fragment {
  char *selector, *text; /* owned */
  struct compound compound[COMPOUNDS_MAX];
  uint8_t compounds;
  struct attribute attr[FRAGMENT_ATTR_MAX];
  uint8_t attrs;
  uint32_t count;
};

struct counting {
  const struct fragment *f;
  uint32_t selected, counted;
  bool too_deep;
  struct buf text; /* of the element selected last */
};

/* --- selectors --- */

static bool is_word(char ch)
{
  return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
         (ch >= '0' && ch <= '9') || ch == '-' || ch == '_';
}

/* Names of attributes have colons, too: hx-on:click. */
static struct slice take_word(struct slice *rest, bool attribute)
{
  struct slice word = {rest->p, 0};
  while(word.n < rest->n &&
        (is_word(rest->p[word.n]) || (attribute && rest->p[word.n] == ':')))
    word.n++;
  rest->p += word.n;
  rest->n -= word.n;
  return word;
}

/* "[name]" or "[name=value]", the value in quotes or not. */
static bool read_attribute(struct slice *rest, struct simple *s)
{
  struct slice name, value;
  long end;
  name = take_word(rest, true);
  end = slice_find(*rest, "]");
  if(!name.n || end < 0)
    return false;
  s->name = slice_dup(name);
  value = (struct slice){rest->p, (size_t)end};
  rest->p += end + 1;
  rest->n -= (size_t)end + 1;
  if(!value.n)
    return s->name != NULL;
  if(value.p[0] != '=')
    return false;
  value.p++;
  value.n--;
  if(value.n > 1 && (value.p[0] == '"' || value.p[0] == '\'') &&
     value.p[value.n - 1] == value.p[0]) {
    value.p++;
    value.n -= 2;
  }
  s->value = slice_dup(value);
  return s->name && s->value;
}

static bool read_simple(struct slice *rest, struct simple *s)
{
  struct slice word;
  s->kind = rest->p[0];
  if(s->kind == '*') {
    rest->p++;
    rest->n--;
    return true;
  }
  if(s->kind == '#' || s->kind == '.' || s->kind == '[') {
    rest->p++;
    rest->n--;
  } else
    s->kind = 't';
  if(s->kind == '[')
    return read_attribute(rest, s);
  word = take_word(rest, false);
  s->name = word.n ? slice_dup(word) : NULL;
  return s->name != NULL;
}

static bool read_compound(struct slice *rest, struct compound *c)
{
  while(rest->n && rest->p[0] != ' ' && rest->p[0] != '>') {
    if(c->simples == SIMPLES_MAX ||
       !read_simple(rest, &c->simple[c->simples++]))
      return false;
  }
  return c->simples > 0;
}

static bool read_selector(struct fragment *f, struct slice rest)
{
  bool direct = false;
  rest = slice_trim(rest);
  while(rest.n) {
    struct compound *c = &f->compound[f->compounds];
    if(f->compounds == COMPOUNDS_MAX || (direct && !f->compounds))
      return false;
    c->direct = direct;
    f->compounds++;
    if(!read_compound(&rest, c))
      return false;
    rest = slice_trim(rest);
    direct = rest.n && rest.p[0] == '>';
    if(direct)
      rest = slice_trim((struct slice){rest.p + 1, rest.n - 1});
  }
  return f->compounds > 0 && !direct;
}

struct fragment *fragment_new(struct slice selector, struct err *e)
{
  struct fragment *f = calloc(1, sizeof(*f));
  if(f)
    f->selector = slice_dup(selector);
  if(!f || !f->selector) {
    err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
    fragment_free(f);
    return NULL;
  }
  f->count = FRAGMENT_ANY;
  if(read_selector(f, selector))
    return f;
  err_set(e, E_SYNTAX,
          "\"%.100s\" is no selector: there is tag, #id, .class, [a], [a=v], "
          "joined by blanks and >",
          f->selector);
  fragment_free(f);
  return NULL;
}

void fragment_free(struct fragment *f)
{
  uint8_t i, k;
  if(!f)
    return;
  for(i = 0; i < f->compounds; i++) {
    for(k = 0; k < f->compound[i].simples; k++) {
      free(f->compound[i].simple[k].name);
      free(f->compound[i].simple[k].value);
    }
  }
  for(i = 0; i < f->attrs; i++) {
    free(f->attr[i].name);
    free(f->attr[i].value);
  }
  free(f->selector);
  free(f->text);
  free(f);
}

int fragment_text(struct fragment *f, struct slice text, struct err *e)
{
  f->text = slice_dup(text);
  return f->text ? 0 : err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
}

int fragment_attr(struct fragment *f, struct slice name, struct slice value,
                  struct err *e)
{
  struct attribute *a = &f->attr[f->attrs];
  if(f->attrs == FRAGMENT_ATTR_MAX)
    return err_set(e, E_LIMIT, "more than %d attributes", FRAGMENT_ATTR_MAX);
  f->attrs++;
  a->name = slice_dup(name);
  a->value = slice_dup(value);
  return a->name && a->value ? 0
                             : err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
}

void fragment_count(struct fragment *f, uint32_t count)
{
  f->count = count;
}

/* --- elements --- */

static const char *value_of(const GumboNode *n, const char *name)
{
  const GumboAttribute *a =
      gumbo_get_attribute(&n->v.element.attributes, name);
  return a ? a->value : NULL;
}

static bool is_tag(const GumboNode *n, const char *name)
{
  GumboStringPiece tag = n->v.element.original_tag;
  const char *known = gumbo_normalized_tagname(n->v.element.tag);
  if(known[0])
    return slice_ieq_cstr(slice_of(name), known);
  gumbo_tag_from_original_text(&tag);
  return slice_ieq_cstr((struct slice){tag.data, tag.length}, name);
}

static bool has_class(const char *classes, const char *name)
{
  struct slice rest = slice_of(classes ? classes : "");
  while(rest.n) {
    if(slice_eq_cstr(slice_cut(&rest, ' '), name))
      return true;
  }
  return false;
}

static bool is_simple(const GumboNode *n, const struct simple *s)
{
  const char *v;
  switch(s->kind) {
  case '*':
    return true;
  case '#':
    v = value_of(n, "id");
    return v && strcmp(v, s->name) == 0;
  case '.':
    return has_class(value_of(n, "class"), s->name);
  case '[':
    v = value_of(n, s->name);
    return v && (!s->value || strcmp(v, s->value) == 0);
  default:
    return is_tag(n, s->name);
  }
}

static bool is_compound(const GumboNode *n, const struct compound *c)
{
  uint8_t i;
  if(n->type != GUMBO_NODE_ELEMENT)
    return false;
  for(i = 0; i < c->simples; i++) {
    if(!is_simple(n, &c->simple[i]))
      return false;
  }
  return true;
}

/* The elements around n by each length of the selector's beginning that they
 * meet: state bit k: the first k compounds are met on the way to n. */
static uint32_t advance(const struct fragment *f, const GumboNode *n,
                        uint32_t above, uint32_t parent, uint32_t *here)
{
  uint8_t k;
  *here = 0;
  for(k = 0; k < f->compounds; k++) {
    uint32_t before = f->compound[k].direct ? parent : above;
    if((k == 0 || before >> (k - 1) & 1) && is_compound(n, &f->compound[k]))
      *here |= UINT32_C(1) << k;
  }
  return above | *here;
}

static void add_text(const GumboNode *n, unsigned depth, struct buf *out)
{
  unsigned int i;
  if(n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE ||
     n->type == GUMBO_NODE_CDATA)
    buf_adds(out, n->v.text.text);
  if(n->type != GUMBO_NODE_ELEMENT || depth > FRAGMENT_DEPTH)
    return;
  for(i = 0; i < n->v.element.children.length; i++)
    add_text(n->v.element.children.data[i], depth + 1, out);
}

static void count_one(struct counting *c, const GumboNode *n)
{
  const struct fragment *f = c->f;
  bool good = true;
  uint8_t i;
  c->selected++;
  buf_clear(&c->text);
  add_text(n, 0, &c->text);
  if(f->text)
    good = slice_find(buf_slice(&c->text), f->text) >= 0;
  for(i = 0; i < f->attrs && good; i++) {
    const char *v = value_of(n, f->attr[i].name);
    good = v && strcmp(v, f->attr[i].value) == 0;
  }
  c->counted += good;
}

static void visit(struct counting *c, const GumboNode *n, uint32_t above,
                  uint32_t parent, unsigned depth)
{
  unsigned int i;
  uint32_t here;
  if(n->type != GUMBO_NODE_ELEMENT)
    return;
  if(depth > FRAGMENT_DEPTH) {
    c->too_deep = true;
    return;
  }
  above = advance(c->f, n, above, parent, &here);
  if(here >> (c->f->compounds - 1) & 1)
    count_one(c, n);
  for(i = 0; i < n->v.element.children.length; i++)
    visit(c, n->v.element.children.data[i], above, here, depth + 1);
}

static void visit_all(struct counting *c, const GumboNode *root)
{
  unsigned int i;
  for(i = 0; i < root->v.element.children.length; i++)
    visit(c, root->v.element.children.data[i], 0, 0, 1);
}

static void explain(const struct counting *c, struct buf *why)
{
  const struct fragment *f = c->f;
  struct slice text = slice_trim(buf_slice(&c->text));
  if(c->too_deep) {
    buf_adds(why, "the HTML is too large or nested too deeply");
    return;
  }
  if(f->count == FRAGMENT_ANY)
    buf_addf(why, "no element is %s", f->selector);
  else
    buf_addf(why, "%u element%s %s, wanted %u", c->counted,
             c->counted == 1 ? " is" : "s are", f->selector, f->count);
  if(f->text)
    buf_addf(why, " with the text \"%s\"", f->text);
  if(f->attrs)
    buf_addf(why, " with %s=\"%s\"", f->attr[0].name, f->attr[0].value);
  if(c->selected)
    buf_addf(why, "; %u selected, the last one's text is \"%.*s\"",
             c->selected, (int)(text.n < SHOWN ? text.n : SHOWN),
             text.n ? text.p : "");
}

/* The parser walks its tree by recursion: what is opened without end is not
 * given to it. */
static bool is_bomb(struct slice data)
{
  long open = 0;
  size_t i;
  for(i = 0; i + 1 < data.n && open <= OPEN_MAX; i++) {
    if(data.p[i] == '<')
      open += data.p[i + 1] == '/' ? -1 : is_word(data.p[i + 1]);
  }
  return data.n > FRAGMENT_MAX || open > OPEN_MAX;
}

bool fragment_judge(const struct fragment *f, struct slice data,
                    struct buf *why)
{
  GumboOptions options = kGumboDefaultOptions;
  struct counting c = {.f = f};
  struct buf elements;
  GumboOutput *out;
  bool good;
  buf_init(&elements, 0);
  buf_init(&c.text, 0);
  if(lines_of(data, SLICE_LIT("elements"), &elements))
    data = buf_slice(&elements);
  options.fragment_context = GUMBO_TAG_TEMPLATE;
  options.max_errors = 0;
  c.too_deep = is_bomb(data);
  out = data.n && !c.too_deep
            ? gumbo_parse_with_options(&options, data.p, data.n)
            : NULL;
  if(out)
    visit_all(&c, out->root);
  good = out && !c.too_deep &&
         (f->count == FRAGMENT_ANY ? c.counted > 0 : c.counted == f->count);
  if(!good && why)
    explain(&c, why);
  if(out)
    gumbo_destroy_output(&options, out);
  buf_free(&c.text);
  buf_free(&elements);
  return good;
}
