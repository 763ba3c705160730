/* SPDX-License-Identifier: MIT
 * A recording's events through a profile's grammar; see app_judge.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/app/app_judge.h"
#include "content/reader.h"

/* What the request's body has at a pointer; false where that is nothing. */
static bool find_asked(const struct recording *r, const char *pointer,
                       struct value *out)
{
  struct slice body = buf_slice(&r->request);
  struct pointer_set set = {.count = 0};
  long at = slice_find(body, "\r\n\r\n");
  struct err none;
  bool found;
  if(!pointer || at < 0)
    return false;
  body = (struct slice){body.p + at + 4, body.n - (size_t)at - 4};
  found = pointer_set_add(&set, slice_of(pointer), &none) == 0 &&
          reader_read(&set, body, out, NULL) == 0 && out->kind != KIND_ABSENT;
  pointer_set_fini(&set);
  return found;
}

bool app_is_asked(const struct recording *r, const struct profile_rule *told)
{
  struct value v;
  return !told->asked ||
         (find_asked(r, told->asked, &v) && v.kind != KIND_NULL &&
          !(v.kind == KIND_BOOL && slice_eq(v.text, SLICE_LIT("false"))));
}

/* Whether the event's member is what was asked with; unknown is. */
static bool is_echo(struct app_walk *w, const struct value *asked)
{
  const struct grammar_rule *r = &w->p->grammar.rule[w->rule];
  const struct value *v = look_value(&w->look, r->slot[0]);
  if(!v || asked->kind == KIND_ABSENT)
    return true;
  return v->kind == asked->kind && slice_eq(v->text, asked->text);
}

static bool concerns(const struct grammar_rule *r, uint8_t class)
{
  uint64_t bit = class == GRAMMAR_NONE ? 0 : UINT64_C(1) << class;
  return (!r->in || (r->in & bit)) && !(r->not_in & bit);
}

static void explain(struct app_walk *w)
{
  const struct grammar_rule *r = &w->p->grammar.rule[w->rule];
  struct buf text;
  if(r->form != RULE_REQUIRE || r->scopes != 1)
    return;
  buf_init(&text, 0);
  expr_explain(r->require, &w->look, &text);
  snprintf(w->why, sizeof(w->why), "%s", buf_text(&text));
  buf_free(&text);
}

static void take_event(struct app_walk *w, size_t i,
                       const struct recorded_event *ev,
                       const struct value *asked)
{
  const struct grammar_rule *r = &w->p->grammar.rule[w->rule];
  struct stream_item item = {.kind = ITEM_EVENT,
                             .event = ev->type,
                             .data = ev->data,
                             .at_ns = ev->t_ns,
                             .gap_ns = GAP_NONE};
  struct grammar_told told;
  bool broken;
  if(ev->id_in_block)
    item.id = ev->id;
  if(i && i < w->r->events)
    item.gap_ns = ev->t_ns - w->r->event[i - 1].t_ns;
  grammar_step(&w->run, &w->look, &item, &told);
  broken = told.broken >> w->rule & 1;
  if(!concerns(r, told.class))
    return;
  w->concerned++;
  w->last_in_ns = ev->t_ns;
  if(r->form == RULE_ECHO)
    broken = !is_echo(w, asked);
  if(!broken || w->hit)
    return;
  w->hit = true;
  w->at = i;
  w->told = told;
  explain(w);
}

static bool is_ended(const struct recording *r)
{
  return r->end == REC_END_CLEAN || r->end == REC_END_CLOSE ||
         r->end == REC_END_TRUNCATED || r->end == REC_END_RESET;
}

int app_walk(struct app_walk *w, const struct recording *r,
             const struct recording *before, const struct app_check *a)
{
  const struct recorded_event whole = {.type = SLICE_LIT("message"),
                                       .data = buf_slice(&r->body),
                                       .t_ns = r->end_ns};
  struct value asked = {.kind = KIND_ABSENT};
  size_t i;
  int rc;
  memset(w, 0, sizeof(*w));
  w->r = r;
  w->p = a->profile;
  w->rule = a->rule;
  w->last_in_ns = -1;
  look_init(&w->look, &w->p->grammar.set);
  rc = grammar_begin(&w->run, &w->p->grammar, GRAMMAR_JOIN);
  if(rc)
    return rc;
  if(!find_asked(r, w->p->rule[w->rule].echo_of, &asked) ||
     (asked.kind != KIND_STRING && asked.kind != KIND_NUMBER))
    asked.kind = KIND_ABSENT;
  for(i = 0; before && i < before->events; i++)
    take_event(w, i, &before->event[i], &asked);
  for(i = 0; i < r->events; i++)
    take_event(w, i, &r->event[i], &asked);
  w->events = i;
  if(!r->events && app_is_json(r)) {
    take_event(w, 0, &whole, &asked);
    w->events = 1;
  }
  w->open = !is_ended(r);
  w->end = grammar_outcome(&w->run);
  if(!w->open || w->run.marked)
    w->broken_at_end = grammar_finish(&w->run, w->end) >> w->rule & 1;
  return 0;
}

void app_walk_fini(struct app_walk *w)
{
  grammar_leave(&w->run);
  look_fini(&w->look);
}
