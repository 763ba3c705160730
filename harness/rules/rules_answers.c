/* SPDX-License-Identifier: MIT
 * Rules about what stands between a client and its stream for each connect:
 * authorisation, and lost request headers. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"

#define LAST_ID "Last-Event-ID"

static void auth_request(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "auth_request");
  if(!s.n || conf_setting_is(&s, "off"))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "Every (re)connect waits for the subrequest to %s, and "
                     "anything but 2xx, 401 and 403 from it becomes a 500. "
                     "It is not asked again while the stream lasts: a token "
                     "that runs out does not end it.",
                     conf_arg(s.from[s.n - 1], 0));
  doctor_finding_fix(out, "keep the subrequest fast; let the application end "
                          "streams when their authorisation does");
  fact_blame(f, &s, out);
}

/* ---- nginx.login-redirect ------------------------------------------------
 */

/* The page that 401 leads to, where that is somewhere else. */
static const struct conf_directive *login_of(const struct conf_setting *pages)
{
  size_t i;
  int code;
  for(i = 0; i < pages->n; i++) {
    if(!rule_page_covers(pages->from[i], 401))
      continue;
    rule_page_target(pages->from[i], &code);
    return code / 100 == 3 ? pages->from[i] : NULL;
  }
  return NULL;
}

static void login_redirect(const struct doctor_facts *f,
                           struct doctor_finding *out)
{
  struct conf_setting auth = fact_get(f, "auth_request");
  struct conf_setting pages = fact_get(f, "error_page");
  const struct conf_directive *login = login_of(&pages);
  if(!login || !auth.n || conf_setting_is(&auth, "off"))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "Who is not logged in, or no longer, is redirected to a "
                     "page that is no event stream: EventSource follows, and "
                     "gives up for good without a word why.");
  doctor_finding_fix(out, "for the stream alone 401 as it is: no `error_page "
                          "401` in its location; the pages keep theirs");
  fact_blame_directive(login, out);
  if(login->parent == f->block)
    fact_fix_remove(login, out);
  else
    rule_own_pages(f, &pages, out);
}

/* ---- nginx.last-event-id-stripped ----------------------------------------
 */

static const char *header_setter(const struct doctor_facts *f)
{
  return f->family == CONF_GRPC ? "grpc_set_header" : "proxy_set_header";
}

static bool is_lost(const struct doctor_facts *f, struct doctor_finding *out)
{
  int t;
  for(t = 0; t < DOCTOR_TRANSPORT_COUNT; t++) {
    const struct symptom *s =
        symptom_get(f->symptoms, PROBE_REQUEST, (enum doctor_transport)t);
    if(s && s->headers_lost && strstr(s->lost, LAST_ID)) {
      doctor_finding_measured(out, 1, "", "lost on the way: %s", s->lost);
      return true;
    }
  }
  return false;
}

static void id_stripped(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  struct conf_setting pass = fact_family(f, "pass_request_headers");
  struct conf_setting set = fact_get(f, header_setter(f));
  const struct conf_directive *d = conf_setting_entry(&set, LAST_ID);
  bool kept = d && strcmp(conf_arg(d, 1), "$http_last_event_id") == 0;
  bool lost = is_lost(f, out);
  if(kept || (!d && !conf_setting_is(&pass, "off") && !lost))
    return;
  doctor_finding_hit(out, DOCTOR_ERROR,
                     lost || !d || !strchr(conf_arg(d, 1), '$')
                         ? DOCTOR_CERTAIN
                         : DOCTOR_POSSIBLE,
                     "Last-Event-ID does not reach the application as the "
                     "client sent it: after every reconnect it cannot know "
                     "which events are missing.");
  if(d) {
    fact_blame_directive(d, out);
    doctor_finding_fix(out, "delete this line; nginx passes the header by "
                            "itself");
    if(d->parent == f->block)
      fact_fix_replace(
          d, "proxy_set_header Last-Event-ID $http_last_event_id;", out);
  } else if(conf_setting_is(&pass, "off"))
    rule_set_family(f, "pass_request_headers", "on", out);
}

static void id_too_long(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "large_client_header_buffers");
  struct slice size = conf_setting_word(&s, 0, 1);
  uint64_t bytes;
  if(!s.n || conf_read_bytes(size, &bytes) || bytes >= 8192)
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_POSSIBLE,
                     "A request line or header above %llu bytes is answered "
                     "with 400 or 414, which closes an EventSource for good; "
                     "a long Last-Event-ID or cookie is enough.",
                     (unsigned long long)bytes);
  doctor_finding_fix(out, "`large_client_header_buffers 4 32k;` in the "
                          "server");
  fact_blame(f, &s, out);
  fact_fix_replace(s.from[0], "large_client_header_buffers 4 32k;", out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.auth-request",
     .title = "each connect waits for an authorisation request",
     .severity = DOCTOR_WARN,
     .graded = "warn, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "auth_request adds its own time to every connect and reconnect, "
            "and multiplies a reconnect storm by two.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_HTTP "auth_request_module.html#auth_request",
     .judge = auth_request},
    {.id = "nginx.login-redirect",
     .headline = "end at a login page for who is logged out",
     .title = "who is logged out is redirected to a page",
     .severity = DOCTOR_WARN,
     .graded = "warn, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "`error_page 401 =302 /login` is for people who look at pages. "
            "An EventSource follows the redirect, gets 200 and text/html, "
            "and closes; the page that opened it cannot tell why. A 401 "
            "closes it, too, and its fetch() says what to do.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_REMOVE,
     .caveats = "",
     .doc = NGX_CORE "error_page",
     .judge = login_redirect},
    {.id = "nginx.last-event-id-stripped",
     .headline = "are lost over a reconnect",
     .title = "Last-Event-ID does not reach the application",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain when measured or constant",
     .side = SIDE_BOTH,
     .families = FAMILY_UPSTREAM,
     .why = "nginx passes the header unchanged unless told otherwise: by "
            "proxy_set_header with another value, or by "
            "proxy_pass_request_headers off, which drops Accept and cookies "
            "as well.",
     .fix = "proxy_set_header Last-Event-ID $http_last_event_id;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_PROXY "proxy_pass_request_headers",
     .judge = id_stripped},
    {.id = "nginx.last-event-id-too-long",
     .title = "small buffers for request headers",
     .severity = DOCTOR_WARN,
     .graded = "warn, below 8k",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "A header line must fit into one of large_client_header_buffers "
            "(8k by default).",
     .fix = "large_client_header_buffers 4 32k;",
     .block = "server",
     .kind = FIX_KIND_SET,
     .caveats = "Shorter ids are better.",
     .doc = NGX_CORE "large_client_header_buffers",
     .judge = id_too_long},
};

DOCTOR_GROUP(rules_answers, "Requests", rows);
