/* SPDX-License-Identifier: MIT
 * http.error: refusals look like refusals, to clients and to caches. */
#include <string.h>

#include "checks/core/mime.h"
#include "checks/http/cache_control.h"
#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

static bool is_labelled_stream(const struct recording *r)
{
  struct mime m;
  mime_parse(mime_deciding(&r->head), &m);
  return m.is_event_stream;
}

static bool has_error_event(const struct recording *r)
{
  size_t i;
  for(i = 0; i < r->events; i++) {
    if(slice_ieq_cstr(r->event[i].type, "error") ||
       slice_find(r->event[i].data, "\"error\"") >= 0)
      return true;
  }
  return false;
}

/* A server that streams on every path (a catch-all route, paths as topics) is
 * legitimate: then errors cannot be seen from outside, which is said, not
 * held against it.  The catalogue would warn. */
void http_judge_error_not_200(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_answer(in, EX_WRONG_PATH, f);
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, r, "Content-Type");
  if(r->head.status >= 400)
    finding_set(f, VERDICT_PASS, "a wrong path is answered %d",
                r->head.status);
  else if(r->head.status != 200)
    finding_set(f, VERDICT_INFO, "a wrong path is answered %d",
                r->head.status);
  else if(!is_labelled_stream(r))
    finding_broken(f, "a wrong path is answered 200 and no stream: clients "
                      "cannot tell the error from success");
  else if(has_error_event(r))
    finding_broken(f, "a wrong path is answered 200 with an error event: "
                      "EventSource reconnects to it for ever");
  else
    finding_set(f, VERDICT_INFO,
                "any path streams, so errors before the first event cannot "
                "be seen");
}

void http_judge_error_ct(const struct check_input *in, struct finding *f)
{
  static const enum exchange_id id[] = {EX_WRONG_PATH, EX_FOO, EX_NO_AUTH,
                                        EX_ACCEPT_JSON};
  size_t i, seen = 0;
  for(i = 0; i < sizeof(id) / sizeof(id[0]); i++) {
    const struct recording *r = input_exchange(in, id[i]);
    if(!r || r->head.status < 400)
      continue;
    seen++;
    finding_show_head(f, r);
    finding_show_field(f, r, "Content-Type");
    if(is_labelled_stream(r)) {
      finding_broken(f, "the %d of \"%s\" is labelled text/event-stream",
                     r->head.status, r->name);
      return;
    }
  }
  if(seen)
    finding_set(f, VERDICT_PASS, "%zu error(s), none labelled as a stream",
                seen);
  else
    finding_set(f, VERDICT_SKIP, "no request was answered with an error");
}

void http_judge_error_401(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_answer(in, EX_NO_AUTH, f);
  if(!r)
    return;
  finding_show_head(f, r);
  if(r->head.status != 401) {
    finding_set(f, VERDICT_SKIP, "without credentials it answers %d, not 401",
                r->head.status);
    return;
  }
  finding_show_field(f, r, "WWW-Authenticate");
  if(recording_field(&r->head, "WWW-Authenticate", 0).n)
    finding_set(f, VERDICT_PASS, "the 401 says how to authenticate");
  else
    finding_broken(f, "401 without WWW-Authenticate");
}

/* The redirect is not followed: any 3xx for want of credentials already ends
 * where no stream is. */
void http_judge_error_no_login_redirect(const struct check_input *in,
                                        struct finding *f)
{
  const struct recording *plain = input_answer(in, EX_PLAIN, f);
  const struct recording *r = input_answer(in, EX_NO_AUTH, f);
  if(!plain || !r)
    return;
  finding_show_head(f, r);
  if(http_is_redirect(r->head.status) &&
     !http_is_redirect(plain->head.status)) {
    finding_broken(f,
                   "without credentials it redirects (%d): clients follow "
                   "and get a page where a stream should be",
                   r->head.status);
    finding_show_field(f, r, "Location");
  } else if(r->head.status == 200 && !is_labelled_stream(r)) {
    finding_broken(f, "without credentials it answers 200 and no stream");
    finding_show_field(f, r, "Content-Type");
  } else
    finding_set(f, VERDICT_PASS, "without credentials it answers %d",
                r->head.status);
}

static bool may_be_stored(int status)
{
  return status == 404 || status == 405 || status == 410 || status == 414 ||
         status == 501;
}

/* The catalogue warns wherever no-store is missing.  Nearly every framework's
 * own 404 lacks it, and caches take one up by themselves only when it looks
 * fresh or can be revalidated: so only those are warned about, and the rest
 * is INFO. */
void http_judge_error_cacheable(const struct check_input *in,
                                struct finding *f)
{
  const struct recording *r = input_answer(in, EX_WRONG_PATH, f);
  struct cache_control cc;
  int64_t fresh_s = 0;
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, r, "Cache-Control");
  cache_control_parse(&r->head, &cc);
  if(!cache_expires_in(&r->head, (int64_t)(r->started_real_ns / 1000000000u),
                       &fresh_s))
    fresh_s = 0;
  if(cc.max_age_s >= 0)
    fresh_s = cc.max_age_s;
  if(!may_be_stored(r->head.status))
    finding_set(f, VERDICT_SKIP, "%d is not stored unless it is told to be",
                r->head.status);
  else if(cc.no_store)
    finding_set(f, VERDICT_PASS, "the %d is no-store", r->head.status);
  else if(fresh_s > 0 || cc.s_maxage_s > 0 || cc.is_public)
    finding_broken(f,
                   "the %d may be cached: after a deploy, caches go on "
                   "turning clients away",
                   r->head.status);
  else
    finding_set(f, VERDICT_INFO,
                "the %d does not say no-store; some caches keep it a while "
                "on their own",
                r->head.status);
}
