/* SPDX-License-Identifier: MIT
 * Conditions of `if`, as ngx_http_rewrite_if_condition() takes them apart;
 * see walk.h. */
#include <string.h>
#include <strings.h>

#include "nginxconf/walk.h"

#define WORDS_MAX 3

struct condition {
  const char *words[WORDS_MAX];
  size_t n;
};

/* Takes the parentheses off. */
static bool take_apart(struct walk *w, const struct conf_directive *d,
                       struct condition *c)
{
  size_t i;
  c->n = 0;
  for(i = 0; i < d->nargs; i++) {
    struct slice word = {d->args[i].text, d->args[i].n};
    if(i == 0 && word.n > 0 && word.p[0] == '(') {
      word.p++;
      word.n--;
    }
    if(i + 1 == d->nargs && word.n > 0 && word.p[word.n - 1] == ')' &&
       !d->args[i].quote) {
      word.n--;
      if(word.n == 0)
        break;
    }
    if(i == 0 && word.n == 0)
      continue;
    if(c->n == WORDS_MAX)
      return false;
    c->words[c->n++] = walk_text(w, word);
  }
  return c->n > 0;
}

/* -f and the like: an event stream is not a file. */
static enum truth file_test(struct walk *w, const struct conf_directive *d,
                            const char *word)
{
  bool negated = word[0] == '!';
  walk_step(w, d, "assuming that no file of that name exists");
  return negated ? TRUTH_YES : TRUTH_NO;
}

static bool is_file_test(const char *word)
{
  const char *dash = word[0] == '!' ? word + 1 : word;
  return dash[0] == '-' && dash[1] && strchr("fdex", dash[1]) && !dash[2];
}

static enum truth truth_of(bool yes)
{
  return yes ? TRUTH_YES : TRUTH_NO;
}

static enum truth compare(struct walk *w, const struct conf_directive *d,
                          const struct condition *c, const char *left)
{
  const char *op = c->words[1];
  bool negated = op[0] == '!', ignore_case;
  const char *right;
  op += negated;
  if(op[0] == '~') {
    ignore_case = op[1] == '*';
    return truth_of(
        walk_test(w, d, slice_of(c->words[2]), ignore_case, left) != negated);
  }
  if(op[0] != '=')
    return TRUTH_OPEN;
  right = walk_expand(w, c->words[2]);
  if(!right)
    return TRUTH_OPEN;
  return truth_of((strcmp(left, right) == 0) != negated);
}

enum truth walk_condition(struct walk *w, const struct conf_directive *d)
{
  struct condition c;
  const char *left;
  if(!take_apart(w, d, &c))
    return TRUTH_OPEN;
  if(is_file_test(c.words[0]))
    return file_test(w, d, c.words[0]);
  if(c.words[0][0] != '$')
    return TRUTH_OPEN;
  left = walk_variable(w, slice_of(c.words[0] + 1));
  if(!left)
    return TRUTH_OPEN;
  if(c.n == 1)
    return truth_of(left[0] && strcmp(left, "0") != 0);
  return c.n == 3 ? compare(w, d, &c, left) : TRUTH_OPEN;
}

/* ---- map ---- */

static const struct conf_directive *map_for(const struct conf *c,
                                            struct slice name)
{
  const struct conf_directive *http = conf_child(c->root, "http");
  const struct conf_directive *d = conf_child(http, "map");
  for(; d; d = conf_sibling(d, "map")) {
    const char *made = conf_arg(d, 1);
    if(made[0] == '$' && slice_eq_cstr(name, made + 1))
      return d;
  }
  return NULL;
}

/* A literal wins over a regular expression wherever it stands. */
static const struct conf_directive *map_entry(struct walk *w,
                                              const struct conf_directive *map,
                                              const char *key)
{
  const struct conf_directive *d, *regex = NULL, *fallback = NULL;
  for(d = map->child; d; d = d->next) {
    const char *name = d->name;
    bool any_case = name[0] == '~' && name[1] == '*';
    if(strcmp(name, "default") == 0)
      fallback = d;
    else if(name[0] == '~' && !regex) {
      if(walk_match(w, d, slice_of(name + (any_case ? 2 : 1)), any_case, key))
        regex = d;
    } else if(strcasecmp(name + (name[0] == '\\'), key) == 0)
      return d;
  }
  return regex ? regex : fallback;
}

bool walk_map(struct walk *w, struct slice name, const char **value)
{
  const struct conf_directive *map = map_for(w->c, name), *entry;
  const char *key;
  *value = NULL;
  if(!map)
    return false;
  if(w->maps >= WALK_CYCLES_MAX || conf_child(map, "hostnames"))
    return true;
  w->maps++;
  key = walk_expand(w, conf_arg(map, 0));
  if(key) {
    entry = map_entry(w, map, key);
    *value = entry ? walk_expand(w, conf_arg(entry, 0)) : "";
    /* nginx looks it up once in a request. */
    if(*value && !conf_child(map, "volatile"))
      walk_set(w, conf_arg(map, 1) + 1, *value);
  }
  w->maps--;
  return true;
}
