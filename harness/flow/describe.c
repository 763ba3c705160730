/* SPDX-License-Identifier: MIT
 * A flow in words; see flow.h. */
#include <string.h>

#include "base/units.h"
#include "flow/flow.h"

bool flow_has_tag(const struct flow *f, const char *word)
{
  const struct yaml_node *tags = yaml_get(f->root, "tags"), *i = NULL;
  for(i = node_each(tags, NULL); i; i = node_each(tags, i)) {
    if(slice_eq_cstr(i->text, word))
      return true;
  }
  return strcmp(f->name, word) == 0 ||
         strcmp(node_text(f->root, "flow", ""), word) == 0;
}

const char *flow_phase_name(enum flow_phase phase)
{
  static const char *const name[PHASES] = {"setup", "steps", "teardown"};
  return name[phase];
}

const struct flow_step *flow_step_find(const struct flow *f, uint32_t number)
{
  return number <= f->steps ? f->by_number[number] : NULL;
}

const struct flow_step *flow_step_after(const struct flow_step *s)
{
  return s->next && s->next->branch == s->branch ? s->next : NULL;
}

const char *flow_branch_name(const struct flow_step *parallel, uint32_t branch)
{
  const struct yaml_node *n = parallel->map->child;
  for(; n; n = n->next) {
    if(!key_find(flow_verb_keys[VERB_PARALLEL], n->key) && --branch == 0)
      return n->key.p;
  }
  return "";
}

const struct yaml_node *flow_method_of(const struct yaml_node *call)
{
  const struct yaml_node *n = call ? call->child : NULL;
  while(n && !key_method(n->key))
    n = n->next;
  return n;
}

static void call_text(const struct yaml_node *call, struct buf *out)
{
  const struct yaml_node *n = flow_method_of(call);
  if(n)
    buf_addf(out, " %s %s", n->key.p, n->text.p);
}

/* Names of a pattern's events, or the first thing that it wants. */
static void pattern_text(const struct yaml_node *map, struct buf *out)
{
  const struct yaml_node *names = yaml_get(map, "event"), *i = NULL;
  const char *sep = " ";
  for(i = node_each(names, NULL); i; i = node_each(names, i)) {
    buf_addf(out, "%s%s", sep, i->text.p);
    sep = " or ";
  }
  if(!names && map->kind == YAML_MAP) {
    for(i = map->child; i; i = i->next) {
      if(!key_find(&flow_keys_pattern, i->key) ||
         slice_eq_cstr(i->key, "times"))
        continue;
      buf_addf(out, " %s %s", i->key.p,
               i->kind == YAML_SCALAR ? i->text.p
               : !i->child            ? ""
               : i->child->key.n      ? i->child->key.p
                                      : i->child->text.p);
      return;
    }
  }
}

static void branches_text(const struct flow_step *s, struct buf *out)
{
  uint32_t i;
  for(i = 1; flow_branch_name(s, i)[0]; i++)
    buf_addf(out, "%s %s", i > 1 ? "," : "", flow_branch_name(s, i));
}

static void patterns_text(const struct yaml_node *list, struct buf *out)
{
  const struct yaml_node *i = NULL;
  const char *sep = "";
  for(i = node_each(list, NULL); i; i = node_each(list, i)) {
    buf_adds(out, sep);
    pattern_text(i, out);
    sep = ",";
  }
}

static void expect_text(const struct flow_step *s, struct buf *out)
{
  static const char *const inner[] = {"in-order", "any-order", "none", "only",
                                      "every"};
  static const char *const plain[] = {"times", "silence", "ends", "for",
                                      "within"};
  size_t i;
  pattern_text(s->map, out);
  for(i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
    const struct yaml_node *n = yaml_get(s->map, inner[i]);
    if(n) {
      buf_addf(out, " %s", inner[i]);
      patterns_text(n, out);
    }
  }
  for(i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
    const struct yaml_node *n = yaml_get(s->map, plain[i]);
    if(n)
      buf_addf(out, " %s %s", plain[i],
               n->kind == YAML_SCALAR ? n->text.p
                                      : node_text(n, "how", "any"));
  }
}

int flow_step_text(const struct flow *f, const struct flow_step *s,
                   struct buf *out)
{
  buf_adds(out, flow_verb_name(s->verb));
  if(s->stream >= 0 && f->stream[s->stream][0])
    buf_addf(out, " %s", f->stream[s->stream]);
  if(s->verb == VERB_SUBSCRIBE || s->verb == VERB_REQUEST)
    call_text(s->map, out);
  else if(s->verb == VERB_EXPECT)
    expect_text(s, out);
  else if(s->verb == VERB_WAIT)
    buf_addf(out, " %s",
             node_text(s->map, "for", node_text(s->map, "about", "")));
  else if(s->verb == VERB_CUT)
    buf_addf(out, " %s", node_text(s->map, "how", "rst"));
  else if(s->verb == VERB_PARALLEL)
    branches_text(s, out);
  else if(s->verb == VERB_REPEAT)
    buf_addf(out, " %s times", node_text(s->map, "times", ""));
  return out->rc;
}

static void window_text(const struct flow *f, const struct flow_step *s,
                        const struct flow_step *trigger, struct buf *out)
{
  const char *within = node_text(s->map, "within", NULL);
  const char *span = node_text(s->map, "for", NULL);
  char t[UNITS_MAX];
  buf_adds(out, "            counts ");
  if(s->after < 0)
    buf_adds(out, "all since the stream opened");
  else if(trigger) {
    buf_addf(out, "what comes after step %u was ", trigger->number);
    buf_adds(out, node_text(s->map, "since", "sent"));
  } else
    buf_adds(out, "what comes after the stream opened");
  if(span)
    buf_addf(out, ", watched for %s", span);
  else
    buf_addf(out, ", in time until %s after that",
             within ? within : units_fmt_duration(f->within_ns, t));
  buf_addc(out, '\n');
}

static void plan_steps(const struct flow *f, const struct flow_step *s,
                       uint32_t *round, struct buf *out)
{
  const struct flow_step *trigger = NULL;
  for(; s; s = s->next) {
    if(s->round != *round) {
      buf_addf(out, "  round %u\n", s->round);
      *round = s->round;
      trigger = NULL;
    }
    if(!trigger && (s->verb == VERB_REQUEST || s->verb == VERB_RUN))
      trigger = s;
    buf_addf(out, "    %3u  %4u:%-3u ", s->number, s->at.line, s->at.column);
    flow_step_text(f, s, out);
    buf_addc(out, '\n');
    if(s->verb == VERB_EXPECT)
      window_text(
          f, s, s->after > 0 ? flow_step_find(f, (uint32_t)s->after) : trigger,
          out);
    plan_steps(f, s->child, round, out);
  }
}

int flow_plan_text(const struct flow *f, struct buf *out)
{
  uint32_t round = 0;
  int p;
  buf_addf(out, "%s: %s\n", f->file, f->name);
  for(p = 0; p < PHASES; p++) {
    if(!f->step[p])
      continue;
    buf_addf(out, " %s\n", flow_phase_name((enum flow_phase)p));
    plan_steps(f, f->step[p], &round, out);
  }
  return out->rc;
}
