/* SPDX-License-Identifier: MIT
 * What else must be so, as a profile's file says it; see reading.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/reading.h"

/* A rule that is being read. */
struct ruling {
  struct grammar_rule rule;
  struct profile_rule *told;
  unsigned forms; /* how many were given */
};

#define TAKE(name)                                                            \
  static int take_##name(struct reading *r, const struct yaml_node *n,        \
                         void *into)

uint8_t reading_rule(const struct reading *r, const char *name,
                     char id[PROFILE_RULE_ID_MAX])
{
  uint8_t i;
  snprintf(id, PROFILE_RULE_ID_MAX, "app.%s.%s", r->p->name, name);
  for(i = 0; i < r->p->grammar.rules; i++) {
    if(strcmp(r->p->rule[i].id, id) == 0)
      return i;
  }
  return GRAMMAR_NONE;
}

/* Prose */

TAKE(id)
{
  struct ruling *s = into;
  struct profile_rule *t = s->told;
  char id[PROFILE_RULE_ID_MAX];
  int rc = reading_is(r, n, YAML_SCALAR);
  if(rc)
    return rc;
  if(!profile_name_is_good(n->text))
    return reading_fail(r, n, E_SYNTAX,
                        "\"%s\" is no name: small letters, digits and dashes",
                        n->text.p);
  if(reading_rule(r, n->text.p, id) != GRAMMAR_NONE)
    return reading_fail(r, n, E_SYNTAX, "there are two rules \"%s\"",
                        n->text.p);
  t->id = slice_dup(slice_of(id));
  return t->id ? 0 : reading_fail(r, n, E_NOMEM, "out of memory");
}

static const char *severity_word(int i)
{
  static const char *const word[] = {"fail", "warn", "info"};
  return word[i];
}

TAKE(severity)
{
  int i = reading_word(r, n, severity_word, 3);
  if(i >= 0)
    ((struct ruling *)into)->told->severity = (enum profile_severity)i;
  return i < 0 ? i : 0;
}

#define TAKE_TEXT(name)                                                       \
  TAKE(name)                                                                  \
  {                                                                           \
    return reading_text(r, n, &((struct ruling *)into)->told->name);          \
  }

TAKE_TEXT(title)
TAKE_TEXT(why)
TAKE_TEXT(causes)
TAKE_TEXT(reference)
TAKE_TEXT(url)

/* A text for everybody, or one by stack. */
TAKE(fix)
{
  struct profile_rule *t = ((struct ruling *)into)->told;
  uint8_t count = 0;
  if(n->kind == YAML_MAP)
    return reading_pairs(r, n, t->fix, &count, PROFILE_FIXES_MAX);
  t->fix[0].name = slice_dup(SLICE_LIT("any"));
  return reading_text(r, n, &t->fix[0].text);
}

/* Whom it is about */

TAKE(in)
{
  return reading_classes(r, n, &((struct ruling *)into)->rule.in);
}

TAKE(not_in)
{
  return reading_classes(r, n, &((struct ruling *)into)->rule.not_in);
}

TAKE(unless)
{
  return reading_classes(r, n, &((struct ruling *)into)->rule.unless);
}

TAKE_TEXT(asked)

/* Forms */

static int form(struct ruling *s, enum rule_form f)
{
  s->rule.form = f;
  s->forms++;
  return 0;
}

#define TAKE_TRUE(name, what)                                                 \
  TAKE(name)                                                                  \
  {                                                                           \
    form(into, what);                                                         \
    return reading_true(r, n);                                                \
  }

TAKE_TRUE(order, RULE_ORDER)
TAKE_TRUE(json, RULE_JSON)
TAKE_TRUE(known, RULE_KNOWN)
TAKE_TRUE(unique_id, RULE_UNIQUE)

TAKE(require)
{
  struct ruling *s = into;
  int rc = reading_is(r, n, YAML_SCALAR);
  if(rc)
    return rc;
  form(s, RULE_REQUIRE);
  s->rule.require = expr_new(n->text, &r->p->grammar.set, r->e);
  return s->rule.require ? 0 : reading_at(r, n, r->e->code);
}

TAKE(same)
{
  struct ruling *s = into;
  const struct yaml_node *c;
  int rc = reading_is(r, n, YAML_LIST);
  form(s, RULE_SAME);
  for(c = rc ? NULL : n->child; c && !rc; c = c->next) {
    if(s->rule.slots == GRAMMAR_SAME_MAX - 1)
      return reading_fail(r, c, E_LIMIT, "more than %d members",
                          GRAMMAR_SAME_MAX - 1);
    rc = reading_slot(r, c, &s->rule.slot[s->rule.slots++]);
  }
  return rc;
}

#define TAKE_SLOT(name, what)                                                 \
  TAKE(name)                                                                  \
  {                                                                           \
    struct ruling *s = into;                                                  \
    form(s, what);                                                            \
    s->rule.slots = 1;                                                        \
    return reading_slot(r, n, &s->rule.slot[0]);                              \
  }

TAKE_SLOT(named_as, RULE_NAMED)
TAKE_SLOT(rises, RULE_RISES)
TAKE_SLOT(echo, RULE_ECHO)

TAKE(of)
{
  return reading_text(r, n, &((struct ruling *)into)->told->echo_of);
}

TAKE(from)
{
  return reading_count(r, n, &((struct ruling *)into)->rule.from);
}

TAKE(most)
{
  return reading_count(r, n, &((struct ruling *)into)->rule.most);
}

TAKE(first)
{
  struct ruling *s = into;
  form(s, RULE_FIRST);
  return reading_classes(r, n, &s->rule.first);
}

/* A class, state or lane by its name. */
static int take_named(struct reading *r, const struct yaml_node *n,
                      const struct reading_kind *kind, uint8_t *out)
{
  int rc = reading_is(r, n, YAML_SCALAR);
  if(!rc)
    rc = reading_find(r, n, kind, n->text);
  if(rc < 0)
    return rc;
  *out = (uint8_t)rc;
  return 0;
}

TAKE(count)
{
  struct ruling *s = into;
  form(s, RULE_COUNT);
  s->rule.most = UINT64_MAX;
  return take_named(r, n, &reading_class, &s->rule.class);
}

TAKE(enters)
{
  struct ruling *s = into;
  form(s, RULE_ENTERS);
  return take_named(r, n, &reading_state, &s->rule.state);
}

TAKE(lane)
{
  struct ruling *s = into;
  form(s, RULE_LANE);
  return take_named(r, n, &reading_lane, &s->rule.lane);
}

static const char *fault_word(int i)
{
  return lane_fault_name((enum lane_fault)i);
}

TAKE(fault)
{
  int i = reading_word(r, n, fault_word, LANE_FAULTS);
  if(i >= 0)
    ((struct ruling *)into)->rule.fault = (enum lane_fault)i;
  return i < 0 ? i : 0;
}

TAKE(end)
{
  struct ruling *s = into;
  const struct yaml_node *c = n->kind == YAML_LIST ? n->child : n;
  int i = 0;
  form(s, RULE_END);
  for(; c && i >= 0; c = n->kind == YAML_LIST ? c->next : NULL) {
    i = reading_outcome(r, c);
    if(i >= 0)
      s->rule.outcomes |= UINT32_C(1) << i;
  }
  return i < 0 ? i : 0;
}

TAKE(ends_in)
{
  struct ruling *s = into;
  uint64_t ns;
  int rc = reading_time(r, n, &ns);
  form(s, RULE_AFTER);
  s->rule.within_ns = rc ? 0 : (int64_t)ns;
  return rc;
}

TAKE(head)
{
  form(into, RULE_HEAD);
  return reading_text(r, n, &((struct ruling *)into)->told->head);
}

TAKE(is)
{
  return reading_text(r, n, &((struct ruling *)into)->told->head_is);
}

TAKE(at)
{
  return reading_step(r, n, &((struct ruling *)into)->told->at);
}

TAKE(behind)
{
  return reading_step(r, n, &((struct ruling *)into)->told->other);
}

TAKE(status)
{
  form(into, RULE_STATUS);
  return reading_codes(r, n, &((struct ruling *)into)->told->status);
}

TAKE(type)
{
  form(into, RULE_TYPE);
  return reading_text(r, n, &((struct ruling *)into)->told->type);
}

TAKE_TRUE(bare, RULE_BARE)

TAKE(apart)
{
  form(into, RULE_APART);
  return reading_step(r, n, &((struct ruling *)into)->told->other);
}

TAKE(part)
{
  form(into, RULE_PART);
  return reading_step(r, n, &((struct ruling *)into)->told->other);
}

TAKE(matches)
{
  return reading_text(r, n, &((struct ruling *)into)->told->head_matches);
}

static const struct reading_key keys[] = {{"id", take_id},
                                          {"severity", take_severity},
                                          {"title", take_title},
                                          {"why", take_why},
                                          {"causes", take_causes},
                                          {"fix", take_fix},
                                          {"reference", take_reference},
                                          {"url", take_url},
                                          {"in", take_in},
                                          {"not-in", take_not_in},
                                          {"unless", take_unless},
                                          {"asked", take_asked},
                                          {"order", take_order},
                                          {"require", take_require},
                                          {"same", take_same},
                                          {"named-as", take_named_as},
                                          {"rises", take_rises},
                                          {"echo", take_echo},
                                          {"of", take_of},
                                          {"json", take_json},
                                          {"first", take_first},
                                          {"count", take_count},
                                          {"from", take_from},
                                          {"most", take_most},
                                          {"unique-id", take_unique_id},
                                          {"known", take_known},
                                          {"lane", take_lane},
                                          {"fault", take_fault},
                                          {"end", take_end},
                                          {"ends-in", take_ends_in},
                                          {"head", take_head},
                                          {"is", take_is},
                                          {"matches", take_matches},
                                          {"enters", take_enters},
                                          {"at", take_at},
                                          {"behind", take_behind},
                                          {"status", take_status},
                                          {"type", take_type},
                                          {"no-body", take_bare},
                                          {"apart-from", take_apart},
                                          {"part-of", take_part},
                                          {NULL, NULL}};

/* "owner/project#12" is a thread that can be read. */
static char *url_of(const char *reference)
{
  struct slice rest = slice_of(reference), project;
  struct buf url;
  char *copy = NULL;
  project = slice_cut(&rest, '#');
  if(slice_find(project, "/") < 1 || slice_find(project, " ") >= 0 ||
     !rest.n || strspn(rest.p, "0123456789") != rest.n)
    return slice_dup(SLICE_LIT(""));
  buf_init(&url, 0);
  if(buf_addf(&url, "https://github.com/%.*s/issues/%.*s", (int)project.n,
              project.p, (int)rest.n, rest.p) == 0)
    copy = slice_dup(buf_slice(&url));
  buf_free(&url);
  return copy;
}

/* Texts that were not given are empty; the clause is the profile's. */
static int fill_up(struct reading *r, const struct yaml_node *n,
                   struct profile_rule *t)
{
  char **const text[] = {&t->why, &t->causes};
  bool own = t->url || t->reference;
  size_t i;
  for(i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
    if(!*text[i])
      *text[i] = slice_dup(SLICE_LIT(""));
  }
  if(!t->url)
    t->url = own ? url_of(t->reference) : slice_dup(slice_of(r->p->url));
  if(!t->reference)
    t->reference = slice_dup(slice_of(own ? "" : r->p->reference));
  return t->why && t->causes && t->url && t->reference
             ? 0
             : reading_fail(r, n, E_NOMEM, "out of memory");
}

static int take_rule(struct reading *r, const struct yaml_node *n)
{
  struct grammar *g = &r->p->grammar;
  struct ruling s = {.told = &r->p->rule[g->rules]};
  int rc;
  if(g->rules == GRAMMAR_RULES_MAX)
    return reading_fail(r, n, E_LIMIT, "more than %d rules",
                        GRAMMAR_RULES_MAX);
  s.told->at = s.told->other = GRAMMAR_NONE;
  rc = reading_map(r, n, keys, &s);
  if(!rc && (!s.told->id || !s.told->title))
    rc = reading_fail(r, n, E_SYNTAX, "a rule has an id and a title");
  if(!rc && s.forms != 1)
    rc = reading_fail(r, n, E_SYNTAX,
                      "a rule says one thing: order, require, same, ...");
  if(!rc)
    rc = fill_up(r, n, s.told);
  if(!rc) {
    rc = grammar_rule(g, &s.rule, r->e);
    rc = rc < 0 ? reading_at(r, n, rc) : 0;
  }
  if(rc) /* not the grammar's yet */
    expr_free(s.rule.require);
  return rc;
}

int reading_rules(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  return reading_each(r, n, take_rule);
}
