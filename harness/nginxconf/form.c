/* SPDX-License-Identifier: MIT
 * Looking directives up, and what a misspelt one may have meant; see form.h.
 */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "nginxconf/form_rows.h"

static const struct conf_forms *const tables[] = {
    conf_forms_core, conf_forms_upstream, conf_forms_http, conf_forms_stream};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

/* Every row in order: the next behind prev that is called name (NULL: any). */
static const struct conf_form *next_row(const char *name,
                                        const struct conf_form *prev,
                                        const char **module)
{
  bool behind = !prev;
  for(size_t t = 0; t < TABLES; t++) {
    for(const struct conf_forms *g = tables[t]; g->module; g++) {
      bool here = prev >= g->form && prev < g->form + g->n;
      size_t i = here ? (size_t)(prev - g->form) + 1 : 0;
      if(!behind && !here)
        continue;
      behind = true;
      for(; i < g->n; i++) {
        if(name && strcmp(g->form[i].name, name) != 0)
          continue;
        if(module)
          *module = g->module;
        return &g->form[i];
      }
    }
  }
  return NULL;
}

const struct conf_form *conf_form_next(const char *name,
                                       const struct conf_form *prev,
                                       const char **module)
{
  return next_row(name, prev, module);
}

bool conf_form_stands(const char *name, unsigned int where)
{
  const struct conf_form *form = next_row(name, NULL, NULL);
  while(form && !(form->where & where))
    form = next_row(name, form, NULL);
  return form != NULL;
}

/* How many letters may be wrong: about one in four. */
static int allowed(const char *name)
{
  size_t n = strlen(name);
  return n < 4 ? 0 : n < 8 ? 1 : n < 14 ? 2 : 3;
}

const char *conf_form_nearest(const char *name, unsigned int where)
{
  int least = allowed(name) + 1;
  const char *best = NULL;
  for(const struct conf_form *f = next_row(NULL, NULL, NULL); f;
      f = next_row(NULL, f, NULL)) {
    int d;
    if(where && !(f->where & where))
      continue;
    d = units_distance(name, f->name);
    if(d < least) {
      least = d;
      best = f->name;
    }
  }
  return best;
}

bool conf_form_has(const struct conf_form *f, struct conf_version v)
{
  return !f->since ||
         conf_version_from(v, 1, f->since / 1000u, f->since % 1000u);
}

/* ---- Blocks ---- */

static unsigned int inside_of(const char *name, unsigned int outer)
{
  static const struct {
    const char *name;
    unsigned int outer, inner;
  } blocks[] = {
      {"events", M, E},        {"http", M, H},     {"stream", M, ST},
      {"mail", M, ML},         {"server", H, S},   {"server", ST, SS},
      {"server", ML, MS},      {"upstream", H, U}, {"upstream", ST, SU},
      {"location", S | L, L},  {"if", S, SIF},     {"if", L, LIF},
      {"limit_except", L, LMT}};
  for(size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
    if((blocks[i].outer & outer) && strcmp(blocks[i].name, name) == 0)
      return blocks[i].inner;
  }
  return 0;
}

unsigned int conf_context_of(const struct conf_directive *d)
{
  unsigned int outer;
  if(!d->parent)
    return CONTEXT_MAIN;
  outer = conf_context_of(d->parent);
  return d->body == CONF_BLOCK ? inside_of(d->name, outer) : 0;
}

int conf_context_words(unsigned int where, struct buf *out)
{
  static const struct {
    unsigned int bit;
    const char *word;
  } words[] = {{M, "the outermost level"},
               {E, "events"},
               {H, "http"},
               {S, "server"},
               {L, "location"},
               {U, "upstream"},
               {SIF, "an if of a server"},
               {LIF, "an if of a location"},
               {LMT, "limit_except"},
               {ST, "stream"},
               {SS, "a server of stream"},
               {SU, "an upstream of stream"},
               {ML, "mail"},
               {MS, "a server of mail"}};
  size_t left = 0;
  for(size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    left += (where & words[i].bit) != 0;
  for(size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if(!(where & words[i].bit))
      continue;
    left--;
    buf_addf(out, "%s%s", words[i].word,
             left > 1    ? ", "
             : left == 1 ? " or "
                         : "");
  }
  return out->rc;
}
