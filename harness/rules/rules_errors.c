/* SPDX-License-Identifier: MIT
 * Rules about errors on the way to a stream, and what an EventSource makes of
 * them. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "rules/rules.h"

/* ---- nginx.gateway-error-kills-eventsource -------------------------------
 */

/* A page of HTML leaves the status what it was; a named location may do
 * better, and a changed status is another rule's business. */
static bool is_covered(const struct conf_setting *pages, int status)
{
  size_t i;
  int code;
  for(i = 0; i < pages->n; i++) {
    const char *target = rule_page_target(pages->from[i], &code);
    if(rule_page_covers(pages->from[i], status))
      return target[0] == '@' || code != 0;
  }
  return false;
}

static void add_retry_location(const struct doctor_facts *f,
                               struct doctor_finding *out)
{
  static const char TEXT[] = "location @sse_retry {\n"
                             "    types { }\n"
                             "    default_type text/event-stream;\n"
                             "    add_header Cache-Control no-store;\n"
                             "    return 200 \"retry: 5000\\n\\n\";\n"
                             "}";
  const struct conf_directive *beside = f->route->chain[0];
  if(rule_location(f, "@sse_retry"))
    return;
  if(!f->route->server->file || beside->file == f->route->server->file)
    fact_fix_behind(beside, TEXT, out);
  else
    fact_fix_inside(f->route->server, TEXT, out);
}

/* `error_page ... =200 page`, `=302 page`: no EventSource comes back from it.
 */
static bool is_dressed(const struct doctor_facts *f,
                       const struct conf_directive *page)
{
  int code;
  const char *target = rule_page_target(page, &code);
  return code >= 200 && code <= 399 && !rule_is_retry_page(f, target);
}

/* The first error_page of a level discards the inherited ones: they are
 * repeated behind it. */
static void insert_page(const struct doctor_facts *f,
                        const struct conf_setting *inherited,
                        struct doctor_finding *out)
{
  struct buf text;
  size_t i;
  buf_init(&text, 0);
  buf_adds(&text, "error_page 502 504 = @sse_retry;");
  for(i = 0; i < inherited->n; i++) {
    const struct conf_directive *d = inherited->from[i];
    if(d->file && !is_dressed(f, d))
      buf_addf(&text, "\n%.*s", (int)(d->end - d->start),
               d->file->text.p + d->start);
  }
  if(text.n < sizeof(out->edit[0].text))
    fact_fix_insert(f, buf_text(&text), out);
  buf_free(&text);
}

void rule_own_pages(const struct doctor_facts *f,
                    const struct conf_setting *pages,
                    struct doctor_finding *out)
{
  if(!f->route->nchain || !f->route->chain[0]->file ||
     f->block != f->route->location || pages->origin == CONF_OWN)
    return;
  insert_page(f, pages, out);
  add_retry_location(f, out);
}

static void gateway(const struct doctor_facts *f, struct doctor_finding *out)
{
  const struct symptom *m = symptom_worst(f->symptoms, PROBE_REFUSED, NULL);
  struct conf_setting s = fact_get(f, "error_page");
  const char *open = NULL;
  if(!is_covered(&s, 502))
    open = is_covered(&s, 504) ? "502" : "502 and 504";
  else if(!is_covered(&s, 504))
    open = "504";
  if(!open)
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "While the application restarts or is slow, clients get "
                     "%s with an HTML page: an EventSource closes for good "
                     "on any status but 200, and does not come back.",
                     open);
  if(m && m->status)
    doctor_finding_measured(out, m->status, "",
                            "status %d while the application was down",
                            m->status);
  doctor_finding_fix(out, "`error_page 502 504 = @sse_retry;` in the "
                          "location, and `location @sse_retry { default_type "
                          "text/event-stream; return 200 \"retry: 5000\\n\\n"
                          "\"; }` in the server");
  fact_blame_block(f, out);
  rule_own_pages(f, &s, out);
}

/* ---- nginx.error-page-intercept ------------------------------------------
 */

static const struct conf_directive *replacing_page(
    const struct doctor_facts *f, const struct conf_setting *s)
{
  size_t i;
  int code;
  for(i = 0; i < s->n; i++) {
    if(!rule_is_retry_page(f, rule_page_target(s->from[i], &code)))
      return s->from[i];
  }
  return NULL;
}

static void intercept(const struct doctor_facts *f, struct doctor_finding *out)
{
  const struct symptom *m = symptom_worst(f->symptoms, PROBE_ERROR, NULL);
  struct conf_setting s = fact_family(f, "intercept_errors");
  struct conf_setting pages = fact_get(f, "error_page");
  const struct conf_directive *page = replacing_page(f, &pages);
  if(!conf_setting_is(&s, "on") || !page)
    return;
  doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                     "The application's own errors are replaced, body and "
                     "headers, by `error_page` (line %u): its JSON and its "
                     "Retry-After never reach a client.",
                     page->line);
  if(m && m->headers_lost)
    doctor_finding_measured(out, m->status, "",
                            "a 503 arrived as %d without %s", m->status,
                            m->lost);
  rule_set_family(f, "intercept_errors", "off", out);
}

/* ---- nginx.error-page-200 ------------------------------------------------
 */

/* Gateway errors become reconnects; others go through as they are. */
static void mend_page(const struct doctor_facts *f,
                      const struct conf_directive *page,
                      struct doctor_finding *out)
{
  if(page->parent != f->block || !f->route->nchain)
    return;
  if(!rule_page_covers(page, 502) && !rule_page_covers(page, 504)) {
    fact_fix_remove(page, out);
    return;
  }
  fact_fix_replace(page, "error_page 502 504 = @sse_retry;", out);
  add_retry_location(f, out);
}

/* A login: who is not let in is sent there, and nobody else.  With
 * auth_request that is its rule's business. */
static bool is_login(const struct doctor_facts *f,
                     const struct conf_directive *page, int code)
{
  struct conf_setting auth = fact_get(f, "auth_request");
  size_t i;
  for(i = 0; i + 1 < page->nargs; i++) {
    const char *word = conf_arg(page, i);
    if(word[0] != '=' && strcmp(word, "401") != 0 && strcmp(word, "403") != 0)
      return false;
  }
  return code / 100 == 3 && auth.n && !conf_setting_is(&auth, "off");
}

static void page_200(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "error_page");
  size_t i;
  int code;
  for(i = 0; i < s.n; i++) {
    const char *target = rule_page_target(s.from[i], &code);
    if(!is_dressed(f, s.from[i]) || is_login(f, s.from[i], code))
      continue;
    doctor_finding_hit(
        out, DOCTOR_ERROR, DOCTOR_CERTAIN,
        "`error_page ... =%d %s` turns an error into %s.", code, target,
        code == 204  ? "204, which tells an EventSource to stop "
                       "for good"
        : code < 300 ? "a 200 that is no event stream: the EventSource "
                       "closes for good, and monitoring sees success"
                     : "a redirect that an EventSource follows to a "
                       "page that is no event stream");
    doctor_finding_fix(out, "`error_page 502 504 = @sse_retry;` (an event "
                            "stream with `retry:`), or none in this location");
    fact_blame_directive(s.from[i], out);
    mend_page(f, s.from[i], out);
    rule_own_pages(f, &s, out);
    return;
  }
}

/* ---- nginx.resolver-missing ----------------------------------------------
 */

static bool is_address(const char *host)
{
  return strncmp(host, "unix:", 5) == 0 || host[0] == '[' ||
         strspn(host, "0123456789.:") == strlen(host);
}

static bool is_upstream_name(const struct doctor_facts *f, const char *host)
{
  const struct conf_directive *http = conf_child(f->conf->root, "http");
  const struct conf_directive *u = http ? conf_child(http, "upstream") : NULL;
  size_t n = strcspn(host, ":/");
  for(; u; u = conf_sibling(u, "upstream")) {
    if(strlen(conf_arg(u, 0)) == n && strncmp(conf_arg(u, 0), host, n) == 0)
      return true;
  }
  return false;
}

static const char *behind_scheme(const char *text)
{
  const char *p = strstr(text, "://");
  return p ? p + 3 : text;
}

/* A proxy_pass without a variable makes an upstream of its host and port,
 * which those with variables find. */
static bool is_passed_to(const struct doctor_facts *f, const char *host)
{
  const struct conf_directive *http = conf_child(f->conf->root, "http");
  const struct conf_directive *d = http;
  size_t n = strcspn(host, "/?$");
  for(d = http ? conf_walk(http, d) : NULL; d; d = conf_walk(http, d)) {
    const char *to = behind_scheme(conf_arg(d, 0));
    if(conf_is(d, "proxy_pass") && !strchr(to, '$') &&
       strcspn(to, "/?") == n && strncasecmp(to, host, n) == 0)
      return true;
  }
  return false;
}

/* What the variable is set to in this file, when that is one constant. */
static const char *constant_of(const struct doctor_facts *f, const char *host)
{
  const struct conf_directive *d = f->conf->root;
  size_t n = 1 + strspn(host + 1, "abcdefghijklmnopqrstuvwxyz_0123456789"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  for(d = conf_walk(f->conf->root, f->conf->root); d;
      d = conf_walk(f->conf->root, d)) {
    if(conf_is(d, "set") && strlen(conf_arg(d, 0)) == n &&
       strncmp(conf_arg(d, 0), host, n) == 0 && !strchr(conf_arg(d, 1), '$'))
      return behind_scheme(conf_arg(d, 1));
  }
  return NULL;
}

static void no_resolver(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "resolver");
  const char *host = f->route->pass_host, *value;
  if(!f->route->pass_variable || s.n || !host)
    return;
  value = host[0] == '$' ? constant_of(f, host) : host;
  if(value && (is_address(value) || is_upstream_name(f, value) ||
               is_passed_to(f, value)))
    return;
  doctor_finding_hit(out, value ? DOCTOR_ERROR : DOCTOR_WARN,
                     value ? DOCTOR_CERTAIN : DOCTOR_POSSIBLE,
                     "The application's address is a variable (%s), and "
                     "there is no `resolver`: unless it is an IP address or "
                     "the name of an upstream, every request is answered "
                     "with 502 \"no resolver defined\".",
                     host);
  doctor_finding_fix(out, "`resolver ADDRESS;` in http or server, or an "
                          "upstream{} of that name");
  if(f->route->handler)
    fact_blame_directive(f->route->handler, out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.gateway-error-kills-eventsource",
     .headline = "stop for good when the application restarts",
     .title = "a restart of the application closes every EventSource for good",
     .severity = DOCTOR_WARN,
     .graded = "warn, certain, where no error_page leads 502 and 504 to a "
               "named location; a page of HTML does not help; info where "
               "nothing else is wrong",
     .side = SIDE_BOTH,
     .families = FAMILY_UPSTREAM,
     .why = "Without nginx a client of a dead application sees a network "
            "error, and EventSource tries again. nginx turns it into 502 or "
            "504 with HTML, and the standard says: any status but 200 fails "
            "the connection permanently.",
     .fix = "error_page 502 504 = @sse_retry;",
     .block = "location",
     .kind = FIX_KIND_ADD,
     .caveats = "Monitoring then sees 200. `return 444;` in that location "
                "closes without a response instead. Clients built on fetch() "
                "may prefer the 502. Never answer 204.",
     .doc = NGX_CORE "error_page",
     .judge = gateway},
    {.id = "nginx.error-page-intercept",
     .title = "the application's errors are replaced",
     .severity = DOCTOR_ERROR,
     .graded = "error, certain",
     .side = SIDE_BOTH,
     .families = FAMILY_UPSTREAM,
     .why = "proxy_intercept_errors with error_page throws the application's "
            "response away: a 503 with JSON and Retry-After arrives as HTML "
            "without it.",
     .fix = "proxy_intercept_errors off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Fine where the page is an event stream with retry.",
     .doc = NGX_PROXY "proxy_intercept_errors",
     .judge = intercept},
    {.id = "nginx.error-page-200",
     .headline = "stop for good after an error",
     .title = "errors are dressed up as success",
     .severity = DOCTOR_ERROR,
     .graded = "error, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "A 200 of type text/html closes an EventSource as surely as a "
            "502, and hides the trouble from monitoring. A 302 to a login "
            "page does the same, a 204 on purpose.",
     .fix = "error_page 502 504 = @sse_retry;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_CORE "error_page",
     .judge = page_200},
    {.id = "nginx.resolver-missing",
     .title = "a variable address without a resolver",
     .severity = DOCTOR_ERROR,
     .graded = "error where the value is a host name in this file, warn where "
               "it cannot be told",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "With a variable in proxy_pass nginx resolves the name for each "
            "request, and needs a resolver for that. Without a variable a "
            "name is resolved once, at start and reload.",
     .fix = "resolver 127.0.0.53;",
     .block = "http",
     .kind = FIX_KIND_ADD,
     .caveats = "",
     .doc = NGX_CORE "resolver",
     .judge = no_resolver},
};

DOCTOR_GROUP(rules_errors, "Errors on the way", rows);
