/* SPDX-License-Identifier: MIT
 * http.error: refusals look like refusals, to clients and to caches. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/mime.h"
#include "checks/core/specs.h"
#include "checks/http/cache_control.h"
#include "checks/http/http_common.h"

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
static void http_judge_error_not_200(const struct check_input *in,
                                     struct finding *f)
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

static void http_judge_error_ct(const struct check_input *in,
                                struct finding *f)
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

static void http_judge_error_401(const struct check_input *in,
                                 struct finding *f)
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
static void http_judge_error_no_login_redirect(const struct check_input *in,
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
static void http_judge_error_cacheable(const struct check_input *in,
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

static const struct check rows[] = {
    {.id = "http.error.not-200",
     .title = "Errors before the first event are 4xx or 5xx",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "A",
     .needs = {.exchanges = EX(EX_WRONG_PATH)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model; RFC 9110 section 15",
     .rationale =
         "EventSource takes a 200 stream for success: it shows 'open', then "
         "reconnects after the end, for ever. A page answered with 200 stops "
         "it without a word about the reason. Only an error status reaches "
         "logs, health checks and retry rules.",
     .causes = "Headers sent before parameters are checked; a catch-all that "
               "serves the single-page application's index.html; errors sent "
               "as events.",
     .fix = {{"nginx", "No try_files ... /index.html for the stream's paths."},
             {"Node/Express", "Validate before res.writeHead(200)."},
             {"Python/Starlette", "Raise HTTPException in the endpoint, not "
                                  "in the generator."},
             {"Go", "http.Error(w, ..., 404) before the first Flush."},
             {"Spring", "Throw ResponseStatusException before returning the "
                        "emitter."}},
     .reproduce =
         "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' {url}-wrong",
     .judge = http_judge_error_not_200},
    {.id = "http.error.ct",
     .title = "Error responses are not labelled text/event-stream",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_WRONG_PATH) | EX(EX_FOO)},
     .anchor = RFC_9110 "8.3",
     .reference = "RFC 9110 section 8.3",
     .rationale =
         "fetch-based clients choose their parser by the type: they hand the "
         "error text to the event parser, find no event and report an empty "
         "stream in place of the error.",
     .causes = "The type is set by middleware for the whole route before the "
               "handler decides.",
     .fix = {{"Node/Express", "Set the type where the stream starts, not in "
                              "app.use()."},
             {"Python/Starlette", "Return JSONResponse for errors."},
             {"Spring", "Give the exception handler produces = "
                        "APPLICATION_PROBLEM_JSON_VALUE."},
             {"any", "Send errors as text/plain or problem+json."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null {url}-wrong | grep -i "
                  "content-type",
     .judge = http_judge_error_ct},
    {.id = "http.error.401",
     .title = "A 401 has WWW-Authenticate",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "A",
     .needs = {.exchanges = EX(EX_NO_AUTH)},
     .anchor = RFC_9110 "15.5.2",
     .reference = "RFC 9110 section 15.5.2",
     .rationale =
         "The field tells generic clients and gateways which credentials to "
         "get; without it HTTP libraries with an authenticator fail with a "
         "protocol error in place of asking.",
     .causes = "A status set by hand; APIs that use 401 where 403 is meant.",
     .fix = {{"Node/Express", "res.set('WWW-Authenticate', 'Bearer')."},
             {"Python/Starlette", "HTTPException(401, headers="
                                  "{\"WWW-Authenticate\": \"Bearer\"})."},
             {"Go", "w.Header().Set(\"WWW-Authenticate\", \"Bearer\")."},
             {"Spring", "Use an AuthenticationEntryPoint that sets it."},
             {"any", "Answer 403 where no credentials would help."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null {url}",
     .judge = http_judge_error_401,
     .skip = http_skip_without_credentials},
    {.id = "http.error.no-login-redirect",
     .title = "Missing credentials do not lead to a login page",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_NO_AUTH)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model",
     .rationale =
         "EventSource follows the redirect, gets text/html with 200 and "
         "stops for good when a session runs out. Nobody can see from the "
         "error event that a login was wanted.",
     .causes = "Session middleware made for pages also guards the stream.",
     .fix = {{"nginx", "auth_request with error_page 401 only for pages."},
             {"Node/Express", "Answer 401 where req.accepts() prefers "
                              "text/event-stream."},
             {"Python/Starlette", "requires(..., redirect=None) on the stream "
                                  "route."},
             {"Spring", "HttpStatusEntryPoint(UNAUTHORIZED) for the stream's "
                        "path."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null {url}",
     .judge = http_judge_error_no_login_redirect,
     .skip = http_skip_without_credentials},
    {.id = "http.error.cacheable",
     .title = "Errors that caches may keep are no-store",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_WRONG_PATH)},
     .anchor = RFC_9110 "15.1",
     .reference = "RFC 9110 section 15.1; RFC 9111 section 4.2.2",
     .rationale =
         "404, 405, 410, 414 and 501 may be cached without being told to. A "
         "404 kept during a deploy goes on ending EventSources for good when "
         "the stream is back.",
     .causes = "Long lifetimes set for a whole site; a CDN's default for "
               "errors.",
     .fix = {{"nginx", "add_header Cache-Control no-store always; and no "
                       "proxy_cache_valid any."},
             {"any", "Send Cache-Control: no-store with errors."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null {url}-wrong | grep -i "
                  "cache-control",
     .judge = http_judge_error_cacheable},
};

CHECK_GROUP(group_http_error, "http.error", rows);
