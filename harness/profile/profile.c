/* SPDX-License-Identifier: MIT
 * Profiles in memory; see profile.h. */
#include "profile/profile.h"

#include <stdlib.h>
#include <string.h>

static void text_free(struct profile_text *t)
{
  free(t->name);
  free(t->text);
}

static void rule_free(struct profile_rule *r)
{
  uint8_t i;
  free(r->id);
  free(r->title);
  free(r->why);
  free(r->causes);
  free(r->reference);
  free(r->url);
  free(r->head);
  free(r->head_is);
  free(r->head_matches);
  free(r->echo_of);
  free(r->type);
  free(r->asked);
  for(i = 0; i < PROFILE_FIXES_MAX; i++)
    text_free(&r->fix[i]);
}

static void request_free(struct profile *p)
{
  uint8_t i;
  free(p->method);
  free(p->path);
  free(p->body);
  for(i = 0; i < p->headers; i++)
    text_free(&p->header[i]);
  for(i = 0; i < p->vars; i++)
    text_free(&p->var[i]);
}

static void step_free(struct profile_step *s)
{
  uint8_t i;
  free(s->name);
  free(s->method);
  free(s->path);
  free(s->body);
  free(s->needs);
  free(s->unless);
  for(i = 0; i < s->headers; i++)
    text_free(&s->header[i]);
  for(i = 0; i < s->withouts; i++)
    free(s->without[i]);
  for(i = 0; i < s->saves; i++)
    text_free(&s->save[i]);
}

static void proof_free(struct profile *p)
{
  uint8_t i;
  free(p->good);
  for(i = 0; i < p->good_heads; i++)
    text_free(&p->good_head[i]);
  for(i = 0; i < p->faults; i++) {
    free(p->fault[i].replace);
    free(p->fault[i].with);
    free(p->fault[i].without_head);
  }
}

void profile_free(struct profile *p)
{
  size_t i;
  if(!p)
    return;
  free(p->file);
  free(p->name);
  free(p->about);
  free(p->reference);
  free(p->url);
  expr_free(p->sniff);
  for(i = 0; i < GRAMMAR_RULES_MAX; i++)
    rule_free(&p->rule[i]);
  for(i = 0; i < p->changes; i++) {
    free(p->change[i].glob);
    free(p->change[i].why);
  }
  request_free(p);
  for(i = 0; i < p->steps; i++)
    step_free(&p->step[i]);
  proof_free(p);
  grammar_fini(&p->grammar);
  free(p);
}

bool profile_name_is_good(struct slice name)
{
  size_t i;
  for(i = 0; i < name.n; i++) {
    char c = name.p[i];
    if(!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         (c == '-' && i > 0)))
      return false;
  }
  return name.n > 0 && name.n <= PROFILE_NAME_MAX;
}
