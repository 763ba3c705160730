/* SPDX-License-Identifier: MIT
 * http.redirect: the way to the stream, as walked hop by hop. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_cors.h"
#include "checks/http/redirect_url.h"

#define ORIGIN_MAX 256
#define HOPS_FINE  5
#define HOPS_MAX   20 /* Fetch gives up there */
#define HOPS_SHOWN 4  /* and the last one */

/* The chain: hops[0..n-2] redirect, the last one does not, unless the walk
 * ended before. */
static const struct recording *hop(const struct check_input *in, size_t i)
{
  return input_script(in, SCRIPT_REDIRECTS, i);
}

static size_t chain_length(const struct check_input *in)
{
  return input_script_count(in, SCRIPT_REDIRECTS);
}

static size_t count_redirects(const struct check_input *in)
{
  size_t i, n = 0, length = chain_length(in);
  for(i = 0; i < length; i++)
    n += http_is_redirect(hop(in, i)->head.status);
  return n;
}

const char *http_skip_not_redirected(const struct check_input *in)
{
  const struct recording *first = hop(in, 0);
  if(!first || first->head.status == 0 || http_is_redirect(first->head.status))
    return NULL;
  return "the URL does not redirect";
}

/* The number of redirects, with the chain shown; 0 with UNTESTABLE set. */
static size_t read_chain(const struct check_input *in, struct finding *f)
{
  size_t i, n = count_redirects(in), length = chain_length(in);
  if(n == 0)
    finding_set(f, VERDICT_UNTESTABLE, "no response to \"%s\": %s",
                hop(in, 0)->name, recording_end_name(hop(in, 0)->end));
  for(i = 0; i < length; i++) {
    if(i == HOPS_SHOWN && length > HOPS_SHOWN + 1) {
      finding_note(f, "... %zu more", length - HOPS_SHOWN - 1);
      i = length - 1;
    }
    finding_show_bytes(f, "URL", slice_of(hop(in, i)->url));
    finding_show_head(f, hop(in, i));
    if(http_is_redirect(hop(in, i)->head.status))
      finding_show_field(f, hop(in, i), "Location");
  }
  return n;
}

static const struct recording *last_hop(const struct check_input *in)
{
  return hop(in, chain_length(in) - 1);
}

/* The first redirect that cannot be followed, and why; NULL. */
static const struct recording *dead_end(const struct check_input *in,
                                        const char **trouble)
{
  size_t i, length = chain_length(in);
  for(i = 0; i < length; i++) {
    const struct recording *r = hop(in, i);
    *trouble = redirect_url_trouble(recording_field(&r->head, "Location", 0));
    if(http_is_redirect(r->head.status) && *trouble)
      return r;
  }
  return NULL;
}

static void http_judge_redirect_location(const struct check_input *in,
                                         struct finding *f)
{
  const struct recording *r;
  const char *trouble;
  if(!read_chain(in, f))
    return;
  r = dead_end(in, &trouble);
  if(!r)
    finding_set(f, VERDICT_PASS,
                "every redirect has a Location that can be "
                "followed");
  else if(recording_count_field(&r->head, "Location") == 0)
    finding_broken(f, "%d without Location: EventSource stops for good",
                   r->head.status);
  else
    finding_broken(f,
                   "the Location of the %d %s: EventSource retries for "
                   "ever",
                   r->head.status, trouble);
}

/* Some URL of the chain comes twice. */
static bool has_loop(const struct check_input *in)
{
  size_t i, k, length = chain_length(in);
  for(i = 0; i < length; i++) {
    for(k = 0; k < i; k++) {
      if(strcmp(hop(in, i)->url, hop(in, k)->url) == 0 &&
         strcmp(hop(in, i)->method, hop(in, k)->method) == 0)
        return true;
    }
  }
  return false;
}

static void http_judge_redirect_depth(const struct check_input *in,
                                      struct finding *f)
{
  size_t n = read_chain(in, f);
  const char *trouble;
  if(n == 0)
    return;
  /* An empty Location leads back to itself: one cause, one failure. */
  if(dead_end(in, &trouble))
    finding_set(f, VERDICT_UNTESTABLE,
                "the chain cannot be followed: "
                "http.redirect.location judges that");
  else if(has_loop(in))
    finding_set(f, VERDICT_FAIL, "the redirects go round in a circle");
  else if(n > HOPS_MAX)
    finding_set(f, VERDICT_FAIL, "more than %d redirects: clients give up",
                HOPS_MAX);
  else if(n > HOPS_FINE)
    finding_set(f, VERDICT_WARN,
                "%zu redirects, walked again on each "
                "reconnect",
                n);
  else
    finding_set(f, VERDICT_PASS, "%zu redirect(s)", n);
}

static bool leaves_origin(const struct check_input *in)
{
  size_t i, length = chain_length(in);
  for(i = 1; i < length; i++) {
    if(!redirect_url_same_origin(slice_of(hop(in, i - 1)->url),
                                 slice_of(hop(in, i)->url)))
      return true;
  }
  return false;
}

/* The recorder drops Authorization and Cookie on the way to another origin,
 * as clients do, so the last answer shows whether the stream works then. */
static void http_judge_redirect_auth(const struct check_input *in,
                                     struct finding *f)
{
  size_t i, length = chain_length(in);
  struct redirect_url u;
  int status;
  if(!read_chain(in, f))
    return;
  for(i = 0; i < length; i++) {
    redirect_url_split(recording_field(&hop(in, i)->head, "Location", 0), &u);
    if(u.userinfo.p) {
      finding_broken(f, "a Location carries credentials (user:password@): "
                        "cross-origin clients refuse it");
      return;
    }
  }
  status = last_hop(in)->head.status;
  if(!leaves_origin(in))
    finding_set(f, VERDICT_PASS, "all hops stay on one origin");
  else if(status == 401 || status == 403)
    finding_broken(f,
                   "the other origin answers %d: clients do not take "
                   "Authorization along",
                   status);
  else
    finding_set(f, VERDICT_PASS,
                "the other origin answers %d without the "
                "credentials",
                status);
}

static void http_judge_redirect_query(const struct check_input *in,
                                      struct finding *f)
{
  struct redirect_url first, last;
  if(!read_chain(in, f))
    return;
  redirect_url_split(slice_of(hop(in, 0)->url), &first);
  redirect_url_split(slice_of(last_hop(in)->url), &last);
  if(!first.query.n)
    finding_set(f, VERDICT_SKIP, "the URL has no query");
  else if(redirect_url_keeps_query(first.query, last.query))
    finding_set(f, VERDICT_PASS, "the query arrives");
  else
    finding_broken(f, "the query, or a part of it, is lost on the way");
}

static bool is_https(const char *url)
{
  struct redirect_url u;
  redirect_url_split(slice_of(url), &u);
  return slice_ieq_cstr(u.scheme, "https");
}

static void http_judge_redirect_scheme(const struct check_input *in,
                                       struct finding *f)
{
  size_t i, length = chain_length(in);
  if(!read_chain(in, f))
    return;
  for(i = 1; i < length; i++) {
    if(is_https(hop(in, i - 1)->url) && !is_https(hop(in, i)->url)) {
      finding_broken(f, "a redirect leads from https to http: browsers block "
                        "it, other clients send their secrets in the clear");
      return;
    }
  }
  finding_set(f, VERDICT_PASS, "no way from https to http");
}

static void http_judge_redirect_method(const struct check_input *in,
                                       struct finding *f)
{
  int status = hop(in, 0)->head.status;
  if(!read_chain(in, f))
    return;
  if(status == 307 || status == 308)
    finding_set(f, VERDICT_PASS, "%d keeps the method", status);
  else
    finding_broken(f, "%d turns %s into GET and drops the body", status,
                   in->target->endpoint.method);
}

const char *http_skip_redirect_get(const struct check_input *in)
{
  if(strcmp(in->target->endpoint.method, "GET") == 0)
    return "the method is GET, which every redirect keeps";
  return http_skip_not_redirected(in);
}

static void http_judge_redirect_reconnect_original(
    const struct check_input *in, struct finding *f)
{
  size_t i, length = chain_length(in), permanent = 0;
  size_t n = read_chain(in, f);
  if(n == 0)
    return;
  for(i = 0; i < length; i++)
    permanent +=
        hop(in, i)->head.status == 301 || hop(in, i)->head.status == 308;
  finding_broken(f, "every reconnect asks %zu more URL(s)%s", n,
                 permanent ? "; by the standard EventSource goes back to the "
                             "first one, also after a permanent redirect"
                           : "");
}

const char *http_skip_redirect_resume(const struct check_input *in)
{
  if(in->target->resume == RESUME_NONE || in->target->resume == RESUME_UNKNOWN)
    return "not declared: that the stream resumes (--resume)";
  return http_skip_not_redirected(in);
}

/* The event that the control got behind the one with that id; NULL. */
static const struct recorded_event *event_behind(const struct recording *r,
                                                 struct slice id)
{
  size_t i;
  for(i = 0; i + 1 < r->events; i++) {
    if(slice_eq(r->event[i].id, id))
      return &r->event[i + 1];
  }
  return NULL;
}

/* Clients take Last-Event-ID along through redirects.  Whether it is heeded
 * there is seen from a single resume at the URL that the chain leads to, so
 * the resume.* checks fail with this one and say how. */
static void http_judge_redirect_last_event_id(const struct check_input *in,
                                              struct finding *f)
{
  const struct recording *control = input_script(in, SCRIPT_RESUME_IDS, 0);
  const struct recorded_event *next;
  const struct recording *r;
  struct slice id;
  if(!read_chain(in, f))
    return;
  r = role_stream(in, SCRIPT_RESUME_IDS, ROLE_CANONICAL, f);
  if(!r)
    return;
  f->recording = r;
  id = sent_header(r, "Last-Event-ID");
  next = event_behind(control, id);
  finding_show_bytes(f, "resumed from", id);
  if(!next || r->events == 0) {
    finding_set(f, VERDICT_UNTESTABLE,
                "too few events to see where the "
                "replay starts");
    return;
  }
  finding_show_bytes(f, "first id after it", r->event[0].id);
  finding_show_bytes(f, "expected", next->id);
  if(slice_eq(r->event[0].id, next->id))
    finding_set(f, VERDICT_PASS,
                "behind the redirect the replay starts "
                "after the id");
  else
    finding_broken(f, "behind the redirect the replay does not start after "
                      "the id");
}

/* The walk is made with Origin where one is declared, as a page makes it: at
 * the URL that the chain leads to, where all else is asked, nothing redirects
 * any more. */
const char *http_skip_redirect_cors(const struct check_input *in)
{
  const char *reason = http_skip_without_origin(in);
  return reason ? reason : http_skip_not_redirected(in);
}

/* A page asks its own origin without CORS, unless another one was on the
 * way. */
static bool is_cross_origin(const struct recording *r, struct slice origin)
{
  return slice_eq_cstr(origin, "null") ||
         !redirect_url_same_origin(slice_of(r->url), origin);
}

static bool allows(const struct recording *r, struct slice origin)
{
  char text[ORIGIN_MAX] = "";
  if(origin.n >= sizeof(text))
    return false;
  memcpy(text, origin.p, origin.n);
  return http_cors_allows(r, text, false);
}

static void http_judge_redirect_cors(const struct check_input *in,
                                     struct finding *f)
{
  size_t i, n = input_script_count(in, SCRIPT_REDIRECTS), asked = 0;
  for(i = 0; i < n; i++) {
    const struct recording *r = input_script(in, SCRIPT_REDIRECTS, i);
    struct slice origin = sent_header(r, "Origin");
    if(!http_is_redirect(r->head.status) || !origin.p ||
       !is_cross_origin(r, origin))
      continue;
    asked++;
    finding_show_head(f, r);
    finding_show_field(f, r, "Location");
    finding_show_field(f, r, "Access-Control-Allow-Origin");
    if(allows(r, origin))
      continue;
    f->recording = r;
    finding_broken(f, "a redirect does not allow the origin: cross-origin "
                      "clients fail there, whatever the stream allows");
    return;
  }
  if(asked)
    finding_set(f, VERDICT_PASS, "%zu redirect(s) allow the origin", asked);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "the redirects were not walked from another origin");
}

#define WALK                                                                  \
  {                                                                           \
    .scripts = { SCRIPT(SCRIPT_REDIRECTS) }                                   \
  }
#define SHOW_WALK "curl -sNL -m 5 -D - -o /dev/null {url}"

static const struct check rows[] = {
    {.id = "http.redirect.location",
     .title = "Every redirect has a Location that can be followed",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = WALK,
     .anchor = FETCH "http-redirect-fetch",
     .reference = "Fetch: HTTP-redirect fetch; RFC 9110 section 10.2.2",
     .rationale =
         "Without Location the 3xx itself is the answer, and EventSource "
         "stops for good. With one that cannot be parsed it is a network "
         "error, and EventSource tries again for ever.",
     .causes = "A redirect built from an empty setting; another scheme; a "
               "host name from a header.",
     .fix = {{"nginx", "return 308 $scheme://$host$request_uri;"},
             {"any", "Send an absolute http(s) URL or a path."}},
     .reproduce = SHOW_WALK,
     .judge = http_judge_redirect_location,
     .skip = http_skip_not_redirected},
    {.id = "http.redirect.depth",
     .title = "Few redirects, and none in a circle",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = WALK,
     .anchor = FETCH "http-redirect-fetch",
     .reference = "Fetch: HTTP-redirect fetch; RFC 9110 section 15.4",
     .rationale =
         "Clients give up after 20, libraries often after 5 or 10, and the "
         "whole chain is walked again on every reconnect.",
     .causes = "http to https to www to a path with a slash; a login page "
               "that sends back.",
     .fix = {{"nginx", "One return 308 to the final URL."},
             {"any", "Give clients the final URL."}},
     .reproduce = SHOW_WALK " -w '%{num_redirects}\\n'",
     .judge = http_judge_redirect_depth,
     .skip = http_skip_not_redirected},
    {.id = "http.redirect.auth",
     .title = "Redirects to another origin need no Authorization",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = WALK,
     .anchor = FETCH "http-redirect-fetch",
     .reference = "Fetch: HTTP-redirect fetch",
     .rationale =
         "Browsers and libraries drop Authorization where the origin "
         "changes, and refuse a Location with user:password for cross-origin "
         "requests: the stream works in one hop's test and not through it.",
     .causes = "Redirects to a region's or shard's own host.",
     .fix = {{"any", "Redirect with a short-lived token in the query, or "
                     "proxy in place of redirecting."}},
     .reproduce = SHOW_WALK " -H 'Authorization: ...'",
     .judge = http_judge_redirect_auth,
     .skip = http_skip_not_redirected},
    {.id = "http.redirect.query",
     .title = "Redirects keep the query",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = WALK,
     .anchor = RFC_9110 "10.2.2",
     .reference = "RFC 9110 section 10.2.2",
     .rationale = "Topics and tokens stand in the query, since EventSource "
                  "cannot set headers: without it clients get another "
                  "stream, or none.",
     .causes = "Redirects built from the path alone.",
     .fix = {{"nginx", "$request_uri (with the query), not $uri."},
             {"Node/Express", "res.redirect(308, target + "
                              "new URL(req.url, 'http://x').search)."},
             {"any", "Append the query to Location."}},
     .reproduce = SHOW_WALK " | grep -i location",
     .judge = http_judge_redirect_query,
     .skip = http_skip_not_redirected},
    {.id = "http.redirect.scheme",
     .title = "No redirect from https to http",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = WALK,
     .anchor = "https://w3c.github.io/webappsec-mixed-content/"
               "#should-block-fetch",
     .reference = "Mixed Content: should fetching be blocked",
     .rationale =
         "Browsers block it as mixed content, again and again; other clients "
         "go on and send cookies and tokens in the clear.",
     .causes = "TLS ends at a proxy and the application builds URLs from its "
               "own, plain scheme.",
     .fix = {{"nginx", "proxy_set_header X-Forwarded-Proto $scheme; and "
                       "absolute_redirect off;"},
             {"Node/Express", "app.set('trust proxy', ...)."},
             {"Python/Starlette", "uvicorn --proxy-headers."},
             {"Go", "Redirect to a path, not to an absolute URL."},
             {"Spring", "server.forward-headers-strategy=framework."}},
     .reproduce = SHOW_WALK " | grep -i location",
     .judge = http_judge_redirect_scheme,
     .skip = http_skip_not_redirected},
    {.id = "http.redirect.method",
     .title = "POST streams are redirected with 307 or 308",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = WALK,
     .anchor = RFC_9110 "15.4",
     .reference = "RFC 9110 section 15.4",
     .rationale = "301 and 302 make clients send GET without the body, and "
                  "303 must: the prompt or the query is lost.",
     .causes = "A framework's redirect for slashes or https.",
     .fix = {{"nginx", "return 308 ...; not 301."},
             {"Python/Starlette", "redirect_slashes answers 307; other "
                                  "redirects need status_code=308."},
             {"any", "Use 307 or 308."}},
     .reproduce = "curl -sN -m 5 -D - -o /dev/null -X POST {url}",
     .judge = http_judge_redirect_method,
     .skip = http_skip_redirect_get},
    {.id = "http.redirect.cors",
     .title = "Redirects allow the origin too",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = WALK,
     .anchor = FETCH "http-redirect-fetch",
     .reference = "Fetch: HTTP fetch, CORS check",
     .rationale =
         "The CORS check is made on every hop: a redirect without the "
         "headers fails the whole request, although the stream behind it "
         "would be allowed.",
     .causes = "The proxy redirects before the application adds its "
               "headers.",
     .fix = {{"nginx", "add_header Access-Control-Allow-Origin ... always;"},
             {"Node/Express", "cors() before redirecting middleware."},
             {"any", "Add the headers to redirects as well."}},
     .reproduce = SHOW_WALK " -H 'Origin: https://app.example' | grep -i "
                            "access-control",
     .judge = http_judge_redirect_cors,
     .skip = http_skip_redirect_cors},
    {.id = "http.redirect.reconnect-original",
     .title = "What redirects cost on each reconnect",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "R",
     .needs = WALK,
     .anchor = HTML_SSE "reestablish-the-connection",
     .reference = "HTML: reestablish the connection",
     .rationale =
         "By the standard EventSource begins again at the URL it was made "
         "with, also after a permanent redirect: each reconnect pays for "
         "every hop. Chromium (156) goes back to where the last redirect "
         "ended, of whatever kind: its tabs stay with the node they were "
         "once sent to, also when that is gone.",
     .causes = "An old URL kept in clients; a redirect that spreads clients "
               "over nodes.",
     .fix = {{"any", "Put the final URL into clients; spread them with a "
                     "proxy."}},
     .reproduce = SHOW_WALK " -w '%{num_redirects} %{time_redirect}\\n'",
     .judge = http_judge_redirect_reconnect_original,
     .skip = http_skip_not_redirected},
    {.id = "http.redirect.last-event-id",
     .title = "The id is heeded behind the redirect",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_REDIRECTS),
                           SCRIPT(SCRIPT_RESUME_IDS)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "Clients send Last-Event-ID on every hop. Where the server behind "
         "the redirect knows nothing of it, each reconnect loses events or "
         "repeats them.",
     .causes = "The redirect leads to another node without the history; a "
               "proxy that passes on known headers only.",
     .fix = {{"nginx", "Pass the header on; it does so by default."},
             {"any", "Share the history, or redirect to the node that has "
                     "it."}},
     .reproduce = "curl -sNL -m 5 -H 'Last-Event-ID: 1' {url}",
     .judge = http_judge_redirect_last_event_id,
     .skip = http_skip_redirect_resume},
};

CHECK_GROUP(group_http_redirect, "http.redirect", rows);
