/* SPDX-License-Identifier: MIT
 * Requests that belong together, as a profile's file says them; see
 * reading.h. */
#include <string.h>

#include "profile/reading.h"

#define TIMES_MAX 16

#define TAKE(name)                                                            \
  static int take_##name(struct reading *r, const struct yaml_node *n,        \
                         void *into)

TAKE(name)
{
  struct profile_step *s = into;
  int rc = reading_is(r, n, YAML_SCALAR);
  if(rc)
    return rc;
  if(!profile_name_is_good(n->text))
    return reading_fail(r, n, E_SYNTAX,
                        "\"%s\" is no name: small letters, digits and dashes",
                        n->text.p);
  if(profile_find_step(r->p, n->text) != GRAMMAR_NONE)
    return reading_fail(r, n, E_SYNTAX, "there are two steps \"%s\"",
                        n->text.p);
  return reading_text(r, n, &s->name);
}

static const char *phase_word(int i)
{
  static const char *const word[] = {"before", "after", "last"};
  return word[i];
}

TAKE(when)
{
  int i = reading_word(r, n, phase_word, STEP_LAST + 1);
  if(i >= 0)
    ((struct profile_step *)into)->phase = (enum profile_phase)i;
  return i < 0 ? i : 0;
}

TAKE(method)
{
  return reading_text(r, n, &((struct profile_step *)into)->method);
}

TAKE(path)
{
  struct profile_step *s = into;
  int rc = reading_text(r, n, &s->path);
  return rc ? rc : reading_template(r, n, s->path, false);
}

TAKE(headers)
{
  struct profile_step *s = into;
  const struct yaml_node *c;
  uint8_t i = 0;
  int rc = reading_pairs(r, n, s->header, &s->headers, PROFILE_HEADERS_MAX);
  for(c = rc ? NULL : n->child; c && !rc; c = c->next)
    rc = reading_template(r, c, s->header[i++].text, false);
  return rc;
}

TAKE(without)
{
  struct profile_step *s = into;
  return reading_texts(r, n, s->without, &s->withouts, PROFILE_HEADERS_MAX);
}

TAKE(body)
{
  struct profile_step *s = into;
  int rc = reading_text(r, n, &s->body);
  return rc ? rc : reading_template(r, n, s->body, true);
}

/* A variable's name. */
static int check_variable(struct reading *r, const struct yaml_node *n,
                          struct slice name)
{
  if(profile_value(r->p, NULL, name))
    return 0;
  return reading_fail(r, n, E_NOT_FOUND, "\"%.*s\" is not in vars",
                      (int)name.n, name.p);
}

static int take_variable(struct reading *r, const struct yaml_node *n,
                         char **out)
{
  int rc = reading_text(r, n, out);
  return rc ? rc : check_variable(r, n, n->text);
}

TAKE(needs)
{
  return take_variable(r, n, &((struct profile_step *)into)->needs);
}

TAKE(unless)
{
  return take_variable(r, n, &((struct profile_step *)into)->unless);
}

TAKE(with)
{
  return reading_step(r, n, &((struct profile_step *)into)->with);
}

static int check_source(struct reading *r, const struct yaml_node *n)
{
  if(slice_starts(n->text, "/") || slice_eq_cstr(n->text, PROFILE_SAVE_ID) ||
     (slice_starts(n->text, PROFILE_SAVE_HEAD) &&
      n->text.n > strlen(PROFILE_SAVE_HEAD)))
    return 0;
  return reading_fail(r, n, E_SYNTAX,
                      "\"%s\" is no place in an answer: /a/pointer, head "
                      "NAME or id",
                      n->text.p);
}

TAKE(save)
{
  struct profile_step *s = into;
  const struct yaml_node *c;
  int rc = reading_pairs(r, n, s->save, &s->saves, PROFILE_SAVES_MAX);
  for(c = rc ? NULL : n->child; c && !rc; c = c->next) {
    rc = check_variable(r, c, c->key);
    if(!rc)
      rc = check_source(r, c);
  }
  return rc;
}

TAKE(beside)
{
  ((struct profile_step *)into)->open = true;
  return reading_true(r, n);
}

TAKE(head)
{
  ((struct profile_step *)into)->head = true;
  return reading_true(r, n);
}

TAKE(events)
{
  return reading_count(r, n, &((struct profile_step *)into)->events);
}

TAKE(times)
{
  struct profile_step *s = into;
  int rc = reading_count(r, n, &s->times);
  if(!rc && (s->times < 1 || s->times > TIMES_MAX))
    rc = reading_fail(r, n, E_RANGE, "1 to %d times", TIMES_MAX);
  return rc;
}

TAKE(wants)
{
  return reading_codes(r, n, &((struct profile_step *)into)->wants);
}

TAKE(for)
{
  return reading_time(r, n, &((struct profile_step *)into)->for_ns);
}

TAKE(within)
{
  return reading_time(r, n, &((struct profile_step *)into)->within_ns);
}

static int take_step(struct reading *r, const struct yaml_node *n)
{
  static const struct reading_key keys[] = {{"step", take_name},
                                            {"when", take_when},
                                            {"method", take_method},
                                            {"path", take_path},
                                            {"headers", take_headers},
                                            {"without", take_without},
                                            {"body", take_body},
                                            {"needs", take_needs},
                                            {"unless", take_unless},
                                            {"with", take_with},
                                            {"save", take_save},
                                            {"beside", take_beside},
                                            {"head-only", take_head},
                                            {"leave-after", take_events},
                                            {"times", take_times},
                                            {"wants", take_wants},
                                            {"for", take_for},
                                            {"within", take_within},
                                            {NULL, NULL}};
  struct profile_step *s = &r->p->step[r->p->steps];
  int rc;
  if(r->p->steps == PROFILE_STEPS_MAX)
    return reading_fail(r, n, E_LIMIT, "more than %d steps",
                        PROFILE_STEPS_MAX);
  if(!yaml_get(n, "step"))
    return reading_fail(r, n, E_SYNTAX, "a step has a name: step");
  s->with = GRAMMAR_NONE;
  s->phase = STEP_AFTER;
  s->times = 1;
  rc = reading_map(r, n, keys, s);
  r->p->steps++; /* what it holds is freed, whatever came */
  return rc;
}

int reading_steps(struct reading *r, const struct yaml_node *n, void *into)
{
  (void)into;
  return reading_each(r, n, take_step);
}
