/* SPDX-License-Identifier: MIT
 * Rules about where a request goes: settings that stand where they do not
 * hold, locations that never match. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"
#include "rules/unjudged.h"

static const enum conf_family families[] = {CONF_PROXY, CONF_FASTCGI,
                                            CONF_UWSGI, CONF_SCGI, CONF_GRPC};

/* ---- nginx.page-fallback -------------------------------------------------
 */

/* The try_files that ends in a page of the site, whatever was asked. */
static const struct conf_directive *page_of(const struct doctor_facts *f)
{
  struct conf_setting s = fact_get(f, "try_files");
  const struct conf_directive *d = s.n ? s.from[0] : NULL;
  const char *last = d && d->nargs ? conf_arg(d, d->nargs - 1) : "";
  size_t n = strlen(last);
  if(last[0] != '/' || n < 6 ||
     (strcmp(last + n - 5, ".html") != 0 && strcmp(last + n - 4, ".htm") != 0))
    return NULL;
  return d;
}

static void page_fallback(const struct doctor_facts *f,
                          struct doctor_finding *out)
{
  const struct conf_directive *d = page_of(f);
  const char *uri = f->asked ? f->asked : f->route->uri;
  if(!d || conf_family_is_upstream(f->family))
    return;
  doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_LIKELY,
                     "No location is meant for %.200s: `try_files` falls "
                     "back to %.100s, so that clients get 200 with "
                     "text/html, which an EventSource refuses for good.",
                     uri, conf_arg(d, d->nargs - 1));
  doctor_finding_fix(out,
                     "a location for the stream beside it: `location %.120s "
                     "{ proxy_pass http://APPLICATION; proxy_buffering off; "
                     "}`; the one of the page stays",
                     uri);
  fact_blame_directive(d, out);
}

/* ---- nginx.not-proxied ---------------------------------------------------
 */

/* The handler of the location around, which a nested one does not inherit. */
static void repeat_handler(const struct doctor_facts *f,
                           struct doctor_finding *out)
{
  const struct conf_route *r = f->route;
  const struct conf_directive *h = NULL;
  char text[300];
  if(r->nchain < 2 || f->family != CONF_STATIC ||
     !conf_family_is_upstream(conf_handler_of(r->chain[r->nchain - 2], &h)) ||
     !h || !h->file || h->end - h->start >= sizeof(text))
    return;
  snprintf(text, sizeof(text), "%.*s", (int)(h->end - h->start),
           h->file->text.p + h->start);
  fact_fix_insert(f, text, out);
}

static void not_proxied(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  char where[120];
  if(f->route->nbranches || page_of(f) ||
     doctor_unjudged(f, where, sizeof(where)) ||
     (f->family == CONF_RETURN && f->route->status / 100 == 3))
    return;
  rule_where(f, where);
  if(f->family == CONF_RETURN)
    doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                       "%s is answered by %s with a fixed response (%d): no "
                       "application is asked.",
                       f->route->uri, where, f->route->status);
  else
    doctor_finding_hit(out, DOCTOR_ERROR,
                       f->route->certain ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                       "%s is answered by %s from files: it has no "
                       "proxy_pass, and a nested location does not inherit "
                       "one.",
                       f->route->uri, where);
  doctor_finding_fix(out, "put the `proxy_pass` into %s", where);
  fact_blame_block(f, out);
  repeat_handler(f, out);
}

/* ---- nginx.location-caret-literal ----------------------------------------
 */

static bool is_caret(const struct conf_directive *d)
{
  return conf_is(d, "location") && d->nargs == 1 && conf_arg(d, 0)[0] == '^' &&
         conf_arg(d, 0)[1] == '/';
}

static void caret_literal(const struct doctor_facts *f,
                          struct doctor_finding *out)
{
  const struct conf_directive *d = f->route->server;
  const char *path;
  char text[300];
  for(d = conf_walk(f->route->server, f->route->server); d;
      d = conf_walk(f->route->server, d)) {
    if(!is_caret(d))
      continue;
    path = conf_arg(d, 0) + 1;
    doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                       "`location ^%s` is a literal prefix that begins with "
                       "\"^\": no URI can ever match it, so nothing in it "
                       "holds.",
                       path);
    doctor_finding_fix(out,
                       "`location ^~ %s`, or `location ~ ^%s` for a "
                       "regular expression",
                       path, path);
    fact_blame_directive(d, out);
    snprintf(text, sizeof(text), "^~ %s", path);
    fact_fix_argument(d, 0, text, out);
    return;
  }
}

/* ---- nginx.buffering-wrong-location --------------------------------------
 */

/* What a location's words have in common with the URI: it was probably meant
 * for it. */
static bool is_meant(const struct conf_directive *location, const char *uri)
{
  const char *name = conf_arg(location, location->nargs - 1);
  size_t n;
  char first[80];
  if(location->nargs > 1 && conf_arg(location, 0)[0] == '~') {
    snprintf(first, sizeof(first), "%.*s", (int)strcspn(uri + 1, "/?"),
             uri + 1);
    return first[0] && strstr(name, first);
  }
  name += name[0] == '^';
  n = strlen(name);
  return strncmp(uri, name, n) == 0 ||
         (n && name[n - 1] == '/' && strncmp(uri, name, n - 1) == 0 &&
          !uri[n - 1]);
}

static bool same_names(const struct conf_directive *a,
                       const struct conf_directive *b)
{
  const struct conf_directive *na = conf_child(a, "server_name");
  const struct conf_directive *nb = conf_child(b, "server_name");
  size_t i, j;
  if(!na || !nb)
    return !na && !nb;
  for(i = 0; i < na->nargs; i++) {
    for(j = 0; j < nb->nargs; j++) {
      if(strcmp(conf_arg(na, i), conf_arg(nb, j)) == 0)
        return true;
    }
  }
  return false;
}

static bool is_misplaced(const struct doctor_facts *f,
                         const struct conf_directive *d)
{
  const struct conf_directive *block = d->parent;
  const struct conf_directive *server = conf_outer(d, "server");
  if(!server || strcasecmp(conf_arg(d, 0), "off") != 0 ||
     conf_within(f->block, block))
    return false;
  if(server != f->route->server && !same_names(server, f->route->server))
    return false;
  return conf_is(block, "server") ||
         (conf_is(block, "location") &&
          (is_meant(block, f->route->uri) ||
           (f->asked && is_meant(block, f->asked))));
}

static void wrong_location(const struct doctor_facts *f,
                           struct doctor_finding *out)
{
  const struct conf_directive *d = f->conf->root;
  struct buf there;
  char name[64], where[120];
  if(!fact_is_buffered(f))
    return;
  fact_name(f, "buffering", name);
  rule_where(f, where);
  buf_init(&there, 0);
  for(d = conf_walk(f->conf->root, f->conf->root); d;
      d = conf_walk(f->conf->root, d)) {
    if(!conf_is(d, name) || !is_misplaced(f, d))
      continue;
    if(conf_path(d->parent, &there) || !buf_text(&there)[0])
      break;
    doctor_finding_hit(out, DOCTOR_ERROR,
                       f->route->certain ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                       "`%s off` in %s (line %u) does not apply: %s is "
                       "handled by %s, whose responses are buffered.",
                       name, buf_text(&there), d->line,
                       f->asked ? f->asked : f->route->uri, where);
    rule_set_family(f, "buffering", "off", out);
    fact_blame_directive(d, out);
    rule_late(f, PROBE_REGULAR, out);
    break;
  }
  buf_free(&there);
}

/* ---- nginx.buffering-wrong-family ----------------------------------------
 */

/* `FAMILY_buffering off` as it holds where the request ends, or in a block of
 * the server that was meant for it and that it only comes through. */
static const struct conf_directive *off_elsewhere(const struct doctor_facts *f,
                                                  enum conf_family family)
{
  const struct conf_directive *top = f->route->server, *d;
  struct conf_setting s;
  char name[64];
  snprintf(name, sizeof(name), "%s_buffering", conf_family_name(family));
  s = conf_effective_at(f->block, name, f->version);
  if(s.n && conf_setting_is(&s, "off"))
    return s.from[0];
  for(d = conf_walk(top, top); d; d = conf_walk(top, d)) {
    if(conf_is(d, name) && is_misplaced(f, d))
      return d;
  }
  return NULL;
}

/* "`proxy_read_timeout` (line 9)": what else of the family stands beside it
 * for nothing. */
static void say_siblings(const struct conf_directive *off, const char *family,
                         struct doctor_finding *out)
{
  const struct conf_directive *d;
  size_t n = strlen(family);
  for(d = off->parent->child; d; d = d->next) {
    if(d != off && d->file && strncmp(d->name, family, n) == 0 &&
       d->name[n] == '_' && !strstr(d->name, "_pass"))
      doctor_finding_say(out, "Nor has `%s` (line %u).", d->name, d->line);
  }
}

static void wrong_family(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  const struct conf_directive *off;
  char where[120];
  size_t i;
  if(!fact_is_buffered(f))
    return;
  rule_where(f, where);
  for(i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
    const char *family = conf_family_name(families[i]);
    off = families[i] == f->family ? NULL : off_elsewhere(f, families[i]);
    if(!off)
      continue;
    doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                       "%s talks to its application with %s_pass, and "
                       "`%s_buffering off` (line %u) has no effect on that: "
                       "the responses are buffered.",
                       where, conf_family_name(f->family), family, off->line);
    say_siblings(off, family, out);
    rule_set_family(f, "buffering", "off", out);
    fact_blame_directive(off, out);
    rule_late(f, PROBE_REGULAR, out);
    return;
  }
}

/* ---- nginx.redirect-slash ------------------------------------------------
 */

static void redirect_slash(const struct doctor_facts *f,
                           struct doctor_finding *out)
{
  const char *uri = f->route->uri;
  char text[300];
  if(f->route->status != 301 || !conf_route_adds_slash(f->route))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "%s is answered with 301 to %s/, an absolute URL whose "
                     "scheme and port are nginx's own: behind another proxy "
                     "they are wrong, and a POST loses its body.",
                     uri, uri);
  doctor_finding_fix(out,
                     "`location = %s { rewrite ^ %s/ last; }` beside it, or "
                     "let clients ask for %s/",
                     uri, uri, uri);
  fact_blame_block(f, out);
  if(!f->block || strlen(uri) > 120)
    return;
  snprintf(text, sizeof(text), "location = %s {\n    rewrite ^ %s/ last;\n}",
           uri, uri);
  fact_fix_behind(f->block, text, out);
}

/* ---- nginx.proxy-pass-uri ------------------------------------------------
 */

/* In a copy for the stream alone proxy_pass names the whole path. */
static void pass_joined(const struct doctor_facts *f, const char *uri,
                        const char *rest, struct doctor_finding *out)
{
  const char *to = conf_arg(f->route->handler, 0);
  size_t host = strlen(to) - strlen(uri), n = strlen(uri);
  char text[700];
  while(n && uri[n - 1] == '/')
    n--;
  rest += strspn(rest, "/");
  snprintf(text, sizeof(text), "%.*s%.*s/%.200s", (int)host, to, (int)n, uri,
           rest);
  if(strlen(to) > strlen(uri) && strlen(to) < 300)
    fact_fix_argument(f->route->handler, 0, text, out);
}

/* One of the two ends in a slash, the other does not: the application is asked
 * for "//sse" or "/apisse". */
static bool slashes_differ(const struct doctor_facts *f, const char *name,
                           const char *uri, struct doctor_finding *out)
{
  size_t n = strlen(name), m = strlen(uri);
  const struct conf_directive *l = f->route->location;
  bool plain = l && (l->nargs == 1 || strcmp(conf_arg(l, 0), "^~") == 0);
  bool behind = n && name[n - 1] == '/', has = m && uri[m - 1] == '/';
  const char *rest;
  if(!plain || f->route->pass_variable || !n || !m || behind == has ||
     strncmp(f->route->uri, name, n) != 0 || strpbrk(uri, "?$"))
    return false;
  rest = f->route->uri + n;
  if(!rest[0] || (has && rest[0] != '/'))
    return false;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "The application is asked for %.200s%.200s: %.120s of "
                     "the location %s a slash, and %.120s of proxy_pass %s.",
                     uri, rest, name, behind ? "ends in" : "ends without", uri,
                     has ? "ends in one" : "does not");
  doctor_finding_fix(out,
                     "the same end for both: `location %.120s%s` and a "
                     "proxy_pass to %.120s%s",
                     name, behind ? "" : "/", uri, has ? "" : "/");
  if(f->carve)
    pass_joined(f, uri, rest, out);
  return true;
}

static void pass_uri(const struct doctor_facts *f, struct doctor_finding *out)
{
  const char *uri = f->route->pass_uri;
  const struct conf_directive *l = f->route->location;
  const char *name = l && l->nargs ? conf_arg(l, l->nargs - 1) : "";
  if(!uri || strcmp(uri, name) == 0 || !f->route->handler)
    return;
  if(slashes_differ(f, name, uri, out)) {
    fact_blame_directive(f->route->handler, out);
    return;
  }
  if(f->route->pass_variable)
    doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                       "proxy_pass has a variable and a path: the "
                       "application is asked for exactly %s, whatever "
                       "the client asked.",
                       uri);
  else
    doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                       "proxy_pass has a path: the part of the URI that "
                       "matches %s becomes %s for the application.",
                       name, uri);
  fact_blame_directive(f->route->handler, out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.not-proxied",
     .headline = "are answered by nginx itself, not by an application",
     .title = "the request does not reach an application",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain where the text alone decides the location",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY & ~FAMILY_UPSTREAM,
     .why = "The location that finally handles the URI has no proxy_pass, "
            "fastcgi_pass or the like. Handlers are not inherited by nested "
            "locations, so a block inside a proxied one serves files.",
     .fix = "proxy_pass http://app;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Lua, njs and third-party handlers are not judged.",
     .doc = NGX_PROXY "proxy_pass",
     .judge = not_proxied},
    {.id = "nginx.page-fallback",
     .headline = "are answered with a page of the site",
     .title = "the stream's path falls back to a page",
     .severity = DOCTOR_ERROR,
     .graded = "error, likely: unless a file of that name is there",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY & ~FAMILY_UPSTREAM,
     .why = "`try_files $uri $uri/ /index.html` is how single-page "
            "applications are served: any path without a file gets the page. "
            "A stream's path without a location of its own gets it, too, "
            "with 200 and text/html. EventSource fails for good on any type "
            "but text/event-stream, and a look at status codes sees nothing.",
     .fix = "location /events { proxy_pass http://app; }",
     .block = "server",
     .kind = FIX_KIND_ADD,
     .caveats = "",
     .doc = NGX_CORE "try_files",
     .judge = page_fallback},
    {.id = "nginx.location-caret-literal",
     .title = "a location that begins with a literal ^ never matches",
     .severity = DOCTOR_ERROR,
     .graded = "error, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY,
     .why = "`location ^/events` lacks its modifier: without ~ or ^~ it is a "
            "plain prefix, and no path begins with ^. nginx accepts it "
            "silently, and all settings in it are dead.",
     .fix = "location ^~ /events { ... }",
     .block = "server",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_CORE "location",
     .judge = caret_literal},
    {.id = "nginx.buffering-wrong-family",
     .headline = "are held, since buffering is off for another protocol",
     .title = "buffering is off for another protocol than the one in use",
     .severity = DOCTOR_ERROR,
     .graded = "error, certain",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "proxy_*, fastcgi_*, uwsgi_* and scgi_* directives each act on "
            "their own handler only. nginx accepts the wrong one and keeps "
            "buffering: with FastCGI, uwsgi and SCGI nothing arrives until "
            "4 KiB have gathered or the stream ends.",
     .fix = "fastcgi_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "The same goes for *_read_timeout and *_ignore_headers.",
     .doc = NGX_HTTP "fastcgi_module.html#fastcgi_buffering",
     .judge = wrong_family},
    {.id = "nginx.buffering-wrong-location",
     .headline = "are held, since buffering is off in another block",
     .title = "buffering is off in a block that does not handle the request",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain where the text alone decides the location",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "Only the location that finally handles the URI counts: a regex "
            "location wins over a prefix, try_files and rewrite ... last lead "
            "to another block, port 443 is often another server than port "
            "80. Settings of the blocks on the way do not come along.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_CORE "location",
     .judge = wrong_location},
    {.id = "nginx.redirect-slash",
     .title = "asking without the trailing slash is answered with a redirect",
     .severity = DOCTOR_WARN,
     .graded = "warn, certain; only for a URI that was asked for",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY,
     .why = "A proxied location whose name ends in a slash makes nginx answer "
            "301 to the same name without it. The Location header is "
            "absolute, with nginx's own scheme and port.",
     .fix = "location = /events { rewrite ^ /events/ last; }",
     .block = "server",
     .kind = FIX_KIND_ADD,
     .caveats = "absolute_redirect off; makes the redirect relative.",
     .doc = NGX_CORE "location",
     .judge = redirect_slash},
    {.id = "nginx.proxy-pass-uri",
     .title = "the application is asked for another URI than the client's",
     .severity = DOCTOR_WARN,
     .graded = "info; warn, certain, where a slash is doubled or lost",
     .side = SIDE_STATIC,
     .families = FAMILY_BIT(CONF_PROXY),
     .why = "With a path behind the address proxy_pass replaces the part of "
            "the URI that the location matched; without one the URI goes "
            "through unchanged. `location /a` with `proxy_pass http://app/` "
            "makes //x of /a/x, `location /a/` with http://app/b makes /bx.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "With a variable in proxy_pass the path is used verbatim.",
     .doc = NGX_PROXY "proxy_pass",
     .judge = pass_uri},
};

DOCTOR_GROUP(rules_route, "Where the request goes", rows);
