/* SPDX-License-Identifier: MIT
 * The rows of http.redirect; see http_redirect.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

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
     .anchor = HTML_SSE "the-last-event-id-header",
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
