/* SPDX-License-Identifier: MIT
 * The protocol of a load in requests; see load_app.h. */
#include "cli/load_app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/profiles.h"
#include "conformance/check_ask.h"
#include "requests/slo.h"
#include "scenario/feeder.h"
#include "scenario/keys.h"

/* Columns of the users' file are variables of the request. */
static int take_columns(struct profile_asked *asked, const struct scenario *s,
                        struct err *e)
{
  char text[2 * PROFILE_NAME_MAX + 64];
  uint32_t f;
  int rc = 0;
  for(f = 0; f < s->user_field_count && !rc; f++) {
    const char *name = s->user_field[f];
    if(!profile_has_var(asked->p, name) || strlen(name) > PROFILE_NAME_MAX)
      continue;
    snprintf(text, sizeof(text), "%s={{user.%s%s}}", name, name,
             profile_var_in_body(asked->p, name) ? "|json" : "");
    rc = profile_set(asked->p, &asked->vars, slice_of(text), e);
  }
  return rc;
}

static int take_vars(struct profile_asked *asked, const struct scenario *s,
                     struct err *e)
{
  uint32_t i;
  int rc = 0;
  for(i = 0; i < s->var_count && !rc; i++) {
    rc = profile_set(asked->p, &asked->vars, slice_of(s->var[i]), e);
    if(rc)
      err_prefix(e, "%s", settings_where(s->origin, KEY_VAR));
  }
  return rc;
}

/* What the profile calls the number of a request is {{n}} to a scenario. */
static int name_numbers(struct scenario *s, struct err *e)
{
  struct slice rest = slice_of(s->endpoint.body ? s->endpoint.body : "");
  long at = slice_find(rest, PROFILE_NUMBER);
  struct buf out;
  int rc = 0;
  if(at < 0)
    return 0;
  buf_init(&out, 0);
  for(; at >= 0; at = slice_find(rest, PROFILE_NUMBER)) {
    size_t past = (size_t)at + strlen(PROFILE_NUMBER);
    buf_add(&out, rest.p, (size_t)at);
    buf_adds(&out, "{{n}}");
    rest = (struct slice){rest.p + past, rest.n - past};
  }
  rc = buf_add(&out, rest.p, rest.n);
  if(!rc) {
    free(s->endpoint.body);
    s->endpoint.body = slice_dup(buf_slice(&out));
    rc = s->endpoint.body ? 0 : E_NOMEM;
  }
  buf_free(&out);
  return rc ? err_set(e, rc, "%s", err_name(rc)) : 0;
}

/* The ordinary request needs what others bring first.  Steps behind it are
 * for weir check alone. */
static bool begins_with_others(const struct profile *p)
{
  size_t i;
  for(i = 0; i < p->steps; i++) {
    if(p->step[i].phase == STEP_BEFORE)
      return true;
  }
  return false;
}

int load_app_ask(struct scenario *s, struct err *e)
{
  struct profile *p = profiles_load(s->app, e);
  struct profile_asked asked = {.p = p};
  struct slo slo;
  int rc = p ? 0 : e->code;
  if(!rc && begins_with_others(p))
    rc = settings_error(s->origin, KEY_APP, e,
                        "%s asks in sessions of several requests, which "
                        "weir load does not make; weir check does",
                        p->name);
  if(!rc && !s->app_file) {
    s->app_file = slice_dup(slice_of(p->file));
    rc = s->app_file ? 0 : err_set(e, E_NOMEM, "out of memory");
  }
  if(!rc && s->users_file)
    rc = feeder_load(s, e);
  if(!rc)
    rc = take_columns(&asked, s, e);
  if(!rc)
    rc = take_vars(&asked, s, e);
  if(!rc)
    rc = check_ask(&asked, &s->endpoint, settings_given(s->origin, KEY_METHOD),
                   e);
  if(!rc)
    rc = name_numbers(s, e);
  if(!rc && s->goodput)
    rc = slo_parse(&slo, slice_of(s->goodput),
                   settings_where(s->origin, KEY_GOODPUT), e);
  profile_vars_fini(&asked.vars);
  profile_free(p);
  return rc;
}
