/* SPDX-License-Identifier: MIT
 * Targets that are lost in the run; see lost.h. */
#include "checks/core/lost.h"

#include <stdio.h>
#include <string.h>

#include "checks/core/roles.h"

static bool is_refused(const struct recording *r)
{
  return !r->head.status || r->head.status >= 400;
}

/* The first look was let in, the next request was not. */
static const struct recording *lost_at_once(const struct check_input *in)
{
  const struct recording *plain = input_exchange(in, EX_PLAIN);
  size_t n = input_script_count(in, SCRIPT_REDIRECTS);
  const struct recording *look =
      n ? input_script(in, SCRIPT_REDIRECTS, n - 1) : NULL;
  return plain && look && input_is_stream(look) && is_refused(plain) &&
                 plain->end != REC_END_TIMEOUT
             ? plain
             : NULL;
}

/* Behind connections that were broken off, not one is taken any more. */
static const struct recording *lost_to_aborts(const struct check_input *in)
{
  size_t i, n = role_count(in, SCRIPT_ABORTS, ROLE_AFTER);
  const struct recording *r = NULL;
  for(i = 0; i < n; i++) {
    r = role_find(in, SCRIPT_ABORTS, ROLE_AFTER, i);
    if(r->head.status || r->end != REC_END_REFUSED)
      return NULL;
  }
  return r;
}

const struct recording *input_lost(const struct check_input *in)
{
  size_t n = input_script_count(in, SCRIPT_CONTROL);
  const struct recording *last =
      n ? input_script(in, SCRIPT_CONTROL, n - 1) : NULL;
  if(last && is_refused(last))
    return last;
  last = lost_to_aborts(in);
  return last ? last : lost_at_once(in);
}

static const char *without_answer(const struct recording *r)
{
  switch(r->end) {
  case REC_END_REFUSED:
    return "does not listen any more";
  case REC_END_TIMEOUT:
    return "does not answer ordinary requests";
  default:
    return "closes connections without an answer";
  }
}

void lost_say(const struct recording *r, char out[LOST_TEXT_MAX])
{
  const char *aborts = script_name(SCRIPT_ABORTS);
  char since[80] = "its first requests";
  if(r->label.since[0])
    (void)snprintf(since, sizeof(since), "the script \"%s\"", r->label.since);
  else if(strncmp(r->name, aborts, strlen(aborts)) == 0)
    (void)snprintf(since, sizeof(since), "the script \"%s\"", aborts);
  else if(r->label.role == ROLE_NONE)
    (void)snprintf(since, sizeof(since), "a first stream was closed");
  if(r->head.status)
    (void)snprintf(out, LOST_TEXT_MAX,
                   "since %s the target answers %d to ordinary requests",
                   since, r->head.status);
  else
    (void)snprintf(out, LOST_TEXT_MAX, "since %s the target %s", since,
                   without_answer(r));
}

/* It is the script's own doing that everything is refused behind it, as far as
 * anybody can tell: the target died of it, or what was counted around it
 * changed. */
static bool is_its_own(const struct check *c, const struct recording *lost)
{
  int i;
  for(i = 0; i < SCRIPT_COUNT; i++) {
    if(c->needs.scripts.has[i] &&
       strcmp(script_name((enum script_id)i), lost->label.since) == 0)
      return !lost->head.status || strncmp(c->id, "reconnect.", 10) == 0 ||
             i == SCRIPT_HEAD_LEAK;
  }
  return false;
}

void lost_excuse(const struct check *c, const struct check_input *in,
                 struct finding *f)
{
  const struct recording *lost, *r = f->recording;
  char text[sizeof(f->text)], since[LOST_TEXT_MAX];
  if((f->verdict != VERDICT_FAIL && f->verdict != VERDICT_WARN) || !r ||
     c->optional.scripts.has[SCRIPT_CONTROL])
    return;
  lost = input_lost(in);
  if(!lost || r->head.status != lost->head.status || is_its_own(c, lost))
    return;
  lost_say(lost, since);
  memcpy(text, f->text, sizeof(text));
  finding_set(f, VERDICT_UNTESTABLE, "%s, whatever is asked for: %s", since,
              text);
}
