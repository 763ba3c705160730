/* SPDX-License-Identifier: MIT
 * http.cors: may pages of another origin read the stream, and which? */
#include "checks/http/http_cors.h"

#include <string.h>

#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

#define ALLOW_ORIGIN      "Access-Control-Allow-Origin"
#define ALLOW_CREDENTIALS "Access-Control-Allow-Credentials"
#define ALLOW_HEADERS     "Access-Control-Allow-Headers"
#define EVIL              "https://evil.example"

static struct slice allowed_origin(const struct recording *r)
{
  return recording_field(&r->head, ALLOW_ORIGIN, 0);
}

/* Exactly "true": the comparison keeps case. */
static bool allows_credentials(const struct recording *r)
{
  return recording_count_field(&r->head, ALLOW_CREDENTIALS) == 1 &&
         slice_eq_cstr(recording_field(&r->head, ALLOW_CREDENTIALS, 0),
                       "true");
}

bool http_cors_allows(const struct recording *r, const char *origin,
                      bool with_credentials)
{
  struct slice allowed = allowed_origin(r);
  if(recording_count_field(&r->head, ALLOW_ORIGIN) != 1)
    return false;
  if(!with_credentials && slice_eq_cstr(allowed, "*"))
    return true;
  return slice_eq_cstr(allowed, origin) &&
         (!with_credentials || allows_credentials(r));
}

/* How many values all the lines hold. */
static size_t count_values(const struct recording *r)
{
  size_t i, n = 0;
  for(i = 0; i < recording_count_field(&r->head, ALLOW_ORIGIN); i++) {
    struct slice rest = recording_field(&r->head, ALLOW_ORIGIN, i);
    do {
      (void)slice_cut(&rest, ',');
      n++;
    } while(rest.p);
  }
  return n;
}

/* The answer to a cross-origin request if it is a 200. */
static const struct recording *cross_origin(const struct check_input *in,
                                            enum exchange_id id,
                                            struct finding *f)
{
  const struct recording *r = input_stream(in, id, f);
  if(!r)
    return NULL;
  finding_show_head(f, r);
  finding_show_field(f, r, ALLOW_ORIGIN);
  return r;
}

/* Several values are http.cors.single's failure, not this one's. */
void http_judge_cors_acao(const struct check_input *in, struct finding *f)
{
  const struct recording *r = cross_origin(in, EX_ORIGIN, f);
  if(!r)
    return;
  if(count_values(r) > 1)
    finding_set(f, VERDICT_UNTESTABLE,
                "several values: http.cors.single "
                "judges that");
  else if(http_cors_allows(r, in->target->origin, false))
    finding_set(f, VERDICT_PASS, "the origin is allowed");
  else
    finding_broken(f, "%s may not read the stream", in->target->origin);
}

void http_judge_cors_single(const struct check_input *in, struct finding *f)
{
  const struct recording *r = cross_origin(in, EX_ORIGIN, f);
  size_t n;
  if(!r)
    return;
  n = count_values(r);
  if(n == 0)
    finding_set(f, VERDICT_UNTESTABLE, "no " ALLOW_ORIGIN " to count");
  else if(n == 1)
    finding_set(f, VERDICT_PASS, "one value");
  else
    finding_broken(f, "%zu values: browsers refuse them all", n);
}

/* A public stream that answers "*" and says nothing of credentials needs none:
 * SKIP, unless the target was declared with some. */
void http_judge_cors_credentials(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *r = cross_origin(in, EX_ORIGIN_COOKIE, f);
  struct slice said;
  if(!r)
    return;
  finding_show_field(f, r, ALLOW_CREDENTIALS);
  said = recording_field(&r->head, ALLOW_CREDENTIALS, 0);
  if(count_values(r) > 1)
    finding_set(f, VERDICT_UNTESTABLE,
                "several values: http.cors.single "
                "judges that");
  else if(http_cors_allows(r, in->target->origin, true))
    finding_set(f, VERDICT_PASS, "allowed with credentials");
  else if(!said.n && !in->target->has_credentials)
    finding_set(f, VERDICT_SKIP, "the stream does not ask for credentials");
  else if(!said.n)
    finding_broken(f, "credentials are needed and not allowed");
  else if(!allows_credentials(r))
    finding_broken(f, ALLOW_CREDENTIALS " must be exactly \"true\"");
  else
    finding_broken(f, "credentials are allowed, but the origin is \"*\" or "
                      "another one: browsers refuse that");
}

void http_judge_cors_no_reflection(const struct check_input *in,
                                   struct finding *f)
{
  const struct recording *r = input_answer(in, EX_ORIGIN_EVIL, f);
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, r, ALLOW_ORIGIN);
  finding_show_field(f, r, ALLOW_CREDENTIALS);
  if(http_cors_allows(r, EVIL, true))
    finding_broken(f, "any site may read the stream with its visitors' "
                      "cookies: " EVIL " was allowed");
  else if(slice_eq_cstr(allowed_origin(r), EVIL))
    finding_set(f, VERDICT_PASS,
                "origins are reflected, but without "
                "credentials");
  else
    finding_set(f, VERDICT_PASS, EVIL " is not allowed");
}

void http_judge_cors_vary(const struct check_input *in, struct finding *f)
{
  const struct recording *r = cross_origin(in, EX_ORIGIN, f);
  const struct recording *evil =
      r ? input_answer(in, EX_ORIGIN_EVIL, f) : NULL;
  if(!evil)
    return;
  finding_show_field(f, evil, ALLOW_ORIGIN);
  finding_show_field(f, r, "Vary");
  if(slice_eq(allowed_origin(r), allowed_origin(evil)))
    finding_set(f, VERDICT_PASS, "the answer does not depend on the origin");
  else if(recording_list_has(&r->head, "Vary", "Origin") ||
          recording_list_has(&r->head, "Vary", "*"))
    finding_set(f, VERDICT_PASS, "Vary names Origin");
  else
    finding_broken(f, "the answer depends on the origin and Vary does not "
                      "say so");
}

/* Allowed by name, or by "*" where no credentials are used. */
static bool allows_last_event_id(const struct check_input *in,
                                 const struct recording *r)
{
  if(recording_list_has(&r->head, ALLOW_HEADERS, "last-event-id"))
    return true;
  return !in->target->has_credentials &&
         recording_list_has(&r->head, ALLOW_HEADERS, "*");
}

void http_judge_cors_preflight_id(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = input_exchange(in, EX_PREFLIGHT);
  finding_show_head(f, r);
  f->timing = true;
  if(r->head.status == 0) {
    finding_broken(f, "the preflight gets no answer: %s",
                   recording_end_name(r->end));
    return;
  }
  finding_show_field(f, r, ALLOW_ORIGIN);
  finding_show_field(f, r, ALLOW_HEADERS);
  if(r->head.status < 200 || r->head.status > 299)
    finding_broken(f, "the preflight is answered %d, not 2xx", r->head.status);
  else if(!http_cors_allows(r, in->target->origin,
                            in->target->has_credentials))
    finding_broken(f, "the preflight does not allow the origin");
  else if(!allows_last_event_id(in, r))
    finding_broken(f, "the preflight does not allow Last-Event-ID: "
                      "fetch-based clients cannot resume");
  else if(http_head_time(r) > http_head_limit(in, r))
    finding_broken(f, "the preflight is answered after %.0f ms",
                   http_ms(http_head_time(r)));
  else
    finding_set(f, VERDICT_PASS, "the preflight allows Last-Event-ID");
}

void http_judge_cors_on_error(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_answer(in, EX_WRONG_PATH_ORIGIN, f);
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, r, ALLOW_ORIGIN);
  if(r->head.status < 400)
    finding_set(f, VERDICT_SKIP, "a wrong path is answered %d",
                r->head.status);
  else if(http_cors_allows(r, in->target->origin, false))
    finding_set(f, VERDICT_PASS, "the origin may read the error");
  else
    finding_broken(f,
                   "the origin may not read the %d: pages see a network "
                   "error in its place",
                   r->head.status);
}
