/* SPDX-License-Identifier: MIT
 * A flow file into a flow; see flow.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "flow/check.h"
#include "flow/flow.h"
#include "flow/names.h"
#include "flow/rules.h"

struct reading {
  struct flow *f;
  struct err *e;
  enum flow_phase phase;
  uint32_t round;
  bool expected; /* an expect was read in this round */
  uint32_t base; /* number of the parallel that the round begins with */
  const struct flow_step *parallel; /* that is being read */
  uint32_t branch;
};

static int read_steps(struct reading *r, const struct yaml_node *list,
                      struct flow_step **into);

static int find_stream(const struct flow *f, struct slice name)
{
  uint32_t i;
  for(i = 0; i < f->streams; i++) {
    if(f->stream[i][0] && slice_eq_cstr(name, f->stream[i]))
      return (int)i;
  }
  return -1;
}

static int find_user(const struct flow *f, struct slice name)
{
  uint32_t i;
  for(i = 0; i < f->users; i++) {
    if(slice_eq_cstr(name, f->user[i].name))
      return (int)i;
  }
  return -1;
}

static int known_names(const char *const *name, uint32_t count,
                       struct buf *out)
{
  uint32_t i;
  for(i = 0; i < count; i++)
    buf_addf(out, "%s%s", i ? ", " : "", name[i]);
  return out->rc;
}

static int no_stream(struct reading *r, const struct yaml_node *n)
{
  struct buf known;
  buf_init(&known, 0);
  known_names(r->f->stream, r->f->streams, &known);
  check_fail(r->f->file, n->at, r->e,
             r->f->streams ? "no stream \"%.60s\" was subscribed before; "
                             "there is: %.200s"
                           : "no stream \"%.60s\" was subscribed before%.0s",
             n->text.p, buf_text(&known));
  buf_free(&known);
  return E_SYNTAX;
}

/* The stream that a step concerns: the one it names, or the only one. */
static int choose_stream(struct reading *r, struct flow_step *s)
{
  const struct yaml_node *n = yaml_get(s->map, "stream");
  if(n) {
    s->stream = find_stream(r->f, n->text);
    return s->stream < 0 ? no_stream(r, n) : 0;
  }
  if(r->f->streams != 1)
    return check_fail(r->f->file, s->at, r->e,
                      "%s: which stream? (stream: NAME, as subscribe's \"as\" "
                      "calls it)",
                      flow_verb_name(s->verb));
  s->stream = 0;
  return 0;
}

static int open_stream(struct reading *r, struct flow_step *s)
{
  const struct yaml_node *as = yaml_get(s->map, "as");
  if(as && find_stream(r->f, as->text) >= 0)
    return check_fail(r->f->file, as->at, r->e,
                      "a stream \"%.60s\" was subscribed before", as->text.p);
  if(r->f->streams == FLOW_STREAMS_MAX)
    return check_fail(r->f->file, s->at, r->e, "more than %d streams",
                      FLOW_STREAMS_MAX);
  s->stream = (int32_t)r->f->streams;
  r->f->stream[r->f->streams++] = as ? as->text.p : "";
  return 0;
}

static int choose_user(struct reading *r, struct flow_step *s)
{
  const struct yaml_node *n = yaml_get(s->map, "user");
  s->user = -1;
  if(!n)
    return 0;
  s->user = find_user(r->f, n->text);
  if(s->user >= 0)
    return 0;
  return check_fail(r->f->file, n->at, r->e,
                    "no user \"%.60s\" in users:", n->text.p);
}

/* The step that an expect counts from, by its name. */
static const struct flow_step *named(const struct flow_step *s,
                                     struct slice name)
{
  const struct flow_step *found = NULL;
  for(; s && !found; s = s->next) {
    if(slice_eq_cstr(name, node_text(s->map, "as", "")))
      return s;
    found = named(s->child, name);
  }
  return found;
}

static int choose_after(struct reading *r, struct flow_step *s)
{
  const struct yaml_node *n = yaml_get(s->map, "after");
  const struct flow_step *found = NULL;
  int p;
  if(!n)
    return 0;
  s->after = -1;
  if(slice_eq_cstr(n->text, "open"))
    return 0;
  for(p = PHASE_SETUP; p < PHASES && !found; p++)
    found = named(r->f->step[p], n->text);
  if(!found || !flow_is_trigger(found->verb))
    return check_fail(r->f->file, n->at, r->e,
                      "after: no request or other trigger before is called "
                      "\"%.60s\" (as: NAME)",
                      n->text.p);
  s->after = (int32_t)found->number;
  return 0;
}

static int read_expect(struct reading *r, struct flow_step *s)
{
  int rc = choose_stream(r, s);
  if(!rc)
    rc = choose_after(r, s);
  return rc ? rc : rules_expect(r->f->file, s->map, r->e);
}

bool flow_is_trigger(enum flow_verb verb)
{
  return verb == VERB_REQUEST || verb == VERB_RUN || verb == VERB_CUT ||
         verb == VERB_RESUME || verb == VERB_GO || verb == VERB_SUBSCRIBE ||
         verb == VERB_PARALLEL;
}

static void count_round(struct reading *r, struct flow_step *s)
{
  if(flow_is_trigger(s->verb) && r->expected) {
    r->round++;
    r->expected = false;
    r->base = 0;
  }
  if(s->verb == VERB_EXPECT)
    r->expected = true;
  s->round = r->round;
  s->base = r->base;
  s->branch = r->branch;
  s->parallel = r->parallel ? r->parallel->number : 0;
}

static int read_repeat(struct reading *r, struct flow_step *s)
{
  const struct yaml_node *steps = yaml_get(s->map, "steps");
  const struct yaml_node *as = yaml_get(s->map, "as");
  if(!steps)
    return check_fail(r->f->file, s->at, r->e, "repeat: steps are missing");
  if(node_count(s->map, "times", 0) == 0)
    return check_fail(r->f->file, s->at, r->e,
                      "repeat: how often? (times: 3)");
  if(as && names_take_counter(r->f, as, r->e))
    return r->e->code;
  r->expected = true; /* each turn is a round of its own */
  return read_steps(r, steps, &s->child);
}

/* The steps of one branch, behind those of the branches before. */
static int read_branch(struct reading *r, struct flow_step *s,
                       const struct yaml_node *list)
{
  struct flow_step **end = &s->child;
  while(*end)
    end = &(*end)->next;
  r->round = s->round;
  r->base = s->number;
  r->expected = false;
  r->f->hidden_to = r->f->takes;
  return read_steps(r, list, end);
}

static int branch_name(struct reading *r, const struct yaml_node *n)
{
  if(n->kind != YAML_LIST || !n->child)
    return check_fail(
        r->f->file, n->at, r->e,
        "parallel: %.60s: expected a list of steps, found %s", n->key.p,
        n->kind == YAML_LIST ? "an empty one" : yaml_kind_name(n->kind));
  return rules_name(r->f->file, n, "parallel", r->e);
}

/* Branches begin together; each has its own rounds. */
static int read_parallel(struct reading *r, struct flow_step *s)
{
  const struct yaml_node *n;
  uint32_t top = r->round;
  int rc = 0;
  if(r->parallel)
    return check_fail(r->f->file, s->at, r->e,
                      "parallel inside of parallel: give the outer one more "
                      "branches");
  r->parallel = s;
  r->f->hidden_from = r->f->takes;
  for(n = s->map->child; n && !rc; n = n->next) {
    if(key_find(flow_verb_keys[VERB_PARALLEL], n->key))
      continue;
    if(++r->branch > FLOW_BRANCHES_MAX)
      return check_fail(r->f->file, n->key_at, r->e, "more than %d branches",
                        FLOW_BRANCHES_MAX);
    rc = branch_name(r, n);
    if(!rc)
      rc = read_branch(r, s, n);
    top = r->round > top ? r->round : top;
  }
  if(!rc && r->branch < 2)
    rc = check_fail(r->f->file, s->at, r->e,
                    "parallel: what beside what? ({one: [STEP], other: "
                    "[STEP]})");
  r->round = top + 1; /* what follows begins with all that they did */
  r->base = s->number;
  r->expected = false;
  r->parallel = NULL;
  r->branch = r->f->hidden_from = r->f->hidden_to = 0;
  return rc;
}

static int read_verb(struct reading *r, struct flow_step *s)
{
  switch(s->verb) {
  case VERB_SUBSCRIBE:
    return open_stream(r, s);
  case VERB_REQUEST:
    return rules_until(r->f->file, s->map, r->e);
  case VERB_EXPECT:
    return read_expect(r, s);
  case VERB_WAIT:
    if(yaml_get(s->map, "for") || yaml_get(s->map, "about"))
      return 0;
    return check_fail(r->f->file, s->at, r->e, "wait: how long? (for: 1s)");
  case VERB_RUN:
    r->f->runs = true;
    if(yaml_get(s->map, "command"))
      return 0;
    return check_fail(r->f->file, s->at, r->e,
                      "run: the command is missing (command: [PROGRAM, "
                      "ARGUMENT])");
  case VERB_REPEAT:
    return read_repeat(r, s);
  case VERB_PARALLEL:
    return read_parallel(r, s);
  default:
    return choose_stream(r, s);
  }
}

/* The member of a step that is its verb. */
static int find_verb(struct reading *r, const struct yaml_node *item,
                     struct flow_step *s)
{
  const struct yaml_node *n = item->child;
  static const struct flow_key verbs[] = {
#define X(id, word, help) {word, KEY_JSON, help, NULL},
      FLOW_VERBS(X)
#undef X
  };
  static const struct flow_keys table = {"a step", verbs, FLOW_VERB_COUNT};
  const char *meant;
  if(item->kind != YAML_MAP || !n)
    return check_fail(r->f->file, item->at, r->e,
                      "expected a step such as \"request: {...}\", found %s",
                      yaml_kind_name(item->kind));
  s->verb = flow_verb_find(n->key);
  s->at = n->key_at;
  s->map = n;
  if(s->verb == FLOW_VERB_COUNT) {
    meant = key_suggest(&table, n->key);
    return check_fail(r->f->file, n->key_at, r->e, "no step \"%.60s\"%s%s%s",
                      n->key.p, meant ? " (did you mean \"" : "",
                      meant ? meant : "", meant ? "\"?)" : "");
  }
  if(n->next)
    return check_fail(r->f->file, n->next->key_at, r->e,
                      "\"%.60s\" beside \"%s\": a step is one; begin a new "
                      "line with \"- \"",
                      n->next->key.p, n->key.p);
  return 0;
}

static int read_step(struct reading *r, const struct yaml_node *item,
                     struct flow_step *s)
{
  int rc = find_verb(r, item, s);
  if(rc)
    return rc;
  if(r->f->steps == FLOW_STEPS_MAX)
    return check_fail(r->f->file, s->at, r->e, "more than %d steps",
                      FLOW_STEPS_MAX);
  s->number = ++r->f->steps;
  r->f->by_number[s->number] = s;
  s->phase = r->phase;
  s->stream = -1;
  s->soft = node_bool(s->map, "soft", false);
  count_round(r, s);
  rc = s->verb == VERB_PARALLEL
           ? rules_parallel(r->f->file, s->map, r->e)
           : check_map(r->f->file, flow_verb_keys[s->verb], s->map, r->e);
  if(!rc)
    rc = choose_user(r, s);
  if(!rc)
    rc = read_verb(r, s);
  return rc ? rc : names_check_step(r->f, s, r->e);
}

static int read_steps(struct reading *r, const struct yaml_node *list,
                      struct flow_step **into)
{
  const struct yaml_node *item;
  int rc = 0;
  if(list->kind != YAML_LIST)
    return check_fail(r->f->file, list->at, r->e,
                      "expected a list of steps, found %s",
                      yaml_kind_name(list->kind));
  for(item = list->child; item && !rc; item = item->next) {
    *into = calloc(1, sizeof(**into));
    if(!*into)
      return err_set(r->e, E_NOMEM, "%s", err_name(E_NOMEM));
    rc = read_step(r, item, *into);
    into = &(*into)->next;
  }
  return rc;
}

static int read_users(struct reading *r)
{
  const struct yaml_node *users = yaml_get(r->f->root, "users"), *n;
  int rc = 0;
  for(n = users ? users->child : NULL; n && !rc; n = n->next) {
    if(r->f->users == FLOW_USERS_MAX)
      return check_fail(r->f->file, n->key_at, r->e, "more than %d users",
                        FLOW_USERS_MAX);
    r->f->user[r->f->users++] = (struct flow_user){n->key.p, n};
    rc = names_check_user(r->f, r->f->users - 1, r->e);
  }
  return rc;
}

static void read_head(struct flow *f)
{
  const struct yaml_node *d = yaml_get(f->root, "defaults");
  f->name = node_text(f->root, "flow", "");
  f->target = node_text(f->root, "target", "");
  f->timeout_ns = node_time_ns(f->root, "timeout", 60 * NS_PER_SEC);
  f->settle_ns = node_time_ns(f->root, "settle", 200 * NS_PER_MS);
  f->within_ns = node_time_ns(d, "within", 5 * NS_PER_SEC);
  f->open_ns = node_time_ns(d, "open", 5 * NS_PER_SEC);
  f->answer_ns = node_time_ns(d, "answer", 10 * NS_PER_SEC);
  f->alone = node_bool(f->root, "alone", false);
}

/* "weir: flow/1" first, so that a newer file says so before all else. */
static int check_version(struct flow *f, struct err *e)
{
  const struct yaml_node *n =
      f->root->kind == YAML_MAP ? f->root->child : NULL;
  if(!n || !slice_eq_cstr(n->key, "weir"))
    return check_fail(f->file, f->root->at, e,
                      "a flow file begins with \"weir: flow/1\"");
  if(n->kind != YAML_SCALAR || !slice_eq_cstr(n->text, "flow/1"))
    return check_fail(f->file, n->at, e,
                      "this weir (%s) reads flow/1; the file needs another "
                      "one",
                      WEIR_VERSION);
  return 0;
}

static int read_phases(struct reading *r)
{
  int p, rc = 0;
  for(p = PHASE_SETUP; p < PHASES && !rc; p++) {
    const struct yaml_node *list =
        yaml_get(r->f->root, flow_phase_name((enum flow_phase)p));
    r->phase = (enum flow_phase)p;
    r->expected = false;
    r->base = 0;
    if(list) {
      r->round++;
      rc = read_steps(r, list, &r->f->step[p]);
    }
  }
  if(!rc && !r->f->step[PHASE_STEPS])
    return check_fail(r->f->file, r->f->root->at, r->e,
                      "steps are missing: what is to be done?");
  return rc;
}

/* The mistakes that YAML itself explains badly. */
static const char *hint_of(const char *line)
{
  const char *at = line + strspn(line, " -");
  if(strchr(line, '\t') && strspn(line, " \t") > strspn(line, " "))
    return "; indent by spaces: this line has a tab";
  if(strstr(line, "{{"))
    return "; quote a value that holds {{: \"/orders/{{id}}\"";
  if(strstr(line, ": !"))
    return "; an operator belongs into where: \"/total != 5\"";
  if(strstr(line, ": >") || strstr(line, ": |"))
    return "; an operator belongs into where: \"/total > 5\"";
  if(at[0] == '%' || at[0] == '@' || at[0] == '`')
    return "; quote a value that begins so";
  return "";
}

struct slice flow_line(const struct flow *f, unsigned line)
{
  struct slice rest = slice_of(f->source), one = {NULL, 0};
  while(line-- && rest.n)
    one = slice_cut(&rest, '\n');
  if(one.n && one.p[one.n - 1] == '\r')
    one.n--;
  return one;
}

/* Adds a hint to what the YAML reader said. */
static void explain(const struct flow *f, struct err *e)
{
  const char *at = e->text + strlen(f->file);
  unsigned long line = *at == ':' ? strtoul(at + 1, NULL, 10) : 0;
  char *copy = NULL, text[sizeof(e->text)];
  if(line && line < 1000000)
    copy = slice_dup(flow_line(f, (unsigned)line));
  if(!copy)
    return;
  snprintf(text, sizeof(text), "%.450s%s", e->text, hint_of(copy));
  free(copy);
  err_set(e, e->code, "%s", text);
}

uint32_t flow_cases(const struct flow *f)
{
  const struct yaml_node *cases = yaml_get(f->root, "cases"), *n;
  uint32_t count = 0;
  for(n = cases ? cases->child : NULL; n; n = n->next)
    count++;
  return count ? count : 1;
}

/* Each case gives a value to what the first one does. */
static int check_case(const struct flow *f, const struct yaml_node *first,
                      struct err *e)
{
  const struct yaml_node *n;
  for(n = first->child; n; n = n->next) {
    if(!yaml_get(f->values, n->key.p))
      return check_fail(f->file, f->values->key_at, e,
                        "case \"%.60s\": %.60s is missing, which \"%.60s\" "
                        "has",
                        f->values->key.p, n->key.p, first->key.p);
  }
  return 0;
}

static int choose_case(struct flow *f, uint32_t number, struct err *e)
{
  const struct yaml_node *cases = yaml_get(f->root, "cases");
  struct buf name;
  if(!cases)
    return 0;
  if(flow_cases(f) > FLOW_CASES_MAX)
    return check_fail(f->file, cases->at, e, "more than %d cases",
                      FLOW_CASES_MAX);
  for(f->values = cases->child; number && f->values->next; number--)
    f->values = f->values->next;
  buf_init(&name, 0);
  buf_addf(&name, "%s%s[%s]", f->name, f->name[0] ? " " : "",
           f->values->key.p);
  f->case_name = slice_dup(buf_slice(&name));
  buf_free(&name);
  if(!f->case_name)
    return err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
  f->name = f->case_name;
  return check_case(f, cases->child, e);
}

static int read_all(struct flow *f, uint32_t number, struct err *e)
{
  struct reading r = {.f = f, .e = e};
  int rc = check_version(f, e);
  if(!rc)
    rc = check_map(f->file, &flow_keys_file, f->root, e);
  if(rc)
    return rc;
  read_head(f);
  rc = choose_case(f, number, e);
  if(!rc)
    rc = names_check_vars(f, e);
  if(!rc)
    rc = read_users(&r);
  return rc ? rc : read_phases(&r);
}

struct flow *flow_read_case(struct slice text, const char *name,
                            uint32_t number, struct err *e)
{
  struct flow *f = calloc(1, sizeof(*f));
  if(f) {
    f->file = slice_dup(slice_of(name));
    f->source = slice_dup(text);
  }
  if(!f || !f->file || !f->source) {
    err_set(e, E_NOMEM, "%s", err_name(E_NOMEM));
    flow_free(f);
    return NULL;
  }
  f->root = yaml_parse(text, name, e);
  if(!f->root)
    explain(f, e);
  if(f->root && read_all(f, number, e) == 0)
    return f;
  flow_free(f);
  return NULL;
}

struct flow *flow_read(struct slice text, const char *name, struct err *e)
{
  return flow_read_case(text, name, 0, e);
}

static void free_steps(struct flow_step *s)
{
  while(s) {
    struct flow_step *next = s->next;
    free_steps(s->child);
    free(s);
    s = next;
  }
}

void flow_free(struct flow *f)
{
  int p;
  uint32_t i;
  if(!f)
    return;
  for(p = 0; p < PHASES; p++)
    free_steps(f->step[p]);
  for(i = 0; i < f->takes; i++)
    free((char *)f->taken[i]);
  yaml_free(f->root);
  free(f->case_name);
  free(f->source);
  free(f->file);
  free(f);
}
