/* SPDX-License-Identifier: MIT
 * http.redirect.cors: a web page of the declared origin can follow.  The walk
 * is made with Origin where one is declared, as a page makes it: at the URL
 * that the chain leads to, where all else is asked, nothing redirects any
 * more. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_cors.h"
#include "checks/http/redirect_url.h"

#define ORIGIN_MAX 256

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
};

CHECK_GROUP(group_http_redirect_cors, "http.redirect", rows);
